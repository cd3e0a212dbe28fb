"""How days went, averaged over seeds: utilisation, abandonment, lines and waits over the hours.

Values for plots. Refuses to know how they are drawn.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from simulation.virtual.day import Day
from simulation.virtual.duration_law import Floats

STEPS: Final = 48
"""Points of a curve over the day, at most; each is the mean of its stretch of time."""
WAIT_STEPS: Final = 21
FIRST_ANSWERS: Final = 50
"""Live answers of a day before its abandon rate is worth a point."""


@dataclass(frozen=True)
class Curves:
    """Curves of one variant; hours and shares; a value that no seed has is left out."""

    at_h: list[float]
    """Middle of each stretch, hours since the start."""
    utilisation: list[float | None]
    """Busy / present agents, 0..1."""
    in_flight: list[float | None]
    """Lines that ring, mean."""
    idle: list[float | None]
    """Agents who wait for a call, mean."""
    present: list[float | None]
    """Agents there, mean."""
    abandon_at_h: list[float]
    abandon_rate: list[float | None]
    """Running rate since the start, mean over the seeds, 0..1."""
    abandon_low: list[float | None]
    abandon_high: list[float | None]
    """Between these are nine of ten days."""
    waits_s: list[float]
    waited_longer: list[float]
    """Share of the conversations, 0..1, that waited longer than `waits_s`."""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def curves(days: Sequence[Day], grace_s: float) -> Curves:
    """Average some days of the same length."""
    hours = days[0].hours
    edges = np.linspace(0.0, hours, min(STEPS, max(4, int(hours * 6))) + 1)
    middles = (edges[:-1] + edges[1:]) / 2.0
    at = [np.array(day.minutes.at_s) / 3600.0 for day in days]
    place = [np.clip(np.searchsorted(edges, t, side="right") - 1, 0, len(middles) - 1) for t in at]

    def mean_of(name: str) -> Floats:
        total, seen = np.zeros(len(middles)), np.zeros(len(middles))
        for day, places in zip(days, place, strict=True):
            np.add.at(total, places, np.array(getattr(day.minutes, name), dtype=np.float64))
            np.add.at(seen, places, 1.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            result: Floats = total / seen
        return result

    busy, idle = mean_of("busy"), mean_of("idle")
    with np.errstate(invalid="ignore", divide="ignore"):
        utilisation = busy / (busy + idle)
    running = np.stack([_running(day, edges[1:]) for day in days])
    waits = np.sort(np.concatenate([np.array(day.waits_s, dtype=np.float64) for day in days]))
    longest = max(grace_s, 0.1)
    steps = np.linspace(0.0, longest, WAIT_STEPS)
    longer = 1.0 - np.searchsorted(waits, steps, side="right") / max(len(waits), 1)
    known = ~np.isnan(running).all(axis=0)
    return Curves(
        at_h=middles.tolist(),
        utilisation=_or_none(utilisation),
        in_flight=_or_none(mean_of("in_flight")),
        idle=_or_none(idle),
        present=_or_none(busy + idle),
        abandon_at_h=edges[1:][known].tolist(),
        abandon_rate=_or_none(np.nanmean(running[:, known], axis=0)),
        abandon_low=_or_none(np.nanquantile(running[:, known], 0.05, axis=0)),
        abandon_high=_or_none(np.nanquantile(running[:, known], 0.95, axis=0)),
        waits_s=steps.tolist(),
        waited_longer=[float(x) if len(waits) else 0.0 for x in longer],
    )


def _running(day: Day, edges_h: Floats) -> Floats:
    """The rate since the start at each time; not a number before the first answers."""
    times, rates = day.running_rates()
    last = np.searchsorted(times / 3600.0, edges_h, side="right") - 1
    result: Floats = np.where(last < FIRST_ANSWERS - 1, np.nan, np.append(rates, np.nan)[last])
    return result


def _or_none(values: Floats) -> list[float | None]:
    return [float(x) if np.isfinite(x) else None for x in values]
