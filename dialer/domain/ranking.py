"""Where an agent stands among others on a day. Pure.

Who sold more is before; where that is the same, who talked to more people. Refuses to know how
either was counted.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Achieved(NamedTuple):
    """What one agent did; compared in this order."""

    sales: int
    talks: int


def rank_of(mine: Achieved, others: Iterable[Achieved]) -> int:
    """Return a place from 1; who did the same has the same place."""
    return 1 + sum(other > mine for other in others)
