"""Who is told what the switch says of calls that are no attempts, by the call's id.

Knows whose calls are whose while they live. Refuses to know what follows.
"""

from collections.abc import Callable, Iterable

from dialer.domain.events import ChannelHungUp, SwitchEvent
from dialer.domain.ids import CallId

CallSink = Callable[[SwitchEvent], None]


class OtherCalls:
    """The live calls of this node that came in, were made by hand, or are legs of a transfer."""

    def __init__(self) -> None:
        self._sinks: dict[CallId, list[CallSink]] = {}

    def register(self, call_id: CallId, sink: CallSink) -> None:
        """Have `sink` told of a call until it hangs up. Of several, the last one is told first."""
        self._sinks.setdefault(call_id, []).append(sink)

    def forget(self, call_id: CallId, sink: CallSink) -> None:
        """`sink` is told no more of this call."""
        sinks = self._sinks.get(call_id, [])
        if sink in sinks:
            sinks.remove(sink)
        if not sinks:
            self._sinks.pop(call_id, None)

    def handle(self, channel_id: str, event: SwitchEvent) -> None:
        """Tell of one event; what nobody asked for is of a call that is over."""
        call_id = CallId(channel_id)
        sinks = self._sinks.get(call_id, ())
        if isinstance(event, ChannelHungUp):
            self._sinks.pop(call_id, None)
        for sink in reversed(list(sinks)):
            sink(event)

    def known(self) -> set[CallId]:
        """Return the calls of which somebody is told."""
        return set(self._sinks)

    def gone(self, call_ids: Iterable[CallId], at: float) -> None:
        """These are not on the switch any more, and nobody heard how they ended."""
        for call_id in call_ids:
            self.handle(call_id, ChannelHungUp(call_id, 0, "", at))
