"""VICIdial's adaptive dial levels, from its documentation and behaviour.

A level of lines per agent is raised while more agents than callers wait, and lowered once the drop
rate of the day is over the limit. It uses no answer rate, ring time or talk time.
"""
# ruff: noqa: ARG002 - the face of a pacing is given

from collections import deque
from enum import StrEnum
from typing import Final

from benchmarks.pacing.baselines.counting import CountingPacing, Every, Recent

_SAMPLES: Final = 15
_ADAPT_S: Final = 15.0
_STATISTICS_S: Final = 60.0
_PASS_S: Final = 2.5
_EACH_CALL_S: Final = 0.2
_FEWEST_TODAY: Final = 50
_FEWEST_LAST_MINUTE: Final = 20
_OPENS_H: Final = 9
"""The day of the bench begins at nine."""


class Adapt(StrEnum):
    """What is done to the level when the drop rate of the day is over the limit."""

    HARD_LIMIT = "ADAPT_HARD_LIMIT"
    AVERAGE = "ADAPT_AVERAGE"
    TAPERED = "ADAPT_TAPERED"


class Vicidial(CountingPacing):
    """One campaign of VICIdial."""

    def __init__(
        self,
        adapt: Adapt,
        *,
        available_only: bool = False,
        max_level: float = 3.0,
        drop_limit: float = 0.03,
        difference_target: int = 0,
        hours: float = 8.0,
    ) -> None:
        """Take the campaign's settings.

        Args:
            adapt: the method.
            available_only: the level counts agents who are ready, not those in a call.
            max_level: highest level.
            drop_limit: drops / answers of the day, 0..1.
            difference_target: callers who should wait; VICIdial's default is 0.
            hours: length of the day, for TAPERED.
        """
        super().__init__()
        self.level = 1.0
        self._adapt = adapt
        self._available_only = available_only
        self._max_level = max_level
        self._drop_limit = drop_limit
        self._difference_target = difference_target
        self._hours = hours
        self._sampling, self._adapting = Every(1.0), Every(_ADAPT_S, _ADAPT_S)
        self._counting = Every(_STATISTICS_S)
        self._samples: deque[int] = deque(maxlen=_SAMPLES)
        self._minute_answers, self._minute_drops = Recent(60.0), Recent(60.0)
        self._today = (0, 0)
        self._minute = (0, 0)
        self._next_pass = 0.0

    def on_answered(self, call_id: str, now: float) -> None:
        """For the statistics of the last minute."""
        self._minute_answers.add(now)

    def on_dropped(self, now: float) -> None:
        """For the statistics of the last minute."""
        self._minute_drops.add(now)

    def new_lines(self, now: float) -> int:
        """See the module."""
        if self._sampling.due(now):
            self._samples.append(self.ready - self.waiting)
        if self._counting.due(now):
            self._today = (self.answers, self.drops)
            self._minute = (self._minute_answers.count(now), self._minute_drops.count(now))
        if self._adapting.due(now):
            self._set_level(now)
        if now < self._next_pass - 1e-6:
            return 0
        busy = 0 if self._available_only else self.in_call
        wanted = round(self.level * (self.ready + busy))
        new = max(0, wanted - busy - self.in_flight - self.waiting)
        self._next_pass = now + _PASS_S + _EACH_CALL_S * new
        return new

    def _set_level(self, now: float) -> None:
        if not self.logged_in:
            return
        difference = sum(self._samples) / max(len(self._samples), 1)
        by = (difference + self._difference_target) / self.logged_in
        level = min(max(self.level * (1.0 + by), 1.0), self._max_level)
        answers, drops = self._minute
        if answers > _FEWEST_LAST_MINUTE and drops > 0.5 * answers:
            level /= 2.0
        answers, drops = self._today
        if answers > _FEWEST_TODAY and drops > self._drop_limit * answers:
            if self._adapt is Adapt.HARD_LIMIT:
                level = 1.0
            elif self._adapt is Adapt.AVERAGE:
                level /= 2.0
            else:
                level *= min(1.0, self._hours_left(now))
        self.level = max(level, 1.0)

    def _hours_left(self, now: float) -> float:
        """As TAPERED counts them: clock readings as numbers (HHMM), divided by 1000."""
        return (_hhmm(3600.0 * self._hours) - _hhmm(now)) / 1000.0


def _hhmm(now: float) -> int:
    hours, seconds = divmod(now, 3600.0)
    return 100 * (int(hours) + _OPENS_H) + int(seconds // 60.0)
