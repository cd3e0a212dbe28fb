"""How fast each queue moves, where a caller stands in it, and what they are told of that.

Refuses to know who takes whom.
"""

from collections.abc import Callable, Iterable

from dialer.domain.queue_spoken import spoken
from dialer.domain.queue_wait import WaitGauge
from dialer.ports import Clock
from dialer.services.queued_call import QueuedCall


class QueueOutlook:
    """The queues of one node.

    Args:
        seeking: returns all who wait for an agent.
        clock: of the engine.
    """

    def __init__(self, seeking: Callable[[], Iterable[QueuedCall]], clock: Clock) -> None:
        self._seeking = seeking
        self._clock = clock
        self._gauges: dict[tuple[str, str], WaitGauge] = {}

    def queues(self) -> list[tuple[str, str]]:
        """Return tenant and name of each queue in which anybody waits or talks, or did lately."""
        return list(self._gauges)

    def begin(self, call: QueuedCall) -> None:
        """Somebody came into a queue."""
        self._gauge(call)

    def taken(self, call: QueuedCall) -> None:
        """An agent takes somebody."""
        self._gauge(call).taken(self._clock.now(), waiting=self._waiting_beside(call))

    def left(self, call: QueuedCall) -> None:
        """Somebody waits no more, without an agent."""
        self._gauge(call).left(self._clock.now(), waiting=self._waiting_beside(call))

    def of(self, call: QueuedCall) -> tuple[int, float | None]:
        """Return a caller's place, from 1, and how long they will wait, s; None: nobody knows."""
        before = [one for one in self._seeking() if one.of == call.of]
        position = 1 + sum(1 for one in before if one.wish.rank < call.wish.rank)
        return position, self._gauge(call).expected_s(position, self._clock.now())

    def pieces(self, call: QueuedCall) -> list[str]:
        """Return the prompts that tell a caller so."""
        return spoken(*self.of(call), call.wish.settings.call_back_key)

    def _waiting_beside(self, call: QueuedCall) -> int:
        return sum(1 for one in self._seeking() if one is not call and one.of == call.of)

    def _gauge(self, call: QueuedCall) -> WaitGauge:
        return self._gauges.setdefault(call.of, WaitGauge())
