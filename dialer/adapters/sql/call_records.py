"""Calls that no attempt stands for, in SQL: each fact once, the first one holds.

A fact may be written twice, as when it is not known whether the first one was written. Refuses to
know channels, and who closes what an engine left open.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, false, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.belonging import (
    check_attempt,
    check_campaign,
    id_of_queue,
    name_of_queue,
    queue_named,
)
from dialer.adapters.sql.newest import newest_first
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.attempts import calls
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.call_record import (
    CallKey,
    CallRecord,
    CallsWanted,
    Direction,
    check_time,
    checked_call,
)
from dialer.domain.ids import (
    MAIN_TENANT,
    AgentId,
    AttemptId,
    CallId,
    CampaignId,
    TenantId,
)
from dialer.domain.outcome import Outcome
from dialer.domain.verification import Verification, Verified
from dialer.errors import NoSuch

_BEGIN: Final = upsert(calls).on_conflict_do_nothing(index_elements=["id"])
CALL_COLUMNS: Final = (*calls.c, name_of_queue(calls.c.queue_id))
"""All of a call."""

_AS_BEGUN: Final = (calls.c.began_at, calls.c.id)


class SqlCallRecords:
    """A `CallRecords` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def begin(self, call: CallRecord) -> None:
        """Record that a call began; nothing if it is on record."""
        checked_call(call)

        def work(connection: Connection) -> None:
            _check_named(connection, call)
            queue_id = None
            if call.queue is not None:
                queue_id = queue_named(connection, call.queue, call.tenant_id)
            connection.execute(_BEGIN, [{**_row(call), "queue_id": queue_id}])

        await self._writer.transact(work, numbers=[call.number] if call.number else [])

    async def answered(
        self, call_id: CallId, at: float, *, agent_id: AgentId | None = None
    ) -> bool:
        """Record when a call was answered, and by whom; tells whether this is the first time."""
        check_time("at", at)
        unnamed = calls.c.agent_id.is_(None) if agent_id is not None else false()
        first = or_(calls.c.answered_at.is_(None), unnamed)
        answer = (
            update(calls)
            .where(
                calls.c.id == call_id,
                first,
                or_(calls.c.ended_at.is_(None), calls.c.ended_at >= at),
            )
            .values(
                answered_at=func.coalesce(calls.c.answered_at, at),
                agent_id=func.coalesce(agent_id, calls.c.agent_id),
            )
        )
        return await self._changed(answer)

    async def queued(self, call_id: CallId, queue: str, *, tenant_id: str = MAIN_TENANT) -> bool:
        """Record in which queue a call waits; False: it is not on record."""

        def work(connection: Connection) -> bool:
            queue_id = queue_named(connection, queue, tenant_id)
            mine = update(calls).where(calls.c.id == call_id, calls.c.tenant_id == tenant_id)
            return connection.execute(mine.values(queue_id=queue_id)).rowcount > 0

        return await self._writer.transact(work)

    async def ended(self, call_id: CallId, at: float, outcome: Outcome) -> bool:
        """Record how a call ended; tells whether this is the first end."""
        check_time("at", at)
        end = (
            update(calls)
            .where(calls.c.id == call_id, calls.c.ended_at.is_(None))
            .values(ended_at=at, outcome=outcome.value)
        )
        return await self._changed(end)

    async def get(self, call_id: CallId, *, tenant_id: str = MAIN_TENANT) -> CallRecord | None:
        """Return a call, or None."""
        found = await self._found(_of(tenant_id).where(calls.c.id == call_id))
        return found[0] if found else None

    async def of_attempt(
        self, attempt_id: AttemptId, *, tenant_id: str = MAIN_TENANT
    ) -> list[CallRecord]:
        """Return the calls that hang off an attempt, in the order in which they began."""
        query = _of(tenant_id).where(calls.c.attempt_id == attempt_id)
        return await self._found(query.order_by(*_AS_BEGUN))

    async def legs_of(self, call_id: CallId, *, tenant_id: str = MAIN_TENANT) -> list[CallRecord]:
        """Return the calls that were transferred from a call, in the order in which they began."""
        query = _of(tenant_id).where(calls.c.parent_id == call_id)
        return await self._found(query.order_by(*_AS_BEGUN))

    async def newest(
        self,
        wanted: CallsWanted,
        *,
        limit: int,
        before: CallKey | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> list[CallRecord]:
        """Return the newest calls of those that are wanted."""
        query = _of(tenant_id).where(*calls_wanted(wanted, tenant_id))
        return await self._found(newest_first(query, _AS_BEGUN, before, limit))

    async def open(self, node: str) -> list[CallRecord]:
        """Return the calls of a node that have not ended, of all tenants, the oldest first."""
        query = select(*CALL_COLUMNS).where(calls.c.node == node, calls.c.ended_at.is_(None))
        return await self._found(query.order_by(*_AS_BEGUN))

    async def _changed(self, change: Any) -> bool:
        def work(connection: Connection) -> bool:
            return connection.execute(change).rowcount > 0

        return await self._writer.transact(work)

    async def _found(self, query: Select[Any]) -> list[CallRecord]:
        async with self._reader.connect() as connection:
            return [call_of(row) for row in await connection.execute(query)]


def _of(tenant_id: str) -> Select[Any]:
    return select(*CALL_COLUMNS).where(calls.c.tenant_id == tenant_id)


def calls_wanted(wanted: CallsWanted, tenant_id: str) -> Iterator[ColumnElement[bool]]:
    """Return what calls of a tenant must be."""
    for name in ("direction", "number", "agent_id", "campaign_id", "outcome"):
        asked = getattr(wanted, name)
        if asked is not None:
            yield calls.c[name] == str(asked)
    if wanted.queue is not None:
        yield calls.c.queue_id == id_of_queue(wanted.queue, tenant_id)
    if wanted.since is not None:
        yield calls.c.began_at >= wanted.since
    if wanted.until is not None:
        yield calls.c.began_at < wanted.until


def _check_named(connection: Connection, call: CallRecord) -> None:
    """Refuse a call that names what there is not, or what is another tenant's."""
    if call.attempt_id is not None:
        check_attempt(connection, call.attempt_id, call.tenant_id)
    if call.campaign_id is not None:
        check_campaign(connection, call.campaign_id, call.tenant_id)
    if call.parent_id is not None:
        parent = select(calls.c.id).where(
            calls.c.id == call.parent_id, calls.c.tenant_id == call.tenant_id
        )
        if connection.execute(parent).first() is None:
            problem = f"{call.parent_id!r} does not exist"
            raise NoSuch("parent", problem, "put that call on record first")


def _row(call: CallRecord) -> dict[str, Any]:
    return {
        "id": call.call_id,
        "tenant_id": call.tenant_id,
        "attempt_id": call.attempt_id,
        "campaign_id": call.campaign_id,
        "direction": call.direction.value,
        "number": call.number,
        "team": call.team,
        "agent_id": call.agent_id,
        "trunk": call.trunk,
        "verified": call.verification.verified.value,
        "attestation": call.verification.attestation,
        "node": call.node,
        "began_at": call.began_at,
        "parent_id": call.parent_id,
    }


def call_of(row: AnyRow) -> CallRecord:
    """Return the call of a row of `CALL_COLUMNS`."""
    return CallRecord(
        call_id=CallId(row.id),
        direction=Direction(row.direction),
        number=row.number,
        began_at=row.began_at,
        node=row.node,
        tenant_id=TenantId(row.tenant_id),
        attempt_id=None if row.attempt_id is None else AttemptId(row.attempt_id),
        parent_id=None if row.parent_id is None else CallId(row.parent_id),
        campaign_id=None if row.campaign_id is None else CampaignId(row.campaign_id),
        queue=row.queue,
        team=row.team,
        agent_id=None if row.agent_id is None else AgentId(row.agent_id),
        trunk=row.trunk,
        verification=Verification(Verified(row.verified), row.attestation),
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        outcome=None if row.outcome is None else Outcome(row.outcome),
    )
