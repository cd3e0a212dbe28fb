"""The live feed in memory, which also keeps what was published, to be looked at."""

from collections.abc import Mapping
from typing import Any

from dialer.adapters.inprocess.feed import Fact, InProcessFeed


class MemoryFeed(InProcessFeed):
    """The engine's own feed, which remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: list[Fact] = []
        """Everything published so far, oldest first."""

    def publish(self, topic: str, fact: Mapping[str, Any]) -> None:
        """Push one fact to whoever listens, and keep it."""
        self.facts.append((topic, fact))
        super().publish(topic, fact)

    def of(self, topic: str) -> list[Mapping[str, Any]]:
        """Return the facts of one topic, oldest first."""
        return [fact for name, fact in self.facts if name == topic]
