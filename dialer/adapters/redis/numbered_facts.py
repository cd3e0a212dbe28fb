"""An engine's facts on their way to Redis: numbered, and no more of them than memory allows.

While Redis is away the oldest are let go; whoever listens sees by the numbers that some are
missing. Pure. Refuses to know what facts say.
"""

from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Final

MOST: Final = 2_000
"""Facts that wait for Redis."""

MOST_BYTES: Final = 8 << 20


class NumberedFacts:
    """Facts that are not written yet."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._bytes = 0
        self.last = 0
        """Number of the last fact."""
        self.written = 0
        """Number of the last fact that is in Redis, or was."""

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, line: bytes) -> None:
        """Number a fact, and keep it until it is written; the oldest make room."""
        self.last += 1
        self._waiting.append((self.last, line))
        self._bytes += len(line)
        while len(self._waiting) > MOST or self._bytes > MOST_BYTES:
            self._bytes -= len(self._waiting.popleft()[1])

    def first(self, most: int) -> Sequence[tuple[int, bytes]]:
        """Return the oldest facts that wait, with their numbers."""
        return list(islice(self._waiting, most))

    def wrote(self, number: int) -> None:
        """Let go of the facts up to a number: they are written."""
        self.written = max(self.written, number)
        while self._waiting and self._waiting[0][0] <= number:
            self._bytes -= len(self._waiting.popleft()[1])
