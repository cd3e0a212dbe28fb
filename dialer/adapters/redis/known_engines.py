"""Which engines are there, and how far each was listened to: told from beats and numbers. Pure.

An engine is gone when its beat has stood still for `GONE_S` although Redis was there, when it took
its leave, or when another epoch beats in its name. That its key is missing says nothing: Redis may
just have been emptied. Refuses to know sockets; seconds of the monotonic clock come in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from dialer.adapters.redis.words import Beat
from dialer.errors import BadInput, EngineUnavailable

GONE_S: Final = 3.0


class Heard(Enum):
    """What a fact is to whoever listens."""

    NEXT = auto()
    AFTER_A_GAP = auto()
    OLD = auto()


@dataclass(slots=True)
class KnownEngine:
    """An engine that beats."""

    node: str
    epoch: str
    count: int
    since_s: float
    """When it was first seen with this count."""
    heard: int
    """Number of the last fact that was heard of it."""
    told: int
    """Number of the last fact that it has told, by its beat."""


@dataclass(frozen=True, slots=True)
class Found:
    """An engine is there that was not, or facts of it were lost: all is to be asked again."""

    node: str


@dataclass(frozen=True, slots=True)
class Lost:
    """An engine is gone, and with it the answers it still owed."""

    node: str
    epoch: str


Change = Found | Lost


class KnownEngines:
    """The engines, as one asker sees them."""

    def __init__(self) -> None:
        self._known: dict[str, KnownEngine] = {}
        self._names: set[str] = set()
        self._away = True

    @property
    def away(self) -> bool:
        """Whether Redis itself cannot be reached."""
        return self._away

    def present(self) -> list[KnownEngine]:
        """Return the engines that can be asked now, by name."""
        return [] if self._away else [self._known[name] for name in sorted(self._known)]

    def lost_sight(self) -> None:
        """Note that Redis cannot be reached."""
        self._away = True

    def look(self, beats: Mapping[str, Beat | None], at_s: float) -> list[Change]:
        """Take the beats that stand in Redis now, by node; return what is different."""
        changes: list[Change] = []
        if self._away:
            for known in self._known.values():
                known.since_s = at_s  # what stood still meanwhile was Redis, not the engine
                changes.append(Found(known.node))
            self._away = False
        self._names.update(beats)
        for node in sorted(self._known.keys() | beats.keys()):
            changes += self._look_at(node, beats.get(node), at_s)
        return changes

    def _look_at(self, node: str, beat: Beat | None, at_s: float) -> list[Change]:
        known = self._known.get(node)
        if known is not None and beat is not None and beat.epoch == known.epoch:
            known.told = max(known.told, beat.told)
            if beat.count != known.count:
                known.count, known.since_s = beat.count, at_s
        changes: list[Change] = []
        other = known is not None and beat is not None and beat.epoch != known.epoch
        leaving = beat is not None and beat.leaving
        if known is not None and (other or leaving or at_s - known.since_s >= GONE_S):
            del self._known[node]
            changes.append(Lost(node, known.epoch))
        if beat is not None and not leaving and (known is None or other):
            self._known[node] = KnownEngine(
                node, beat.epoch, beat.count, at_s, heard=beat.told, told=beat.told
            )
            changes.append(Found(node))
        return changes

    def chosen(self, node: str) -> KnownEngine:
        """Return the engine of a node; the only one if none is named.

        Raises:
            EngineUnavailable: it is not there now.
            BadInput: there are several and none was named, or none has ever had that name.
        """
        if self._away:
            raise EngineUnavailable(node, "Redis cannot be reached")
        if node:
            known = self._known.get(node)
            if known is not None:
                return known
            if node in self._names or not self._known:
                raise EngineUnavailable(node, "it does not run")
            named = " or ".join(sorted(self._known))
            raise BadInput("node", f"there is no engine {node!r}", f"name {named}")
        if not self._known:
            raise EngineUnavailable("", "none runs")
        if len(self._known) > 1:
            named = " or ".join(sorted(self._known))
            raise BadInput("node", "there are several engines", f"name {named}")
        return next(iter(self._known.values()))

    def heard(self, node: str, epoch: str, number: int) -> Heard:
        """Take the number of a fact that was heard."""
        known = self._known.get(node)
        if known is None or known.epoch != epoch or number <= known.heard:
            return Heard.OLD
        follows = number == known.heard + 1
        known.heard = number
        return Heard.NEXT if follows else Heard.AFTER_A_GAP

    def nothing_after(self, node: str, epoch: str, told: int) -> bool:
        """Take that nothing new was in a stream of which `told` facts were known beforehand.

        Returns:
            Whether facts are lost: those that should have been there.
        """
        known = self._known.get(node)
        if known is None or known.epoch != epoch or known.heard >= told:
            return False
        known.heard = told
        return True
