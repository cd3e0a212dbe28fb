"""What the line of a call that a flow leads asks of the engine.

Knows numbers, prompts, leads and boxes by name. Refuses to know how anything is played or keyed in
(`agi.flow_line`), and what follows (`dialer.domain.flow.run`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dialer.domain.flow.commands import CheckPin, Request, Say
from dialer.domain.flow.events import (
    Failed,
    HttpReplied,
    LeadFound,
    LoggedIn,
    LogInRefused,
    OptedOut,
    Recorded,
)
from dialer.domain.flow.fields import Sound
from dialer.domain.flow.steps import Flow
from dialer.domain.ids import LeadId
from dialer.domain.verification import NOT_TOLD, Verification
from dialer.errors import OutpaceError
from dialer.ports.call_taker import InboundLine, LineFacts


@dataclass(frozen=True, slots=True)
class LedCall(LineFacts):
    """A call that a flow leads from now on."""

    flow: Flow
    flow_name: str
    verification: Verification = NOT_TOLD
    """What the carrier said of the number that the caller shows."""
    lead_id: LeadId | None = None
    """Of a person whom we have called: as whom."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that is not taken."""

    cause: int
    """Q.850, told to the network."""
    reason: str


@dataclass(frozen=True, slots=True)
class Audio:
    """A file that the switch can play."""

    path: str
    """Without its extension."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a conference room."""

    name: str
    """As the switch calls the room."""
    max_members: int


class Unplayable(OutpaceError):
    """There is nothing to play: no such prompt, no such language, no speech."""


class FlowDesk(Protocol):
    """What belongs to the engine in a call that a flow leads."""

    def came_in(self, called: str, caller: str, at: float) -> LedCall | Refused:
        """Say what becomes of a call, before it is answered; from memory.

        Args:
            called: our number, as the network says it; anything.
            caller: theirs, as the network says it; anything.
            at: now, epoch seconds.
        """
        ...

    def began(self, call: LedCall, at: float) -> None:
        """The call is about to get its id in the switch: it goes on record."""
        ...

    def lost(self, call: LedCall, at: float) -> None:
        """The caller left before the switch knew the call's id: nobody else will tell its end."""
        ...

    def answered(self, call: LedCall, at: float) -> None:
        """We answered it."""
        ...

    def left(self, call: LedCall, why: str) -> None:
        """The flow is over. Ends no call: the switch says when it has ended."""
        ...

    def sound(self, call: LedCall, sound: Sound, language: str) -> Audio:
        """Return what is played of a prompt or a text; from memory.

        Raises:
            Unplayable: there is none.
        """
        ...

    def shipped(self, name: str) -> Audio:
        """Return a sound that ships with the node, such as the beep before a recording.

        Raises:
            Unplayable: there is none.
        """
        ...

    async def said(self, call: LedCall, say: Say) -> Sequence[Audio]:
        """Return what is played to say a value.

        Raises:
            Unplayable: it cannot be said in that language.
        """
        ...

    async def look_up(self, call: LedCall, number: str) -> LeadFound | Failed:
        """Look for the lead of a number; of a person whom we have called, of the lead called."""
        ...

    async def check_pin(self, call: LedCall, asked: CheckPin) -> LoggedIn | LogInRefused | Failed:
        """Compare a PIN; a wrong one is counted, on record."""
        ...

    async def enter(self, call: LedCall, room: str) -> Place | Failed:
        """Say whether a caller may come into a conference room now; they count as there then."""
        ...

    def leave(self, call: LedCall) -> None:
        """A caller is in no conference room any more."""
        ...

    async def opt_out(self, call: LedCall, number: str) -> OptedOut | Failed:
        """Enter a number in the do-not-call list; returns after the commit."""
        ...

    async def request(self, call: LedCall, request: Request) -> HttpReplied | Failed:
        """Ask another program."""
        ...

    def after_hours(self, call: LedCall, queue: str, language: str) -> LedCall | None:
        """Return the call as it is led while a queue is closed; None: the queue is open."""
        ...

    async def transfer(self, line: InboundLine, kind: str, to: str, wait_s: float) -> str:
        """Hand the call over; see `CallTaker.take`."""
        ...

    def message_file(self, call: LedCall) -> str:
        """Return where the next message of a call is recorded: a path without its extension.

        Raises:
            Unplayable: nothing can be recorded.
        """
        ...

    async def recorded(self, call: LedCall, path: str, box: str) -> Recorded | Failed:
        """A message was recorded.

        Args:
            call: whose.
            path: as `message_file` returned it.
            box: of voicemail: it goes on record; "": the flow keeps the file.
        """
        ...
