"""The guards of an abandonment cap: how much of the accepted risk is allowed, given the ledger.

Each guard is a pure function from counts to a `Grip`. Refuses to know how lines are chosen.
"""

from dataclasses import dataclass
from math import exp
from typing import Final

from pacing.ledger import Counts

_MEAN_ROOM: Final = 5.0
"""Abandons off the cap at which the mean guard changes the accepted chance by a factor e."""
_MEAN_RESERVE: Final = 1.0
"""Abandons kept back: answers that were risked before the last abandon was known."""
_MEAN_MOST: Final = 0.5
"""Largest exponent of that factor."""
_MOST_RUNNING: Final = 1.3
_LEAST_ROOM: Final = 0.3
"""Abandons of room below which the running guard allows no risk at all."""
_LEAST_WINDOW: Final = 0.05
_MOST_WINDOW: Final = 1.5
_WINDOW_RESERVE: Final = 1.0
"""Abandons kept back for lines that are in flight when the window ends."""
_FEWEST_TO_COME: Final = 50.0
"""Answers taken to be still to come when nobody knows."""


@dataclass(frozen=True, slots=True)
class Grip:
    """How firmly a guard holds."""

    factor: float
    """What the accepted chance is multiplied with."""
    progressive_only: bool
    """Not one line beyond the idle agents."""
    frozen: bool
    """The dual variable is not steered: what happens now is the guard's doing."""


def mean_guard(rate: float, counts: Counts) -> Grip:
    """Bring the average back to the cap; the dual variable finds the chance that keeps it there.

    Args:
        rate: the cap, 0..1.
        counts: live answers and abandons so far.
    """
    if rate <= 0.0:
        return Grip(0.0, progressive_only=True, frozen=True)
    room = rate * counts.live - counts.abandoned
    reserve = min(_MEAN_RESERVE, rate * counts.live)
    factor = exp(min(max((room - reserve) / _MEAN_ROOM, -2.0), _MEAN_MOST))
    return Grip(factor, progressive_only=room < 0.0, frozen=False)


def running_guard(rate: float, counts: Counts, guard_room: float) -> Grip:
    """Hold the cap at every instant.

    The accepted chance falls with the square of the room that is left: so it is small while few
    have answered, and several calls in flight cannot break the cap together.

    Args:
        rate: the cap, 0..1.
        counts: live answers and abandons so far.
        guard_room: abandons of room below which it slows down.
    """
    room = rate * counts.live - counts.abandoned
    share = min(max(room / guard_room, 0.0), _MOST_RUNNING)
    factor = share * share if share < 1.0 else share
    return Grip(factor, progressive_only=room < _LEAST_ROOM, frozen=share < 1.0)


def window_guard(rate: float, counts: Counts, to_come: float | None) -> Grip:
    """Hold the cap at the end of the window.

    Args:
        rate: the cap, 0..1.
        counts: live answers and abandons of the window so far.
        to_come: live answers still expected in the window; None: unknown, as many again.
    """
    if rate <= 0.0:
        return Grip(0.0, progressive_only=True, frozen=True)
    more = max(counts.live, _FEWEST_TO_COME) if to_come is None else to_come
    left = rate * (counts.live + more) - counts.abandoned - _WINDOW_RESERVE
    share = min(max(left / max(more * rate, 1e-9), _LEAST_WINDOW), _MOST_WINDOW)
    factor = share * share if share < 1.0 else share
    return Grip(factor, progressive_only=left < 1.0, frozen=share < 1.0)
