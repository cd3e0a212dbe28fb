"""What the line of a broadcast asks of the engine: by which flow it is led, and when that is over.

Knows a customer's line from the answer to the key that asks for an agent; from there on it is the
`CallDesk`'s. Refuses to know what is played.
"""

from typing import Protocol

from dialer.ports.flow_desk import LedCall


class MessageDesk(Protocol):
    """What belongs to the engine while a broadcast's message plays."""

    async def led(self, channel_id: str) -> LedCall | None:
        """Return the call of a customer's line that a flow leads first; None: an agent does."""
        ...

    def began(self, call: LedCall, at: float) -> None:
        """The message begins, for a person who answered at `at`."""
        ...

    def over(self, call: LedCall, at: float) -> None:
        """The flow is over, and no agent was asked for: we hang up."""
        ...
