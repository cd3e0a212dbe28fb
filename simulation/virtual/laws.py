"""Laws of durations, as a scenario names them: how long rings, talks and wrap-ups take.

Each law can be drawn from and knows its mean and its survival function, in seconds. Refuses to know
what it is the law of.
"""

import csv
from abc import ABC, abstractmethod
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy import stats

Floats = NDArray[np.float64]

SAMPLE: Final = Path(__file__).parent.parent / "data" / "bank-marketing-sample.csv"
"""Real call durations; see the README beside it."""

_Seconds = Annotated[float, Field(gt=0.0, le=86_400.0, allow_inf_nan=False)]
_SecondsOrNone = Annotated[float, Field(ge=0.0, le=86_400.0, allow_inf_nan=False)]


class _Law(BaseModel, ABC):
    """What every law can do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @abstractmethod
    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """Draw `count` durations, in seconds."""

    @abstractmethod
    def survival(self, ages: Floats) -> Floats:
        """Return the chance (0..1) to last longer than each age, in seconds; any shape."""

    @property
    @abstractmethod
    def mean_s(self) -> float:
        """The mean, in seconds."""


class Constant(_Law):
    """Always the same."""

    law: Literal["constant"]
    seconds: _SecondsOrNone

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """See `_Law`."""
        del rng
        return np.full(count, self.seconds)

    def survival(self, ages: Floats) -> Floats:
        """See `_Law`."""
        result: Floats = (np.asarray(ages) < self.seconds).astype(np.float64)
        return result

    @property
    def mean_s(self) -> float:
        """See `_Law`."""
        return self.seconds


class _Continuous(_Law):
    """A distribution of scipy, moved by `after_s`."""

    after_s: _SecondsOrNone = 0.0
    """Shortest possible duration, in seconds; the law begins there."""

    @abstractmethod
    def _standard(self) -> Any:
        """The distribution without the shift."""

    @cached_property
    def _distribution(self) -> Any:
        return self._standard()

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """See `_Law`."""
        result: Floats = self.after_s + self._distribution.rvs(size=count, random_state=rng)
        return result

    def survival(self, ages: Floats) -> Floats:
        """See `_Law`."""
        result: Floats = self._distribution.sf(np.asarray(ages) - self.after_s)
        return result

    @property
    def mean_s(self) -> float:
        """See `_Law`."""
        return self.after_s + float(self._distribution.mean())


class Uniform(_Continuous):
    """Anything from `after_s` to `after_s + width_s` alike."""

    law: Literal["uniform"]
    width_s: _Seconds

    def _standard(self) -> Any:
        return stats.uniform(scale=self.width_s)


class Exponential(_Continuous):
    """Memoryless."""

    law: Literal["exponential"]
    scale_s: _Seconds

    def _standard(self) -> Any:
        return stats.expon(scale=self.scale_s)


class Gamma(_Continuous):
    """One hump and a tail; also near-constant when `shape` is large."""

    law: Literal["gamma"]
    shape: Annotated[float, Field(gt=0.0, le=10_000.0)]
    scale_s: _Seconds

    def _standard(self) -> Any:
        return stats.gamma(self.shape, scale=self.scale_s)


class Lognormal(_Continuous):
    """A long tail."""

    law: Literal["lognormal"]
    scale_s: _Seconds
    """Mean of what comes after `after_s`, in seconds."""
    cv: Annotated[float, Field(gt=0.0, le=10.0)]
    """Standard deviation / mean."""

    def _standard(self) -> Any:
        variance = np.log1p(self.cv**2)
        return stats.lognorm(np.sqrt(variance), scale=self.scale_s * np.exp(-variance / 2.0))


class Observed(_Law):
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
        """See `_Law`."""
        values: Floats = rng.choice(self._values, count)
        return np.maximum(values + self.scale * rng.uniform(-0.5, 0.5, count), 0.1)

    def survival(self, ages: Floats) -> Floats:
        """See `_Law`."""
        values = self._values
        result: Floats = 1.0 - np.interp(
            ages, values, np.linspace(0.0, 1.0, len(values)), left=0.0, right=1.0
        )
        return result

    @property
    def mean_s(self) -> float:
        """See `_Law`."""
        return float(self._values.mean())


class Part(BaseModel):
    """One law of a mixture."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    share: Annotated[float, Field(gt=0.0, le=1.0)]
    of: "Law"


class Mixture(_Law):
    """One of several laws, by share (they are brought to a sum of 1)."""

    law: Literal["mixture"]
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=20)]

    @property
    def _shares(self) -> Floats:
        shares = np.array([part.share for part in self.parts])
        result: Floats = shares / shares.sum()
        return result

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """See `_Law`."""
        chosen = rng.choice(len(self.parts), count, p=self._shares)
        drawn = np.stack([part.of.draw(rng, count) for part in self.parts])
        result: Floats = drawn[chosen, np.arange(count)]
        return result

    def survival(self, ages: Floats) -> Floats:
        """See `_Law`."""
        result: Floats = sum(
            share * part.of.survival(ages)
            for share, part in zip(self._shares, self.parts, strict=True)
        )  # type: ignore[assignment]
        return result

    @property
    def mean_s(self) -> float:
        """See `_Law`."""
        return sum(
            share * part.of.mean_s
            for share, part in zip(self._shares.tolist(), self.parts, strict=True)
        )


Law = Annotated[
    Constant | Uniform | Exponential | Gamma | Lognormal | Observed | Mixture,
    Field(discriminator="law"),
]
"""Any law a scenario may name."""

Part.model_rebuild()
Mixture.model_rebuild()


@cache
def _bank_marketing() -> Floats:
    with SAMPLE.open(encoding="utf-8", newline="") as rows:
        return np.sort(np.array([float(row["duration"]) for row in csv.DictReader(rows)]))
