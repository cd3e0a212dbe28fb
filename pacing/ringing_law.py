"""What becomes of a line once the carrier has said that it rings, and while it has not.

Numbers that are busy or do not exist never ring, so a line that rings is likelier to be answered,
and one that does not ring for long is not. Knows the laws of both stages, and how to bring chances
to another answer rate. Refuses to know the answer rate itself (see `answer_rate`) and whose it is.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from pacing.clocks import Floats
from pacing.hazard import HazardLaw
from pacing.ring_law import RING_GRID, StageChances

_RANG: Final = 0
_ANSWERED_UNRUNG: Final = 1
_OTHER_UNRUNG: Final = 2
_ANSWERED: Final = 0
_OTHER: Final = 1

_BEFORE_S: Final = (3.0, 120.0, 15.0)
"""Mean times to ringing, to an answer without it, and to another end, assumed at first."""
_AFTER_S: Final = (20.0, 20.0)
"""Mean times from ringing to an answer and to another end, assumed at first."""
_ENOUGH: Final = 40
"""Lines that rang before the two stages are told apart."""
_STEPS: Final = 24
"""Steps of the sum over the instant at which it rings."""


class RingingLaw:
    """Learns the stage before a line rings, and the stage in which it does."""

    def __init__(self, *, half_life_s: float, weight: float) -> None:
        """Start from exponential laws.

        Args:
            half_life_s: after how long a line weighs half.
            weight: how many lines the prior weighs as much as.
        """
        self._before = HazardLaw(
            RING_GRID, half_life_s=half_life_s, prior_means_s=_BEFORE_S, weight=weight
        )
        self._after = HazardLaw(
            RING_GRID, half_life_s=half_life_s, prior_means_s=_AFTER_S, weight=weight
        )
        self._rang = 0

    @property
    def told(self) -> bool:
        """Whether the carrier says when it rings, often enough to build on it."""
        return self._rang >= _ENOUGH

    def rang(self, age_s: float, at: float) -> None:
        """Count a line that began to ring at an age."""
        self._rang += 1
        self._before.add(age_s, _RANG, at)

    def answered(self, age_s: float, rang_for_s: float | None, at: float, count: float) -> None:
        """Count a live answer; `rang_for_s` None: it never said that it rings."""
        if rang_for_s is None:
            self._before.add(age_s, _ANSWERED_UNRUNG, at, count)
        else:
            self._after.add(rang_for_s, _ANSWERED, at, count)

    def ended(self, age_s: float, rang_for_s: float | None, at: float) -> None:
        """Count any other end."""
        if rang_for_s is None:
            self._before.add(age_s, _OTHER_UNRUNG, at)
        else:
            self._after.add(rang_for_s, _OTHER, at)

    def cut_short(self, age_s: float, rang_for_s: float | None, at: float) -> None:
        """Count a line that was taken back: nobody knows how it would have ended."""
        if rang_for_s is None:
            self._before.add(age_s, None, at)
        else:
            self._after.add(rang_for_s, None, at)

    def stages(
        self, now: float, ahead: Floats, ages: Floats, silent: Floats, ringing: Floats
    ) -> tuple[StageChances, StageChances]:
        """Return the chances of lines that have not rung, and of lines that ring.

        Args:
            now: time in seconds.
            ahead: rising times ahead, in seconds, shape (k,).
            ages: ages in a stage to tabulate, in seconds, shape (g,).
            silent: ages of the lines in flight that have not rung.
            ringing: for how long the others have rung.
        """
        rang, direct, lost = self._before.incidence(now, silent)
        answered, other = self._after.incidence(now, ringing)
        edges = np.append(self._after.edges, self._after.edges[-1] + self._after.widths[-1])

        def by(law: Floats, at: Floats) -> Floats:
            result: Floats = np.interp(at, edges, law)
            return result

        later = ages[:, None] + ahead
        left_after = 1.0 - by(answered, ages) - by(other, ages)
        after = StageChances(
            _share(by(answered, later) - by(answered, ages)[:, None], left_after[:, None]),
            _share(answered[-1] - by(answered, ages), left_after),
            left_after,
        )
        left_before = 1.0 - by(rang, ages) - by(direct, ages) - by(lost, ages)
        steps = np.linspace(0.0, ahead[-1], _STEPS + 1)
        rings = np.diff(by(rang, ages[:, None] + steps), axis=1)
        middle = 0.5 * (steps[:-1] + steps[1:])
        then = by(answered, np.maximum(ahead - middle[:, None], 0.0))
        at_once = by(direct, later) - by(direct, ages)[:, None]
        ever = direct[-1] - by(direct, ages) + answered[-1] * (rang[-1] - by(rang, ages))
        before = StageChances(
            _share(at_once + rings @ then, left_before[:, None]),
            _share(ever, left_before),
            left_before,
        )
        return before, after

    def to_json(self) -> dict[str, Any]:
        """Return what was learned as JSON values."""
        return {
            "rang": self._rang,
            "before": self._before.to_json(),
            "after": self._after.to_json(),
        }

    def load_json(self, learned: Mapping[str, Any]) -> None:
        """Take over what `to_json` returned."""
        self._rang = int(learned["rang"])
        self._before.load_json(learned["before"])
        self._after.load_json(learned["after"])


def at_rate(within: Floats, ever: Floats, rates: Floats, base: float) -> Floats:
    """Bring chances that hold at an answer rate of `base` to other rates, by Bayes' rule.

    What was seen of a line (its age, that it rings) is as likely of one that will be answered at
    any rate; only the odds of it at the dial differ.

    Args:
        within: chances to be answered within times ahead, shape (n, times).
        ever: chances to be answered at all, shape (n,).
        rates: the rates to bring them to, 0..1, shape (n,) or (1,).
        base: the rate at which they hold, above 0 and below 1.
    """
    up, down = rates * (1.0 - base), (1.0 - rates) * base
    factor = up / np.maximum(down * (1.0 - ever) + up * ever, 1e-12)
    result: Floats = np.clip(within * factor[:, None], 0.0, 1.0)
    return result


def _share(part: Floats, whole: Floats) -> Floats:
    result: Floats = np.clip(part / np.maximum(whole, 1e-9), 0.0, 1.0)
    return result
