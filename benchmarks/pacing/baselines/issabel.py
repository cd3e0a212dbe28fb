"""Issabel's dialer: free agents, and those whose talk is nearly sure to end within seconds.

It has no abandonment target. Talk times are taken for exponential in the total age, as its
documentation has it, so an agent counts as soon free once the talk is three and a half means long.
"""
# ruff: noqa: ARG002 - the face of a pacing is given

from math import exp
from typing import Final

from benchmarks.pacing.baselines.counting import CountingPacing, Every

_EVERY_S: Final = 5.0
_AHEAD_S: Final = 8.0
"""Mean time from a dial to its answer that is counted on."""
_SURE: Final = 0.97
_LEAST_SUCCESS: Final = 0.2
_FEWEST_DIALS: Final = 20


class Issabel(CountingPacing):
    """`free + soon - queue`, less what is in flight."""

    def __init__(self, *, overcommit: bool = False) -> None:
        """Take the setting.

        Args:
            overcommit: divide by the share of dials that succeed (never below 0.2).
        """
        super().__init__()
        self._overcommit = overcommit
        self._every = Every(_EVERY_S)
        self._ended = 0

    def on_answered(self, call_id: str, now: float) -> None:
        """A success."""
        self._ended += 1

    def on_failed(self, call_id: str, now: float) -> None:
        """No success."""
        self._ended += 1

    def new_lines(self, now: float) -> int:
        """See the module."""
        if not self._every.due(now):
            return 0
        wanted = float(self.ready + self._soon(now) - self.waiting)
        if self._overcommit and self._ended >= _FEWEST_DIALS:
            wanted /= max(self.answers / self._ended, _LEAST_SUCCESS)
        return round(wanted) - self.in_flight

    def _soon(self, now: float) -> int:
        if not self.talked:
            return 0
        mean_s = max(self.talked_s / self.talked, 1.0)
        ages = (now - since for since in self.talks.values())
        return sum(1.0 - exp(-(age + _AHEAD_S) / mean_s) >= _SURE for age in ages)
