"""Leads in memory, leased in the campaign's order, gone with the process.

Knows who may be dialed next. Refuses to know lists: all leads of a campaign are one pool.
"""

from collections.abc import Iterable

from dialer.domain.calling_rules.place import Place, place_of
from dialer.domain.ids import CampaignId, LeadId, PlaceId
from dialer.domain.lead import ANY, Draw, Lead
from dialer.domain.lead_standing import ALIVE, LeadState
from dialer.domain.recycling_step import Why
from dialer.testing.tables import Tables


class MemoryLeadStore:
    """A `LeadStore` (dialer.ports) in memory; lists are not mixed by share."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def lease(self, campaign_id: CampaignId, count: int, draw: Draw = ANY) -> list[Lead]:
        """Lease up to `count` dialable leads, first to be dialed first."""
        mine = [e for e in self._tables.leads.values() if e.lead.campaign_id == campaign_id]
        for entry in mine:
            waited = entry.state == LeadState.WAITING and entry.due_at <= draw.now
            expired = entry.state == LeadState.LEASED and entry.lease_ends_at < draw.now
            if waited or expired:
                entry.state = LeadState.READY
        leased: list[Lead] = []
        for entry in sorted(mine, key=self._tables.order_of):
            if len(leased) >= count:
                break
            if entry.state != LeadState.READY:
                continue
            place = self._tables.place_id(entry.lead.number)
            if draw.places is not None and place not in draw.places:
                continue
            if entry.lead.number in self._tables.do_not_call:
                self._tables.settle(entry, draw.now)
                continue
            entry.state, entry.leased_by = LeadState.LEASED, draw.engine
            entry.lease_ends_at = draw.now + draw.lease_s
            leased.append(entry.lead)
        return leased

    async def lease_again(
        self, campaign_id: CampaignId, lead_id: LeadId, number: str, draw: Draw
    ) -> Lead | None:
        """Lease a lead that waits for another try of a number; see `LeadStore`."""
        entry = self._tables.leads.get(lead_id)
        if entry is None or entry.lead.campaign_id != campaign_id or entry.lead.number != number:
            return None
        rests = entry.state in (LeadState.READY, LeadState.WAITING)
        if not rests or entry.why != Why.OUTCOME:
            return None
        entry.state, entry.leased_by = LeadState.LEASED, draw.engine
        entry.lease_ends_at = draw.now + draw.lease_s
        return entry.lead

    async def release(self, lead_ids: Iterable[LeadId]) -> None:
        """Give leased leads back that were not dialed."""
        for lead_id in lead_ids:
            entry = self._tables.leads.get(lead_id)
            if entry is not None and entry.state == LeadState.LEASED:
                entry.state = LeadState.READY

    async def release_all(self, engine: str = "") -> int:
        """Give back an engine's leases without an open attempt; returns how many."""
        dialing = {attempt.lead_id for attempt in self._tables.open_attempts()}
        given_back = [
            lead_id
            for lead_id, entry in self._tables.leads.items()
            if entry.state == LeadState.LEASED
            and entry.leased_by == engine
            and lead_id not in dialing
        ]
        await self.release(given_back)
        return len(given_back)

    async def remaining(self, campaign_id: CampaignId) -> int:
        """Count the leads that can be dialed now (ready or leased)."""
        return sum(
            entry.lead.campaign_id == campaign_id and entry.state in {"ready", "leased"}
            for entry in self._tables.leads.values()
        )

    async def any_left(self, campaign_id: CampaignId) -> bool:
        """Tell whether the campaign is not through with some lead, now or later."""
        return any(
            entry.lead.campaign_id == campaign_id and entry.state in ALIVE
            for entry in self._tables.leads.values()
        )

    async def pools(self, campaign_id: CampaignId) -> dict[int, str]:  # noqa: ARG002
        """Return what leads are drawn from: all together."""
        return {0: ""}

    async def places(self, campaign_id: CampaignId, pool: int = 0) -> dict[PlaceId, Place]:  # noqa: ARG002
        """Return the places in which the campaign's leads may be."""
        numbers = {
            entry.lead.number
            for entry in self._tables.leads.values()
            if entry.lead.campaign_id == campaign_id
        }
        return {self._tables.place_id(number): place_of(number) for number in numbers}
