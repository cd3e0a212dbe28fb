"""How much is run: seeds and hours of each part, in full and in a hurry.

Refuses to know what is run.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Plan:
    """Seeds and hours."""

    hours: float
    """Of each day; the longest days (24 h) are set apart."""
    sizes: tuple[int, ...]
    """Numbers of agents of the campaigns that are known exactly."""
    average_seeds: int
    """Days over which abandonment is averaged."""
    average_most_seeds: int
    """The same for 50 agents, whose days take long."""
    guard_seeds: int
    """Days on which a guard must hold."""
    running_seeds: int
    """Days on which the default guard must hold: time over a cap needs fewer than days do."""
    guard_most_seeds: int
    """The same for 50 agents."""
    compared_seeds: int
    """Days of ours in the realistic scenarios."""
    baseline_seeds: int
    blind_seeds: int
    steering_seeds: int
    jump_seeds: int
    beyond_seeds: int
    """Days with and without being told more."""
    decide_minutes: float
    memory_hours: float
    memory_agents: int
    slack: float
    """Bars of utilisation are lower by this share, 0..1: short days are mostly a cold start."""
    exact: bool
    """Whether bars hold for the figure itself; else they are missed only beyond its confidence."""

    def seeds(self, agents: int, *, guard: bool = False, running: bool = False) -> range:
        """Return the seeds for a floor of some agents."""
        if guard or running:
            many = self.running_seeds if running else self.guard_seeds
            return range(self.guard_most_seeds if agents >= _MOST else many)
        return range(self.average_most_seeds if agents >= _MOST else self.average_seeds)


_MOST: Final = 50

FULL: Final = Plan(
    hours=8.0,
    sizes=(5, 10, 20, 50),
    average_seeds=40,
    average_most_seeds=40,
    guard_seeds=200,
    running_seeds=60,
    guard_most_seeds=14,
    compared_seeds=14,
    baseline_seeds=10,
    blind_seeds=10,
    steering_seeds=8,
    jump_seeds=24,
    beyond_seeds=40,
    decide_minutes=30.0,
    memory_hours=24.0,
    memory_agents=1_000,
    slack=0.0,
    exact=True,
)
QUICK: Final = Plan(
    hours=2.0,
    sizes=(5, 20),
    average_seeds=4,
    average_most_seeds=1,
    guard_seeds=6,
    running_seeds=6,
    guard_most_seeds=1,
    compared_seeds=2,
    baseline_seeds=2,
    blind_seeds=1,
    steering_seeds=2,
    jump_seeds=2,
    beyond_seeds=4,
    decide_minutes=8.0,
    memory_hours=12.0,
    memory_agents=30,
    slack=0.02,
    exact=False,
)
