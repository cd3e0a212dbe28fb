"""Counts of leads that were made a moment ago.

To count a hundred thousand leads for everybody who looks at a page takes the time of ten other
reads, and they change by some a second. So a count is kept for a time that grows with what was
counted: of a short list it is always new. Whoever asks meanwhile waits for the same count. Refuses
to know what is counted.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")

LEADS_PER_S: Final = 5_000
"""A count of so many leads is kept for a second."""

ALWAYS_NEW: Final = 5_000
"""Up to so many leads a count is not kept."""

OLDEST_S: Final = 10.0
"""A count is kept no longer, however many leads it is of."""


class Counted(Generic[T]):
    """Counts by key, as old as their size allows.

    Args:
        leads: says how many leads a count is of.
        now: seconds of a clock that never steps.
    """

    def __init__(
        self, leads: Callable[[T], int], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._leads = leads
        self._now = now
        self._kept: dict[str, tuple[float, T]] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def of(self, key: str, count: Callable[[], Awaitable[T]]) -> T:
        """Return the count of a key: the one that is kept, or else made now."""
        if (known := self._known(key)) is not None:
            return known
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            if (known := self._known(key)) is not None:
                return known
            found = await count()
            leads = self._leads(found)
            if leads > ALWAYS_NEW:
                until = self._now() + min(leads / LEADS_PER_S, OLDEST_S)
                self._kept[key] = (until, found)
            return found

    def _known(self, key: str) -> T | None:
        now = self._now()
        for other in [one for one, (until, _) in self._kept.items() if until <= now]:
            del self._kept[other]
        return self._kept[key][1] if key in self._kept else None
