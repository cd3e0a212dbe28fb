"""What becomes of a dialed line, by its age: a live answer, or any other end (competing risks).

Knows G, the law of the time to a live answer among the answered, and H, that of the other ends.
Refuses to know how often people answer (see `answer_rate`) and who they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from pacing.clocks import Floats
from pacing.hazard import Grid, HazardLaw

ANSWER: Final = 0
OTHER: Final = 1

RING_GRID: Final = Grid(first_s=0.4, ratio=1.15, count=44)
"""Bins up to about 140 s, 1.3 s wide at 10 s."""


_ANSWER_AT: Final = (0.45, 0.65, 0.85, 1.1, 1.45, 2.0)
"""When live answers come at first, as shares of the mean time, equally likely."""
_AT_ONCE_S: Final = 2.0
_ENDS_AT_ONCE: Final = 0.15
"""Share of the lines nobody answers that are over after about this time: busy, or no number."""
_EXPONENTIAL: Final = 0.25
"""Share of the prior's weight for laws without memory, so that no age is impossible."""


class StageChances(NamedTuple):
    """The lines of one stage (such as: those that ring), by age in it."""

    within: Floats
    """Chance to be answered within each time ahead, shape (ages, times)."""
    ever: Floats
    """Chance to be answered at all, shape (ages,)."""
    left: Floats
    """Share of the lines of this stage that are still in it, shape (ages,)."""


@dataclass(frozen=True, slots=True)
class RingShape:
    """G and H at the edges of the bins; linear in between."""

    edges: Floats
    answered: Floats
    other: Floats

    def answered_by(self, ages: Floats) -> Floats:
        """G: share of the live answers that came by each age."""
        result: Floats = np.interp(ages, self.edges, self.answered)
        return result

    def other_by(self, ages: Floats) -> Floats:
        """H: share of the other ends that came by each age."""
        result: Floats = np.interp(ages, self.edges, self.other)
        return result

    def chances(self, rate: float, ahead: Floats, ages: Floats) -> StageChances:
        """Return the chances of lines by age.

        Args:
            rate: answer rate, 0..1.
            ahead: times ahead in seconds, shape (k,).
            ages: ages in seconds, shape (g,).
        """
        by_now = self.answered_by(ages)
        left = 1.0 - rate * by_now - (1.0 - rate) * self.other_by(ages)
        ratio = rate / np.maximum(left, 1e-9)
        then = self.answered_by(ages[:, None] + ahead)
        return StageChances(
            np.clip(ratio[:, None] * (then - by_now[:, None]), 0.0, 1.0),
            np.clip(ratio * (1.0 - by_now), 0.0, 1.0),
            left,
        )

    def answer_quantiles(self, shares: Floats) -> Floats:
        """Return the ages, in seconds, by which these shares of the live answers came."""
        result: Floats = np.interp(shares, self.answered, self.edges)
        return result


class RingLaw:
    """Learns G and H from lines that ended and from lines that still ring."""

    def __init__(
        self,
        *,
        half_life_s: float,
        answer_rate: float,
        ring_s: float,
        other_s: float,
        weight: float,
    ) -> None:
        """Start from what is usual: nobody answers at once, and few later than twice the mean.

        Args:
            half_life_s: after how long a line weighs half.
            answer_rate: share of lines that a person answers, at first.
            ring_s: mean time to a live answer, at first.
            other_s: mean time to any other end, at first.
            weight: how many lines the prior weighs as much as.
        """
        hold_s = answer_rate * ring_s + (1.0 - answer_rate) * other_s
        self._law = HazardLaw(
            RING_GRID,
            half_life_s=half_life_s,
            prior_means_s=(hold_s / answer_rate, hold_s / (1.0 - answer_rate)),
            weight=_EXPONENTIAL * weight,
        )
        for share in _ANSWER_AT:
            count = weight * answer_rate / len(_ANSWER_AT)
            self._law.assume(share * ring_s, ANSWER, count)
        for at_s, share in ((_AT_ONCE_S, _ENDS_AT_ONCE), (other_s, 1.0 - _ENDS_AT_ONCE)):
            self._law.assume(at_s, OTHER, weight * (1.0 - answer_rate) * share)

    def answered(self, age_s: float, at: float, count: float = 1.0) -> None:
        """Count a live answer at an age; `count` -1 takes it back."""
        self._law.add(age_s, ANSWER, at, count)

    def ended(self, age_s: float, at: float) -> None:
        """Count any other end at an age."""
        self._law.add(age_s, OTHER, at)

    def cut_short(self, age_s: float, at: float) -> None:
        """Count a line that was taken back: nobody knows how it would have ended."""
        self._law.add(age_s, None, at)

    def shape(self, now: float, ringing: Floats) -> RingShape:
        """Return G and H as they are estimated at `now`, with the ages of what rings."""
        law = self._law
        cumulated = law.incidence(now, ringing)
        edges = np.append(law.edges, law.edges[-1] + law.widths[-1])
        cumulated /= cumulated[:, -1:]
        return RingShape(edges, cumulated[ANSWER], cumulated[OTHER])

    def to_json(self) -> dict[str, Any]:
        """Return what was learned as JSON values."""
        return self._law.to_json()

    def load_json(self, learned: Mapping[str, Any]) -> None:
        """Take over what `to_json` returned."""
        self._law.load_json(learned)
