"""What a flow asks to be done in a call, in the imperative. Refuses to know who does it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialer.domain.flow.fields import Sound


@dataclass(frozen=True, slots=True)
class Play:
    """Play a prompt or speak a text; then tell `Played`."""

    sound: Sound
    language: str


@dataclass(frozen=True, slots=True)
class Say:
    """Say a value in a language; then tell `Played`."""

    kind: str
    """number, date (YYYY-MM-DD), money or digits."""
    value: str
    language: str
    currency: str = ""
    """ISO 4217, of money."""


@dataclass(frozen=True, slots=True)
class Gather:
    """Play sounds, each cut short by a key, and collect keys; then tell `Digits` or `TimedOut`."""

    sounds: tuple[Sound, ...]
    language: str
    least: int
    most: int
    end: str
    """Key that ends them; "": none does."""
    wait_s: float
    """For the first key, from the end of the sounds on."""
    between_s: float


@dataclass(frozen=True, slots=True)
class Request:
    """Ask another program; then tell `HttpReplied` or `Failed`."""

    method: str
    url: str
    body: Mapping[str, str] | None
    time_out_s: float


@dataclass(frozen=True, slots=True)
class LookUp:
    """Look for the lead of a number; then tell `LeadFound` or `Failed`."""

    number: str


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Compare a PIN; then tell `LoggedIn`, `LogInRefused` or `Failed`."""

    kind: str
    """Of the account: customer or staff; or room."""
    number: str = field(repr=False)
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """Play, then record what the caller says; then tell `Recorded` or `Failed`."""

    sound: Sound | None
    language: str
    most_s: float
    silence_s: float
    """Of the caller, that ends it."""
    end: str
    box: str = ""
    """Of voicemail; "": the flow keeps the file."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """Enter a number in the do-not-call list; tell `OptedOut` after the commit, or `Failed`."""

    number: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the call over; then tell `Transferred` or `Failed`."""

    kind: str
    """queue, agent, number, or campaign: the agents of the campaign that calls."""
    to: str
    wait_s: float


@dataclass(frozen=True, slots=True)
class Confer:
    """Let the caller into a conference room; then tell `Conferred` or `Failed`."""

    room: str
    """Its number."""
    sound: Sound | None
    """Played first."""
    language: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""

    reason: str


FlowCommand = (
    Play | Say | Gather | Request | LookUp | CheckPin | Record | OptOut | Transfer | Confer | HangUp
)
