"""How often a dialed line becomes a live answer: a Beta estimate that forgets.

Knows answers and failures by weight, and gives lines in flight their share of both (else the
quick outcomes would count first and bias the first minutes). Refuses to know single leads.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from pacing.clocks import Floats

_RESCALE_AT: Final = 40.0
_SLOW: Final = 6.0
"""How many times the weight of the prior is while fewer answer than it says: the first lines of a
floor end together, and if few of them answer, all would be followed by too many."""
_LOWEST: Final = 1e-4
_HIGHEST: Final = 1.0 - 1e-4


class AnswerRate:
    """Live answers per dial, as a Beta estimate with exponential forgetting."""

    def __init__(self, *, prior_rate: float, weight: float, half_life_s: float) -> None:
        """Start from a prior worth `weight` dials."""
        self.prior_rate = prior_rate
        self.weight = weight
        self.half_life_s = half_life_s
        self._answers = 0.0
        self._others = 0.0
        self._reference = 0.0
        self._rate = prior_rate

    def answered(self, at: float, count: float = 1.0) -> None:
        """Count a live answer; `count` -1 takes it back."""
        weight = self._weight_at(at)  # first: it may scale what was counted
        self._answers += count * weight

    def ended(self, at: float) -> None:
        """Count a line that ended without a live answer."""
        weight = self._weight_at(at)  # first: it may scale what was counted
        self._others += weight

    def estimate(self, now: float, answered_by: Floats, other_by: Floats) -> float:
        """Return the rate at `now`.

        Args:
            now: time in seconds.
            answered_by: G at the age of each line in flight (share of live answers come by then).
            other_by: H at the same ages.
        """
        scale = 1.0 / self._weight_at(now)
        last = self._rate
        still_answer = last * (1.0 - answered_by)
        still_other = (1.0 - last) * (1.0 - other_by)
        pending = still_answer / np.maximum(still_answer + still_other, 1e-12)
        answers = max(self._answers, 0.0) * scale + float(pending.sum())
        dials = (max(self._answers, 0.0) + max(self._others, 0.0)) * scale + len(answered_by)
        rate = max(
            (self.prior_rate * weight + answers) / (weight + dials)
            for weight in (self.weight, _SLOW * self.weight)
        )
        self._rate = min(max(rate, _LOWEST), _HIGHEST)
        return self._rate

    def _weight_at(self, at: float) -> float:
        lives = (at - self._reference) / self.half_life_s
        if lives > _RESCALE_AT:
            factor = 2.0 ** -min(lives, 1000.0)
            self._reference = at
            self._answers *= factor
            self._others *= factor
            return 1.0
        return float(2.0**lives)

    def to_json(self) -> dict[str, Any]:
        """Return what was learned as JSON values."""
        return {
            "answers": self._answers,
            "others": self._others,
            "reference": self._reference,
            "rate": self._rate,
        }

    def load_json(self, learned: Mapping[str, Any]) -> None:
        """Take over what `to_json` returned."""
        self._answers = float(learned["answers"])
        self._others = float(learned["others"])
        self._reference = float(learned["reference"])
        self._rate = float(learned["rate"])
