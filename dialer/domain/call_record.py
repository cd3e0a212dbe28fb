"""A call that no attempt stands for: it came in, was made by hand, or is a leg of a transfer. Pure.

Knows what can be put on record of it. Refuses to know its channels, and whether those it names
exist.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Final, NamedTuple

from dialer.domain.ids import (
    MAIN_TENANT,
    AgentId,
    AttemptId,
    CallId,
    CampaignId,
    TenantId,
    is_attempt_id,
    is_call_id,
)
from dialer.domain.outcome import Outcome
from dialer.domain.verification import NOT_TOLD, Verification
from dialer.domain.written_text import checked_line
from dialer.errors import BadInput

LONGEST_NAME: Final = 100
"""Characters of a node, a trunk, a queue, a team or an agent."""

E164: Final = re.compile(r"\+[1-9][0-9]{1,14}")


class Direction(StrEnum):
    """Who began a call."""

    IN = "in"  # somebody called us
    OUT = "out"  # we called: by hand, or as a leg of a transfer


class CallKey(NamedTuple):
    """Where a call stands in the order."""

    began_at: float
    call_id: str


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call; times are seconds since the epoch, None: it did not happen, or not yet."""

    call_id: CallId
    direction: Direction
    number: str
    """Of the other side, E.164; "": it came in and showed none."""
    began_at: float
    node: str
    """The engine that has it."""
    tenant_id: TenantId = MAIN_TENANT
    attempt_id: AttemptId | None = None
    """The attempt that it hangs off; None: it came in, or was made by hand."""
    parent_id: CallId | None = None
    """The call that it was transferred from."""
    campaign_id: CampaignId | None = None
    queue: str | None = None
    """Its name."""
    team: str = ""
    """The team whose agents were asked for, by its name; "": not those of a team."""
    agent_id: AgentId | None = None
    trunk: str = ""
    verification: Verification = NOT_TOLD
    """What the carrier said of the number that the caller shows."""
    answered_at: float | None = None
    ended_at: float | None = None
    outcome: Outcome | None = None

    @property
    def key(self) -> CallKey:
        """Where it stands in the order."""
        return CallKey(self.began_at, self.call_id)


@dataclass(frozen=True, slots=True)
class CallsWanted:
    """Which calls; None: any."""

    direction: Direction | None = None
    number: str | None = None
    agent_id: AgentId | None = None
    campaign_id: CampaignId | None = None
    queue: str | None = None
    outcome: Outcome | None = None
    since: float | None = None
    """Began from then on."""
    until: float | None = None
    """Began before then."""


def checked_call(call: CallRecord) -> CallRecord:
    """Return a call that begins, and that can be put on record.

    Raises:
        BadInput: an id is none of ours, the number or a name is none, a time is no time, it hangs
            off an attempt though it came in, or more is said than that it begins.
    """
    if not is_call_id(call.call_id):
        raise BadInput("call", f"{call.call_id!r} is no id of a call", "use new_call_id()")
    check_number(call.number, may_be_withheld=call.direction is Direction.IN)
    check_time("began_at", call.began_at)
    checked_line("node", call.node, LONGEST_NAME)
    for name, said in (("trunk", call.trunk), ("queue", call.queue), ("team", call.team)):
        if said:
            checked_line(name, said, LONGEST_NAME)
    if call.agent_id:
        checked_line("agent", call.agent_id, LONGEST_NAME)
    if call.attempt_id is not None:
        if not is_attempt_id(call.attempt_id):
            raise BadInput("attempt", f"{call.attempt_id!r} is no attempt", "name one or leave it")
        if call.direction is Direction.IN:
            raise BadInput("attempt", "a call that came in hangs off none", "leave it out")
    if call.parent_id is not None and not is_call_id(call.parent_id):
        raise BadInput("parent", f"{call.parent_id!r} is no call", "name one or leave it out")
    if call.parent_id == call.call_id:
        raise BadInput("parent", "is the call itself", "name another call")
    if (call.answered_at, call.ended_at, call.outcome) != (None, None, None):
        raise BadInput("call", "has more than begun", "put its answer and its end on record apart")
    return call


def check_number(number: str, *, may_be_withheld: bool) -> None:
    """Check the number of another side.

    Raises:
        BadInput: it is none (E.164), or withheld where it cannot be.
    """
    if not number and may_be_withheld:
        return
    if not E164.fullmatch(number):
        raise BadInput("number", f"{number!r} is no number", "write it as +12025550100")


def check_time(field: str, at: float) -> None:
    """Check an instant in seconds since the epoch.

    Raises:
        BadInput: it is none.
    """
    if not isfinite(at) or at < 0:
        raise BadInput(field, f"{at} is no time", "give seconds since the epoch")
