"""A floor that is told change by change, as an engine's board tells it, without an engine.

Whoever follows it cannot tell the difference: the same state, the same facts on the same feed.
Refuses to know what is told.
"""

from collections.abc import Mapping
from typing import Any

from dialer.adapters.inprocess.feed import InProcessFeed
from dialer.domain.live_state import LiveState
from dialer.services.board import LIVE


class ToldFloor:
    """The live state of a node, and the feed on which it is told."""

    def __init__(self, feed: InProcessFeed) -> None:
        self._feed = feed
        self._state = LiveState("bench")

    async def live(self, _with: Mapping[str, Any]) -> object:
        """Everything, as an engine's board tells it."""
        page = self._state.page()
        entries = [[one.topic, one.key, one.value] for one in page.entries]
        return {"epoch": page.epoch, "seq": page.seq, "entries": entries, "after": page.after}

    def tell(self, topic: str, key: str, value: Mapping[str, Any] | None) -> None:
        """Put the whole new value of a key, or take it away; told if that changes anything."""
        delta = self._state.put(topic, key, value)
        if delta is not None:
            fact = {"epoch": self._state.epoch, "seq": delta.seq, "topic": topic, "key": key}
            self._feed.publish(LIVE, {**fact, "value": value})
