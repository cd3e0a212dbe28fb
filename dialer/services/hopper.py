"""A campaign's next leads, leased ahead so that no dial waits for the database.

Small on purpose: what is leased here is not dialed elsewhere. Refuses to know why a lead is next.
"""

import asyncio
from collections import deque
from typing import Final

from dialer.domain.ids import CampaignId
from dialer.domain.lead import Lead
from dialer.ports import LeadStore

AHEAD_S: Final = 3.0
"""Seconds of dialing at full speed kept ready."""

LEAST: Final = 10


class Hopper:
    """The leased leads of one campaign."""

    def __init__(self, campaign_id: CampaignId, store: LeadStore, *, cps: float) -> None:
        self._campaign_id = campaign_id
        self._store = store
        self._leads: deque[Lead] = deque()
        self._level = max(LEAST, int(cps * AHEAD_S))
        self._store_in_use = asyncio.Lock()
        self.dry = False
        """True when the last refill found nothing more in the list."""

    @property
    def ready(self) -> int:
        """Leads that can be dialed now."""
        return len(self._leads)

    @property
    def low(self) -> bool:
        """Whether a refill is due."""
        return len(self._leads) <= self._level // 2

    def take(self) -> Lead:
        """Take the next lead; IndexError when there is none."""
        return self._leads.popleft()

    def put_back(self, lead: Lead) -> None:
        """Return a lead that was taken and not dialed."""
        self._leads.appendleft(lead)

    async def refill(self) -> None:
        """Lease up to the level."""
        async with self._store_in_use:
            wanted = self._level - len(self._leads)
            if wanted <= 0:
                return
            leads = await self._store.lease(self._campaign_id, wanted)
            self.dry = not leads
            self._leads.extend(leads)

    async def give_back(self) -> None:
        """Release everything, also what a refill under way brings: the campaign stops."""
        async with self._store_in_use:
            leads, self._leads = list(self._leads), deque()
            if leads:
                await self._store.release([lead.lead_id for lead in leads])
