"""The bars of `make bench-pacing`, and how a figure over seeds is held against one.

Refuses to know how days are run.
"""

from collections.abc import Sequence
from math import isfinite
from typing import Final

from benchmarks.pacing.plan import Plan
from benchmarks.report import Figure
from simulation.virtual.seeds import Estimate

OF_OPTIMUM: Final = 0.99
"""Of the exact optimum's utilisation."""
R1: Final = {5: 0.79, 10: 0.835, 20: 0.88, 50: 0.925}
"""Utilisation, by number of agents."""
MEAN_ABANDONED: Final = 0.0305
WINDOW_COSTS: Final = 0.01
"""Utilisation that guard "window" may cost against the bars of "mean"."""
RUNNING_COSTS: Final = 0.015
DAYS_OVER: Final = 1.0 / 200.0
WORST_DAY: Final = 0.032
WORST_RUNNING: Final = 0.06
WORST_AFTER: Final = 50
"""Live answers from which on the running rate is watched."""
STOPPED_AFTER: Final = 100
STOPPED_OVER: Final = 0.01
OF_TOLD: Final = 0.985
"""Of the utilisation of the rule told the true laws."""
JUMP_ABANDONS: Final = 10.0
JUMP_MINUTES: Final = 15.0
DAY_S: Final = 8.0
"""Seconds of one core for an 8 h day of 20 agents."""
DECIDE_MS: Final = {50: 2.0, 1_000: 5.0}
"""p99, by number of agents."""
MEMORY_GROWTH: Final = 0.05
"""Share by which a pacer may grow from the first third of a long day to its end: its ledger keeps
minutes."""


def percent(
    name: str,
    values: Sequence[float],
    plan: Plan,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    slack: bool = True,
    digits: int = 2,
) -> Figure:
    """Return the mean of shares over seeds, in percent, against a bar.

    A hurried run misses a bar only by more than the figure's confidence, and by more than what
    short days cost.
    """
    found = Estimate.of(values)
    loose = 0.0 if plan.exact else found.half_width + (plan.slack if slack else 0.0)
    sure = f" ±{100.0 * found.half_width:.2f}" if isfinite(found.half_width) else ""
    judged = isfinite(loose)
    return Figure(
        f"{name}{sure}",
        100.0 * found.mean,
        "%",
        at_least=100.0 * (at_least - loose) if judged and at_least is not None else None,
        at_most=100.0 * (at_most + loose) if judged and at_most is not None else None,
        digits=digits,
    )


def counted(name: str, value: float, plan: Plan, *, at_most: float, digits: int = 0) -> Figure:
    """Return a count or an extreme over many days; a hurried run has too few to judge it."""
    return Figure(name, value, at_most=at_most if plan.exact else None, digits=digits)
