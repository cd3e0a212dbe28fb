"""The true answer rate over the day: drifts are straight lines, jumps two points at one time.

Refuses to know leads and what a pacing believes.
"""

from bisect import bisect_right
from typing import Final

from simulation.virtual.scenario import Calls

HIGHEST: Final = 0.98
"""No lead answers always."""

_HOUR_S: Final = 3600.0


class AnswerRate:
    """The mean answer rate at any time of a day."""

    def __init__(self, calls: Calls) -> None:
        """Read the points of a scenario; none: the rate stays."""
        self._mean = calls.answer_rate
        self._times = [_HOUR_S * point.at_h for point in calls.rate_over_day]
        self._factors = [point.factor for point in calls.rate_over_day]

    def at(self, now: float) -> float:
        """Return the share (0..1) of the dials of `now` (s since the start) that are answered."""
        return min(self._mean * self._factor(now), HIGHEST)

    def _factor(self, now: float) -> float:
        times, factors = self._times, self._factors
        if not times:
            return 1.0
        if now < times[0]:
            return factors[0]
        place = bisect_right(times, now) - 1
        if place + 1 >= len(times):
            return factors[-1]
        share = (now - times[place]) / (times[place + 1] - times[place])
        return factors[place] + share * (factors[place + 1] - factors[place])
