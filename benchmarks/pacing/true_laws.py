"""The rule told the true laws: what a scenario says, in the shape of what a pacer learns.

Pacing's own rule, dual variable and guards then run on the truth: what learning costs is the
difference. Knows the face of `pacing.laws.Laws`. Refuses to know events: nothing is learned.
"""
# ruff: noqa: ARG002 - the face of a pacing is given

from typing import Any, Final, cast

import numpy as np

from pacing.clocks import Floats
from pacing.laws import Laws
from pacing.ring_law import RingShape
from pacing.ringing_law import RingingLaw
from pacing.settings import PacingSettings
from simulation.virtual.laws import Law
from simulation.virtual.scenario import Calls, Scenario

_EDGE_S: Final = 0.25
"""Distance of the ages at which the law of rings is tabulated, in seconds."""
_LONGEST_RING_S: Final = 240.0
_WRAP_UPS: Final = 12
"""Midpoints at which a wrap-up that varies is sampled."""
_SURE: Final = 1e-12
_JUMP: Final = 0.02
"""The tables are made again once the true answer rate has moved by this share."""


class TrueAnswerRate:
    """The scenario's answer rate at each time; leads are told apart only by what a dial brings."""

    def __init__(self, calls: Calls) -> None:
        points = calls.rate_over_day
        self._rate = calls.answer_rate
        self._at = np.array([3600.0 * point.at_h for point in points])
        self._factor = np.array([point.factor for point in points])

    def at(self, now: float) -> float:
        """Return the rate at a time, 0..1; of two points at one time the later one holds."""
        if not len(self._at):
            return self._rate
        return min(self._rate * float(np.interp(now, self._at, self._factor)), 0.98)

    def estimate(self, now: float, answered_by: Floats, other_by: Floats) -> float:
        """See `pacing.answer_rate.AnswerRate`."""
        del answered_by, other_by
        return self.at(now)


class TrueRing:
    """G and H of the scenario."""

    def __init__(self, calls: Calls) -> None:
        edges = np.arange(0.0, _LONGEST_RING_S + _EDGE_S, _EDGE_S)
        other = sum(end.share * (1.0 - end.after.survival(edges)) for end in calls.other)
        self._shape = RingShape(edges, _risen(1.0 - calls.ring.survival(edges)), _risen(other))

    def shape(self, now: float, ringing: Floats) -> RingShape:
        """See `pacing.ring_law.RingLaw`."""
        del now, ringing
        return self._shape


class TrueHandle:
    """Talks and wrap-ups of the scenario: persons, and machines where nothing detects them."""

    def __init__(self, calls: Calls) -> None:
        self._kinds = [(1.0, calls.talk, calls.wrap_up)]
        if calls.machines is not None:
            share = calls.machines.share
            self._kinds = [
                (1.0 - share, calls.talk, calls.wrap_up),
                (share, calls.machines.talk, calls.machines.wrap_up),
            ]
        self._kinds = [kind for kind in self._kinds if kind[0] > 0.0]
        self._wrap_ups = [_midpoints(wrap_up) for _, _, wrap_up in self._kinds]
        self._tables: dict[bytes, tuple[Floats, Floats]] = {}

    def free_within(
        self, now: float, ahead: Floats, ages: Floats, talking: Floats, wrapping: Floats
    ) -> tuple[Floats, Floats]:
        """See `pacing.handle_law.HandleLaw`."""
        del now, talking, wrapping
        key = ahead.tobytes() + ages.tobytes()
        if key not in self._tables:  # the truth does not change: the same question, same answer
            self._tables = {key: self._free_within(ahead, ages)}
        return self._tables[key]

    def _free_within(self, ahead: Floats, ages: Floats) -> tuple[Floats, Floats]:
        free = np.zeros((len(ages), len(ahead)))
        later = ages[:, None] + ahead
        for (share, talk, _), wrap_ups in zip(self._kinds, self._wrap_ups, strict=True):
            by_now = talk.survival(ages)[:, None]
            for wrap_up_s in wrap_ups:
                # the talk must end so early that its wrap-up is over in time
                gone = by_now - talk.survival(np.maximum(later - wrap_up_s, ages[:, None]))
                free += share / len(wrap_ups) * gone
        talks, wraps = self._lasting(ages)
        _, wraps_later = self._lasting(later)
        return (
            _share_of(free, talks[:, None]),
            _share_of(wraps[:, None] - wraps_later, wraps[:, None]),
        )

    def survivals(
        self, now: float, ages: Floats, talking: Floats, wrapping: Floats
    ) -> tuple[Floats, Floats]:
        """See `pacing.handle_law.HandleLaw`."""
        del now, talking, wrapping
        return self._lasting(ages)

    def _lasting(self, ages: Floats) -> tuple[Floats, Floats]:
        talks, wraps = np.zeros(ages.shape), np.zeros(ages.shape)
        for share, talk, wrap_up in self._kinds:
            talks += share * talk.survival(ages)
            wraps += share * wrap_up.survival(ages)
        return talks, wraps


