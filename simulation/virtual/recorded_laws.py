"""Laws of durations that were recorded: real calls that ship, or any one has seen.

Refuses to know whose they are.
"""

import csv
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import Field

from simulation.virtual.duration_law import DurationLaw, Floats, SecondsOrNone

SAMPLE: Final = Path(__file__).parent.parent / "data" / "bank-marketing-sample.csv"
"""Real call durations; see the README beside it."""


class Observed(DurationLaw):
    """Durations of real calls, each drawn as often as any other (some seconds added by chance).

    The sample is drawn from with up to half a second either way: it was recorded in whole seconds.
    """

    law: Literal["observed"]
    of: Literal["bank-marketing"]
    scale: Annotated[float, Field(gt=0.0, le=100.0)] = 1.0

    @property
    def _values(self) -> Floats:
        return self.scale * _bank_marketing()

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """See `DurationLaw`."""
        values: Floats = rng.choice(self._values, count)
        return np.maximum(values + self.scale * rng.uniform(-0.5, 0.5, count), 0.1)

    def survival(self, ages: Floats) -> Floats:
        """See `DurationLaw`."""
        values = self._values
        result: Floats = 1.0 - np.interp(
            ages, values, np.linspace(0.0, 1.0, len(values)), left=0.0, right=1.0
        )
        return result

    @property
    def mean_s(self) -> float:
        """See `DurationLaw`."""
        return float(self._values.mean())


class Sample(DurationLaw):
    """Any durations one has seen, each drawn as often as any other."""

    law: Literal["sample"]
    values: Annotated[tuple[SecondsOrNone, ...], Field(min_length=1, max_length=100_000)]
    """Seconds, in any order."""

    @cached_property
    def _sorted(self) -> Floats:
        return np.sort(np.array(self.values))

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """See `DurationLaw`."""
        drawn: Floats = rng.choice(self._sorted, count)
        return drawn

    def survival(self, ages: Floats) -> Floats:
        """See `DurationLaw`."""
        gone = np.searchsorted(self._sorted, np.asarray(ages), side="right")
        result: Floats = 1.0 - gone / len(self.values)
        return result

    @property
    def mean_s(self) -> float:
        """See `DurationLaw`."""
        return float(self._sorted.mean())


@cache
def _bank_marketing() -> Floats:
    with SAMPLE.open(encoding="utf-8", newline="") as rows:
        return np.sort(np.array([float(row["duration"]) for row in csv.DictReader(rows)]))
