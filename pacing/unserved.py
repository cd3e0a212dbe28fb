"""The chance that one more line, if answered, finds nobody: sums of independent chances.

Knows the Poisson-binomial law: exactly, through its characteristic function, for floors of usual
size, and in a skew-corrected normal form for large ones. Refuses to know what the chances are of.
"""

from functools import lru_cache
from math import pi
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from pacing.clocks import Floats

Complexes = NDArray[np.complex128]

EXACT_UP_TO: Final = 144
"""Terms up to which the law is computed exactly; beyond, the normal form is as good."""
_BATCH: Final = 12
_STEP: Final = 16


class Unserved:
    """P(S + those of `k` lines more that are answered first >= needed), by k.

    S is a sum of independent zeros and ones; chances are averaged over columns, the answer times.
    """

    def __init__(self, chances: Floats, fresh: Floats, needed: int) -> None:
        """Take the terms.

        Args:
            chances: chance of each term of S to be one, shape (terms, columns).
            fresh: chance of a line dialed now to be answered first, shape (columns,).
            needed: from how many ones on the next answer finds nobody.
        """
        self._chances = chances
        self._fresh = fresh
        self._needed = needed
        self._size = 0
        self._moments: tuple[Floats, Floats, Floats] | None = None

    def after(self, lines: int, count: int = 1) -> Floats:
        """Return the chance for the next line after `lines`, `lines` + 1, ... lines more."""
        if self._needed <= 0:
            return np.ones(count)
        exact = len(self._chances) + lines + count <= EXACT_UP_TO
        form = self._exactly if exact else self._nearly
        return np.clip(form(lines, count), 0.0, 1.0)

    def lines_within(self, beta: float, most: int) -> tuple[int, float]:
        """Return how many lines (at most `most`) keep the chance at or below beta.

        Returns:
            That number, and the chance of the line that would come after it.
        """
        lines, batch = 0, _BATCH
        chances = self.after(0)
        while True:
            over = np.flatnonzero(chances > beta)
            place = int(over[0]) if len(over) else len(chances)
            if lines + place >= most:
                lines = max(most, 0)
                return lines, float(self.after(lines)[0])
            if len(over):
                return lines + place, float(chances[place])
            lines += place
            if len(self._chances) + lines + batch > EXACT_UP_TO:
                batch *= 2
            chances = self.after(lines, batch)

    def _exactly(self, lines: int, count: int) -> Floats:
        terms = len(self._chances)
        if terms + lines + count >= self._size:
            self._size = _STEP * ((terms + lines + count + _BATCH) // _STEP + 1)
            roots, tails = _circle(self._size)
            self._tails = tails
            law = np.multiply.reduce(1.0 + self._chances[:, :, None] * (roots - 1.0), axis=0)
            self._tail = law * tails[min(self._needed, self._size)]
            self._line: Complexes = 1.0 + self._fresh[:, None] * (roots - 1.0)
        tail = self._tail * self._line**lines if lines else self._tail
        result = np.empty(count)
        columns = len(self._fresh)
        for place in range(count):
            result[place] = tail.real.sum() / columns
            tail = tail * self._line
        return result

    def _nearly(self, lines: int, count: int) -> Floats:
        more = np.arange(lines, lines + count)[:, None]
        fresh = self._fresh
        if self._moments is None:
            keep = 1.0 - self._chances
            one = self._chances * keep
            third = (one * (keep - self._chances)).sum(0)
            self._moments = self._chances.sum(0), one.sum(0), third
        mean, variance, third = self._moments
        spread = fresh * (1.0 - fresh)
        mean = mean + more * fresh
        deviation = np.sqrt(np.maximum(variance + more * spread, 1e-12))
        skew = (third + more * spread * (1.0 - 2.0 * fresh)) / deviation**3
        x = (self._needed - 0.5 - mean) / deviation
        density = np.exp(-0.5 * x * x) / np.sqrt(2.0 * pi)
        result: Floats = (1.0 - ndtr(x) - skew * (1.0 - x * x) * density / 6.0).mean(1)
        return result


@lru_cache(maxsize=64)
def _circle(size: int) -> tuple[Complexes, Complexes]:
    """Return the upper half of the roots of one, and for each n what sums a law's tail from n."""
    steps = np.arange(size // 2 + 1)
    roots = np.exp(2j * pi * steps / size)
    back = np.exp(-2j * pi * steps * np.arange(size)[:, None] / size)
    tails = np.concatenate([np.cumsum(back[::-1], axis=0)[::-1], np.zeros((1, len(steps)))])
    weights = np.full(len(steps), 2.0 / size)
    weights[0] = weights[-1] = 1.0 / size
    return roots, tails * weights
