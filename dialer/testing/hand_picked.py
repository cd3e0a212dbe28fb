"""Leads that were picked by hand, in memory. Refuses to know who picked them."""

from dialer.domain.ids import CampaignId, LeadId
from dialer.domain.lead import Draw, Lead
from dialer.domain.lead_standing import SKIPPED, LeadState, Standing
from dialer.ports import Skip
from dialer.testing.tables import Tables


class MemoryHandPicked:
    """A `HandPicked` (dialer.ports) in memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def find(self, campaign_id: CampaignId, number: str) -> LeadId | None:
        """Return a campaign's lead with a number; the newest if there are several."""
        found = [
            lead_id
            for lead_id, entry in self._tables.leads.items()
            if (entry.lead.campaign_id, entry.lead.number) == (campaign_id, number)
        ]
        return max(found, default=None)

    async def take(self, lead_id: LeadId, draw: Draw) -> Lead | None:
        """Lease one lead to an engine; None if it is not to be had."""
        entry = self._tables.leads.get(lead_id)
        if entry is None:
            return None
        own = entry.state == LeadState.LEASED and entry.leased_by == draw.engine
        if entry.state not in (LeadState.READY, LeadState.WAITING) and not own:
            return None
        entry.state, entry.leased_by = LeadState.LEASED, draw.engine
        entry.lease_ends_at = draw.now + draw.lease_s
        return entry.lead

    async def skip(self, lead_id: LeadId, skip: Skip) -> bool:
        """Have a leased lead wait; noted for audits."""
        entry = self._tables.leads.get(lead_id)
        if entry is None or (entry.state, entry.leased_by) != (LeadState.LEASED, skip.engine):
            return False
        entry.stand(Standing(LeadState.WAITING, SKIPPED, skip.due_at))
        detail = {"campaign": entry.lead.campaign_id, "reason": skip.reason}
        subject = f"lead {lead_id}"
        self._tables.audit.append((skip.at, skip.agent_id, "preview_skip", subject, detail))
        return True
