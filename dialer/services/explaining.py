"""Why a campaign dials nothing, or no more than it does: put together from all who know.

Asks the record for its leads, and takes the floor as its engine told it. Refuses to ask a trunk:
what is not known of it is assumed, and said.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from dialer.domain.campaign import Campaign
from dialer.domain.dial_law import DialLaw
from dialer.domain.explanation import Explanation, StandingCount, explained
from dialer.domain.far_side import FarSide
from dialer.domain.ids import CampaignId, TenantId
from dialer.domain.inbound_route import InboundRoute
from dialer.domain.phone import Transport
from dialer.domain.ringing_back import rings_nowhere
from dialer.errors import BadInput
from dialer.ports import Clock
from dialer.services.caller_id_desk import pool_of
from dialer.services.dial_terms import Routes, TrunkAddress, TrunkTerms
from dialer.services.explain import WholeHold, holding, run_on

Inbound = Callable[[TenantId], Awaitable[Sequence[InboundRoute]]]
"""Returns the inbound numbers of a tenant."""


async def _no_numbers(_tenant_id: TenantId) -> Sequence[InboundRoute]:
    return ()


class Standings(Protocol):
    """Counts of leads that stand alike."""

    async def of(self, campaign_id: CampaignId, now: float) -> Sequence[StandingCount]:
        """Count a campaign's leads."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """What holds a campaign back."""

    campaign: Campaign
    at: float
    """Epoch seconds."""
    holds: Sequence[WholeHold]
    """Of the campaign as a whole, the most decisive first."""
    leads: Explanation
    assumed: str
    """What was taken for true without asking, "" if nothing was."""
    rings_nowhere: Sequence[str] = ()
    """Numbers it shows on which whoever rings back reaches nothing; none on a simulated network."""


class Explaining:
    """Explains campaigns of one node.

    Args:
        standings: counts leads.
        law: of the dial.
        trunks: by name.
        local: whether the trunks lead to this machine, where only the simulated network is.
        default_prompt: the identification message of campaigns without one.
        clock: tells when it is.
        routes: knows the tenants' routes.
        inbound: looks a tenant's inbound numbers up.
    """

    def __init__(
        self,
        *,
        standings: Standings,
        law: DialLaw,
        trunks: Mapping[str, TrunkAddress],
        local: bool,
        default_prompt: Path,
        clock: Clock,
        routes: Routes | None = None,
        inbound: Inbound = _no_numbers,
    ) -> None:
        self._inbound = inbound
        self._routes = routes
        self._standings = standings
        self._law = law
        self._trunks = dict(trunks)
        self._local = local
        self._default_prompt = default_prompt
        self._clock = clock

    async def of(self, campaign: Campaign, floor: Any) -> Told:
        """Explain a campaign.

        Args:
            campaign: as it is on record.
            floor: its engine's `status`; None: no engine runs.
        """
        now = self._clock.now()
        run = run_on(floor, campaign)
        simulated, assumed = self._local, ""
        if run is not None and run["simulated"] is not None:
            simulated = bool(run["simulated"])
        else:
            what = "the simulated network" if simulated else "a carrier"
            assumed = f"the trunk was not asked; by its address it is {what}"

        async def far_side(_host: str, _port: int, _transport: Transport) -> FarSide:
            return FarSide.SIMULATED if simulated else FarSide.CARRIER

        terms = TrunkTerms(
            self._trunks, far_side, default_prompt=self._default_prompt, routes=self._routes
        )
        problem = ""
        try:
            await terms.of(campaign)
        except BadInput as wrong:
            problem = str(wrong)
        counts = await self._standings.of(campaign.campaign_id, now)
        leads = explained(counts, self._law, terms.assumed(campaign, simulated=simulated), now)
        holds = holding(campaign, floor, problem)
        nowhere = [] if simulated else await self._nowhere(campaign)
        return Told(campaign, now, holds, leads, assumed, nowhere)

    async def _nowhere(self, campaign: Campaign) -> Sequence[str]:
        shown = pool_of(campaign.settings)
        return rings_nowhere(shown, await self._inbound(campaign.tenant_id)) if shown else ()


def document(told: Told) -> dict[str, Any]:
    """Return an explanation as JSON has it."""
    return {
        "campaign": told.campaign.campaign_id,
        "name": told.campaign.name,
        "state": told.campaign.state.value,
        "at": told.at,
        "holds": [
            {"hold": one.hold, "detail": one.detail, "text": one.sentence} for one in told.holds
        ],
        "leads": [
            {
                "hold": one.hold.value,
                "leads": one.leads,
                "next_at": one.next_at,
                "detail": one.detail,
                "text": one.sentence,
            }
            for one in told.leads.reasons
        ],
        "next_at": told.leads.next_at,
        "assumed": told.assumed,
        "rings_nowhere": list(told.rings_nowhere),
    }
