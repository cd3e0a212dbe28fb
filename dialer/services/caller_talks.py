"""The talks with people who called us: the moves within them, and to which queue they go on.

Knows who of those in queues has a line of their own. Refuses to know the law of a caller, and who
takes them.
"""

from collections.abc import Callable, Iterable
from typing import cast

from dialer.domain.call_events import CallEvent, QueueAsked
from dialer.domain.ids import CallId, TenantId
from dialer.domain.queue_call import QueueCall
from dialer.domain.queue_call_words import QueueEvent
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import NoSuch, WrongState
from dialer.ports import Clock
from dialer.services.any_talks import TalkFacts
from dialer.services.queued_call import QueuedCall
from dialer.services.queues import Queues


class CallerTalks:
    """Those of one node; see `dialer.services.any_talks`.

    Args:
        queues: who waits and talks.
        clock: of the engine.
        recorded: whether a call's talk is recorded.
    """

    def __init__(self, queues: Queues, clock: Clock, recorded: Callable[[str], bool]) -> None:
        self._queues = queues
        self._clock = clock
        self._recorded = recorded

    def flow(self, call_id: str) -> QueueCall | None:
        """Return who called under an id, to be looked at."""
        call = self._call(call_id)
        return call.flow if call is not None else None

    def flows(self) -> Iterable[QueueCall]:
        """Return everybody who called and waits or talks."""
        return [call.flow for call in self._queues.live() if _ours(call)]

    def handle(self, call_id: str, event: CallEvent) -> None:
        """Feed one event to a caller's talk; the law knows which of them it hears."""
        call = self._call(call_id)
        if call is not None:
            self._queues.apply(call, cast(QueueEvent, event))

    def facts(self, call_id: str) -> TalkFacts | None:
        """Return who called."""
        call = self._call(call_id)
        if call is None:
            return None
        number = call.line.number if call.line is not None else ""
        return TalkFacts(
            TenantId(call.wish.tenant_id),
            number,
            call_id=call.wish.call_id,
            recorded=self._recorded(call_id),
            queue=call.queue,
            park_limit_s=call.wish.settings.park_limit_s,
        )

    def on_change(self, listener: Callable[[TalkFlow], None]) -> None:
        """Be told of each caller whose state changes, or who is known no more."""
        self._queues.on_change(listener)

    async def requeue(self, call_id: str, kind: str, to: str) -> None:
        """Hand a caller who talks to another queue or a team; as if they came now.

        Raises:
            NoSuch: there is none of that name, or nobody in it.
            WrongState: the talk is over.
        """
        call = self._call(call_id)
        if call is None or call.line is None:
            raise WrongState("call", "is over", "see who is talking")
        wish = await self._queues.terms.wish(call.line, kind, to)
        if isinstance(wish, str):
            raise NoSuch(kind, f"no {kind} {to!r}, or nobody is in it", f"see the {kind}s")
        call.flow.wait_s = wish.settings.longest_wait_s
        call.flow.announce_every_s = wish.settings.announce_every_s
        self._queues.move(call, wish, to if kind == "queue" else "")
        self._queues.apply(call, QueueAsked(self._clock.now()))

    def _call(self, call_id: str) -> QueuedCall | None:
        call = self._queues.call(CallId(call_id))
        return call if call is not None and _ours(call) else None


def _ours(call: QueuedCall) -> bool:
    """Tell whether a line obeys us: not that of a talk which an engine before us began."""
    return call.own_line and call.line is not None
