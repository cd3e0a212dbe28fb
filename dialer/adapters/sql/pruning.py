"""Deleting what has been kept long enough: in short transactions, beside an engine that dials.

Candidates are found by a reader, who is in nobody's way; each batch is looked at again in the
transaction that deletes it. So it can be ended at any time and begun again. Knows batches
and files. Refuses to know how long anything is kept (`dialer.domain.retention`).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    func,
    or_,
    select,
    tuple_,
    update,
)

from dialer.adapters.erased_files import delete_files
from dialer.adapters.sql.prunable import KEPT_RECORDING, PRUNABLE, Ids, PrunableRows, held
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.attempts import attempts, calls, recordings
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.content import voicemails
from dialer.adapters.sql.tables.law import legal_holds
from dialer.adapters.sql.tables.people import tenants
from dialer.adapters.sql.voicemails import PATH_OF_VOICEMAIL
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.retention import Kind, Retention
from dialer.errors import BadInput

BATCH: Final = 500
"""Rows in one transaction."""

_PATIENCE_S: Final = 0.02
"""How long a batch may wait for a commit to share: it gives way to attempts."""


@dataclass(slots=True)
class Pruned:
    """What was deleted, or would be, by kind."""

    rows: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))


class SqlPruning:
    """Deletes old records of a database.

    Args:
        writer: commits; must be running.
        reader: for queries.
        folder: in which the switch records.
        remove: deletes the files of these names; those in the folder unless given.
    """

    def __init__(
        self,
        writer: SqlWriter,
        reader: SqlReader,
        folder: Path,
        remove: Callable[[Sequence[str]], object] | None = None,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._folder = folder
        self._remove = remove or partial(delete_files, folder)

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
        pruned.rows[Kind.RECORDINGS] += await self._heard(retention, owners, now, dry_run=dry_run)
        for tenant, kept in retention.items():
            before = kept.before(Kind.VOICEMAILS, now)
            if before is not None:
                done = await self._voicemails(tenant, before, dry_run=dry_run)
                pruned.rows[Kind.VOICEMAILS] += done
        for kind, rows in PRUNABLE.items():
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
        rows: PrunableRows,
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

    async def _heard(
        self,
        retention: Mapping[str, Retention],
        owners: Iterable[tuple[str, str]],
        now: float,
        *,
        dry_run: bool,
    ) -> int:
        """Delete recordings: of each campaign, of each tenant's callers, and those of nobody."""
        longest = Retention.longest(retention.values())
        deleted = 0
        for tenant, campaign in owners:
            before = retention.get(tenant, longest).before(Kind.RECORDINGS, now)
            if before is not None:
                deleted += await self._recordings(campaign, before, dry_run=dry_run)
        scopes = [(kept, _of_callers(tenant)) for tenant, kept in retention.items()]
        for kept, scope in [*scopes, (longest, ~_of_callers(*retention))]:
            before = kept.before(Kind.RECORDINGS, now)
            if before is not None:
                deleted += await self._filed(before, scope, dry_run=dry_run)
        return deleted

    async def _recordings(self, campaign: str, before: float, *, dry_run: bool) -> int:
        """Delete the recordings that attempts name."""
        which = and_(
            attempts.c.campaign_id == campaign,
            attempts.c.dialed_at < before,
            attempts.c.ended_at.is_not(None),
            attempts.c.recording != "",
            ~held(attempts.c.number),
        )
        order = (attempts.c.dialed_at, attempts.c.id)
        found = select(attempts.c.id, *order, attempts.c.recording).where(which)
        forget = update(attempts).values(recording="")
        return await self._files(found, order, attempts.c.id, forget, dry_run=dry_run)

    async def _filed(self, before: float, scope: ColumnElement[bool], *, dry_run: bool) -> int:
        """Delete the recordings that have rows of their own."""
        which = and_(
            recordings.c.began_at < before,
            KEPT_RECORDING,
            scope,
            or_(
                recordings.c.attempt_id.is_(None),
                ~select(attempts.c.id)
                .where(
                    attempts.c.id == recordings.c.attempt_id,
                    or_(attempts.c.ended_at.is_(None), held(attempts.c.number)),
                )
                .exists(),
            ),
            or_(
                recordings.c.call_id.is_(None),
                ~select(calls.c.id)
                .where(
                    calls.c.id == recordings.c.call_id,
                    or_(calls.c.ended_at.is_(None), held(calls.c.number)),
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

    async def _voicemails(self, tenant: str, before: float, *, dry_run: bool) -> int:
        """Delete what callers left, with its files."""
        which = and_(
            voicemails.c.tenant_id == tenant, voicemails.c.at < before, ~held(voicemails.c.number)
        )
        order = (voicemails.c.id,)
        found = select(voicemails.c.id, voicemails.c.id, PATH_OF_VOICEMAIL).where(which)
        forget = delete(voicemails)
        return await self._files(found, order, voicemails.c.id, forget, dry_run=dry_run)

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
            await asyncio.to_thread(self._unlink, names)
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

    def _unlink(self, names: Sequence[str]) -> None:
        if not self._folder.is_dir():
            fix = "see OUTPACE_ASTERISK_HOME; nothing was deleted"
            raise BadInput("recordings", f"there is no folder {self._folder}", fix)
        self._remove([name for name in names if _is_inside(name)])


def _of_callers(*tenants: str) -> ColumnElement[bool]:
    """Tell whether a recording is of somebody who called one of these tenants."""
    theirs = calls.c.id == recordings.c.call_id, calls.c.tenant_id.in_(tenants)
    return select(calls.c.id).where(*theirs).exists()


def _is_inside(name: str) -> bool:
    """Tell whether a name can be of a file of ours: no row can name one outside of the folder."""
    return not name.startswith("/") and ".." not in name.split("/")
