"""The state of a floor while it changes: topics, keys and values, told change by change. Pure.

Whoever has a snapshot and every change after it has the same state. An epoch names one life of the
engine that tells; within it each change has the next sequence number. Refuses to know what the
values say, who tells and who listens.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from dialer.errors import BadInput

Value = Mapping[str, Any]
"""What is told of one key: an object of JSON."""

PAGE: Final = 1000
"""Entries told at once: what bounds how long one page holds up its teller."""


@dataclass(frozen=True, slots=True)
class Delta:
    """One change."""

    seq: int
    topic: str
    key: str
    value: Value | None
    """The whole new value; None: the key is gone."""
    before: Value | None = field(default=None, compare=False)
    """What it was, for whoever shows only a part and must take back what left it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One key with its value, as a page holds it."""

    topic: str
    key: str
    value: Value


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a state, in the order of topics and keys."""

    epoch: str
    seq: int
    """Of the last change that is in it."""
    entries: Sequence[Entry]
    after: tuple[str, str] | None
    """Where the next page begins; None: this is the last one."""


class LiveState:
    """Topics -> key -> value, as of one sequence number of one epoch."""

    def __init__(self, epoch: str, seq: int = 0) -> None:
        self.epoch = epoch
        self.seq = seq
        self._topics: dict[str, dict[str, Value]] = {}

    def put(self, topic: str, key: str, value: Value | None) -> Delta | None:
        """Make a change and return it, numbered; None when nothing would change."""
        known = self._topics.get(topic)
        if (known.get(key) if known is not None else None) == value:
            return None
        delta = Delta(self.seq + 1, topic, key, value)
        self.apply(delta)
        return delta

    def apply(self, delta: Delta) -> bool:
        """Take over a change that was made elsewhere.

        One that is in the state already changes nothing. False: changes between are missing, and
        nothing was taken over.
        """
        if delta.seq <= self.seq:
            return True
        if delta.seq != self.seq + 1:
            return False
        self.seq = delta.seq
        keys = self._topics.setdefault(delta.topic, {})
        if delta.value is None:
            keys.pop(delta.key, None)
        else:
            keys[delta.key] = delta.value
        return True

    def fill(self, entries: Sequence[Entry]) -> None:
        """Enter what a page holds."""
        for entry in entries:
            self._topics.setdefault(entry.topic, {})[entry.key] = entry.value

    def get(self, topic: str, key: str) -> Value | None:
        """Return the value of a key; None if it has none."""
        keys = self._topics.get(topic)
        return None if keys is None else keys.get(key)

    def snapshot(self, topic: str) -> dict[str, Value]:
        """Return the keys of a topic with their values, as they are now."""
        return dict(self._topics.get(topic, {}))

    def entries(self) -> list[Entry]:
        """Return everything, in no order."""
        return [
            Entry(topic, key, value)
            for topic, keys in self._topics.items()
            for key, value in keys.items()
        ]

    def page(self, after: tuple[str, str] | None = None, *, most: int = PAGE) -> Page:
        """Return part of the state as it is now.

        Pages may be asked for while the state changes: whoever applies all changes after the `seq`
        of the first page to all of them together has the state.

        Args:
            after: `after` of the page before; None: from the beginning.
            most: entries in it.
        """
        places = sorted((topic, key) for topic, keys in self._topics.items() for key in keys)
        begin = 0 if after is None else bisect_right(places, after)
        wanted = places[begin : begin + most]
        more = begin + most < len(places)
        entries = [Entry(topic, key, self._topics[topic][key]) for topic, key in wanted]
        return Page(self.epoch, self.seq, entries, wanted[-1] if more else None)


class History:
    """The last changes of a state, for whoever comes back.

    Args:
        limit: changes kept.
    """

    def __init__(self, limit: int) -> None:
        if limit < 1:
            raise BadInput("limit", f"{limit} changes are none", "keep at least one")
        self._deltas: deque[Delta] = deque(maxlen=limit)
        self._epoch = ""
        self._floor = 0

    def begin(self, epoch: str, seq: int) -> None:
        """Forget everything: what comes next follows on `seq` of `epoch`."""
        self._deltas.clear()
        self._epoch, self._floor = epoch, seq

    def note(self, delta: Delta) -> None:
        """Keep a change, which follows on the last one."""
        if len(self._deltas) == self._deltas.maxlen:
            self._floor = self._deltas[0].seq
        self._deltas.append(delta)

    def since(self, epoch: str, seq: int) -> list[Delta] | None:
        """Return the changes after a sequence number; None when they are not all known.

        Not any more, as they are too old; or not yet, as the number comes from who heard more.
        """
        known = len(self._deltas)
        missing = self._floor + known - seq
        if epoch != self._epoch or not 0 <= missing <= known:
            return None
        return list(islice(self._deltas, known - missing, known))
