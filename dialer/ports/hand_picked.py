"""One lead that somebody picked, out of the order in which a campaign's leads are drawn.

Refuses to know who picked it, and whether it may be dialed: that is judged as for any other.
"""

from dataclasses import dataclass
from typing import Protocol

from dialer.domain.ids import AgentId, CampaignId, LeadId
from dialer.domain.lead import Draw, Lead


@dataclass(frozen=True, slots=True)
class Skip:
    """An agent looked at a lead and did not have it dialed."""

    engine: str
    """To which it is leased."""
    agent_id: AgentId
    reason: str
    at: float
    """Epoch seconds."""
    due_at: float
    """When it may be dialed again."""


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

    async def skip(self, lead_id: LeadId, skip: Skip) -> bool:
        """Have a lead that is leased to an engine wait; False if it is not. Noted for audits."""
        ...
