"""How sure a share is that was counted: Wilson's interval. Pure.

E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927. It holds
for few trials and for shares near 0 and 1, where the plain interval lies.
"""

from math import sqrt
from typing import Final

Z_95: Final = 1.959963984540054
"""Standard deviations on either side that hold 95 %."""


def wilson(hits: int, trials: int, *, z: float = Z_95) -> tuple[float, float]:
    """Return the interval of a share, 0..1; (0, 1) without trials: anything may be.

    Args:
        hits: how often it happened.
        trials: how often it could have; >= hits.
        z: standard deviations on either side.
    """
    if trials == 0:
        return 0.0, 1.0
    share = hits / trials
    spread = z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == trials else min(1.0, middle + half)
    return low, high
