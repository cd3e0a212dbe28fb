"""What came of variants over many seeds: figures with their intervals, compared lead by lead.

Each seed is one list of leads that all variants dial, so differences are taken seed by seed.
Refuses to know how figures are shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final

import numpy as np

from pacing import PacingSettings
from simulation.virtual.campaign import TICK_S
from simulation.virtual.curves import Curves, curves
from simulation.virtual.day import Day
from simulation.virtual.seeds import Estimate, Job, run_jobs
from simulation.virtual.variants import MakePacer, Variant

AFTER_ANSWERS: Final = 100
"""Live answers before the running rate is held against the cap."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: how a day is measured and how it reads."""

    key: str
    name: str
    unit: str
    """"%" for shares (shown times 100), "s", or "" for counts."""
    digits: int
    of: Callable[[Day, float], float]
    """The figure of a day under a cap."""
    more_is_better: bool | None = None


def _wait(share: float) -> Callable[[Day, float], float]:
    return lambda day, _: float(np.quantile(day.waits_s, share)) if day.waits_s else 0.0


MEASURES: Final = (
    Measure("utilisation", "utilisation", "%", 1, lambda d, _: d.utilisation, True),
    Measure(
        "conversations_per_agent_hour",
        "conversations per agent hour",
        "",
        2,
        lambda d, _: d.conversations_per_hour,
        True,
    ),
    Measure("conversations", "conversations a day", "", 0, lambda d, _: d.conversations, True),
    Measure("abandon_rate", "abandon rate", "%", 2, lambda d, _: d.abandon_rate, False),
    Measure("days_over_cap", "days over the cap", "%", 0, lambda d, cap: d.abandon_rate > cap),
    Measure(
        "time_over_cap",
        f"time over the cap (after {AFTER_ANSWERS} answers)",
        "%",
        1,
        lambda d, cap: d.over(cap, AFTER_ANSWERS),
    ),
    Measure("mean_wait_s", "mean wait for an agent", "s", 2, lambda d, _: _mean(d.waits_s), False),
    Measure("p90_wait_s", "wait of the slowest tenth", "s", 2, _wait(0.9), False),
    Measure("hung_up", "people who hung up waiting", "", 1, lambda d, _: d.hung_up),
    Measure("machines", "machines that reached an agent", "", 0, lambda d, _: d.machines),
    Measure("dials_per_agent_hour", "dials per agent hour", "", 1, lambda d, _: d.dials_per_hour),
    Measure("dials", "dials a day", "", 0, lambda d, _: d.dials),
    Measure("most_lines", "most lines at once", "", 0, lambda d, _: d.most_lines),
)


@dataclass(frozen=True)
class Column:
    """One variant's figures."""

    variant: Variant
    days: tuple[Day, ...]
    """By seed."""
    figures: dict[str, Estimate]
    """By the key of the measure."""
    against_first: dict[str, Estimate]
    """This variant less the first one, seed by seed; empty for the first one."""
    curves: Curves

    @property
    def cap(self) -> float:
        """The abandonment cap that it was paced under."""
        return self.variant.settings.abandon_rate_target

    @property
    def days_over(self) -> int:
        """Days whose abandon rate ended above the cap."""
        return sum(day.abandon_rate > self.cap for day in self.days)


@dataclass(frozen=True)
class Comparison:
    """All of them."""

    title: str
    seeds: tuple[int, ...]
    columns: tuple[Column, ...] = field(default=())

    def measures(self) -> list[Measure]:
        """Return the measures that tell anything: none that are 0 everywhere."""
        return [
            m
            for m in MEASURES
            if m.key not in ("hung_up", "machines")
            or any(c.figures[m.key].mean for c in self.columns)
        ]


def compare(
    variants: Sequence[Variant],
    seeds: Sequence[int],
    *,
    processes: int | None = None,
    done: Callable[[], object] = lambda: None,
) -> Comparison:
    """Run each variant over each seed.

    Args:
        variants: the variants; differences are against the first.
        seeds: at least one.
        processes: see `run_jobs`.
        done: called after each day.
    """
    jobs = [
        Job(
            variant.scenario,
            MakePacer(variant.settings),
            seed,
            grace_s=variant.settings.answer_grace_s,
            tick_s=tick_s(variant.settings),
            key=(place, seed),
        )
        for seed in seeds
        for place, variant in enumerate(variants)
    ]
    days: dict[Any, Day] = {}
    for job, day in run_jobs(jobs, processes):
        days[job.key] = day
        done()
    columns: list[Column] = []
    for place, variant in enumerate(variants):
        mine = tuple(days[place, seed] for seed in seeds)
        columns.append(_column(variant, mine, columns[0] if columns else None))
    return Comparison(variants[0].scenario.title, tuple(seeds), tuple(columns))


def tick_s(settings: PacingSettings) -> float:
    """Return how often to decide: a limit on calls per second loses what it does not use at once.

    The engine decides every 15 ms; so often would be slow, and is needed for that limit only.
    """
    return TICK_S if settings.calls_per_second is None else max(settings.calls_burst_s, 0.1)


def _column(variant: Variant, days: tuple[Day, ...], first: Column | None) -> Column:
    cap = variant.settings.abandon_rate_target
    figures, against = {}, {}
    for measure in MEASURES:
        values = [float(measure.of(day, cap)) for day in days]
        figures[measure.key] = Estimate.of(values)
        if first is not None:
            base = [float(measure.of(day, first.cap)) for day in first.days]
            gains = [mine - theirs for mine, theirs in zip(values, base, strict=True)]
            against[measure.key] = Estimate.of(gains)
    return Column(variant, days, figures, against, curves(days, variant.settings.answer_grace_s))


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0


def to_json(comparison: Comparison) -> dict[str, Any]:
    """Return all figures as JSON values; an interval that one seed cannot give is null."""
    return {
        "format": 1,
        "title": comparison.title,
        "seeds": list(comparison.seeds),
        "columns": [
            {
                "label": column.variant.label,
                "agents": column.variant.scenario.crew.most,
                "hours": column.variant.scenario.hours,
                "mode": column.variant.settings.mode,
                "abandon_rate_target": column.cap,
                "abandon_rate_guard": column.variant.settings.abandon_rate_guard,
                "power_ratio": column.variant.settings.power_ratio,
                "answer_grace_s": column.variant.settings.answer_grace_s,
                "days_over_cap": column.days_over,
                "figures": {key: _told(e) for key, e in column.figures.items()},
                "against_first": {key: _told(e) for key, e in column.against_first.items()},
                "curves": column.curves.to_json(),
            }
            for column in comparison.columns
        ],
    }


def _told(estimate: Estimate) -> dict[str, float | None]:
    wide = estimate.half_width
    return {"mean": estimate.mean, "half_width": wide if isfinite(wide) else None}
