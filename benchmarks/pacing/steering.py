"""Finds the ratio of lines to idle agents that abandons what the cap allows, on the same leads.

Bisection with common random numbers: every ratio meets the same seeds. Refuses to know others.
"""

from typing import Final

from benchmarks.pacing.paced import ratio_policy
from benchmarks.pacing.runs import run_day
from simulation.virtual.scenario import Scenario

_LOWEST: Final = 1.0
_HIGHEST: Final = 16.0
_STEPS: Final = 9


def steered_ratio(scenario: Scenario, cap: float, seeds: int) -> float:
    """Return the highest ratio whose days, pooled over some seeds, keep the cap.

    Args:
        scenario: the campaign.
        cap: abandoned / live answers, 0..1.
        seeds: how many days are pooled.
    """
    low, high = _LOWEST, _HIGHEST
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        days = [run_day(ratio_policy(middle), scenario, 9_000 + seed) for seed in range(seeds)]
        abandoned = sum(day.abandoned for day in days)
        if abandoned <= cap * sum(day.live_answers for day in days):
            low = middle
        else:
            high = middle
    return low
