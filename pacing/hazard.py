"""A law of durations learned from ends and from what still runs: piecewise constant hazards.

Knows bins of age, how many ended in each (by cause), and how long was spent in each; forgets by
half-life. What still runs, or was cut short for other reasons, counts as time without an end
(right-censored). Refuses to know what it is that ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Final

import numpy as np

from pacing.clocks import Floats

_RESCALE_AT: Final = 40.0
"""Half-lives after which the growing weights are brought back to one."""
_LOCAL: Final = np.array([0.1, 0.3, 0.6, 0.9, 1.0, 0.9, 0.6, 0.3, 0.1])
"""Weights of neighbouring bins in the local mean that thin bins lean on."""
_POOL_EVENTS: Final = 2.0
"""How many ends the exponential law of the same mean weighs as much as, over all bins."""
_LOCAL_EVENTS: Final = 1.0
"""How many ends the local mean weighs as much as, in each bin."""
_TRACE: Final = 1e-3
"""The same for the exponential law in each bin, so that no hazard is ever without ground."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Edges of age bins in seconds: [0, first), [first, first x ratio), ..., the last one open."""

    first_s: float
    ratio: float
    count: int

    @property
    def edges(self) -> Floats:
        """Lower edges of the bins, in seconds."""
        return np.concatenate([[0.0], self.first_s * self.ratio ** np.arange(self.count - 1)])

    @property
    def widths(self) -> Floats:
        """Widths of the bins in seconds; the last one has a nominal width."""
        edges = self.edges
        return np.append(np.diff(edges), edges[-1] * (self.ratio - 1.0))

    def place(self, age_s: float) -> int:
        """Return the bin of an age."""
        if age_s < self.first_s:
            return 0
        return min(int(log(age_s / self.first_s) / log(self.ratio)) + 1, self.count - 1)


