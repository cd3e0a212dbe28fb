"""What a count of errors says about their rate: the exact one-sided bound.

Clopper and Pearson, Biometrika 26 (1934) 404-413, by bisection on the binomial law. Refuses to know
what is counted.
"""

from math import exp, fsum, lgamma, log, log1p
from typing import Final

CONFIDENCE: Final = 0.95
_STEPS: Final = 60  # halvings: to 1e-18


def upper_bound(errors: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """Return the rate above which so few errors are less likely than 1 - confidence.

    Args:
        errors: how many were seen.
        trials: out of how many; independent ones.
        confidence: 0..1.

    Raises:
        ValueError: more errors than trials, or a negative count.
    """
    if not 0 <= errors <= trials:
        raise ValueError(f"{errors} errors of {trials} trials")
    if errors == trials:
        return 1.0
    low, high = errors / trials, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _at_most(errors, trials, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def lower_bound(errors: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """Return the rate below which so many errors are less likely than 1 - confidence."""
    return 1.0 - upper_bound(trials - errors, trials, confidence)


def _at_most(errors: int, trials: int, rate: float) -> float:
    """Return the chance of at most so many errors."""
    if rate <= 0.0:
        return 1.0
    if rate >= 1.0:
        return 0.0
    return fsum(
        exp(
            lgamma(trials + 1)
            - lgamma(seen + 1)
            - lgamma(trials - seen + 1)
            + seen * log(rate)
            + (trials - seen) * log1p(-rate)
        )
        for seen in range(errors + 1)
    )
