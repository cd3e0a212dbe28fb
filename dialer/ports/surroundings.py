"""What the dialer needs of the process around it: time, a feed of live facts, files of leads.

Knows nothing of calls. Refuses to know who listens, and what kind of file a list comes from.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from dialer.domain.leadtable import Table


class Clock(Protocol):
    """Time for the whole engine."""

    def now(self) -> float:
        """Return seconds since the epoch; never goes back within a process."""
        ...


class Feed(Protocol):
    """Live facts, pushed: never queued without bound, never polled."""

    def publish(self, topic: str, fact: Mapping[str, Any]) -> None:
        """Push one fact to whoever listens; a slow reader loses old facts, not the engine."""
        ...

    def listen(self) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
        """Iterate over facts from now on."""
        ...


class ListSource(Protocol):
    """A list of leads while it is read, from whatever kind of file. It blocks: use a thread."""

    @property
    def table(self) -> Table:
        """Header and records; reading these raises `BadInput` where the file cannot be used."""
        ...

    @property
    def size_bytes(self) -> int:
        """How much there is to read."""
        ...

    def read_bytes(self) -> int:
        """Return how much of it has been read."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
