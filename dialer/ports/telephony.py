"""What the dialer needs of the telephone switch: calls out, and what is left of them afterwards.

Knows commands and their refusals. Refuses to know the switch's protocol, and what an event means:
that is `dialer.domain.events` and the law of a call.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dialer.domain.booking import JournalEntry
from dialer.domain.events import LiveChannel, SwitchEvent
from dialer.domain.ids import AttemptId, LegId
from dialer.domain.lead import Attempt
from dialer.ports.listening import LegHearing


@dataclass(frozen=True, slots=True)
class DialOptions:
    """How a campaign wants its calls placed."""

    ring_timeout_s: float
    caller_id: str = ""
    record: bool = True
    abandon_prompt: str = ""
    """Path of the identification message without its extension, or "" for the node's own."""
    lost_prompt: str = ""


class Switch(LegHearing, Protocol):
    """The telephone switch: starts and ends channels. What happens to them comes as events."""

    @property
    def connected(self) -> bool:
        """Whether commands can be sent now."""
        ...

    def subscribe(self, sink: Callable[[SwitchEvent], None]) -> None:
        """Have every event handed to `sink`, in order, on the engine's loop."""
        ...

    def originate(self, attempt: Attempt, options: DialOptions) -> None:
        """Dial the customer of a *recorded* attempt; written at most once, never queued.

        A refusal comes as `OriginateFailed`. A session lost later leaves the attempt unknown: only
        `live_channels` and the journal can tell.

        Raises:
            SwitchUnavailable: there is no session; the call was certainly not sent.
            UnsafeValue: a value holds a line break or NUL; not sent.
            BadInput: a message's path is none that the dialplan would play; not sent.
        """
        ...

    def call_agent(self, leg_id: LegId, endpoint: str, *, ring_s: float | None = None) -> None:
        """Ring an agent's softphone for its leg; raises as `originate`.

        The leg idles once it is up, and tells it each time (`ChannelIdles`): it can be joined then.

        Args:
            leg_id: of the leg.
            endpoint: the phone.
            ring_s: how long it may ring; None: as long as at a log-in.
        """
        ...

    def whisper(self, leg_id: LegId) -> None:
        """Let the agent of a leg hear the connect cue; the customer hears nothing.

        A cue that cannot be played is no reason to fail a talk: raises nothing.
        """
        ...

    def hang_up(self, channel_id: str) -> None:
        """End a channel; one that is gone already is no error. The hang-up comes as an event.

        Raises:
            SwitchUnavailable: there is no session; not sent.
        """
        ...

    async def live_channels(self) -> list[LiveChannel]:
        """List our channels (attempts and legs) that live now.

        Raises:
            SwitchUnavailable, ReplyLost: nothing is known.
        """
        ...

    async def reachable_phones(self) -> set[str]:
        """Return the endpoints that have a registered, reachable contact."""
        ...

    async def reachable_contacts(self) -> set[str]:
        """Return the trunks and endpoints that answer, as far as the switch has asked them."""
        ...

    async def round_trip(self) -> float:
        """Return how long the switch takes to answer, in seconds.

        Raises:
            SwitchUnavailable, ReplyLost: it does not.
        """
        ...

    async def sessions(self) -> int:
        """Count the sessions of our user, this one included.

        More than 1 while an older engine's session lingers, whose last originates may still be
        carried out.
        """
        ...


class SwitchSession(Switch, Protocol):
    """A switch with a session that somebody must keep."""

    async def connect(self) -> None:
        """Open the first session.

        Raises:
            OutpaceError: it cannot be opened; says what to mend.
        """
        ...

    async def run(self) -> None:
        """Keep a session open, for ever."""
        ...

    def close(self) -> None:
        """End the session."""
        ...


class Recordings(Protocol):
    """What the switch recorded of talks, made into files people can play."""

    def begun(self, attempt_id: AttemptId) -> bool:
        """Whether anything of a talk was recorded, or is being."""
        ...

    def finish(self, attempt_id: AttemptId) -> str:
        """Have the recording of an ended talk finished.

        Returns the file's name to be; "" if it was never begun.
        """
        ...

    def discard(self, attempt_id: AttemptId) -> None:
        """Remove what the switch began for a call that never became a talk."""
        ...


class Journal(Protocol):
    """The switch's own journal of our channels."""

    def read(self, channel_ids: set[str]) -> dict[str, list[JournalEntry]]:
        """Return the entries of these channels, oldest first."""
        ...
