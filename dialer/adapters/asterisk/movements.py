"""Channels on their way to where they idle: who joins one too early hangs it up.

A Redirect only marks a channel; the channel goes when it comes to it. A Bridge in that moment takes
the mark along: the channel enters the bridge, leaves it at once and is gone. Refuses to know why a
channel is moved.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from dialer.domain.events import ChannelBridged, ChannelHungUp, ChannelIdles, SwitchEvent
from dialer.errors import SwitchUnavailable
from dialer.ports import Switch

WITHIN_S: Final = 0.5
"""Longest wait for a channel; it takes hundredths of a second, and its event may be lost."""


class Movements:
    """The channels of one switch that were redirected and have not arrived."""

    def __init__(self, switch: Switch) -> None:
        self._underway: dict[str, asyncio.Future[None]] = {}
        self._wishes: dict[str, object] = {}
        """What is to be done with a channel once it can be joined: the last wish holds."""
        switch.subscribe(self.hear)

    def began(self, channel_id: str) -> None:
        """A channel was redirected to where it idles."""
        self._wishes.pop(channel_id, None)
        self._arrived(channel_id)
        loop = asyncio.get_running_loop()
        arrival: asyncio.Future[None] = loop.create_future()
        self._underway[channel_id] = arrival
        late = loop.call_later(WITHIN_S, self._arrived, channel_id)
        arrival.add_done_callback(lambda _: late.cancel())

    async def settled(self, channel_id: str) -> None:
        """Return once a channel can be joined; at once if nobody moves it.

        What was to be done with it until now is not done any more.
        """
        self._wishes.pop(channel_id, None)
        arrival = self._underway.get(channel_id)
        if arrival is not None:
            await asyncio.shield(arrival)

    def then(self, channel_ids: tuple[str, ...], do: Callable[[], None]) -> None:
        """Do something once all of these can be joined; at once if nobody moves them.

        It is not done when one of them is moved, or wanted for something else, before that.

        Raises:
            SwitchUnavailable: what was done at once did; later it is as if nothing was done.
        """
        wish = object()
        self._wishes.update(dict.fromkeys(channel_ids, wish))
        self._when_all(channel_ids, do, wish)

    def _when_all(self, channel_ids: tuple[str, ...], do: Callable[[], None], wish: object) -> None:
        if any(self._wishes.get(one) is not wish for one in channel_ids):
            return
        awaited = next((one for one in channel_ids if one in self._underway), None)
        if awaited is None:
            for one in channel_ids:
                del self._wishes[one]
            do()
            return

        def again(_: object) -> None:
            with suppress(SwitchUnavailable):
                self._when_all(channel_ids, do, wish)

        self._underway[awaited].add_done_callback(again)

    def hear(self, event: SwitchEvent) -> None:
        """Take what the switch tells of channels."""
        match event:
            case ChannelIdles() | ChannelBridged() | ChannelHungUp():
                self._arrived(event.channel_id)
            case _:
                pass

    def _arrived(self, channel_id: str) -> None:
        arrival = self._underway.pop(channel_id, None)
        if arrival is not None:
            arrival.set_result(None)
