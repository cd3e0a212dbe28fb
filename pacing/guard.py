"""The guards of an abandonment cap: how much of the accepted risk is allowed, given the ledger.

Each guard is a pure function from counts to a `Grip`. Refuses to know how lines are chosen.
"""

from dataclasses import dataclass
from math import exp, sqrt
from typing import Final

from pacing.ledger import Counts

_MEAN_ROOM: Final = 5.0
"""Abandons off the cap at which the mean guard changes the accepted chance by a factor e."""
_MEAN_RESERVE: Final = 1.5
"""Abandons kept back: answers that were risked before the last abandon was known."""
_MEAN_SHARE: Final = 0.01
"""The same, as a share of all abandons that are allowed: a larger floor has more of them."""
_MEAN_MOST: Final = 0.5
"""Largest exponent of that factor."""
_MOST_RUNNING: Final = 1.3
_FEWEST: Final = 28.0
"""Live answers below which a rate says nothing: the running guard takes so many to have come, which
allows one abandon before a whole one has been earned."""
_LEARNS_FROM: Final = 0.4
"""Share of its room or rate from which on a guard lets the dual variable learn."""
_LEAST_ROOM: Final = 0.3
"""Abandons of room below which running and window guard allow no risk at all."""
_START_RATE: Final = 1.35
"""The window guard holds the rate since the window began below this many times the cap. Days of 5
to 20 agents then stayed below twice the cap from the 50th answer on."""
_START_ROOM: Final = 4.0
"""Abandons of room below that rate at which it slows down, for ten agents: calls that are in flight
together fall together, and more so on larger floors."""
_END_ROOM: Final = 4.0
"""Abandons of room left for the rest of the window at which it slows down, for ten agents."""
_END_RESERVE: Final = 1.0
"""Abandons kept back at the end of a window, for ten agents."""
_LEAST_PACE: Final = 0.75
"""Share of the answers to come that come even if only idle agents are dialed for."""
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
    aim: float = 1.0
    """Share of the cap at which the dual variable aims now: what the accepted chance is worth while
    it is held down, so that it is not wound up against the guard."""


def mean_guard(rate: float, counts: Counts) -> Grip:
    """Bring the average back to the cap; the dual variable finds the chance that keeps it there.

    Args:
        rate: the cap, 0..1.
        counts: live answers and abandons so far.
    """
    if rate <= 0.0:
        return Grip(0.0, progressive_only=True, frozen=True)
    room = rate * counts.live - counts.abandoned
    allowed = rate * counts.live
    reserve = min(_MEAN_RESERVE + _MEAN_SHARE * allowed, allowed)
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
    room = rate * max(counts.live, _FEWEST) - counts.abandoned
    share = min(max(room / guard_room, 0.0), _MOST_RUNNING)
    factor = share * share if share < 1.0 else share
    return Grip(
        factor, progressive_only=room < _LEAST_ROOM, frozen=share < _LEARNS_FROM, aim=factor
    )


def window_guard(rate: float, counts: Counts, to_come: float | None, crew: float) -> Grip:
    """Aim at the cap on average; keep clear of it while the window is young, and at its end.

    Args:
        rate: the cap, 0..1.
        counts: live answers and abandons of the window so far.
        to_come: live answers still expected in the window; None: unknown, as many again.
        crew: agents, in tens.
    """
    if rate <= 0.0:
        return Grip(0.0, progressive_only=True, frozen=True)
    more = max(counts.live, _FEWEST_TO_COME) if to_come is None else to_come
    start = _START_RATE * rate * counts.live - counts.abandoned
    end = rate * (counts.live + _LEAST_PACE * more) - counts.abandoned - _END_RESERVE * crew
    share = min(start / (_START_ROOM * crew), end / (_END_ROOM * sqrt(crew)))
    share = min(max(share, 0.0), 1.0)
    return Grip(
        mean_guard(rate, counts).factor * share * share,
        progressive_only=min(start, end) < _LEAST_ROOM,
        frozen=share < _LEARNS_FROM,
        aim=share * share,
    )
