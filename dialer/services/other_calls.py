"""Events of calls that are no attempts, to whoever has each of them.

Knows only ids. Refuses to know what follows.
"""

from collections.abc import Callable

from dialer.domain.events import (
    ChannelBridged,
    ChannelHungUp,
    ChannelRang,
    ChannelUp,
    OriginateFailed,
)

ChannelEvent = ChannelBridged | ChannelHungUp | ChannelRang | ChannelUp | OriginateFailed
Sink = Callable[[ChannelEvent], None]


class OtherCalls:
    """Who is told of which call."""

    def __init__(self) -> None:
        self._sinks: dict[str, Sink] = {}

    def register(self, call_id: str, sink: Sink) -> None:
        """Have the events of a call told, up to its hang-up."""
        self._sinks[call_id] = sink

    def knows(self, call_id: str) -> bool:
        """Tell whether somebody has the call."""
        return call_id in self._sinks

    def live(self) -> set[str]:
        """Return the calls that have not ended."""
        return set(self._sinks)

    def forget(self, call_id: str) -> None:
        """A call is over, and nobody is to be told."""
        self._sinks.pop(call_id, None)

    def take(self, event: ChannelEvent) -> None:
        """Hand on one event; of a call that nobody has, nothing."""
        sink = self._sinks.get(event.channel_id)
        over = isinstance(event, ChannelHungUp) or (
            isinstance(event, OriginateFailed) and event.no_channel
        )
        if over:
            self._sinks.pop(event.channel_id, None)
        if sink is not None:
            sink(event)
