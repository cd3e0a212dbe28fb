"""Who comes and goes when: the planned moves of a crew, from its shifts and absences.

Refuses to know calls, and that an agent with a call leaves only after it.
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from simulation.virtual.scenario import Crew

_HOUR_S: Final = 3600.0


class Move(NamedTuple):
    """One agent comes or goes."""

    at_s: float
    agent: int
    """Number of the agent, from 0."""
    what: Literal["log_in", "pause", "come_back", "log_out"]


def moves(crew: Crew) -> Iterator[Move]:
    """Yield the moves of a day, not in the order of time.

    Absences take turns through the crew: two lunches of half the crew are of different halves.
    """
    for agent in range(crew.agents):
        yield Move(0.0, agent, "log_in")
    first = crew.agents
    for shift in crew.shifts:
        for agent in range(first, first + shift.agents):
            yield Move(_HOUR_S * shift.from_h, agent, "log_in")
            yield Move(_HOUR_S * shift.to_h, agent, "log_out")
        first += shift.agents
    turn = 0
    for absence in crew.absences:
        begin_s = _HOUR_S * absence.from_h
        count = round(absence.share * crew.agents)
        for agent in range(turn, turn + count):
            yield Move(begin_s, agent % crew.agents, "pause")
            yield Move(begin_s + absence.for_s, agent % crew.agents, "come_back")
        turn += count