class TrueLaws:
    """Has the face of `pacing.laws.Laws`; what is counted is thrown away."""

    def __init__(self, scenario: Scenario) -> None:
        self.learned = 0.0
        """Rises when the truth itself has changed, so that tables are made again."""
        self.answer_rate = TrueAnswerRate(scenario.calls)
        self.ring = TrueRing(scenario.calls)
        self.ringing = RingingLaw(half_life_s=1.0, weight=1.0)
        """Never told that a line rings: the scenarios of this yardstick do not say so."""
        self.handle = TrueHandle(scenario.calls)
        self._rate = self.answer_rate.at(0.0)

    @classmethod
    def of(cls, scenario: Scenario) -> Laws:
        """Return them as what a `Pacer` takes."""
        return cast("Laws", cls(scenario))

    def change(self, settings: PacingSettings) -> None:
        """Nothing is set."""

    def line_rang(self, age_s: float, at: float) -> None:
        """Nothing is learned."""

    def line_answered(
        self, age_s: float, at: float, count: float = 1.0, *, rang_for_s: float | None = None
    ) -> None:
        """Look whether the truth has changed."""
        self._look(at)

    def line_failed(self, age_s: float, at: float, *, rang_for_s: float | None = None) -> None:
        """Look whether the truth has changed."""
        self._look(at)

    def line_cancelled(self, age_s: float, at: float, *, rang_for_s: float | None = None) -> None:
        """Nothing is learned."""

    def talk_ended(self, age_s: float, at: float, *, wrapped: bool) -> None:
        """Nothing is learned."""

    def wrap_up_ended(self, age_s: float, at: float) -> None:
        """Nothing is learned."""

    def busy_cut(self, age_s: float, at: float, *, wrap_up: bool) -> None:
        """Nothing is learned."""

    def to_json(self) -> dict[str, Any]:
        """Nothing was learned."""
        return {}

    def load_json(self, learned: dict[str, Any]) -> None:
        """Nothing was learned."""

    def _look(self, at: float) -> None:
        rate = self.answer_rate.at(at)
        if abs(rate - self._rate) > _JUMP * self._rate:
            self._rate = rate
            # the lookout waits for up to 30 observations more before it makes its tables again
            self.learned += 30.0


def _risen(shares: Any) -> Floats:
    """A law cut at its longest age: it reaches one there."""
    result: Floats = np.maximum.accumulate(np.clip(shares, 0.0, 1.0))
    result[-1] = 1.0
    return result


def _midpoints(law: Law) -> list[float]:
    """Durations that stand for equal shares of a law; one when it is always the same."""
    top = max(8.0 * law.mean_s, 1.0)
    while float(law.survival(np.array([top]))[0]) > 0.5 / _WRAP_UPS:
        top *= 2.0
    ages = np.linspace(0.0, top, 4001)
    shares = (np.arange(_WRAP_UPS) + 0.5) / _WRAP_UPS
    points = np.interp(shares, 1.0 - law.survival(ages), ages)
    if points[-1] - points[0] < 2.0 * ages[1]:
        return [law.mean_s]
    return [float(point) for point in points]


def _share_of(part: Floats, whole: Floats) -> Floats:
    """Part / whole; one where nothing lasts so long: it is over at once."""
    sure = np.ones(np.broadcast_shapes(part.shape, whole.shape))
    result: Floats = np.clip(
        np.divide(part, whole, out=sure, where=np.broadcast_to(whole > _SURE, sure.shape)), 0.0, 1.0
    )
    return result
