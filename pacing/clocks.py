"""All that runs on the floor and will end by chance: talks, wrap-ups and ringing lines.

Knows since when each runs, of what kind it is, and a line's own answer chance, in dense arrays that
are read as a whole at each decision. Refuses to know whose they are and what they mean.
"""

from enum import IntEnum
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NOT_RUNNING: Final = -1
OWN_RATE_UNKNOWN: Final = -1.0


class Kind(IntEnum):
    """What runs."""

    TALK = 0
    WRAP_UP = 1
    LINE = 2
    """A line that has not rung, or whose carrier does not say."""
    RINGING = 3
    """A line that rings, since it rang."""


class Owner(Protocol):
    """Whoever started a clock; keeps the place of it."""

    clock: int
    """Place in the arrays, or NOT_RUNNING; written by `Clocks` only."""


class Clocks:
    """Dense arrays of running clocks; starting and stopping one takes constant time."""

    def __init__(self, room: int = 64) -> None:
        self._since: Floats = np.zeros(room)
        self._began: Floats = np.zeros(room)
        self._kind: Ints = np.zeros(room, dtype=np.int64)
        self._rate: Floats = np.zeros(room)
        self._owners: list[Owner] = []
        self.running = [0, 0, 0, 0]
        """How many clocks of each kind run."""
        self.rates_known = 0
        """How many lines brought their own answer chance."""

    def start(
        self,
        owner: Owner,
        kind: Kind,
        since: float,
        rate: float = OWN_RATE_UNKNOWN,
        *,
        began: float | None = None,
    ) -> None:
        """Start a clock for an owner that has none.

        Args:
            owner: whose it is.
            kind: what runs.
            since: since when, in seconds.
            rate: a line's own answer rate.
            began: when an earlier stage of the same thing began; None: there was none.
        """
        place = len(self._owners)
        if place == len(self._since):
            self._grow()
        self._since[place] = since
        self._began[place] = since if began is None else began
        self._kind[place] = kind
        self._rate[place] = rate
        self._owners.append(owner)
        owner.clock = place
        self.running[kind] += 1
        self.rates_known += rate >= 0.0

    def stop(self, owner: Owner) -> None:
        """Stop the owner's clock, if it runs."""
        place = owner.clock
        if place == NOT_RUNNING:
            return
        self.running[self._kind[place]] -= 1
        self.rates_known -= bool(self._rate[place] >= 0.0)
        last = self._owners.pop()
        end = len(self._owners)
        if last is not owner:
            self._since[place] = self._since[end]
            self._began[place] = self._began[end]
            self._kind[place] = self._kind[end]
            self._rate[place] = self._rate[end]
            self._owners[place] = last
            last.clock = place
        owner.clock = NOT_RUNNING

    def __len__(self) -> int:
        return len(self._owners)

    def owners(self) -> list[Owner]:
        """Return the owners in the order of the arrays."""
        return list(self._owners)

    @property
    def since(self) -> Floats:
        """When each began, in seconds (a view: read it at once)."""
        return self._since[: len(self._owners)]

    @property
    def kind(self) -> Ints:
        """The `Kind` of each (a view)."""
        return self._kind[: len(self._owners)]

    @property
    def rate(self) -> Floats:
        """A line's own answer chance, or OWN_RATE_UNKNOWN (a view)."""
        return self._rate[: len(self._owners)]

    def ages(self, kind: Kind, now: float) -> Floats:
        """Return how long each clock of one kind has run, in seconds."""
        ages: Floats = now - self.since[self.kind == kind]
        return ages

    def line_ages(self, now: float) -> Floats:
        """Return how long ago each line in flight was dialed, ringing or not, in seconds."""
        end = len(self._owners)
        ages: Floats = now - self._began[:end][self._kind[:end] >= Kind.LINE]
        return ages

    def _grow(self) -> None:
        self._since = np.concatenate([self._since, np.zeros_like(self._since)])
        self._began = np.concatenate([self._began, np.zeros_like(self._began)])
        self._kind = np.concatenate([self._kind, np.zeros_like(self._kind)])
        self._rate = np.concatenate([self._rate, np.zeros_like(self._rate)])
