"""What the handlers of an answered call ask of the engine, and the orders they get.

Knows the customer's line from the answer to the hang-up. Refuses to know who is seated with whom:
the engine decides that behind this port.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from dialer.domain.ids import LegId


class BridgeEnd(StrEnum):
    """How the joining of a customer and an agent's leg came back."""

    NO_LEG = "no_leg"  # the leg was gone already; the customer is still here
    LEG_LEFT = "leg_left"  # they talked; the agent's leg left, the customer is still here
    CUSTOMER_LEFT = "customer_left"  # the customer's channel hung up (or was taken elsewhere)


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """Order to the customer's line: join this agent's leg (or outside line), now."""

    leg_id: LegId


@dataclass(frozen=True, slots=True)
class Hold:
    """Order to the customer's line: play music, and ask again (`CallDesk.held`)."""


@dataclass(frozen=True, slots=True)
class Play:
    """Order to the customer's line: play a prompt, and ask again (`CallDesk.held`)."""

    path: str
    """Without its extension."""


@dataclass(frozen=True, slots=True)
class AwaitBeep:
    """Order to the customer's line: be silent, and ask again (`CallDesk.held`).

    Should nobody answer any more, the message is left without waiting for the beep.
    """

    message: str
    """Path of the campaign's message, without its extension."""


@dataclass(frozen=True, slots=True)
class LetGo:
    """Order to the customer's line: play the prompt that fits, and hang up."""

    prompt: str
    """"abandon" (nobody free; identification message), "lost" (the agent's line broke), or
    "message" (the one that a machine is left, after `AwaitBeep`)."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """Order to the customer's line: hang up without a word."""


LineOrder = ConnectTo | Hold | Play | AwaitBeep | LetGo | HangUp


class CallDesk(Protocol):
    """What the AGI handlers ask of the engine about a customer who answered."""

    async def customer_answered(self, channel_id: str, at: float) -> LineOrder:
        """A customer's channel was answered at `at` (switch's clock): wait for what to do."""
        ...

    async def bridge_returned(self, channel_id: str, end: BridgeEnd) -> LineOrder:
        """Joining came back: the agent is freed at once; wait for what to do with the customer."""
        ...

    async def held(self, channel_id: str) -> LineOrder:
        """Music plays on the customer's line, or none: wait for what comes after it."""
        ...

    def line_closed(self, channel_id: str) -> None:
        """The handler lost its channel: no agent must wait for it. Ends no attempt."""
        ...

    async def do_not_call(self, channel_id: str, number: str) -> None:
        """The called person pressed the do-not-call key: returns when that is committed."""
        ...
