"""The live state of all engines as this process knows it, and who looks at which part of it.

Changes are collected between two `flush`es. A subscriber has no queue: it has the set of keys that
changed since it last took something, so a slow one gets the latest values, and holds no more memory
than the state does. Those who look at the same and kept up share one text. Does no IO, and has no
clock. Who an agent's call is with is added to their session (`api.feed.people`): that entry follows
from what the engine says of the agent, so that a cursor holds for both.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from api.feed.cursor import Cursor, packed
from api.feed.people import PEOPLE, People, Subject, subject_of
from api.feed.replica import KEPT, Gap, Replica, filled
from api.feed.views import Audience, Topic, View, audiences
from dialer.domain.ids import AttemptId, LeadId
from dialer.domain.live_state import Entry, Value
from dialer.domain.screen_pop import ScreenPop

_AGENTS, _CALLS = "agents", "calls"

Place = tuple[str, str, str]
"""(node, topic, key)."""


class Subscription:
    """One view that somebody looks at; made by `Mirror.subscribe`.

    Args:
        channel: all who look at the same.
        wake: called when there is something to take.
    """

    def __init__(self, channel: "Channel", wake: Callable[[], None]) -> None:
        self.view = channel.view
        self._channel = channel
        self._wake = wake
        self._stale = True
        self._dirty: set[Place] = set()
        self._shared: tuple[frozenset[Place], str] | None = None

    @property
    def pending(self) -> int:
        """Keys that changed since something was taken."""
        return len(self._shared[0]) if self._shared is not None else len(self._dirty)

    def take(self) -> str | None:
        """Return the next message: a snapshot, or what has changed; None when nothing has."""
        if self._stale:
            self._clear()
            return self._channel.snapshot()
        if self._shared is not None:
            text: str | None = self._shared[1]
        else:
            text = self._channel.delta(self._dirty) if self._dirty else None
        self._clear()
        return text

    def close(self) -> None:
        """Look no more."""
        self._channel.leave(self)

    def share(self, places: frozenset[Place], text: str) -> None:
        """These have changed; `text` says so to whoever has taken all that came before."""
        if self._stale:
            return
        if self._shared is None and not self._dirty:
            self._shared = places, text
        else:
            if self._shared is not None:
                self._dirty.update(self._shared[0])
                self._shared = None
            self._dirty.update(places)
        self._wake()

    def renew(self) -> None:
        """What was told before is not to be built upon: the next message is a snapshot."""
        self._clear()
        self._stale = True
        self._wake()

    def resume(self, places: Iterable[Place]) -> None:
        """Go on after a point since when these have changed."""
        self._clear()
        changed = frozenset(places)
        self._shared = changed, self._channel.delta(changed)  # said even if nothing has
        self._wake()

    def _clear(self) -> None:
        self._stale, self._shared = False, None
        self._dirty = set()


class Channel:
    """All who look at the same view."""

    def __init__(self, mirror: "Mirror", view: View) -> None:
        self.view = view
        self.personal = view.topic is Topic.SESSION
        """Whether who calls are with is shown."""
        self.subscriptions: set[Subscription] = set()
        self.changed: set[Place] = set()
        self._mirror = mirror
        self._snapshot: tuple[int, str] | None = None

    def leave(self, subscription: Subscription) -> None:
        """One looks no more."""
        self.subscriptions.discard(subscription)
        if not self.subscriptions:
            self._mirror.forget(self)

    def tell(self) -> None:
        """Tell those who look what has changed since the last time."""
        if not self.changed:
            return
        places, self.changed = frozenset(self.changed), set()
        text = self.delta(places)
        for subscription in self.subscriptions:
            subscription.share(places, text)

    def sees(self, entry: Entry) -> bool:
        """Tell whether an entry is in the view."""
        return not self.view.wants.isdisjoint(audiences(entry.topic, entry.key, entry.value))

    def snapshot(self) -> str:
        """Return the message with everything in the view."""
        if self._snapshot is None or self._snapshot[0] != self._mirror.version:
            texts = self._mirror.texts(self)
            self._snapshot = self._mirror.version, self._message("snapshot", texts)
        return self._snapshot[1]

    def delta(self, places: Iterable[Place]) -> str:
        """Return the message with the present values of some keys."""
        texts = [self._mirror.text(place, self) for place in sorted(places)]
        return self._message("delta", texts)

    def _message(self, kind: str, texts: Iterable[str]) -> str:
        head = f'"topic":"{self.view.topic}"'
        if self.view.campaign:
            head += f',"campaign":{json.dumps(self.view.campaign)}'
        return f'{{"{kind}":[{",".join(texts)}],{head},"cursor":"{self._mirror.cursor}"}}'


class Mirror:
    """What is known of all engines, and who looks.

    Args:
        kept: changes of an engine kept for who comes back.
    """

    def __init__(self, *, kept: int = KEPT) -> None:
        self._kept = kept
        self.people = People()
        """Who calls are with."""
        self._replicas: dict[str, Replica] = {}
        self._channels: dict[View, Channel] = {}
        self._looking: dict[Audience, set[Channel]] = {}
        self._personal: set[Channel] = set()
        self._stirred: set[Channel] = set()
        self.version = 0
        """Grows with each change."""
        self.cursor = packed({})
        """How far everything is told to who keeps up."""

    # -- what engines tell -------------------------------------------------------------------

    def at(self, node: str) -> tuple[str, int] | None:
        """Return epoch and number up to which an engine was followed; None if it is unknown."""
        replica = self._replicas.get(node)
        return None if replica is None else replica.at

    def values(self, node: str, topic: str) -> Mapping[str, Value]:
        """Return what an engine told last of each key of a topic; nothing if it is unknown."""
        replica = self._replicas.get(node)
        return {} if replica is None else replica.state.snapshot(topic)

    def take(
        self, node: str, epoch: str, seq: int, topic: str, key: str, value: Value | None
    ) -> None:
        """Follow one change of an engine.

        Raises:
            Gap: changes before it are missing: ask for everything, and `renew`.
        """
        replica = self._replicas.get(node)
        if replica is None:
            raise Gap
        delta = replica.take(epoch, seq, topic, key, value)
        if delta is None:
            return
        self.version += 1
        anew = topic == _AGENTS and subject_of(value) != subject_of(delta.before)
        told = audiences(topic, key, value) | audiences(topic, key, delta.before)
        for channel in self._who_look(told):
            channel.changed.add((node, topic, key))
            if channel.personal:
                self._stirred.add(channel)
                if anew:
                    channel.changed.add((node, PEOPLE, key))
        if topic == _CALLS and value is not None and value.get("lead") and self._personal:
            self.people.want(Subject(LeadId(value["lead"]), AttemptId(key)))

    def renew(self, node: str, epoch: str, seq: int, entries: Sequence[Entry]) -> bool:
        """Take over everything an engine told; False when nothing was missing after all."""
        replica = self._replicas.get(node)
        if replica is not None and replica.state.epoch == epoch and replica.state.seq >= seq:
            return False
        self._replicas[node] = Replica(node, filled(epoch, seq, entries), kept=self._kept)
        self.version += 1
        self._step()
        for channel in self._channels.values():
            channel.changed.clear()
            for subscription in channel.subscriptions:
                subscription.renew()
        return True

    def met(self, found: Mapping[Subject, ScreenPop | None]) -> None:
        """Somebody was looked up: whoever is about them is told."""
        self.people.meet(found)
        self.version += 1
        for node, replica in self._replicas.items():
            for key, value in replica.state.snapshot(_AGENTS).items():
                if subject_of(value) in found:
                    for channel in self._who_look(audiences(_AGENTS, key, value)):
                        if channel.personal:
                            self._stirred.add(channel)
                            channel.changed.add((node, PEOPLE, key))

    def flush(self) -> None:
        """Tell everybody what has changed since the last time."""
        self._step()
        for channel in self._channels.values():
            channel.tell()

    def flush_sessions(self) -> None:
        """Tell agents of themselves at once; how far the others are told stays as it was."""
        stirred, self._stirred = self._stirred, set()
        for channel in stirred:
            channel.tell()

    # -- who looks ---------------------------------------------------------------------------

    def subscribe(
        self, view: View, wake: Callable[[], None], *, resume: Cursor | None = None
    ) -> Subscription:
        """Begin to look at a view.

        Args:
            view: at what.
            wake: called when there is something to take.
            resume: where to go on; the first message is a snapshot if that cannot be done.
        """
        channel = self._channels.get(view)
        if channel is None:
            channel = self._channels[view] = Channel(self, view)
            if channel.personal:
                self._personal.add(channel)
            for audience in view.wants:
                self._looking.setdefault(audience, set()).add(channel)
        subscription = Subscription(channel, wake)
        channel.subscriptions.add(subscription)
        missed = None if resume is None else self._missed(view, resume)
        if missed is None:
            subscription.renew()
        else:
            subscription.resume(missed)
        return subscription

    def forget(self, channel: Channel) -> None:
        """Nobody looks at a view any more."""
        self._channels.pop(channel.view, None)
        self._personal.discard(channel)
        for audience in channel.view.wants:
            channels = self._looking.get(audience, set())
            channels.discard(channel)
            if not channels:
                self._looking.pop(audience, None)

    # -- what is told ------------------------------------------------------------------------

    def texts(self, channel: Channel) -> list[str]:
        """Return what is told of all entries that are seen."""
        return [text for entry in self._seen(channel) for text in self._told(*entry, channel)]

    def text(self, place: Place, channel: Channel) -> str:
        """Return what is told of one key: its value if that is seen, else that it is gone."""
        node, topic, key = place
        replica = self._replicas[node]
        told_in = _AGENTS if topic == PEOPLE else topic
        value = replica.state.get(told_in, key)
        seen = value is not None and channel.sees(Entry(told_in, key, value))
        shown = value if seen else None
        if topic == PEOPLE:
            return self.people.text(node, key, shown, channel.view)
        return replica.text(topic, key, shown)

    def _seen(self, channel: Channel) -> Iterator[tuple[Replica, Entry]]:
        for _, replica in sorted(self._replicas.items()):
            for entry in replica.entries():
                if channel.sees(entry):
                    yield replica, entry

    def _told(self, replica: Replica, entry: Entry, channel: Channel) -> Iterator[str]:
        yield replica.text(entry.topic, entry.key, entry.value)
        if channel.personal and entry.topic == _AGENTS and subject_of(entry.value) is not None:
            yield self.people.text(replica.node, entry.key, entry.value, channel.view)

    def _who_look(self, told: Iterable[Audience]) -> Iterator[Channel]:
        for audience in told:
            yield from self._looking.get(audience, ())

    def _step(self) -> None:
        self.cursor = packed({node: replica.at for node, replica in self._replicas.items()})

    def _missed(self, view: View, cursor: Mapping[str, tuple[str, int]]) -> list[Place] | None:
        if not cursor or cursor.keys() != self._replicas.keys():
            return None
        missed: list[Place] = []
        for node, (epoch, seq) in cursor.items():
            deltas = self._replicas[node].since(epoch, seq)
            if deltas is None:
                return None
            for one in deltas:
                told = audiences(one.topic, one.key, one.value)
                told |= audiences(one.topic, one.key, one.before)
                if not view.wants.isdisjoint(told):
                    missed.append((node, one.topic, one.key))
                    if one.topic == _AGENTS and view.topic is Topic.SESSION:
                        missed.append((node, PEOPLE, one.key))
        return missed
