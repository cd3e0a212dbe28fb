"""Beta, the chance of finding nobody that is accepted for the next line: one dual variable.

Knows how to steer it so that abandonment meets its target. Refuses to know guards and ledgers.
"""

from collections.abc import Mapping
from math import exp
from typing import Any, Final

from pacing.errors import PacingError

_FIRST_LOGIT: Final = -3.2
"""Beta of about .04: below what any floor of 2 to 100 agents needed at a 3 % target."""
_FIRST_STEP: Final = 0.05
_LAST_STEP: Final = 0.002
_HALVED_AFTER: Final = 40.0
"""Live answers after which the step is half of the first one."""
_STEP_UNIT: Final = 0.25
_BOUND: Final = 7.0


class Dual:
    """The dual variable, in logits; steered by each live answer."""

    def __init__(self) -> None:
        self._logit = _FIRST_LOGIT
        self._seen = 0

    @property
    def beta(self) -> float:
        """The accepted chance, 0..1."""
        return 1.0 / (1.0 + exp(-self._logit))

    def learn(self, *, abandoned: bool, target: float) -> None:
        """Steer by one live answer; `target` is the abandon rate aimed at, 0..1."""
        self._move(-self._step() * (float(abandoned) - target) / _STEP_UNIT)
        self._seen += 1

    def forget(self, *, abandoned: bool, target: float) -> None:
        """Take back one live answer that was none (a machine)."""
        self._move(self._step() * (float(abandoned) - target) / _STEP_UNIT)

    def _step(self) -> float:
        return max(_LAST_STEP, _FIRST_STEP / (1.0 + self._seen / _HALVED_AFTER))

    def _move(self, by: float) -> None:
        self._logit = min(max(self._logit + by, -_BOUND), _BOUND)

    def to_json(self) -> dict[str, Any]:
        """Return the variable as JSON values."""
        return {"logit": self._logit, "seen": self._seen}

    def load_json(self, learned: Mapping[str, Any]) -> None:
        """Take over what `to_json` returned.

        Raises:
            PacingError: the numbers are out of range.
        """
        logit, seen = float(learned["logit"]), int(learned["seen"])
        if not -_BOUND <= logit <= _BOUND or seen < 0:
            raise PacingError("snapshot: the dual variable is out of range", value=learned)
        self._logit, self._seen = logit, seen
