"""The record of recordings in SQL: what each is, where it is kept, and that it is gone.

A row begins with the end of its attempt, or of a caller's with the recording; what is known of the
file is added once it is finished.
Refuses to know files and stores.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, or_, select, update

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.attempts import attempts, calls, recordings
from dialer.adapters.sql.tables.campaigns import campaigns, queues
from dialer.adapters.sql.tables.law import legal_holds
from dialer.adapters.sql.tables.people import tenants, users
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import AgentId, is_call_id
from dialer.domain.recording import Booked, Codec, Finished, Kept, RecordingRow
from dialer.domain.recording_rules import NameFacts, RecordingRules

_PAGE: Final = 500


_NODE: Final = func.coalesce(attempts.c.node, calls.c.node)
_TALK: Final = func.coalesce(recordings.c.attempt_id, recordings.c.call_id)
_FOUND: Final[Select[Any]] = (
    select(
        recordings,
        _TALK.label("talk_id"),
        _NODE.label("node"),
        func.coalesce(attempts.c.agent_id, calls.c.agent_id).label("agent_id"),
        func.coalesce(attempts.c.dialed_at, calls.c.began_at).label("dialed_at"),
        func.coalesce(campaigns.c.tenant_id, calls.c.tenant_id).label("tenant_id"),
        func.coalesce(campaigns.c.name, queues.c.name, "").label("campaign"),
    )
    .outerjoin(attempts, attempts.c.id == recordings.c.attempt_id)
    .outerjoin(campaigns, campaigns.c.id == attempts.c.campaign_id)
    .outerjoin(calls, calls.c.id == recordings.c.call_id)
    .outerjoin(queues, queues.c.id == calls.c.queue_id)
    .where(recordings.c.deleted_at.is_(None), _NODE.is_not(None))
)


class SqlRecordings:
    """The record of recordings.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def book(self, finished: Finished, kept: Kept) -> Booked:
        """Put on record what a finished recording is; once more changes nothing."""
        return await self._writer.transact(lambda to: _book(to, finished, kept))

    async def of_attempt(self, attempt_id: str) -> RecordingRow | None:
        """Return the recording of an attempt or a call; None: none is on record, or deleted."""
        return (await self.of_attempts([attempt_id])).get(attempt_id)

    async def of_attempts(self, attempt_ids: Sequence[str]) -> Mapping[str, RecordingRow]:
        """Return the recordings of attempts and calls, by id; what has none is left out."""
        called_us = [one for one in attempt_ids if is_call_id(one)]
        these: ColumnElement[bool] = recordings.c.attempt_id.in_(attempt_ids)
        if called_us:
            these = or_(these, recordings.c.call_id.in_(called_us))
        async with self._reader.connect() as connection:
            rows = (await connection.execute(_FOUND.where(these))).all()
        return {row.talk_id: _row(row) for row in rows}

    async def held(self, numbers: Collection[str], tenant_id: str) -> set[str]:
        """Return those of the numbers (E.164) that a tenant has put under a legal hold."""
        query = select(legal_holds.c.number).where(
            legal_holds.c.number.in_(numbers),
            legal_holds.c.tenant_id == tenant_id,
            legal_holds.c.lifted_at.is_(None),
        )
        async with self._reader.connect() as connection:
            return set(await connection.scalars(query))

    async def to_keep(
        self, node: str, limit: int, *, but: Collection[int] = ()
    ) -> list[RecordingRow]:
        """Return recordings that lie where they were finished, the oldest first.

        Args:
            node: on whose disk.
            limit: how many at most.
            but: rows that are not wanted.
        """
        query = _FOUND.where(
            recordings.c.kept == Kept.SPOOL.value,
            recordings.c.finished_at.is_not(None),
            _NODE.in_([node]),
            recordings.c.id.not_in(but),
        )
        async with self._reader.connect() as connection:
            rows = (await connection.execute(query.order_by(recordings.c.id).limit(limit))).all()
        return [_row(row) for row in rows]

    async def all(
        self, *, since: float | None = None, until: float | None = None
    ) -> AsyncIterator[RecordingRow]:
        """Yield the recordings that are there, in the order of their rows.

        Args:
            since: that began from this instant on, epoch seconds.
            until: before this instant.
        """
        query = _FOUND.where(  # that of a caller has a row before it has a file
            or_(recordings.c.call_id.is_(None), recordings.c.finished_at.is_not(None))
        )
        if since is not None:
            query = query.where(recordings.c.began_at >= since)
        if until is not None:
            query = query.where(recordings.c.began_at < until)
        async for rows in self._reader.pages(query, recordings.c.id, _PAGE):
            for row in rows:
                yield _row(row)

    async def moved(self, row: RecordingRow, file: str, kept: Kept) -> bool:
        """Put on record where a recording is now; False if it was deleted meanwhile."""

        def work(connection: Connection) -> bool:
            still = (recordings.c.id == row.row_id, recordings.c.deleted_at.is_(None))
            change = update(recordings).where(*still).values(file=file, kept=kept.value)
            if not connection.execute(change).rowcount:
                return False
            _name(connection, row.attempt_id, file)
            return True

        return await self._writer.transact(work)

    async def resealed(self, row: RecordingRow, key_id: str) -> None:
        """Put on record under which master key a recording is encrypted now."""
        change = update(recordings).where(recordings.c.id == row.row_id).values(key_id=key_id)
        await self._writer.transact(lambda connection: connection.execute(change))

    async def rules(self) -> Mapping[str, RecordingRules]:
        """Return what each tenant says of its recordings.

        Raises:
            BadInput: one of them says something that is no rule.
        """
        async with self._reader.connect() as connection:
            rows = (await connection.execute(select(tenants.c.id, tenants.c.settings))).all()
        return {
            row.id: RecordingRules.of((row.settings or {}).get("recordings", {})) for row in rows
        }

    async def rules_of(self, tenant_id: str) -> RecordingRules:
        """Return what one tenant says."""
        return (await self.rules()).get(tenant_id, RecordingRules())

    async def team_of(self, user_id: str) -> frozenset[AgentId]:
        """Return the agents in the team of a user; of who is in no team, none."""
        mine = select(users.c.team_id).where(users.c.id == user_id).scalar_subquery()
        query = select(users.c.agent_id).where(
            users.c.team_id == mine, users.c.agent_id.is_not(None)
        )
        async with self._reader.connect() as connection:
            return frozenset(map(AgentId, await connection.scalars(query)))


