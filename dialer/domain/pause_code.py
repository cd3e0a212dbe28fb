"""Pause codes: why an agent is away, whether that is paid, and for how long it may last. Pure.

Refuses to know who is paused, and to force anybody back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.named import Named
from dialer.errors import BadInput

LONGEST = 40
"""Characters of a code."""


@dataclass(frozen=True, slots=True)
class PauseCode:
    """One reason for a pause."""

    code: str
    label: str = ""
    """For people; the code itself when empty."""
    paid: bool = True
    limit_s: int | None = None
    """Longest time of such a pause, in seconds; None: any."""


@dataclass(frozen=True, slots=True)
class OverduePause:
    """A pause that lasts longer than its code allows."""

    agent_id: str
    code: str
    since: float
    """When it began; epoch seconds."""
    limit_s: int


def checked_code(code: PauseCode) -> PauseCode:
    """Return a code that can be kept.

    Raises:
        BadInput: it is empty, too long, has blanks or signs, or its limit is no time.
    """
    plain = code.code.replace("-", "").replace("_", "")
    if not plain.isalnum() or not 0 < len(code.code) <= LONGEST:
        problem = f"{code.code!r} is no code"
        fix = f"use letters, digits, - and _, {LONGEST} at most"
        raise BadInput("code", problem, fix)
    if code.limit_s is not None and code.limit_s <= 0:
        raise BadInput("limit", f"{code.limit_s} s is no time", "give a whole number above 0")
    if not code.label.isprintable():
        raise BadInput("label", "is not one line", "write it on one line")
    return code


PAUSE_CODES: Final = Named(
    "pause code", PauseCode, checked_code, key=("code",), see="see outpace pause-codes list"
)


def check_pause(codes: Sequence[PauseCode], said: str) -> None:
    """Check the code of a pause: one of these, or anything when there are none.

    Raises:
        BadInput: it is not one of them.
    """
    if not codes or any(code.code == said for code in codes):
        return
    known = ", ".join(code.code for code in codes)
    problem = f"{said!r} is no pause code" if said else "is missing"
    raise BadInput("code", problem, f"use one of {known}")


def overdue(agents: Iterable[Agent], codes: Iterable[PauseCode], now: float) -> list[OverduePause]:
    """Return the pauses that have lasted longer than their codes allow, at `now`."""
    limits = {code.code: code.limit_s for code in codes if code.limit_s is not None}
    return [
        OverduePause(agent.agent_id, agent.reason, agent.since, limits[agent.reason])
        for agent in agents
        if agent.state is AgentState.PAUSED
        and agent.reason in limits
        and now - agent.since > limits[agent.reason]
    ]
