"""UNICOM CATI: lines for each waiting agent by the failures of the last quarter of an hour.

A proportional-integral controller turns one knob so that 2.5 to 2.8 % are abandoned. Refuses to
look at agents in a talk.
"""
# ruff: noqa: ARG002 - the face of a pacing is given

from typing import Final

from benchmarks.pacing.baselines.counting import CountingPacing, Every, Recent

_STATISTICS_S: Final = 900.0
_CONTROL_S: Final = 60.0
_LOW: Final = 0.025
_HIGH: Final = 0.028
_PROPORTIONAL: Final = 4.0
_INTEGRAL: Final = 0.5
_FIRST: Final = 0.3
_MOST: Final = 3.0


class Unicom(CountingPacing):
    """`waiting agents + waiting agents x adjust x failed / answered`, less lines in flight."""

    def __init__(self) -> None:
        super().__init__()
        self.adjust = _FIRST
        self._sum = _FIRST
        self._answered, self._failed = Recent(_STATISTICS_S), Recent(_STATISTICS_S)
        self._dropped = Recent(_STATISTICS_S)
        self._controlling = Every(_CONTROL_S, _CONTROL_S)
        self._per_answer = 0.0
        self._counting = Every(1.0)

    def on_answered(self, call_id: str, now: float) -> None:
        """For the statistics."""
        self._answered.add(now)

    def on_failed(self, call_id: str, now: float) -> None:
        """For the statistics."""
        self._failed.add(now)

    def on_dropped(self, now: float) -> None:
        """For the statistics."""
        self._dropped.add(now)

    def new_lines(self, now: float) -> int:
        """See the class."""
        if self._controlling.due(now):
            self._control(now)
        if self._counting.due(now):
            self._per_answer = self._failed.count(now) / max(self._answered.count(now), 1)
        more = self.ready * self.adjust * self._per_answer
        return round(self.ready + more) - self.in_flight - self.waiting

    def _control(self, now: float) -> None:
        answered = self._answered.count(now)
        if not answered:
            return
        rate = self._dropped.count(now) / answered
        error = _LOW - rate if rate < _LOW else _HIGH - rate if rate > _HIGH else 0.0
        self._sum = min(max(self._sum + _INTEGRAL * error, 0.0), _MOST)
        self.adjust = min(max(self._sum + _PROPORTIONAL * error, 0.0), _MOST)
