"""The parts on known campaigns: the memoryless one, R1, and what the guards hold and cost there.

Knows which figures are compared with which. Refuses to know how days are run.
"""

from collections.abc import Sequence
from typing import Final

from benchmarks.pacing import bars
from benchmarks.pacing.optimum import Memoryless, optimum
from benchmarks.pacing.paced import (
    BASELINES,
    BLIND,
    CAP,
    MEAN,
    RUNNING,
    TOLD,
    WINDOW,
    Policy,
    ratio_policy,
    scenario,
)
from benchmarks.pacing.part import Part
from benchmarks.pacing.plan import Plan
from benchmarks.pacing.runs import Result, Runs, Wanted
from benchmarks.pacing.steering import steered_ratio
from benchmarks.pacing.table import Row
from benchmarks.report import Figure
from simulation.virtual.scenario import Scenario

GUARDED: Final = (5, 10, 20)
"""Sizes whose guards are watched over many days."""


def floors(family: str, plan: Plan) -> dict[int, Scenario]:
    """Return a family's scenarios by number of agents."""
    return {size: scenario(f"{family}-{size}", hours=plan.hours) for size in plan.sizes}


def memoryless(runs: Runs, plan: Plan) -> Part:
    """Our rule against the exact optimum."""
    places = floors("memoryless", plan)
    solved = runs.each(optimum, [(Memoryless(size, 0.25, CAP),) for size in plan.sizes])
    few, fewer = range(plan.compared_seeds), range(plan.baseline_seeds)
    wanted: list[Wanted] = []
    for size, place in places.items():
        wanted += [(MEAN, place, plan.seeds(size)), (WINDOW, place, few), (TOLD, place, fewer)]
    runs.fetch(wanted)
    figures: list[Figure] = []
    tables = []
    for (size, place), best in zip(places.items(), solved, strict=True):
        days = runs.of(MEAN, place, plan.seeds(size))
        windows = runs.of(WINDOW, place, few)
        u = best.utilisation
        figures += [
            Figure(f"N={size}: the exact optimum", 100.0 * u, "%", digits=2),
            bars.percent(
                f"N={size}, mean: utilisation",
                [day.utilisation for day in days],
                plan,
                at_least=bars.OF_OPTIMUM * u,
            ),
            _abandoned(f"N={size}, mean: abandoned", days, plan),
            bars.percent(
                f"N={size}, window: utilisation",
                [day.utilisation for day in windows],
                plan,
                at_least=bars.OF_OPTIMUM * u - bars.WINDOW_COSTS,
            ),
        ]
        rows = [Row.of(MEAN.name, days), Row.of(WINDOW.name, windows)]
        rows.append(Row.of(TOLD.name, runs.of(TOLD, place, fewer)))
        tables.append((f"memoryless, {size} agents; the optimum is {100.0 * u:.1f} %", rows))
    text = (
        "Exponential rings (12 s) and talks (150 s), one dial in four is answered, nobody waits:"
        " the optimum is computed exactly (value iteration over busy agents and ringing lines,"
        " the price of an abandon set so that the cap holds). Ours learns everything."
    )
    return Part("Memoryless campaigns against the exact optimum", text, figures, tables)


def r1(runs: Runs, plan: Plan) -> Part:
    """Our rule and all baselines on the reference campaign."""
    places = floors("r1", plan)
    few = range(plan.baseline_seeds)
    wanted: list[Wanted] = []
    others = steered(runs, plan, list(places.values()))
    for (size, place), baselines in zip(places.items(), others, strict=True):
        wanted += [(MEAN, place, plan.seeds(size)), (BLIND, place, range(plan.blind_seeds))]
        wanted += [(TOLD, place, few)]
        wanted += [(baseline, place, few) for baseline in baselines]
    runs.fetch(wanted)
    figures: list[Figure] = []
    tables = []
    for (size, place), baselines in zip(places.items(), others, strict=True):
        days = runs.of(MEAN, place, plan.seeds(size))
        figures += [
            bars.percent(
                f"N={size}, mean: utilisation",
                [day.utilisation for day in days],
                plan,
                at_least=bars.R1[size],
            ),
            _abandoned(f"N={size}, mean: abandoned", days, plan),
        ]
        rows = [Row.of(MEAN.name, days)]
        rows.append(Row.of(BLIND.name, runs.of(BLIND, place, range(plan.blind_seeds))))
        rows.append(Row.of(TOLD.name, runs.of(TOLD, place, few)))
        rows += [Row.of(other.name, runs.of(other, place, few)) for other in baselines]
        tables.append((f"R1, {size} agents", rows))
    text = "Gamma rings, voicemail at 22.5 to 30.5 s, lognormal talks, 2 s until an abandon."
    return Part("R1: the reference campaign", text, figures, tables)


