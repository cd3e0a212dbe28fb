"""Calls that no attempt stands for, in memory: each fact once, the first one holds.

Gone with the process. Refuses to know channels.
"""

from dataclasses import replace

from dialer.domain.call_record import CallKey, CallRecord, CallsWanted, check_time, checked_call
from dialer.domain.ids import MAIN_TENANT, AgentId, AttemptId, CallId
from dialer.domain.outcome import Outcome
from dialer.errors import NoSuch
from dialer.testing.belonging import Belongings
from dialer.testing.newest import newest_first


class MemoryCallRecords:
    """A `CallRecords` (dialer.ports) in memory.

    Args:
        whose: what is whose.
    """

    def __init__(self, whose: Belongings) -> None:
        self._whose = whose
        self.rows: dict[CallId, CallRecord] = {}
        """To be looked at by tests."""

    async def begin(self, call: CallRecord) -> None:
        """Record that a call began; nothing if it is on record."""
        checked_call(call)
        if call.attempt_id is not None:
            self._whose.check_attempt(call.attempt_id, call.tenant_id)
        if call.campaign_id is not None:
            self._whose.check_campaign(call.campaign_id, call.tenant_id)
        if call.queue is not None:
            self._whose.check_queue(call.queue, call.tenant_id)
        parent = self.rows.get(call.parent_id) if call.parent_id is not None else call
        if parent is None or parent.tenant_id != call.tenant_id:
            problem = f"{call.parent_id!r} does not exist"
            raise NoSuch("parent", problem, "put that call on record first")
        self.rows.setdefault(call.call_id, call)

    async def answered(
        self, call_id: CallId, at: float, *, agent_id: AgentId | None = None
    ) -> bool:
        """Record when a call was answered, and by whom; tells whether this is the first time."""
        check_time("at", at)
        call = self.rows.get(call_id)
        if call is None or (call.ended_at is not None and call.ended_at < at):
            return False
        named = agent_id is not None and call.agent_id is None
        if call.answered_at is not None and not named:
            return False
        who = agent_id if agent_id is not None else call.agent_id
        first = call.answered_at if call.answered_at is not None else at
        self.rows[call_id] = replace(call, answered_at=first, agent_id=who)
        return True

    async def queued(self, call_id: CallId, queue: str, *, tenant_id: str = MAIN_TENANT) -> bool:
        """Record in which queue a call waits; False: it is not on record."""
        self._whose.check_queue(queue, tenant_id)
        call = self.rows.get(call_id)
        if call is None or call.tenant_id != tenant_id:
            return False
        self.rows[call_id] = replace(call, queue=queue)
        return True

    async def ended(self, call_id: CallId, at: float, outcome: Outcome) -> bool:
        """Record how a call ended; tells whether this is the first end."""
        check_time("at", at)
        call = self.rows.get(call_id)
        if call is None or call.ended_at is not None:
            return False
        self.rows[call_id] = replace(call, ended_at=at, outcome=outcome)
        return True

    async def get(self, call_id: CallId, *, tenant_id: str = MAIN_TENANT) -> CallRecord | None:
        """Return a call, or None."""
        call = self.rows.get(call_id)
        return call if call is not None and call.tenant_id == tenant_id else None

    async def of_attempt(
        self, attempt_id: AttemptId, *, tenant_id: str = MAIN_TENANT
    ) -> list[CallRecord]:
        """Return the calls that hang off an attempt, in the order in which they began."""
        return [call for call in self._of(tenant_id) if call.attempt_id == attempt_id]

    async def legs_of(self, call_id: CallId, *, tenant_id: str = MAIN_TENANT) -> list[CallRecord]:
        """Return the calls that were transferred from a call, in the order in which they began."""
        return [call for call in self._of(tenant_id) if call.parent_id == call_id]

    async def newest(
        self,
        wanted: CallsWanted,
        *,
        limit: int,
        before: CallKey | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> list[CallRecord]:
        """Return the newest calls of those that are wanted."""
        found = [
            call
            for call in self._of(tenant_id)
            if all(
                getattr(wanted, name) in (None, getattr(call, name))
                for name in ("direction", "number", "agent_id", "campaign_id", "queue", "outcome")
            )
            and (wanted.since is None or wanted.since <= call.began_at)
            and (wanted.until is None or call.began_at < wanted.until)
        ]
        return newest_first(found, lambda call: call.key, before, limit)

    async def open(self, node: str) -> list[CallRecord]:
        """Return the calls of a node that have not ended, of all tenants, the oldest first."""
        found = [call for call in self.rows.values() if call.node == node and call.ended_at is None]
        return sorted(found, key=lambda call: call.key)

    def _of(self, tenant_id: str) -> list[CallRecord]:
        mine = [call for call in self.rows.values() if call.tenant_id == tenant_id]
        return sorted(mine, key=lambda call: call.key)
