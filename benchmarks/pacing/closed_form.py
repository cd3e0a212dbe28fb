"""The closed form of the optimum for large floors, and what knowing each lead's rate is worth.

Knows the formula only; the exact optimum is in `optimum`.
"""

from math import erf, exp, pi, sqrt
from typing import Final

_HALVINGS: Final = 60


def utilisation(
    agents: int, answer_rate: float, *, cap: float, ring_s: float, handle_s: float
) -> float:
    """Return the optimal utilisation, within 0.004 for 20 agents and more.

    Args:
        agents: number of agents.
        answer_rate: chance of a dial to be answered, 0..1; where each lead's own chance q is
            known, E[q^2] / E[q]: the mean chance of those that answer.
        cap: abandoned / live answers, 0..1.
        ring_s: mean ring time in seconds.
        handle_s: mean handle time in seconds.
    """
    mean = agents * ring_s / handle_s
    spread = sqrt((2.0 - answer_rate) * mean)
    low, high = -1.0, 8.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if _loss(middle) > cap * mean / spread:
            low = middle
        else:
            high = middle
    return 1.0 - (low * spread + cap * mean - 0.5) / agents


def rate_of_answering(alpha: float, beta: float) -> float:
    """Return E[q^2] / E[q] of a Beta law: the mean rate of the leads that answer."""
    return (alpha + 1.0) / (alpha + beta + 1.0)


def _loss(z: float) -> float:
    return exp(-0.5 * z * z) / sqrt(2.0 * pi) - z * 0.5 * (1.0 - erf(z / sqrt(2.0)))
