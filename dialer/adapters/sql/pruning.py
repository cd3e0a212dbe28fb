"""Deleting what has been kept long enough: in short transactions, beside an engine that dials.

Candidates are found by a reader, who is in nobody's way; each batch is looked at again in the
transaction that deletes it. So it can be ended at any time and begun again. Knows which rows hang
together. Refuses to know how long anything is kept (`dialer.domain.retention`).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.attempts import attempts, calls, recordings, refusals
from dialer.adapters.sql.tables.audit import audit_log, pacing_decisions
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.content import reviews
from dialer.adapters.sql.tables.law import legal_holds
from dialer.adapters.sql.tables.people import agent_log, tenants
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.retention import Kind, Retention
from dialer.errors import BadInput

BATCH: Final = 500
"""Rows in one transaction."""

_PATIENCE_S: Final = 0.02
"""How long a batch may wait for a commit to share: it gives way to attempts."""

Ids = Sequence[Any]


def _held(number: Any) -> ColumnElement[bool]:
    """Tell that a number is under a legal hold."""
    return (
        select(legal_holds.c.id)
        .where(legal_holds.c.number == number, legal_holds.c.lifted_at.is_(None))
        .exists()
    )


def _held_attempt(attempt_id: Any) -> ColumnElement[bool]:
    return (
        select(attempts.c.id).where(attempts.c.id == attempt_id, _held(attempts.c.number)).exists()
    )


_ALWAYS: Final = true()
_KEPT_RECORDING: Final = recordings.c.deleted_at.is_(None)


def _forget_attempts(connection: Connection, ids: Ids) -> None:
    connection.execute(delete(reviews).where(reviews.c.attempt_id.in_(ids)))
    connection.execute(update(calls).where(calls.c.attempt_id.in_(ids)).values(attempt_id=None))
    connection.execute(delete(recordings).where(recordings.c.attempt_id.in_(ids)))


def _forget_calls(connection: Connection, ids: Ids) -> None:
    connection.execute(update(calls).where(calls.c.parent_id.in_(ids)).values(parent_id=None))
    connection.execute(delete(recordings).where(recordings.c.call_id.in_(ids)))


def _nothing(_connection: Connection, _ids: Ids) -> None:
    """Nothing hangs on it."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """One kind of rows: when they began, in which order they are looked for, what keeps them."""

    table: Table
    at: Column[Any]
    order: tuple[Column[Any], ...]
    may_go: ColumnElement[bool]
    unrecorded: ColumnElement[bool] = _ALWAYS
    """What is heard of it is gone; a dry run takes that for done."""
    of_campaign: Column[Any] | None = None
    of_tenant: Column[Any] | None = None
    forget: Callable[[Connection, Ids], None] = _nothing

    def scope(self, tenant: str, campaign: str | None) -> ColumnElement[bool] | None:
        if self.of_campaign is not None and campaign is not None:
            return self.of_campaign == campaign
        return None if self.of_tenant is None else self.of_tenant == tenant


_ROWS: Final[Mapping[Kind, _Rows]] = {
    Kind.ATTEMPTS: _Rows(
        attempts,
        attempts.c.dialed_at,
        (attempts.c.dialed_at, attempts.c.id),
        and_(
            attempts.c.ended_at.is_not(None),
            ~_held(attempts.c.number),
        ),
        unrecorded=and_(
            attempts.c.recording == "",
            ~select(recordings.c.id)
            .where(recordings.c.attempt_id == attempts.c.id, _KEPT_RECORDING)
            .exists(),
        ),
        of_campaign=attempts.c.campaign_id,
        forget=_forget_attempts,
    ),
    Kind.CALLS: _Rows(
        calls,
        calls.c.began_at,
        (calls.c.id,),
        and_(
            calls.c.ended_at.is_not(None),
            ~_held(calls.c.number),
        ),
        unrecorded=~select(recordings.c.id)
        .where(recordings.c.call_id == calls.c.id, _KEPT_RECORDING)
        .exists(),
        forget=_forget_calls,
    ),
    Kind.REFUSALS: _Rows(
        refusals,
        refusals.c.at,
        (refusals.c.id,),
        ~_held(refusals.c.number),
        of_campaign=refusals.c.campaign_id,
    ),
    Kind.AUDIT: _Rows(
        audit_log,
        audit_log.c.at,
        (audit_log.c.at, audit_log.c.id),
        ~_held(audit_log.c.subject) & ~_held_attempt(audit_log.c.subject),
        of_tenant=audit_log.c.tenant_id,
    ),
    Kind.AGENT_LOG: _Rows(
        agent_log,
        agent_log.c.since,
        (agent_log.c.id,),
        or_(agent_log.c.attempt_id.is_(None), ~_held_attempt(agent_log.c.attempt_id)),
    ),
    Kind.PACING_DECISIONS: _Rows(
        pacing_decisions,
        pacing_decisions.c.at,
        (pacing_decisions.c.at, pacing_decisions.c.id),
        pacing_decisions.c.id.is_not(None),
        of_campaign=pacing_decisions.c.campaign_id,
    ),
}


@dataclass(slots=True)
class Pruned:
    """What was deleted, or would be, by kind."""

    rows: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))


class SqlPruning:
    """Deletes old records of a database.

    Args:
        writer: commits; must be running.
        reader: for queries.
        folder: of the recordings.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader, folder: Path) -> None:
        self._writer = writer
        self._reader = reader
        self._folder = folder

    async def settings(self) -> dict[str, Retention]:
        """Return how long each tenant keeps what (`retention` among its settings).

        Raises:
            BadInput: one of them cannot be read.
        """
        async with self._reader.connect() as connection:
            rows = (await connection.execute(select(tenants.c.id, tenants.c.settings))).all()
        return {row.id: Retention.of((row.settings or {}).get("retention", {})) for row in rows}

    async def held_numbers(self) -> list[str]:
        """Return the numbers (E.164) under a legal hold."""
        query = select(legal_holds.c.number).where(legal_holds.c.lifted_at.is_(None)).distinct()
        async with self._reader.connect() as connection:
            return list((await connection.execute(query)).scalars())

    async def prune(
        self, retention: Mapping[str, Retention], *, now: float, dry_run: bool = False
    ) -> Pruned:
        """Delete what has been kept long enough; recordings first, with their files.

        Args:
            retention: by tenant.
            now: seconds since the epoch.
            dry_run: count only.

        Raises:
            BadInput: the folder of the recordings is not there.
        """
        pruned = Pruned()
        longest = Retention.longest(retention.values())
        async with self._reader.connect() as connection:
            found = await connection.execute(select(campaigns.c.id, campaigns.c.tenant_id))
            owners = [(row.tenant_id, row.id) for row in found]
        for tenant, campaign in owners:
            before = retention.get(tenant, longest).before(Kind.RECORDINGS, now)
            if before is not None:
                done = await self._recordings(campaign, before, dry_run=dry_run)
                pruned.rows[Kind.RECORDINGS] += done
        before = longest.before(Kind.RECORDINGS, now)
        if before is not None:
            pruned.rows[Kind.RECORDINGS] += await self._filed(before, dry_run=dry_run)
        for kind, rows in _ROWS.items():
            scopes: Iterable[tuple[str, str | None]] = [("", None)]
            if rows.of_campaign is not None:
                scopes = owners
            elif rows.of_tenant is not None:
                scopes = [(tenant, None) for tenant in retention]
            for tenant, campaign_id in scopes:
                kept = retention.get(tenant, longest)
                before = kept.before(kind, now)
                if before is None:
                    continue
                heard = kept.before(Kind.RECORDINGS, now)
                pruned.rows[kind] += await self._rows(
                    rows,
                    before,
                    rows.scope(tenant, campaign_id),
                    dry_run=dry_run,
                    keeps_recordings=heard is None or heard < before,
                )
        return pruned

    async def _rows(
        self,
        rows: _Rows,
        before: float,
        scope: ColumnElement[bool] | None,
        *,
        dry_run: bool,
        keeps_recordings: bool,
    ) -> int:
        which = and_(rows.at < before, rows.may_go, *([] if scope is None else [scope]))
        if not dry_run or keeps_recordings:
            which = and_(which, rows.unrecorded)
        if dry_run:
            async with self._reader.connect() as connection:
                query = select(func.count()).select_from(rows.table).where(which)
                return int((await connection.execute(query)).scalar_one())
        key = rows.table.c.id
        deleted = 0
        async for batch in self._batches(select(key, *rows.order).where(which), rows.order):
            ids = [row[0] for row in batch]

            def work(connection: Connection, ids: Ids = ids) -> int:
                still = select(key).where(key.in_(ids), which)
                going = list(connection.execute(still).scalars())
                rows.forget(connection, going)
                connection.execute(delete(rows.table).where(key.in_(going)))
                return len(going)

            deleted += await self._writer.transact(work, within_s=_PATIENCE_S)
        return deleted

    async def _recordings(self, campaign: str, before: float, *, dry_run: bool) -> int:
        """Delete the recordings that attempts name."""
        which = and_(
            attempts.c.campaign_id == campaign,
            attempts.c.dialed_at < before,
            attempts.c.ended_at.is_not(None),
            attempts.c.recording != "",
            ~_held(attempts.c.number),
        )
        order = (attempts.c.dialed_at, attempts.c.id)
        found = select(attempts.c.id, *order, attempts.c.recording).where(which)
        forget = update(attempts).values(recording="")
        return await self._files(found, order, attempts.c.id, forget, dry_run=dry_run)

    async def _filed(self, before: float, *, dry_run: bool) -> int:
        """Delete the recordings that have rows of their own."""
        which = and_(
            recordings.c.began_at < before,
            _KEPT_RECORDING,
            or_(
                recordings.c.attempt_id.is_(None),
                ~select(attempts.c.id)
                .where(
                    attempts.c.id == recordings.c.attempt_id,
                    or_(attempts.c.ended_at.is_(None), _held(attempts.c.number)),
                )
                .exists(),
            ),
            or_(
                recordings.c.call_id.is_(None),
                ~select(calls.c.id)
                .where(
                    calls.c.id == recordings.c.call_id,
                    or_(calls.c.ended_at.is_(None), _held(calls.c.number)),
                )
                .exists(),
            ),
        )
        order = (recordings.c.id,)
        found = select(recordings.c.id, recordings.c.id, recordings.c.file).where(which)
        forget = update(recordings).values(
            deleted_at=func.coalesce(recordings.c.deleted_at, before)
        )
        return await self._files(found, order, recordings.c.id, forget, dry_run=dry_run)

    async def _files(
        self,
        found: Select[Any],
        order: tuple[Column[Any], ...],
        key: Column[Any],
        forget: Any,
        *,
        dry_run: bool,
    ) -> int:
        """Delete files, then what names them: who is interrupted in between begins again."""
        if dry_run:
            async with self._reader.connect() as connection:
                query = select(func.count()).select_from(found.order_by(None).subquery())
                return int((await connection.execute(query)).scalar_one())
        deleted = 0
        async for batch in self._batches(found, order):
            names = [row[-1] for row in batch]
            await asyncio.to_thread(_unlink, self._folder, names)
            ids = [row[0] for row in batch]

            def work(connection: Connection, ids: Ids = ids) -> None:
                connection.execute(forget.where(key.in_(ids)))

            await self._writer.transact(work, within_s=_PATIENCE_S)
            deleted += len(ids)
        return deleted

    async def _batches(
        self, query: Select[Any], order: tuple[Column[Any], ...]
    ) -> AsyncIterator[Sequence[Any]]:
        """Give what a query finds in batches; each is read after the one before was dealt with."""
        query = query.order_by(*order).limit(BATCH)
        last: tuple[Any, ...] | None = None
        while True:
            part = query if last is None else query.where(tuple_(*order) > tuple_(*last))
            async with self._reader.connect() as connection:
                batch = (await connection.execute(part)).all()
            if not batch:
                return
            last = tuple(batch[-1][1 : 1 + len(order)])
            yield batch


def _unlink(folder: Path, names: Iterable[str]) -> None:
    if not folder.is_dir():
        fix = "see OUTPACE_ASTERISK_HOME; nothing was deleted"
        raise BadInput("recordings", f"there is no folder {folder}", fix)
    for name in names:
        if Path(name).name == name:  # no row can name a file outside of the folder
            (folder / name).unlink(missing_ok=True)