def _book(connection: Connection, finished: Finished, kept: Kept) -> Booked:
    known = {
        "file": finished.file,
        "seconds": finished.seconds,
        "bytes": finished.bytes,
        "sha256": finished.sha256,
        "codec": finished.codec.value,
        "key_id": finished.key_id,
        "kept": kept.value,
        "finished_at": finished.finished_at,
        "problem": finished.problem,
    }
    called_us = is_call_id(finished.attempt_id)
    of = (recordings.c.call_id if called_us else recordings.c.attempt_id) == finished.attempt_id
    row = connection.execute(select(recordings.c.id, recordings.c.deleted_at).where(of)).first()
    if row is not None:
        if row.deleted_at is not None:
            return Booked.FORGOTTEN
        connection.execute(update(recordings).where(recordings.c.id == row.id).values(**known))
        _name(connection, finished.attempt_id, finished.file)
        return Booked.YES
    if called_us:  # its row was there before anything was recorded
        return Booked.UNKNOWN
    attempt = connection.execute(
        select(
            attempts.c.ended_at, attempts.c.connected_at, attempts.c.dialed_at, attempts.c.ground
        ).where(attempts.c.id == finished.attempt_id)
    ).first()
    if attempt is None:
        return Booked.UNKNOWN
    if attempt.ended_at is None:
        return Booked.EARLY
    # an engine that died knew of the talk; whoever booked its end did not know of the recording
    began_at = attempt.connected_at or attempt.dialed_at
    row_of_it = {"attempt_id": finished.attempt_id, "began_at": began_at, "ground": attempt.ground}
    connection.execute(insert(recordings), {**row_of_it, **known})
    _name(connection, finished.attempt_id, finished.file)
    return Booked.YES


def _name(connection: Connection, attempt_id: str, file: str) -> None:
    change = update(attempts).where(attempts.c.id == attempt_id).values(recording=file)
    connection.execute(change)


def _row(row: Row[Any]) -> RecordingRow:
    return RecordingRow(
        row_id=row.id,
        attempt_id=row.talk_id,
        file=row.file,
        began_at=row.began_at,
        seconds=row.seconds,
        bytes=row.bytes,
        sha256=row.sha256,
        codec=Codec(row.codec or Codec.WAV),
        key_id=row.key_id,
        kept=Kept(row.kept),
        finished_at=row.finished_at,
        problem=row.problem,
        node=row.node,
        tenant_id=row.tenant_id,
        named_by=NameFacts(row.talk_id, row.dialed_at, row.campaign, row.agent_id or ""),
    )