class HazardLaw:
    """Hazards by cause over a grid of ages, with forgetting and a shrinking prior."""

    def __init__(
        self, grid: Grid, *, half_life_s: float, prior_means_s: Sequence[float], weight: float
    ) -> None:
        """Start from exponential laws.

        Args:
            grid: bins of age.
            half_life_s: after how long an end weighs half.
            prior_means_s: for each cause, 1 / its hazard at first, in seconds.
            weight: how many ends the prior weighs as much as.
        """
        self.half_life_s = half_life_s
        self.prior_means_s = tuple(prior_means_s)
        self.weight = weight
        self._grid = grid
        self._edges = grid.edges
        self._widths = grid.widths
        self._lower: list[float] = self._edges.tolist()
        self._reference = 0.0
        self._assumed_ends = np.zeros((len(self.prior_means_s), grid.count))
        self._assumed_stops = np.zeros(grid.count)
        self._assumed_spent = np.zeros(grid.count)
        self._ends = [[0.0] * grid.count for _ in prior_means_s]
        self._stops = [0.0] * grid.count
        self._spent = [0.0] * grid.count

    @property
    def edges(self) -> Floats:
        """Lower edges of the bins, in seconds."""
        return self._edges

    @property
    def widths(self) -> Floats:
        """Widths of the bins, in seconds."""
        return self._widths

    def add(self, age_s: float, cause: int | None, at: float, count: float = 1.0) -> None:
        """Count a duration.

        Args:
            age_s: how long it lasted.
            cause: index of what ended it; None when it was cut short (censored).
            at: when it ended, in seconds; sets its weight.
            count: 1, or -1 to take back what was counted with the same arguments.
        """
        weight = count * self._weight(at)
        place = self._grid.place(age_s)
        if cause is not None:
            self._ends[cause][place] += weight
        self._stops[place] += weight
        self._spent[place] += weight * (age_s - self._lower[place])

    def assume(self, age_s: float, cause: int, count: float) -> None:
        """Count durations that nobody saw, as part of the prior: they are never forgotten.

        Args:
            age_s: how long they lasted.
            cause: index of what ended them.
            count: how many.
        """
        place = self._grid.place(age_s)
        self._assumed_ends[cause][place] += count
        self._assumed_stops[place] += count
        self._assumed_spent[place] += count * (age_s - self._lower[place])

    def hazards(self, now: float, running: Floats | None = None) -> Floats:
        """Return hazards per second, shape (causes, bins).

        Args:
            now: time in seconds.
            running: ages in seconds of what still runs.
        """
        scale = 1.0 / self._weight(now)
        ends = np.array(self._ends) * scale + self._assumed_ends
        stops = np.array(self._stops) * scale + self._assumed_stops
        spent = np.array(self._spent) * scale + self._assumed_spent
        if running is not None and len(running):
            places = np.searchsorted(self._edges, running, side="right") - 1
            count = len(stops)
            stops = stops + np.bincount(places, minlength=count)
            spent = spent + np.bincount(places, running - self._edges[places], count)
        beyond = np.append(np.cumsum(stops[::-1])[::-1][1:], 0.0)
        exposure = np.maximum(beyond, 0.0) * self._widths + np.maximum(spent, 0.0)
        ends = np.maximum(ends, 0.0)
        # three levels: all ages pooled with the prior; neighbouring bins; the bin itself
        means = np.array(self.prior_means_s)
        prior_ends = self.weight * min(means) / means
        prior_time = self.weight * min(means)
        pooled = (ends.sum(1) + prior_ends) / (exposure.sum() + prior_time)
        total = pooled.sum()
        alive = np.exp(-total * np.append(self._edges, np.inf))
        mass = _POOL_EVENTS * (alive[:-1] - alive[1:]) + _TRACE
        ends += (pooled / total)[:, None] * mass
        exposure += mass / total
        near_time = np.convolve(exposure, _LOCAL, "same")
        near_ends = np.array([np.convolve(row, _LOCAL, "same") for row in ends])
        local_time = _LOCAL_EVENTS * near_time / near_ends
        hazards: Floats = (ends + _LOCAL_EVENTS) / (exposure + local_time)
        return hazards

    def incidence(self, now: float, running: Floats) -> Floats:
        """Return the share that ended by each edge and cause, shape (causes, bins + 1).

        All causes together reach one at the last edge. Arguments as for `hazards`.
        """
        hazards = self.hazards(now, running)
        total = hazards.sum(0)
        alive = np.exp(-np.concatenate([[0.0], np.cumsum(total * self._widths)]))
        ends = alive[:-1] - alive[1:]
        ends[-1] += alive[-1]
        by_cause = np.cumsum(hazards / total * ends, axis=1)
        result: Floats = np.concatenate([np.zeros((len(hazards), 1)), by_cause], axis=1)
        return result

    def cumulated(self, hazards: Floats, ages: Floats) -> Floats:
        """Integrate one cause's (or the total) hazard from 0 to each age; linear inside bins."""
        at_edges = np.concatenate([[0.0], np.cumsum(hazards * self._widths)])
        upper = self._edges[-1] + self._widths[-1]
        result: Floats = np.interp(ages, np.append(self._edges, upper), at_edges)
        result += np.maximum(ages - upper, 0.0) * hazards[-1]
        return result

    def _weight(self, at: float) -> float:
        """Weights grow instead of shrinking what was counted; brought back now and then."""
        lives = (at - self._reference) / self.half_life_s
        if lives > _RESCALE_AT:
            factor = 2.0 ** -min(lives, 1000.0)
            self._reference = at
            for row in (*self._ends, self._stops, self._spent):
                row[:] = [value * factor for value in row]
            return 1.0
        return float(2.0**lives)

    def to_json(self) -> dict[str, Any]:
        """Return what was learned as JSON values."""
        return {
            "reference": self._reference,
            "ends": [list(row) for row in self._ends],
            "stops": list(self._stops),
            "spent": list(self._spent),
        }

    def load_json(self, learned: Mapping[str, Any]) -> None:
        """Take over what `to_json` returned for a law with the same grid and causes."""
        self._reference = float(learned["reference"])
        self._ends = [list(map(float, row)) for row in learned["ends"]]
        self._stops = list(map(float, learned["stops"]))
        self._spent = list(map(float, learned["spent"]))
