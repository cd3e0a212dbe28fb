"""What happens in a call that a flow leads, in the past tense. Refuses to know who saw it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Began:
    """The call is up, and the flow's."""


@dataclass(frozen=True, slots=True)
class Played:
    """What was to be played or said was heard to its end."""


@dataclass(frozen=True, slots=True)
class Digits:
    """Keys were pressed when they were asked for; the key that ends them is left out."""

    keys: str = field(repr=False)  # it may be a PIN: no log and no traceback has it


@dataclass(frozen=True, slots=True)
class TimedOut:
    """What was waited for did not come: no key, no reply, no end of a prompt."""


@dataclass(frozen=True, slots=True)
class HttpReplied:
    """A request was answered."""

    status: int
    body: Any = None
    """As JSON has it; None if it is no JSON."""


@dataclass(frozen=True, slots=True)
class LeadFound:
    """There is a lead of the number."""

    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The PIN was right."""

    fields: Mapping[str, str]
    """Of the account: number, phone, label."""


@dataclass(frozen=True, slots=True)
class LogInRefused:
    """Number or PIN was wrong, or no more is tried now."""

    locked: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message was recorded."""

    file: str
    seconds: float


@dataclass(frozen=True, slots=True)
class OptedOut:
    """The number is in the do-not-call list, committed."""


@dataclass(frozen=True, slots=True)
class Conferred:
    """The caller was in a conference room, and is not any more."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """Somebody took the call: it is not the flow's any more."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What was asked for could not be done: no such prompt, nobody free, no lead, no reply."""

    reason: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone."""


FlowEvent = (
    Began
    | Played
    | Digits
    | TimedOut
    | HttpReplied
    | LeadFound
    | LoggedIn
    | LogInRefused
    | Recorded
    | OptedOut
    | Transferred
    | Conferred
    | Failed
    | HungUp
)
