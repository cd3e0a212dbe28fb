"""How agents' legs ended: the causes the switch stated, remembered for who asks a moment later.

A customer's line comes back from a talk before or after the switch says why the agent's leg left;
that cause tells a phone that was hung up from one that was lost. Refuses to know agents.
"""

import asyncio
from typing import Final

from dialer.domain.ids import LegId

REMEMBERED: Final = 1000
"""Ended legs whose cause is kept, latest ones."""

LOST: Final = 27
"""The cause of a leg whose phone is out of order (Q.850)."""


class LegEnds:
    """The causes of the last legs that ended."""

    def __init__(self) -> None:
        self._causes: dict[LegId, int] = {}
        self._waits: dict[LegId, asyncio.Future[int]] = {}

    def lost(self, leg_id: LegId | None) -> None:
        """A leg is as good as ended: its phone is lost, whatever the switch will say of it."""
        if leg_id is not None:
            self.ended(leg_id, LOST)

    def ended(self, leg_id: LegId, cause: int) -> None:
        """A leg ended; what was said of it first holds."""
        cause = self._causes.setdefault(leg_id, cause)
        if len(self._causes) > REMEMBERED:
            del self._causes[next(iter(self._causes))]
        wait = self._waits.pop(leg_id, None)
        if wait is not None and not wait.done():
            wait.set_result(cause)

    async def cause(self, leg_id: LegId, *, wait_s: float) -> int | None:
        """Return the cause with which a leg ended, waiting briefly for it; None if unknown."""
        if leg_id in self._causes:
            return self._causes[leg_id]
        wait = self._waits.setdefault(leg_id, asyncio.get_running_loop().create_future())
        try:
            async with asyncio.timeout(wait_s):
                return await asyncio.shield(wait)
        except TimeoutError:
            self._waits.pop(leg_id, None)
            return None
