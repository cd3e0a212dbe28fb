"""One engine's live state, followed change by change, with the text of each value made once.

Refuses to know who listens, and how changes and pages arrive.
"""

import json
from collections.abc import Sequence
from typing import Final

from dialer.domain.live_state import Delta, Entry, History, LiveState, Value

KEPT: Final = 10_000
"""Changes kept for who comes back."""

_HIDDEN: Final = frozenset({"tenants"})
"""What is said of a value for our own use."""


class Replica:
    """What is known of an engine's state.

    Args:
        node: name of the engine.
        state: as it was when it was asked for.
        kept: changes kept for who comes back.
    """

    def __init__(self, node: str, state: LiveState, *, kept: int = KEPT) -> None:
        self.node = node
        self.state = state
        self._history = History(kept)
        self._history.begin(state.epoch, state.seq)
        self._texts: dict[tuple[str, str], str] = {}

    @property
    def at(self) -> tuple[str, int]:
        """How far it was followed: epoch and sequence number."""
        return self.state.epoch, self.state.seq

    def take(self, epoch: str, seq: int, topic: str, key: str, value: Value | None) -> Delta | None:
        """Follow one change and return it with what was before; None if it was known already.

        Raises:
            Gap: changes before it are missing, or the engine began another life.
        """
        if epoch != self.state.epoch:
            raise Gap
        if seq <= self.state.seq:
            return None
        delta = Delta(seq, topic, key, value, before=self.state.get(topic, key))
        if not self.state.apply(delta):
            raise Gap
        self._history.note(delta)
        self._texts.pop((topic, key), None)
        return delta

    def since(self, epoch: str, seq: int) -> Sequence[Delta] | None:
        """Return the changes after a point; None when they are not all known."""
        return self._history.since(epoch, seq)

    def entries(self) -> Sequence[Entry]:
        """Return everything."""
        return self.state.entries()

    def text(self, topic: str, key: str, value: Value | None) -> str:
        """Return what is told of a key with its present value, or that it is gone."""
        if value is None:
            return self._text(topic, key, None)
        known = self._texts.get((topic, key))
        if known is None:
            shown = {name: one for name, one in value.items() if name not in _HIDDEN}
            known = self._texts[topic, key] = self._text(topic, key, shown)
        return known

    def _text(self, topic: str, key: str, value: Value | None) -> str:
        told = {"node": self.node, "topic": topic, "key": key, "value": value}
        return json.dumps(told, separators=(",", ":"))


class Gap(Exception):
    """What an engine told does not follow on what is known of it."""


def filled(epoch: str, seq: int, entries: Sequence[Entry]) -> LiveState:
    """Return a state of which everything is known."""
    state = LiveState(epoch, seq)
    state.fill(entries)
    return state
