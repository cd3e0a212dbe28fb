"""How long somebody will wait in a queue, from their place in it and how fast it moves. Pure.

The formula is the queue-length estimate of R. Ibrahim and W. Whitt, "Real-Time Delay Estimation
Based on Delay History", Manufacturing & Service Operations Management 11(3), 2009: in a system
whose agents are all busy, who has n people in front waits (n + 1) times the mean time between two
callers who are taken in. That time is measured, not computed from talks: it counts agents who come,
go and serve campaigns meanwhile. Refuses to know who waits.
"""

from collections import deque
from typing import Final

GAPS: Final = 10
"""Times between two takings that are remembered: the last ones."""

STALE_S: Final = 1800.0
"""What was measured longer ago says nothing about now."""


class WaitGauge:
    """How fast one queue moves while people wait in it."""

    def __init__(self) -> None:
        self._gaps: deque[tuple[float, float]] = deque(maxlen=GAPS)
        self._since: float | None = None

    def taken(self, now: float, *, waiting: int) -> None:
        """An agent took a caller; so many still wait."""
        if self._since is not None:
            self._gaps.append((now, now - self._since))
        # with nobody waiting, the next gap would measure how seldom people call
        self._since = now if waiting else None

    def left(self, now: float, *, waiting: int) -> None:  # noqa: ARG002 - as `taken`
        """A caller left by themselves; so many still wait."""
        if not waiting:
            self._since = None

    def gap_s(self, now: float) -> float | None:
        """Return the mean time between two takings, in seconds; None: nothing is known."""
        fresh = [gap for at, gap in self._gaps if now - at <= STALE_S]
        known = sum(fresh) / len(fresh) if fresh else None
        if self._since is None:
            return known
        # the present gap is at least as long as it is already
        present = now - self._since
        if known is None or present <= known:
            return known
        return (sum(fresh) + present) / (len(fresh) + 1)

    def expected_s(self, position: int, now: float) -> float | None:
        """Return how long who stands at a place (from 1) will wait; None: nothing is known."""
        gap_s = self.gap_s(now)
        return None if gap_s is None else position * gap_s
