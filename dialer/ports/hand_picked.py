"""One lead that somebody picked, out of the order in which a campaign's leads are drawn.

Refuses to know who picked it, and whether it may be dialed: that is judged as for any other.
"""

from typing import Protocol

from dialer.domain.ids import CampaignId, LeadId
from dialer.domain.lead import Draw, Lead


class HandPicked(Protocol):
    """Leads that are picked one by one."""

    async def find(self, campaign_id: CampaignId, number: str) -> LeadId | None:
        """Return a campaign's lead with a number (E.164); the newest if there are several."""
        ...

    async def take(self, lead_id: LeadId, draw: Draw) -> Lead | None:
        """Lease one lead to an engine; None if it is not to be had.

        It can be had while it is ready, waits for its next turn, or is leased to this engine
        already: not while it is dialed, done with, promised to be called back, or an agent's own.
        """
        ...
