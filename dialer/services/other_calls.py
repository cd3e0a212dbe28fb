"""Who is told what the switch says of calls that are no attempts, by the call's id.

Knows whose calls are whose while they live. Refuses to know what follows.
"""

from collections.abc import Callable, Iterable

from dialer.domain.events import (
    ChannelBridged,
    ChannelHungUp,
    ChannelRang,
    ChannelUp,
    OriginateFailed,
)

ChannelEvent = ChannelBridged | ChannelHungUp | ChannelRang | ChannelUp | OriginateFailed
CallSink = Callable[[ChannelEvent], None]


class OtherCalls:
    """The live calls of this node that came in, were made by hand, or are legs of a transfer."""

    def __init__(self) -> None:
        self._sinks: dict[str, list[CallSink]] = {}

    def register(self, call_id: str, sink: CallSink) -> None:
        """Have `sink` told of a call until it hangs up. Of several, the last one is told first."""
        self._sinks.setdefault(call_id, []).append(sink)

    def forget(self, call_id: str, sink: CallSink | None = None) -> None:
        """`sink` is told no more of this call; None: nobody is."""
        sinks = self._sinks.get(call_id, [])
        if sink in sinks:
            sinks.remove(sink)
        if sink is None or not sinks:
            self._sinks.pop(call_id, None)

    def knows(self, call_id: str) -> bool:
        """Tell whether somebody has the call."""
        return call_id in self._sinks

    def live(self) -> set[str]:
        """Return the calls that have not ended, as far as somebody is told of them."""
        return set(self._sinks)

    def take(self, event: ChannelEvent) -> None:
        """Tell of one event; what nobody asked for is of a call that is over."""
        sinks = list(self._sinks.get(event.channel_id, ()))
        if isinstance(event, ChannelHungUp) or (
            isinstance(event, OriginateFailed) and event.no_channel
        ):
            self._sinks.pop(event.channel_id, None)
        for sink in reversed(sinks):
            sink(event)

    def gone(self, call_ids: Iterable[str], at: float) -> None:
        """These are not on the switch any more, and nobody heard how they ended."""
        for call_id in call_ids:
            self.take(ChannelHungUp(call_id, 0, "", at))
