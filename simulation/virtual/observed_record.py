"""Observations from a campaign's committed record: its attempts and its agents' states.

A new day begins after an hour without a dial. Refuses to know how the record is read.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from dialer.domain.agentflow import AgentState
from dialer.domain.outcome import LIVE_ANSWERS, Outcome
from simulation.virtual.observed import Observations

GAP_S: Final = 3600.0
"""Longest time without a dial within one day."""

_AWAY: Final = frozenset({AgentState.OFFLINE, AgentState.CALLING, AgentState.PAUSED})
_LONGEST_STATE_S: Final = 4 * 3600.0
"""A longer state is one that a crash has left open."""
_UNTOLD: Final = frozenset({Outcome.CANCELLED, Outcome.LOST})
"""How these calls would have ended, nobody knows."""


class CallSeen(Protocol):
    """One ended attempt; times in seconds since the epoch."""

    @property
    def dialed_at(self) -> float: ...  # noqa: D102
    @property
    def answered_at(self) -> float | None: ...  # noqa: D102
    @property
    def connected_at(self) -> float | None: ...  # noqa: D102
    @property
    def talk_ended_at(self) -> float | None: ...  # noqa: D102
    @property
    def ended_at(self) -> float: ...  # noqa: D102
    @property
    def outcome(self) -> str: ...  # noqa: D102
    @property
    def agent_id(self) -> str | None: ...  # noqa: D102


class StateSeen(Protocol):
    """An agent came into a state."""

    @property
    def agent_id(self) -> str: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102
    @property
    def since(self) -> float: ...  # noqa: D102
    @property
    def serves(self) -> bool: ...  # noqa: D102


def observe_record(calls: Sequence[CallSeen], states: Iterable[StateSeen]) -> Observations:
    """Read observations.

    Args:
        calls: ended attempts by the time of their dial.
        states: changes of agents' states, oldest first.
    """
    seen = Observations()
    days = _days(calls)
    begins = [begin for begin, _ in days]
    for call in calls:
        if call.outcome in _UNTOLD:
            continue
        answered = call.outcome in LIVE_ANSWERS
        begin = begins[bisect_right(begins, call.dialed_at) - 1]
        seen.dials.append((call.dialed_at - begin, answered))
        if not answered:
            seen.ends.append((call.outcome, call.ended_at - call.dialed_at))
        elif call.answered_at is not None:
            seen.rings_s.append(call.answered_at - call.dialed_at)
        if answered and call.connected_at is not None and call.talk_ended_at is not None:
            seen.talks_s.append(call.talk_ended_at - call.connected_at)
    present_s = _watch_agents(seen, states, days)
    worked_s = sum(end - begin for begin, end in days)
    named = {call.agent_id for call in calls if call.agent_id is not None}
    seen.agents = present_s / worked_s if present_s and worked_s else float(max(len(named), 1))
    return seen


def _days(calls: Sequence[CallSeen]) -> list[tuple[float, float]]:
    """Return (first dial, last end) of each day."""
    days: list[tuple[float, float]] = []
    last_dial = 0.0
    for call in calls:
        if days and call.dialed_at - last_dial <= GAP_S:
            days[-1] = (days[-1][0], max(days[-1][1], call.ended_at))
        else:
            days.append((call.dialed_at, call.ended_at))
        last_dial = call.dialed_at
    return days


def _watch_agents(
    seen: Observations, states: Iterable[StateSeen], days: Sequence[tuple[float, float]]
) -> float:
    """Note wrap-ups; returns the seconds that agents of the campaign were present in its days."""
    present_s = 0.0
    last: dict[str, StateSeen] = {}
    ends: list[tuple[StateSeen, float]] = []
    for state in states:
        before = last.get(state.agent_id)
        if before is not None:
            ends.append((before, state.since))
        last[state.agent_id] = state
    if days:
        ends += [(state, days[-1][1]) for state in last.values()]
    for state, until in ends:
        lasted_s = until - state.since
        if not state.serves or lasted_s > _LONGEST_STATE_S:
            continue
        if state.state not in _AWAY:
            present_s += sum(
                max(0.0, min(until, end) - max(state.since, begin)) for begin, end in days
            )
        if state.state == AgentState.WRAP_UP and state is not last[state.agent_id]:
            seen.wrap_ups_s.append(lasted_s)
    return present_s
