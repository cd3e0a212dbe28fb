"""What may happen until a line dialed now is answered: the laws, tabulated for the whole floor.

Knows the chances, by age, that a busy agent comes free and that a line in flight is answered
first; refreshed as the laws learn, read at each decision. Refuses to know how much risk is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pacing.clocks import Clocks, Floats, Kind
from pacing.floor import Floor
from pacing.handle_law import BUSY_GRID
from pacing.ring_law import StageChances
from pacing.ringing_law import at_rate
from pacing.unserved import Unserved

_SHARES: Final[Floats] = np.linspace(1.0, 11.0, 6) / 12.0
"""Midpoints at which the answer time of a new line is sampled."""
_AGES: Final[Floats] = BUSY_GRID.edges
"""Ages at which the chances are tabulated, in seconds."""
_REFRESH_AT: Final = 0.02
_REFRESH_MOST: Final = 30.0
"""The tables are made again after this share, or this number, of new observations."""
_LONGEST_S: Final = 30.0
"""After this time the tables are made again even when little was learned."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The floor, as a line dialed now would find it."""

    idle: int
    waiting: int
    in_flight: int
    expected_free: float
    """Agents idle or expected to come free in time."""
    expected_answers: float
    """Callers waiting, and answers expected to come first."""
    answer_rate: float
    unserved: Unserved


class Lookout:
    """Keeps the tables, and reads the floor through them."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._made_at = 0.0
        self._made_of = -1.0
        self._grace_s = -1.0
        self._age_blind = False

    def outlook(self, now: float, grace_s: float, *, age_blind: bool = False) -> Outlook:
        """Return the outlook.

        Args:
            now: time in seconds.
            grace_s: how long a caller waits at most, in seconds.
            age_blind: take every talk and line for one of an average age.
        """
        agents, calls, clocks = self._floor.agents, self._floor.calls, self._floor.clocks
        if age_blind is not self._age_blind:
            self._age_blind = age_blind
            self.expire()
        self._refresh(now, grace_s, clocks)
        chances = self._chances(now, clocks)
        busy = clocks.running[Kind.TALK] + clocks.running[Kind.WRAP_UP]
        answers, frees = self._expected(chances, clocks)
        return Outlook(
            idle=agents.idle,
            waiting=calls.waiting,
            in_flight=calls.in_flight,
            expected_free=agents.idle + busy - frees,
            expected_answers=calls.waiting + answers,
            answer_rate=self._rate,
            unserved=Unserved(chances, self._fresh, agents.idle - calls.waiting + busy),
        )

    def expire(self) -> None:
        """Have the tables made again at the next decision."""
        self._made_of = -1.0

    def _chances(self, now: float, clocks: Clocks) -> Floats:
        """Chance of each clock: a line is answered first, or a busy agent stays busy."""
        ages = now - clocks.since
        places = _AGES.searchsorted(ages, side="right") - 1
        parts = (ages - _AGES[places]) * self._per_width[places]
        np.minimum(parts, 1.0, out=parts)
        rows = places + clocks.kind * len(_AGES)
        chances: Floats = self._table[rows] + parts[:, None] * self._slope[rows]
        if clocks.rates_known and not self._age_blind:
            own = np.flatnonzero(clocks.rate >= 0.0)
            ever = self._ever[rows[own]]
            chances[own] = at_rate(chances[own], ever, clocks.rate[own], self._rate)
        return chances

    @staticmethod
    def _expected(chances: Floats, clocks: Clocks) -> tuple[float, float]:
        """Return expected answers in flight, and expected agents who stay busy."""
        means = chances.mean(1)
        lines = clocks.kind >= Kind.LINE
        answers = float(means[lines].sum())
        return answers, float(means.sum()) - answers

    def _age_weights(self, now: float, clocks: Clocks, lines: Sequence[StageChances]) -> Floats:
        """Return how often each age is met, for each kind of clock; shape (kinds, ages)."""
        talk, wrap_up = self._floor.laws.handle.survivals(
            now, _AGES, clocks.ages(Kind.TALK, now), clocks.ages(Kind.WRAP_UP, now)
        )
        left = [talk, wrap_up, *(stage.left for stage in lines)]
        weights = np.stack(left) * np.diff(_AGES, append=_AGES[-1])
        result: Floats = weights / np.maximum(weights.sum(1, keepdims=True), 1e-9)
        return result

    def _lines(self, now: float, clocks: Clocks) -> tuple[StageChances, StageChances]:
        """Return the chances of lines that do not ring, or nobody says so, and of ringing ones."""
        law = self._floor.laws.ringing
        rate = np.array([self._rate])
        if not law.told:
            silent = self._shape.chances(self._rate, self._ahead, _AGES)
            return silent, silent
        silent, ringing = law.stages(
            now,
            self._ahead,
            _AGES,
            clocks.ages(Kind.LINE, now),
            clocks.ages(Kind.RINGING, now),
        )
        base = float(np.clip(silent.ever[0], 1e-4, 1.0 - 1e-4))
        silent, ringing = (
            StageChances(
                at_rate(stage.within, stage.ever, rate, base),
                at_rate(stage.ever[:, None], stage.ever, rate, base)[:, 0],
                stage.left,
            )
            for stage in (silent, ringing)
        )
        return silent, ringing

    def _refresh(self, now: float, grace_s: float, clocks: Clocks) -> None:
        laws = self._floor.laws
        learned = laws.learned
        if (
            learned - self._made_of < min(max(1.0, _REFRESH_AT * learned), _REFRESH_MOST)
            and now - self._made_at < _LONGEST_S
            and grace_s == self._grace_s
        ):
            return
        self._made_at, self._made_of, self._grace_s = now, learned, grace_s
        in_flight = clocks.line_ages(now)
        shape = laws.ring.shape(now, in_flight)
        self._shape = shape
        self._rate = laws.answer_rate.estimate(
            now, shape.answered_by(in_flight), shape.other_by(in_flight)
        )
        ahead = shape.answer_quantiles(_SHARES)
        self._ahead = ahead
        self._fresh = self._rate * shape.answered_by(ahead)
        talk, wrap_up = laws.handle.free_within(
            now,
            ahead + grace_s,
            _AGES,
            clocks.ages(Kind.TALK, now),
            clocks.ages(Kind.WRAP_UP, now),
        )
        lines = self._lines(now, clocks)
        tables = np.stack([1.0 - talk, 1.0 - wrap_up, *(stage.within for stage in lines)])
        self._ever: Floats = np.concatenate(
            [np.zeros(2 * len(_AGES)), *(stage.ever for stage in lines)]
        )
        if self._age_blind:
            weights = self._age_weights(now, clocks, lines)
            tables = np.repeat((weights[:, :, None] * tables).sum(1)[:, None, :], len(_AGES), 1)
        slopes = np.diff(tables, axis=1, append=tables[:, -1:])
        columns = tables.shape[2]
        self._table: Floats = tables.reshape(-1, columns)
        self._slope: Floats = slopes.reshape(-1, columns)
        self._per_width: Floats = 1.0 / np.append(np.diff(_AGES), np.inf)
