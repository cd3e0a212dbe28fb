"""Callers become leads of a campaign, by their numbers.

A number that is a lead of it already stays where it stands; only what is known of it is added. The
calling rules and the do-not-call list judge such a lead as any other. Refuses to know why they
become leads.
"""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from dialer.domain.ids import CampaignId
from dialer.errors import NoSuch
from dialer.ports import CampaignStore, Clock
from dialer.services.import_leads import Erased
from dialer.services.upsert_leads import KnownLeads, StagedImports, UpsertReport, upsert_leads


@dataclass(frozen=True, slots=True)
class CallerKnown:
    """A caller, and what is known of them."""

    tenant_id: str
    number: str
    attributes: Mapping[str, str] = field(default_factory=dict)


class CallerIntake(Protocol):
    """Makes leads of callers."""

    async def take_in(
        self, campaign_id: CampaignId, callers: Sequence[CallerKnown], *, list_name: str
    ) -> object:
        """Make leads of callers; see `CallerLeads`."""
        ...


class CallerLeads:
    """Takes callers in.

    Args:
        imports: where new leads are kept.
        leads: those that are there.
        campaigns: those that queues name.
        erased: finds what tells which numbers are never taken in again.
        clock: of the engine.
    """

    def __init__(
        self,
        *,
        imports: StagedImports,
        leads: KnownLeads,
        campaigns: CampaignStore,
        erased: Callable[[], Awaitable[Erased | None]],
        clock: Clock,
    ) -> None:
        self._imports = imports
        self._leads = leads
        self._campaigns = campaigns
        self._erased = erased
        self._clock = clock

    async def take_in(
        self, campaign_id: CampaignId, callers: Sequence[CallerKnown], *, list_name: str
    ) -> UpsertReport:
        """Make leads of callers; those of another tenant than the campaign's are left out.

        Raises:
            NoSuch: there is no such campaign of any of them.
            OutpaceError: as `upsert_leads`.
        """
        campaign = await self._campaigns.get(campaign_id)
        mine = [
            one for one in callers if campaign is not None and one.tenant_id == campaign.tenant_id
        ]
        if not mine:
            raise NoSuch("campaign", f"{campaign_id!r} does not exist", "name one of the tenant's")
        with tempfile.TemporaryDirectory(prefix="outpace-") as folder:
            file = Path(folder) / "callers.ndjson"
            await asyncio.to_thread(file.write_text, "".join(map(_line, mine)))
            return await upsert_leads(
                self._imports,
                self._leads,
                file,
                campaign_id,
                at=self._clock.now(),
                list_name=list_name,
                partial=True,
                erased=await self._erased(),
            )


def _line(caller: CallerKnown) -> str:
    return json.dumps({"number": caller.number, "attributes": dict(caller.attributes)}) + "\n"
