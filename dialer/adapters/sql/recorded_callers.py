"""Recorded talks with people who called us, in SQL: the ground first, then the audio.

The rest of a recording's life is that of any (`dialer.adapters.sql.recordings`). Refuses to know
when a recording begins, and who may hear it.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.call_records import CALL_COLUMNS, call_of, calls_wanted
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.attempts import calls, recordings
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.call_record import CallRecord, CallsWanted
from dialer.domain.ids import CallId
from dialer.domain.legal_limits import Ground
from dialer.errors import WrongState

_BEGUN: Final = upsert(recordings).on_conflict_do_nothing(index_elements=["file"])
_COLUMNS: Final = (
    *CALL_COLUMNS,
    recordings.c.file,
    recordings.c.ground,
    recordings.c.seconds,
    recordings.c.began_at.label("recorded_at"),
)


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A talk with somebody who called us, and its recording."""

    call: CallRecord
    file: str
    """Its name."""
    ground: str
    recorded_at: float
    """When the recording began, epoch seconds."""
    seconds: float | None
    """Of the audio; None: it is not finished."""


class SqlRecordedCallers:
    """The recordings of callers; the first part is a `RecordedCallers` (dialer.ports).

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def begin(self, call_id: CallId, ground: Ground, *, by: str = "", at: float) -> None:
        """Put on record that a talk is recorded from now on; see `RecordedCallers`."""
        await self._writer.transact(lambda to: _begin(to, call_id, ground, by, at))

    async def void(self, call_id: CallId) -> None:
        """Forget a recording that did not begin."""
        unmade = recordings.c.call_id == call_id, recordings.c.finished_at.is_(None)
        change = delete(recordings).where(*unmade, recordings.c.deleted_at.is_(None))
        await self._writer.transact(lambda connection: connection.execute(change))

    async def get(self, call_id: CallId, *, tenant_id: str) -> RecordedCall | None:
        """Return the recording of a call; None: there is none, or it was deleted."""
        found = await self._found(_of(tenant_id).where(recordings.c.call_id == call_id))
        return found[0] if found else None

    async def newest(
        self, wanted: CallsWanted, *, limit: int, before: CallId | None = None, tenant_id: str
    ) -> list[RecordedCall]:
        """Return finished recordings, those of the newest calls first, by the calls' ids.

        Args:
            wanted: of which calls.
            limit: how many at most.
            before: only of calls with a lower id.
            tenant_id: whose.
        """
        query = _of(tenant_id).where(
            recordings.c.finished_at.is_not(None), *calls_wanted(wanted, tenant_id)
        )
        if before is not None:
            query = query.where(recordings.c.call_id < before)
        return await self._found(query.order_by(recordings.c.call_id.desc()).limit(limit))

    async def _found(self, query: Select[Any]) -> list[RecordedCall]:
        async with self._reader.connect() as connection:
            return [_recorded(row) for row in await connection.execute(query)]


def _begin(connection: Connection, call_id: CallId, ground: Ground, by: str, at: float) -> None:
    live = select(*CALL_COLUMNS).where(calls.c.id == call_id, calls.c.ended_at.is_(None))
    row = connection.execute(live).first()
    if row is None:
        raise WrongState("call", "is over", "ask in the next talk")
    known = {"call_id": call_id, "file": f"{call_id}.wav", "began_at": at, "ground": ground.value}
    first = connection.execute(_BEGUN.values(known)).rowcount > 0
    if first and ground is Ground.OPT_IN:
        note_in(
            connection,
            "recording_opt_in",
            f"call {call_id}",
            {"queue": row.queue, "agent": row.agent_id},
            by=by,
            at=at,
            tenant_id=row.tenant_id,
        )


def _of(tenant_id: str) -> Select[Any]:
    return (
        select(*_COLUMNS)
        .join(recordings, recordings.c.call_id == calls.c.id)
        .where(calls.c.tenant_id == tenant_id, recordings.c.deleted_at.is_(None))
    )


def _recorded(row: AnyRow) -> RecordedCall:
    return RecordedCall(call_of(row), row.file, row.ground, row.recorded_at, row.seconds)
