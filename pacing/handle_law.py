"""How long agents stay busy: talks, and the wrap-up that may follow.

Knows the law of talks, the share of talks that a wrap-up follows, and the law of wrap-ups. Gives
the chance that a busy agent is free within some seconds. Refuses to know agents and lines.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from pacing.clocks import Floats
from pacing.hazard import Grid, HazardLaw

BUSY_GRID: Final = Grid(first_s=0.25, ratio=1.12, count=98)
"""Bins up to about four hours."""
_STEPS: Final = 24
"""Steps of the sum over the instant at which the talk ends."""


class HandleLaw:
    """Learns talks and wrap-ups; talks still running count as censored."""

    def __init__(
        self, *, half_life_s: float, talk_s: float, wrap_up_s: float, weight: float
    ) -> None:
        """Start from exponential laws of these means, worth `weight` calls each."""
        self._talk = HazardLaw(
            BUSY_GRID, half_life_s=half_life_s, prior_means_s=(talk_s,), weight=weight
        )
        self._wrap_up = HazardLaw(
            BUSY_GRID, half_life_s=half_life_s, prior_means_s=(wrap_up_s,), weight=weight
        )
        self._wrapped = weight
        self._unwrapped = 0.0

    def talk_ended(self, age_s: float, at: float, *, wrapped: bool) -> None:
        """Count a talk, and whether a wrap-up followed."""
        self._talk.add(age_s, 0, at)
        # the share moves over the last 200 talks or so
        keep = 1.0 - 1.0 / 200.0
        self._wrapped = self._wrapped * keep + wrapped
        self._unwrapped = self._unwrapped * keep + (not wrapped)

    def talk_cut(self, age_s: float, at: float) -> None:
        """Count a talk whose end was not seen (the agent's phone was lost)."""
        self._talk.add(age_s, None, at)

    def wrap_up_ended(self, age_s: float, at: float) -> None:
        """Count a wrap-up."""
        self._wrap_up.add(age_s, 0, at)

    def wrap_up_cut(self, age_s: float, at: float) -> None:
        """Count a wrap-up whose end was not seen."""
        self._wrap_up.add(age_s, None, at)

    def free_within(
        self, now: float, ahead: Floats, ages: Floats, talking: Floats, wrapping: Floats
    ) -> tuple[Floats, Floats]:
        """Return the chances to be free within each of `ahead` seconds, by age.

        Args:
            now: time in seconds.
            ahead: rising times ahead, in seconds, shape (k,).
            ages: ages of a talk or wrap-up to tabulate, in seconds, shape (g,).
            talking: ages of the talks that run.
            wrapping: ages of the wrap-ups that run.

        Returns:
            Two tables of shape (g, k): for a talk, and for a wrap-up, of each age.
        """
        talk, wrap_up = self._talk, self._wrap_up
        talk_hazard = talk.hazards(now, talking)[0]
        wrap_hazard = wrap_up.hazards(now, wrapping)[0]
        spent = wrap_up.cumulated(wrap_hazard, ages)
        later = wrap_up.cumulated(wrap_hazard, ages[:, None] + ahead)
        wrapped_by = 1.0 - np.exp(spent[:, None] - later)

        ends = np.linspace(0.0, ahead[-1], _STEPS + 1)
        cumulated = talk.cumulated(talk_hazard, ages[:, None] + ends)
        alive = np.exp(cumulated[:, :1] - cumulated)
        ending = alive[:, :-1] - alive[:, 1:]
        portion = np.clip((ahead - ends[:-1, None]) / ends[1], 0.0, 1.0)
        left = np.maximum(ahead - ends[:-1, None] - 0.5 * ends[1] * portion, 0.0)
        share = self._wrapped / (self._wrapped + self._unwrapped)
        done = portion * (1.0 - share * np.exp(-wrap_up.cumulated(wrap_hazard, left)))
        return ending @ done, wrapped_by

    def survivals(
        self, now: float, ages: Floats, talking: Floats, wrapping: Floats
    ) -> tuple[Floats, Floats]:
        """Return the shares of talks and of wrap-ups that last longer than each age.

        Args:
            now: time in seconds.
            ages: ages in seconds, shape (g,).
            talking: ages of the talks that run.
            wrapping: ages of the wrap-ups that run.
        """
        talk, wrap_up = self._talk, self._wrap_up
        return (
            np.exp(-talk.cumulated(talk.hazards(now, talking)[0], ages)),
            np.exp(-wrap_up.cumulated(wrap_up.hazards(now, wrapping)[0], ages)),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what was learned as JSON values."""
        return {
            "talk": self._talk.to_json(),
            "wrap_up": self._wrap_up.to_json(),
            "wrapped": self._wrapped,
            "unwrapped": self._unwrapped,
        }

    def load_json(self, learned: Mapping[str, Any]) -> None:
        """Take over what `to_json` returned."""
        self._talk.load_json(learned["talk"])
        self._wrap_up.load_json(learned["wrap_up"])
        self._wrapped = float(learned["wrapped"])
        self._unwrapped = float(learned["unwrapped"])
