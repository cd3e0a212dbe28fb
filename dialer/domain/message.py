"""A line that a supervisor sends to an agent, a team or everyone. Pure.

Refuses to know who is in a team, and how a message reaches a screen.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from dialer.domain.call_record import LONGEST_NAME, check_time
from dialer.domain.ids import MAIN_TENANT, TenantId
from dialer.domain.written_text import checked_line
from dialer.errors import BadInput

LONGEST_BODY: Final = 500
"""Characters of a message."""

EVERYONE: Final = "*"
TO_AGENT: Final = "agent:"
TO_TEAM: Final = "team:"


class MessageKey(NamedTuple):
    """Where a message stands in the order."""

    at: float
    message_id: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message; times are seconds since the epoch."""

    sent_by: str
    sent_to: str
    """`agent:` or `team:` and an id, or "*": everyone of the tenant."""
    body: str
    at: float
    tenant_id: TenantId = MAIN_TENANT
    message_id: int = 0
    """Given out when it is sent."""
    read_at: float | None = None
    """When the reader who asks has read it; None: not yet, or nobody in particular asks."""

    @property
    def key(self) -> MessageKey:
        """Where it stands in the order."""
        return MessageKey(self.at, self.message_id)


def checked_message(message: Message) -> Message:
    """Return a message that can be sent.

    Raises:
        BadInput: it goes to nobody, says nothing, is too long or is not one line.
    """
    checked_line("sent_by", message.sent_by, 2 * LONGEST_NAME)
    kind, name = addressed(message.sent_to)
    if kind != EVERYONE:
        checked_line("to", name, LONGEST_NAME)
    checked_line("body", message.body, LONGEST_BODY)
    check_time("at", message.at)
    return message


def addressed(sent_to: str) -> tuple[str, str]:
    """Return to what kind of recipient something is sent, and its id.

    Raises:
        BadInput: it is no recipient.
    """
    if sent_to == EVERYONE:
        return EVERYONE, ""
    for kind in (TO_AGENT, TO_TEAM):
        if sent_to.startswith(kind) and len(sent_to) > len(kind):
            return kind, sent_to.removeprefix(kind)
    problem = f"{sent_to!r} is no recipient"
    raise BadInput("to", problem, f"use {TO_AGENT}<id>, {TO_TEAM}<id or name> or {EVERYONE}")
