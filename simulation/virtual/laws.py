"""Laws of durations, as a scenario names them: how long rings, talks and wrap-ups take.

Each law can be drawn from and knows its mean and its survival function, in seconds. Refuses to know
what it is the law of.
"""

from abc import abstractmethod
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy import stats

from simulation.virtual.duration_law import DurationLaw, Floats, Seconds, SecondsOrNone
from simulation.virtual.recorded_laws import SAMPLE, Observed, Sample

__all__ = [
    "SAMPLE",
    "Constant",
    "Exponential",
    "Floats",
    "Gamma",
    "Law",
    "Lognormal",
    "Mixture",
    "Observed",
    "Part",
    "Sample",
    "Uniform",
]


class Constant(DurationLaw):
    """Always the same."""

    law: Literal["constant"]
    seconds: SecondsOrNone

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """See `DurationLaw`."""
        del rng
        return np.full(count, self.seconds)

    def survival(self, ages: Floats) -> Floats:
        """See `DurationLaw`."""
        result: Floats = (np.asarray(ages) < self.seconds).astype(np.float64)
        return result

    @property
    def mean_s(self) -> float:
        """See `DurationLaw`."""
        return self.seconds


class _Continuous(DurationLaw):
    """A distribution of scipy, moved by `after_s`."""

    after_s: SecondsOrNone = 0.0
    """Shortest possible duration, in seconds; the law begins there."""

    @abstractmethod
    def _standard(self) -> Any:
        """The distribution without the shift."""

    @cached_property
    def _distribution(self) -> Any:
        return self._standard()

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """See `DurationLaw`."""
        result: Floats = self.after_s + self._distribution.rvs(size=count, random_state=rng)
        return result

    def survival(self, ages: Floats) -> Floats:
        """See `DurationLaw`."""
        result: Floats = self._distribution.sf(np.asarray(ages) - self.after_s)
        return result

    @property
    def mean_s(self) -> float:
        """See `DurationLaw`."""
        return self.after_s + float(self._distribution.mean())


class Uniform(_Continuous):
    """Anything from `after_s` to `after_s + width_s` alike."""

    law: Literal["uniform"]
    width_s: Seconds

    def _standard(self) -> Any:
        return stats.uniform(scale=self.width_s)


class Exponential(_Continuous):
    """Memoryless."""

    law: Literal["exponential"]
    scale_s: Seconds

    def _standard(self) -> Any:
        return stats.expon(scale=self.scale_s)


class Gamma(_Continuous):
    """One hump and a tail; also near-constant when `shape` is large."""

    law: Literal["gamma"]
    shape: Annotated[float, Field(gt=0.0, le=10_000.0)]
    scale_s: Seconds

    def _standard(self) -> Any:
        return stats.gamma(self.shape, scale=self.scale_s)


class Lognormal(_Continuous):
    """A long tail."""

    law: Literal["lognormal"]
    scale_s: Seconds
    """Mean of what comes after `after_s`, in seconds."""
    cv: Annotated[float, Field(gt=0.0, le=10.0)]
    """Standard deviation / mean."""

    def _standard(self) -> Any:
        variance = np.log1p(self.cv**2)
        return stats.lognorm(np.sqrt(variance), scale=self.scale_s * np.exp(-variance / 2.0))


class Part(BaseModel):
    """One law of a mixture."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    share: Annotated[float, Field(gt=0.0, le=1.0)]
    of: "Law"


class Mixture(DurationLaw):
    """One of several laws, by share (they are brought to a sum of 1)."""

    law: Literal["mixture"]
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=20)]

    @property
    def _shares(self) -> Floats:
        shares = np.array([part.share for part in self.parts])
        result: Floats = shares / shares.sum()
        return result

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """See `DurationLaw`."""
        chosen = rng.choice(len(self.parts), count, p=self._shares)
        drawn = np.stack([part.of.draw(rng, count) for part in self.parts])
        result: Floats = drawn[chosen, np.arange(count)]
        return result

    def survival(self, ages: Floats) -> Floats:
        """See `DurationLaw`."""
        alive = np.stack([part.of.survival(ages) for part in self.parts])
        result: Floats = np.tensordot(self._shares, alive, axes=1)
        return result

    @property
    def mean_s(self) -> float:
        """See `DurationLaw`."""
        return float(self._shares @ np.array([part.of.mean_s for part in self.parts]))


Law = Annotated[
    Constant | Uniform | Exponential | Gamma | Lognormal | Observed | Sample | Mixture,
    Field(discriminator="law"),
]
"""Any law a scenario may name."""

Part.model_rebuild()
Mixture.model_rebuild()