def window(runs: Runs, plan: Plan) -> Part:
    """Guard "window": each finished day holds the cap."""
    places = floors("r1", plan)
    runs.fetch((WINDOW, place, plan.seeds(size, guard=True)) for size, place in places.items())
    figures: list[Figure] = []
    tables = []
    for size, place in places.items():
        days = runs.of(WINDOW, place, plan.seeds(size, guard=True))
        figures.append(
            bars.percent(
                f"N={size}: utilisation",
                [day.utilisation for day in days],
                plan,
                at_least=bars.R1[size] - bars.WINDOW_COSTS,
            )
        )
        tables.append((f"R1, {size} agents", [Row.of(WINDOW.name, days)]))
        if size not in GUARDED:
            continue
        over = sum(day.abandon_rate > CAP + 1e-12 for day in days)
        worst = max(day.abandon_rate for day in days)
        running = max(_worst_running(day) for day in days)
        most = bars.DAYS_OVER * len(days)
        figures += [
            bars.counted(f"N={size}: days over the cap, of {len(days)}", over, plan, at_most=most),
            bars.counted(
                f"N={size}: worst day, %",
                100.0 * worst,
                plan,
                at_most=100.0 * bars.WORST_DAY,
                digits=2,
            ),
            bars.counted(
                f"N={size}: worst running rate after {bars.WORST_AFTER} answers, %",
                100.0 * running,
                plan,
                at_most=100.0 * bars.WORST_RUNNING,
                digits=2,
            ),
        ]
    text = "R1; the window is the day, whose end the pacer knows."
    return Part('Guard "window": each finished day holds the cap', text, figures, tables)


def running(runs: Runs, plan: Plan) -> Part:
    """Guard "running", the default: the cap holds whenever someone stops."""
    places = floors("r1", plan)
    wanted: list[Wanted] = []
    for size, place in places.items():
        wanted.append((RUNNING, place, plan.seeds(size, running=True)))
        wanted.append((MEAN, place, plan.seeds(size)))
    runs.fetch(wanted)
    figures: list[Figure] = []
    tables = []
    for size, place in places.items():
        days = runs.of(RUNNING, place, plan.seeds(size, running=True))
        same = range(min(len(days), len(plan.seeds(size))))
        free = runs.of(MEAN, place, same)
        costs = [a.utilisation - b.utilisation for a, b in zip(free, days, strict=False)]
        figures += [
            bars.percent(
                f"N={size}: points it costs against mean",
                costs,
                plan,
                at_most=bars.RUNNING_COSTS if plan.exact else None,
            ),
            stopped(f"N={size}", days, plan),
        ]
        tables.append((f"R1, {size} agents", [Row.of(RUNNING.name, days)]))
    text = (
        "R1. Over when stopped: the chance that a campaign stopped at a random instant after"
        f" {bars.STOPPED_AFTER} live answers has abandoned more than {CAP:.1%} of them."
    )
    return Part('Guard "running": the cap holds at any instant', text, figures, tables)


def stopped(name: str, days: Sequence[Result], plan: Plan) -> Figure:
    """Return how often a campaign would be found over the cap."""
    return bars.percent(
        f"{name}: over when stopped, of {len(days)} days",
        [day.over(CAP, bars.STOPPED_AFTER) for day in days],
        plan,
        at_most=bars.STOPPED_OVER,
    )


def steered(runs: Runs, plan: Plan, places: Sequence[Scenario]) -> list[tuple[Policy, ...]]:
    """Return the baselines of each scenario, with the ratio that was found for it."""
    found = runs.each(steered_ratio, [(place, CAP, plan.steering_seeds) for place in places])
    return [(*BASELINES, ratio_policy(ratio)) for ratio in found]


def _abandoned(name: str, days: Sequence[Result], plan: Plan) -> Figure:
    rates = [day.abandon_rate for day in days]
    return bars.percent(name, rates, plan, at_most=bars.MEAN_ABANDONED, digits=3)


def _worst_running(day: Result) -> float:
    rates = day.running_rates()[bars.WORST_AFTER - 1 :]
    return float(rates.max()) if len(rates) else 0.0
