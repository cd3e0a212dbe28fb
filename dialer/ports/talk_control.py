"""What the dialer asks of the switch within a talk: who is joined with whom, keys, mute, recording.

Channels are named by our ids. Nothing here waits: what follows comes as events, or as a customer's
line that asks its desk. Refuses to know who may ask for it, and what an agent is doing.
"""

from dataclasses import dataclass
from typing import Protocol

from dialer.domain.ids import AttemptId, CallId, LegId


@dataclass(frozen=True, slots=True)
class OutsideCall:
    """A call to an outside number, on record already."""

    call_id: CallId
    number: str
    """E.164 with the leading plus."""
    trunk: str
    caller_id: str = ""
    ring_timeout_s: float = 30.0


class TalkControl(Protocol):
    """Moves within a talk.

    Every method raises SwitchUnavailable when there is no session (nothing was sent), and
    UnsafeValue for a value with a line break or NUL. A channel that is gone is no error.
    """

    def part(self, channel_id: str) -> None:
        """Take an agent's leg, or an outside line, out of any talk: it idles."""
        ...

    def consult(self, leg_id: LegId, channel_id: str) -> None:
        """Join an agent's leg with another leg or an outside line; both idle."""
        ...

    def join_third(self, channel_id: str, leg_id: LegId) -> None:
        """Put a leg or an outside line into the talk that an agent's leg is in."""
        ...

    def press(self, channel_id: str, digits: str) -> None:
        """Send telephone keys to the far end of a channel.

        Raises:
            BadInput: a digit is no telephone key, or there are too many.
        """
        ...

    def mute(self, leg_id: LegId, *, muted: bool) -> None:
        """Have the others not hear an agent's leg, or hear it again."""
        ...

    def start_recording(self, attempt_id: AttemptId) -> None:
        """Record a talk from now on, as one that is recorded from the join on."""
        ...

    def announce(self, attempt_id: AttemptId, prompt: str) -> None:
        """Have a customer and whoever they talk with hear a prompt, which ends nobody's talk.

        That it was heard to its end is told by the switch's script `announced`; that it was not, by
        nothing.

        Args:
            attempt_id: whose line.
            prompt: path without its extension.

        Raises:
            BadInput: its path is none that the dialplan would play.
        """
        ...

    def ask(self, attempt_id: AttemptId, prompt: str) -> None:
        """Have a customer and whoever they talk with hear a question, and wait for a key.

        The customer's keys are told as `KeyPressed`, until the switch's script `asked` says that
        the question was heard to its end and the 5 s for an answer are over.

        Args:
            attempt_id: whose line.
            prompt: path without its extension.

        Raises:
            BadInput: its path is none that the dialplan would play.
        """
        ...

    def answered(self, attempt_id: AttemptId) -> None:
        """End a question that goes on: it is answered."""
        ...

    def pause_recording(self, channel_id: str, *, paused: bool) -> None:
        """Record silence in place of both sides, or record again."""
        ...

    def call_outside(self, call: OutsideCall) -> None:
        """Call an outside number that is on record; sent at most once. It idles once answered."""
        ...
