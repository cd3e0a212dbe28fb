"""A line that delays what is sent over it, loses some of it, and can be cut. Pure.

Knows one direction. Time is an argument, chance is seeded. Refuses to know what is sent.
"""

import random
from collections import deque


class Line:
    """One direction of a line.

    Args:
        delay_s: how long everything is on the way.
        loss_rate: share of the packets that never arrive, 0..1.
        seed: of the chance that takes them.
    """

    def __init__(self, *, delay_s: float, loss_rate: float, seed: int) -> None:
        self._delay_s = delay_s
        self._loss_rate = loss_rate
        self._chance = random.Random(seed)
        self._on_the_way: deque[tuple[float, bytes]] = deque()
        self.whole = True
        """False: it is cut, and nothing that is sent arrives."""
        self.sent, self.lost = 0, 0
        """Packets since the start; those that a cut took are among the lost."""

    def send(self, data: bytes, now: float) -> None:
        """Take a packet."""
        self.sent += 1
        unlucky = self._chance.random() < self._loss_rate
        if unlucky or not self.whole:
            self.lost += 1
            return
        self._on_the_way.append((now + self._delay_s, data))

    def arrived(self, now: float) -> list[bytes]:
        """Return what has arrived by now, in order; once."""
        found = []
        while self._on_the_way and self._on_the_way[0][0] <= now:
            found.append(self._on_the_way.popleft()[1])
        return found

    @property
    def next_at(self) -> float | None:
        """When the next packet arrives; None: nothing is on the way."""
        return self._on_the_way[0][0] if self._on_the_way else None
