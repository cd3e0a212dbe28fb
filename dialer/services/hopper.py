"""A campaign's next leads, leased ahead so that no dial waits for the database.

Small on purpose: what is leased here is not dialed elsewhere, and a lead that lay here for long is
given back, as what was true when it was leased may not be true any more. Refuses to know why a lead
is next.
"""

import asyncio
from collections import deque
from typing import Final

from dialer.domain.calling_rules.place import Place
from dialer.domain.dial_law import DialTerms
from dialer.domain.ids import LeadId
from dialer.domain.lead import Lead
from dialer.ports import Clock
from dialer.services.lead_draws import LEASE_S, LeadDraws

AHEAD_S: Final = 3.0
"""Seconds of dialing at full speed kept ready."""

LEAST: Final = 10

STALE_S: Final = LEASE_S / 2
"""A lead that was not dialed for so long is given back, well before its lease ends."""


class Hopper:
    """The leased leads of one campaign."""

    def __init__(self, draws: LeadDraws, clock: Clock, *, cps: float) -> None:
        self._draws = draws
        self._clock = clock
        self._leads: deque[tuple[float, Lead]] = deque()
        self._level = 0
        self.pace(cps)
        self._store_in_use = asyncio.Lock()
        self.dry = False
        """True when the last refill found nothing more in the list."""

    def pace(self, cps: float) -> None:
        """Keep ready what is dialed at so many calls a second."""
        self._level = max(LEAST, int(cps * AHEAD_S))

    @property
    def ready(self) -> int:
        """Leads that can be dialed now."""
        return len(self._leads)

    @property
    def low(self) -> bool:
        """Whether a refill is due."""
        return len(self._leads) <= self._level // 2 or self._stale()

    def take(self, place: int = 0) -> Lead:
        """Take the next lead, or the one at a place behind it; IndexError when there is none."""
        if place == 0:
            return self._leads.popleft()[1]
        lead = self._leads[place][1]
        del self._leads[place]
        return lead

    def peek(self, place: int) -> Lead:
        """Return the lead at a place, 0 the next one; IndexError when there is none."""
        return self._leads[place][1]

    def places(self) -> set[Place]:
        """Return where the campaign's leads may be, as far as was seen."""
        return self._draws.places()

    async def refill(self, terms: DialTerms) -> None:
        """Lease up to the level, and give back what lay here for long."""
        async with self._store_in_use:
            if self._stale():
                await self._release()
            wanted = self._level - len(self._leads)
            if wanted <= 0:
                return
            leads = await self._draws.lease(wanted, terms)
            self.dry = not leads
            now = self._clock.now()
            self._leads.extend((now, lead) for lead in leads)

    async def again(self, lead_id: LeadId, number: str) -> bool:
        """Lease a lead whose last call failed by the carrier's fault, to be dialed next.

        Args:
            lead_id: of the lead.
            number: that was dialed; if another one is next, the lead waits for its time.

        Returns:
            Whether it may be dialed at once.
        """
        async with self._store_in_use:
            lead = await self._draws.lease_again(lead_id, number)
            if lead is not None:
                self._leads.appendleft((self._clock.now(), lead))
            return lead is not None

    async def give_back(self) -> None:
        """Release everything, also what a refill under way brings: the campaign stops."""
        async with self._store_in_use:
            await self._release()

    async def _release(self) -> None:
        leads, self._leads = list(self._leads), deque()
        if leads:
            await self._draws.release([lead.lead_id for _, lead in leads])

    def _stale(self) -> bool:
        return bool(self._leads) and self._clock.now() - self._leads[0][0] > STALE_S
