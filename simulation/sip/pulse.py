"""A steady 20 ms clock for many senders on one event loop, each with a phase of its own.

Beats that a busy loop missed are made up at once, so that a stream stays whole; after a long stall
they are skipped and counted. Refuses to know what is sent.
"""

import asyncio
import heapq
from collections.abc import Callable
from typing import Final

from simulation.sip.rtp import FRAME_S

LONGEST_BURST: Final = 5
"""Beats made up after a stall; the ones before them are skipped."""
_EARLY_S: Final = 0.0005  # timers fire late by up to 1 ms, so a beat this near is taken along

Beat = Callable[[int], None]
"""Called every 20 ms with the number of beats skipped since the last one (usually 0)."""


class Rhythm:
    """One sender's place in the pulse."""

    __slots__ = ("beat", "due")

    def __init__(self, beat: Beat, due: float) -> None:
        self.beat: Beat | None = beat
        self.due = due

    def stop(self) -> None:
        """Beat no more."""
        self.beat = None


class Pulse:
    """The clock; it sleeps while nobody beats."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._due: list[tuple[float, int, Rhythm]] = []
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None

    def start(self, beat: Beat) -> Rhythm:
        """Beat now, and every 20 ms from now on."""
        rhythm = Rhythm(beat, self._loop.time())
        self._push(rhythm)
        self._tick()
        return rhythm

    def _push(self, rhythm: Rhythm) -> None:
        self._count += 1
        heapq.heappush(self._due, (rhythm.due, self._count, rhythm))

    def _tick(self) -> None:
        now = self._loop.time()
        while self._due and self._due[0][0] <= now + _EARLY_S:
            _, _, rhythm = heapq.heappop(self._due)
            if rhythm.beat is None:
                continue
            late = max(0, int((now - rhythm.due) / FRAME_S) - LONGEST_BURST)
            rhythm.due += (late + 1) * FRAME_S
            self._push(rhythm)
            rhythm.beat(late)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._due:
            self._timer = self._loop.call_at(self._due[0][0], self._tick)
