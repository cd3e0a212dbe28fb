"""The law of an attempt while a broadcast's message plays: events in, commands out. Pure.

From the key on the call is any answered one (`callflow`); who presses none has heard the message
and asked for nobody, so is no live answer that could be abandoned. Refuses to know what is played.
"""

from typing import TYPE_CHECKING

from dialer.domain.call_commands import CallCommand
from dialer.domain.call_events import MessageBegan, MessageOver
from dialer.domain.call_states import CallState
from dialer.domain.outcome import Outcome

if TYPE_CHECKING:
    from dialer.domain.callflow import CallFlow


def message_began(flow: "CallFlow", event: MessageBegan) -> list[CallCommand]:
    """The message plays; nobody is sought."""
    flow.state = CallState.INFORMING
    flow.informed_at = event.at
    flow.up_at = flow.up_at if flow.up_at is not None else event.at
    return []


def message_over(flow: "CallFlow", _event: MessageOver) -> list[CallCommand]:
    """We hang up."""
    flow.state = CallState.CLOSING
    flow.ended_by = "dialer"
    return []


def message_heard(flow: "CallFlow") -> Outcome | None:
    """Return how the call ends when it does now; None: not by its message.

    Who answered in the instant in which we took the call back has heard next to nothing.
    """
    if flow.informed_at is None or flow.answered_at is not None or flow.cancelled:
        return None
    flow.answered_at = flow.informed_at
    flow.ended_by = flow.ended_by or "customer"
    return Outcome.MESSAGE_HEARD
