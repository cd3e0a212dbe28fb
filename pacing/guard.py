"""The guards of an abandonment cap: how much of the accepted risk is allowed, given the ledger.

Each guard is a pure function from counts to a `Grip`. Refuses to know how lines are chosen.
"""

from dataclasses import dataclass
from typing import Final

from pacing.ledger import Counts

_MOST_RUNNING: Final = 1.3
_LEAST_WINDOW: Final = 0.05
_MOST_WINDOW: Final = 1.5
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
    """Leave it to the dual variable; a policy without one is held by `progressive_only`."""
    overdrawn = counts.abandoned > rate * counts.live
    return Grip(factor=1.0, progressive_only=overdrawn, frozen=False)


def running_guard(rate: float, counts: Counts, guard_room: float) -> Grip:
    """Hold the cap at every instant.

    Args:
        rate: the cap, 0..1.
        counts: live answers and abandons so far.
        guard_room: abandons of room below which it slows down.
    """
    room = rate * counts.live - counts.abandoned
    factor = min(max(room / guard_room, 0.0), _MOST_RUNNING)
    return Grip(factor, progressive_only=room < 0.5, frozen=room < guard_room)


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
    left = rate * (counts.live + more) - counts.abandoned
    share = min(max(left / max(more * rate, 1e-9), _LEAST_WINDOW), _MOST_WINDOW)
    factor = share * share if share < 1.0 else share
    return Grip(factor, progressive_only=left < 1.0, frozen=share < 1.0)
