"""What every law of durations can do, in seconds. Refuses to know any certain law."""

from abc import ABC, abstractmethod
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Floats = NDArray[np.float64]

Seconds = Annotated[float, Field(gt=0.0, le=86_400.0, allow_inf_nan=False)]
SecondsOrNone = Annotated[float, Field(ge=0.0, le=86_400.0, allow_inf_nan=False)]


class DurationLaw(BaseModel, ABC):
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
