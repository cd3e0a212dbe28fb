"""What supervision needs of the telephone switch: a supervisor's phone put behind a talk.

Knows the ways of listening-in. Refuses to know who may, and when it is over.
"""

from dataclasses import dataclass
from typing import Protocol

from dialer.domain.ids import LegId, SpyId
from dialer.domain.supervision import SpyMode


@dataclass(frozen=True, slots=True)
class SpiedTalk:
    """The two channels of a talk, by their whole ids."""

    channel_id: str
    """The customer's; "" when an agent is coached, who has none."""
    leg_id: LegId
    """The agent's."""


class Spying(Protocol):
    """Supervisors' phones on talks. What becomes of a phone comes as the switch's events."""

    def begin(self, spy_id: SpyId, phone: str, talk: SpiedTalk, mode: SpyMode) -> None:
        """Ring a supervisor's phone, and have it listen in when it answers.

        It hears the customer and the agent. What it says is heard by nobody (`LISTEN`), by the
        agent (`WHISPER`), or by both (`BARGE`). With the customer's channel, listening and barging
        in end by themselves; a whisper ends when it is not prolonged. `COACH` joins it with an
        agent who has no customer.

        Raises:
            SwitchUnavailable: there is no session; not sent.
            UnsafeValue: a value holds a line break or NUL; not sent.
        """
        ...

    def turn(self, spy_id: SpyId, mode: SpyMode) -> None:
        """Have a phone that is there listen in another way; raises as `begin`.

        With `TAKE` it idles, until the customer's line is joined with it as with a leg.
        A phone that is gone meanwhile is no error.
        """
        ...

    def prolong(self, spy_id: SpyId) -> None:
        """Let a whisper last for `WHISPER_HOLDS_S` from now; raises as `begin`."""
        ...

    def end(self, spy_id: SpyId) -> None:
        """Hang a supervisor's phone up; raises as `begin`. It comes as an event."""
        ...
