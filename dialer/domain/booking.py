"""Reads an attempt's end out of the switch's own journal, when no engine was there to see it.

Pure. The journal is written by the switch as things happen and outlives engine and session; what it
does not hold nobody knows, and the caller books the attempt as lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dialer.domain.call_events import Bridged, CallEvent, HungUp, MessageBegan, WentUp


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the switch's journal about a channel of ours."""

    event: str
    """"ANSWER", "BRIDGE_ENTER", "HANGUP"; "LET_GO", "DO_NOT_CALL", "MESSAGE_LEFT" from our
    dialplan; of a broadcast "MESSAGE" and "KEY" from our handler."""
    channel_id: str
    at: float
    """Seconds since the epoch."""
    cause: int = 0
    tech_cause: str = ""


@dataclass(frozen=True, slots=True)
class JournalStory:
    """What the journal tells of one channel."""

    events: tuple[CallEvent, ...]
    """The call's events, oldest first; the last is HungUp when `ended`."""
    answered_at: float | None
    connected_at: float | None
    let_go: bool
    do_not_call: bool
    ended: bool
    message_left: bool = False
    """A message was begun on a machine."""
    informed_at: float | None = None
    """When a broadcast's message began, if no key asked for an agent since."""


def story(entries: Sequence[JournalEntry]) -> JournalStory:
    """Return what these entries of one channel, oldest first, mean."""
    events: list[CallEvent] = []
    answered_at = connected_at = informed_at = None
    let_go = do_not_call = ended = message_left = False
    for entry in entries:
        match entry.event:
            case "ANSWER":
                answered_at = entry.at
                events.append(WentUp(entry.at))
            case "MESSAGE":
                informed_at = entry.at
                events.append(MessageBegan(entry.at))
            case "KEY":
                # from here on it is an ordinary answered call
                informed_at, answered_at = None, entry.at
                events = [one for one in events if not isinstance(one, WentUp | MessageBegan)]
                events.append(WentUp(entry.at))
            case "BRIDGE_ENTER":
                connected_at = connected_at if connected_at is not None else entry.at
                events.append(Bridged(entry.at))
            case "LET_GO":
                let_go = True
            case "MESSAGE_LEFT":
                message_left = True
            case "DO_NOT_CALL":
                do_not_call = True
            case "HANGUP":
                ended = True
                events.append(HungUp(entry.cause, entry.tech_cause, entry.at))
    return JournalStory(
        tuple(events),
        answered_at,
        connected_at,
        let_go,
        do_not_call,
        ended,
        message_left,
        informed_at,
    )
