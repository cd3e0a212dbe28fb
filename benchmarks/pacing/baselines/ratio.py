"""A fixed ratio of lines to idle agents: what "predictive" is in many products.

Refuses to steer itself: the bench finds the ratio that abandons what the cap allows.
"""
# ruff: noqa: ARG002 - the face of a pacing is given

from math import floor
from typing import Final

from benchmarks.pacing.baselines.counting import CountingPacing

_GOLDEN: Final = 0.6180339887498949


class Ratio(CountingPacing):
    """`ratio x idle - in flight`; broken numbers are rounded up as often as their fraction says.

    Else only whole ratios would exist on small floors, and none of them abandons 3 %.
    """

    def __init__(self, ratio: float) -> None:
        super().__init__()
        self._ratio = ratio
        self._of = 0
        self._part = 0.5

    def new_lines(self, now: float) -> int:
        """See the class."""
        if self.ready != self._of:
            self._of = self.ready
            self._part = (self._part + _GOLDEN) % 1.0
        return floor(self._ratio * self.ready + self._part) - self.in_flight - self.waiting
