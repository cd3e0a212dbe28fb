"""The caller ids of the campaigns that dial, as they are on record, and which one a call shows.

Looked up when a campaign starts, and again every half minute: a complaint is heeded by then at the
latest, and at once by whoever says `renew`. Refuses to know how one is chosen
(`dialer.domain.caller_id_choice`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import structlog

from dialer.domain.caller_id import CallerId
from dialer.domain.caller_id_choice import IdChoice, choose_caller_id
from dialer.domain.campaign import CampaignSettings
from dialer.domain.ids import CampaignId, TenantId
from dialer.errors import BadInput, StoreUnavailable
from dialer.services.campaign_run import CampaignRun

log = structlog.get_logger(__name__)

LOOK_S: Final = 30.0

Look = Callable[[str], Awaitable[Sequence[CallerId]]]
"""Returns the caller ids of a tenant."""


def pool_of(settings: CampaignSettings) -> tuple[str, ...]:
    """Return the numbers that a campaign shows."""
    return settings.caller_ids or ((settings.caller_id,) if settings.caller_id else ())


class CallerIdDesk:
    """Knows the caller ids of tenants; `run` is to be owned by a TaskGroup."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._known: dict[TenantId, dict[str, CallerId]] = {}
        self._without: set[CampaignId] = set()

    def commands(self) -> dict[str, Callable[[Mapping[str, Any]], Awaitable[object]]]:
        """Return the commands by name."""
        return {"caller-ids.renew": self._renew}

    async def run(self) -> None:
        """Look again for ever."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self._renew({})
            except StoreUnavailable as lost:
                log.warning("caller_ids_not_looked_up", error=str(lost))

    async def check(self, tenant_id: TenantId, settings: CampaignSettings, people: bool) -> None:
        """Look a campaign's caller ids up, and check that people may be called with them.

        Raises:
            BadInput: people are called, and one is not on record, or not proven to be ours.
        """
        await self._read(tenant_id)
        if not people:
            return
        field = "caller_ids" if settings.caller_ids else "caller_id"
        for number in pool_of(settings):
            one = self._known[tenant_id].get(number)
            fix = f"outpace caller-ids add {number} --proof ..."
            if one is None:
                raise BadInput(field, f"{number} is none of your caller ids", fix)
            if one.verified_at is None:
                raise BadInput(field, f"no proof is on record that {number} is yours", fix)

    def shown(self, run: CampaignRun, called: str, trunk: str, now: float) -> str | None:
        """Return the caller id for a call of a campaign; None: none may be shown now.

        On a simulated network, where nobody is called, any number may be shown.
        """
        settings = run.campaign.settings
        pool = pool_of(settings)
        simulated = bool(run.terms_on(trunk).trial_prefixes)
        if simulated and not settings.caller_ids:
            return settings.caller_id
        known = self._known.get(run.campaign.tenant_id, {})
        found = [known[number] for number in pool if number in known]
        if simulated and not found:
            return pool[0]
        choice = choose_caller_id(found, called, trunk, now)
        self._tell(run, choice)
        return choice.number

    def _tell(self, run: CampaignRun, choice: IdChoice) -> None:
        """Say once that a campaign has no number to show, and once that it has one again."""
        campaign_id = run.campaign.campaign_id
        if choice.number is None and campaign_id not in self._without:
            self._without.add(campaign_id)
            log.warning("no_caller_id", campaign=campaign_id, why=choice.why)
        elif choice.number is not None:
            self._without.discard(campaign_id)

    async def _renew(self, _with: Mapping[str, Any]) -> object:
        for tenant_id in list(self._known):
            await self._read(tenant_id)
        return None

    async def _read(self, tenant_id: TenantId) -> None:
        self._known[tenant_id] = {one.number: one for one in await self._look(tenant_id)}
