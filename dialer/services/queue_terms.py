"""What is asked for when a caller is handed over: the queue's settings, the agent, who was last.

Knows the record of queues and calls, and goes by what it last saw while that cannot be read.
Refuses to know who waits.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Protocol

from dialer.domain.call_record import CallsWanted
from dialer.domain.ids import AgentId, CallId, TenantId
from dialer.domain.queue import AfterWait, Queue, QueueSettings
from dialer.domain.queue_call import TIMED_OUT
from dialer.domain.queue_order import Wish
from dialer.errors import StoreUnavailable
from dialer.ports import CallRecords, Clock, NamedStore
from dialer.services.agents import Agents
from dialer.services.queue_agents import QueueAgents
from dialer.services.queued_call import QueuedCall

UNKNOWN_QUEUE: Final = "unknown_queue"
UNKNOWN_AGENT: Final = "agent_not_there"
UNKNOWN_TEAM: Final = "unknown_team"
UNKNOWN_KIND: Final = "unknown_kind"

AFTER: Final[Mapping[AfterWait, str]] = {
    AfterWait.HANG_UP: TIMED_OUT,
    AfterWait.VOICEMAIL: "voicemail",
    AfterWait.CALL_BACK: "call_back",
}
"""What a flow is told of who has waited too long, by the queue's setting."""

LAST_TALKS: Final = 20
"""Calls of a number that are looked through for who talked with it last."""


class WhoWaits(Protocol):
    """Somebody who waits, or is to."""

    @property
    def call_id(self) -> CallId:
        """Of their call, or of the attempt."""
        ...

    @property
    def number(self) -> str:
        """Theirs, E.164; "": withheld."""
        ...

    @property
    def tenant_id(self) -> TenantId:
        """Whose caller or customer they are."""
        ...


class QueueTerms:
    """What callers are handed over for.

    Args:
        store: the queues' settings.
        records: of calls.
        agents: who is there.
        who: whose agents they are.
        clock: of the engine.
    """

    def __init__(
        self,
        *,
        store: NamedStore[Queue],
        records: CallRecords,
        agents: Agents,
        who: QueueAgents,
        clock: Clock,
    ) -> None:
        self._store = store
        self._records = records
        self._agents = agents
        self._who = who
        self._clock = clock
        self._known: dict[tuple[str, str], QueueSettings] = {}

    async def wish(self, line: WhoWaits, kind: str, to: str) -> Wish | str:
        """Return what a caller waits for, or why nobody can take the call."""
        if kind == "agent":
            return self._for_agent(line, AgentId(to))
        if kind == "team":
            wish = Wish(line.call_id, line.tenant_id, self._clock.now(), team=to)
            return wish if self._who.any_in(wish) else UNKNOWN_TEAM
        if kind != "queue":
            return UNKNOWN_KIND
        settings = await self._settings(line.tenant_id, to)
        if settings is None:
            return UNKNOWN_QUEUE
        return Wish(
            line.call_id,
            line.tenant_id,
            self._clock.now(),
            settings,
            vip=line.number in settings.vip_numbers,
            last=await self._last_agent(line) if settings.last_agent else None,
        )

    async def recall(self, call: QueuedCall) -> None:
        """Learn in which queue somebody was whose talk was taken over, and its settings."""
        wish = call.wish
        try:
            record = await self._records.get(wish.call_id, tenant_id=wish.tenant_id)
        except StoreUnavailable:
            return
        if record is None or record.queue is None:
            return
        settings = await self._settings(wish.tenant_id, record.queue)
        if settings is not None:
            call.queue, call.wish = record.queue, replace(wish, settings=settings)

    def seen(self, tenant_id: str, queue: str) -> QueueSettings:
        """Return the settings of a queue as they were when somebody last came."""
        return self._known.get((tenant_id, queue), QueueSettings())

    def _for_agent(self, line: WhoWaits, agent_id: AgentId) -> Wish | str:
        there = any(one.agent_id == agent_id and one.logged_in for one in self._agents.all())
        if not there or self._who.tenant_of(agent_id) != line.tenant_id:
            return UNKNOWN_AGENT
        return Wish(line.call_id, line.tenant_id, self._clock.now(), only=agent_id)

    async def _settings(self, tenant_id: str, name: str) -> QueueSettings | None:
        key = (str(tenant_id), name)
        try:
            queue = await self._store.get(name, tenant_id=tenant_id)
        except StoreUnavailable:
            return self._known.get(key)
        if queue is None:
            self._known.pop(key, None)
            return None
        self._known[key] = queue.settings
        return queue.settings

    async def _last_agent(self, line: WhoWaits) -> AgentId | None:
        if not line.number:
            return None
        known = self._who.last_with(line.number)
        if known is not None:
            return known
        try:
            wanted = CallsWanted(number=line.number)
            found = await self._records.newest(wanted, limit=LAST_TALKS, tenant_id=line.tenant_id)
        except StoreUnavailable:
            return None
        return next((one.agent_id for one in found if one.agent_id is not None), None)
