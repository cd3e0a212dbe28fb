"""The channels of a switch in memory, and who of them is in a bridge with whom.

Knows what Asterisk does with whoever is left alone. Refuses to know events, numbers and phones:
`switch` does.
"""

import asyncio
from dataclasses import dataclass, field

from dialer.errors import SwitchUnavailable
from dialer.ports import BridgeEnd


@dataclass(slots=True)
class Channel:
    """A channel that lives."""

    channel_id: str
    began_at: float
    state: str = "Down"
    bridge_id: str = ""
    timers: list[asyncio.TimerHandle] = field(default_factory=list)
    joined: asyncio.Future[BridgeEnd] | None = None
    """Set while this customer is joined to a leg."""


class MemoryBridges:
    """Joins channels and parts them."""

    def __init__(self) -> None:
        super().__init__()  # a switch is more than its bridges
        self.channels: dict[str, Channel] = {}
        self._bridges = 0
        self._connected = True

    def need_session(self) -> None:
        """Raise if there is no session: a command is not sent."""
        if not self._connected:
            raise SwitchUnavailable("no session; not sent")

    async def bridge(self, customer_id: str, leg_id: str) -> BridgeEnd:
        """Join a customer to a leg, as the customer's line is ordered to; returns as it ends."""
        customer, leg = self.channels.get(customer_id), self.channels.get(leg_id)
        if customer is None:
            return BridgeEnd.CUSTOMER_LEFT
        if leg is None:
            return BridgeEnd.NO_LEG
        self._leave(leg)  # it is taken from another customer, or from a consultation
        customer.joined = asyncio.get_running_loop().create_future()
        self._bridges += 1
        bridge_id = f"bridge-{self._bridges}"
        self._enter(leg, bridge_id)
        self._enter(customer, bridge_id)
        try:
            return await customer.joined
        finally:
            customer.joined, customer.bridge_id = None, ""

    def part(self, channel_id: str) -> None:
        """Take a channel out of its talk: it idles, and who is left alone is so no more."""
        self.need_session()
        channel = self.channels.get(channel_id)
        if channel is None:
            return
        self._leave(channel)
        self._idle(channel)

    def join(self, channel_id: str, other_id: str) -> None:
        """Put a channel into the talk of another, or begin one of the two."""
        self.need_session()
        channel, other = self.channels.get(channel_id), self.channels.get(other_id)
        if channel is None or other is None:
            return
        self._leave(channel)
        if not other.bridge_id:
            self._bridges += 1
            self._enter(other, f"bridge-{self._bridges}")
        self._enter(channel, other.bridge_id)

    def _enter(self, channel: Channel, bridge_id: str) -> None:
        channel.bridge_id = bridge_id
        self._entered(channel)

    def _part(self, gone: Channel) -> None:
        """Whoever was joined to a channel that is gone is so no more."""
        if gone.joined is not None:
            settle(gone, BridgeEnd.CUSTOMER_LEFT)
        self._leave(gone)

    def _leave(self, channel: Channel) -> None:
        """A channel is out of its bridge; one that is left there alone is out of it too."""
        bridge_id, channel.bridge_id = channel.bridge_id, ""
        rest = [one for one in self.channels.values() if bridge_id and one.bridge_id == bridge_id]
        if len(rest) == 1:
            settle(rest[0], BridgeEnd.LEG_LEFT)
            rest[0].bridge_id = ""
            self._idle(rest[0])

    def _entered(self, channel: Channel) -> None:
        """A channel is in a bridge now."""
        raise NotImplementedError

    def _idle(self, channel: Channel) -> None:
        """A channel is where it can be joined."""
        raise NotImplementedError


def settle(channel: Channel, end: BridgeEnd) -> None:
    """A customer's join came back, if there is one."""
    if channel.joined is not None and not channel.joined.done():
        channel.joined.set_result(end)
