"""What is not as it should be in a database: counts, each with what to do about it.

Nothing is changed. Refuses to know how an engine puts things right.
"""

import asyncio
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, and_, func, select

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.attempts import attempts, recordings
from dialer.adapters.sql.tables.leads import callbacks, imports, leads
from dialer.domain.callback import CallbackState
from dialer.domain.ids import ATTEMPT_PREFIX, CALL_PREFIX
from dialer.domain.recording import Kept, ending_of

OLD_ATTEMPT_S: Final = 4 * 3600.0
"""No call lasts longer: an attempt open for more was forgotten."""

OLD_IMPORT_S: Final = 3600.0
OLD_FILE_S: Final = 3600.0
"""A recording is booked within a minute of the talk's end."""

LATE_S: Final = 300.0

_BATCH: Final = 500
_OURS: Final = (ATTEMPT_PREFIX, CALL_PREFIX)
_OVER: Final = (
    CallbackState.KEPT.value,
    CallbackState.RETURNED.value,
    CallbackState.EXPIRED.value,
    CallbackState.CANCELLED.value,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of trouble: how much of it, and what to do."""

    what: str
    count: int
    fix: str


def _count(table: Table, *which: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).select_from(table).where(*which)


def _questions(now: float) -> list[tuple[str, Select[Any], str]]:
    is_open = select(attempts.c.id).where(
        attempts.c.lead_id == leads.c.id, attempts.c.ended_at.is_(None)
    )
    return [
        (
            "attempts open for more than 4 hours",
            _count(
                attempts, attempts.c.ended_at.is_(None), attempts.c.dialed_at < now - OLD_ATTEMPT_S
            ),
            "start the engine: it books them from the journal, or as lost",
        ),
        (
            "leads dialing without an open attempt",
            _count(leads, and_(leads.c.state == "dialing", ~is_open.exists())),
            "nobody dials them again; restart the engine, and report it if they stay",
        ),
        (
            "leases that have expired",
            _count(leads, leads.c.state == "leased", leads.c.lease_ends_at < now),
            "their engine is away: start it, it gives its leases back",
        ),
        (
            "imports begun more than an hour ago and not decided",
            _count(
                imports, imports.c.state == "importing", imports.c.started_at < now - OLD_IMPORT_S
            ),
            "restart the engine: it deletes what was interrupted; then import the list again",
        ),
        (
            "callbacks overdue",
            _count(callbacks, callbacks.c.state.not_in(_OVER), callbacks.c.due_at < now - LATE_S),
            "are their campaigns running, their agents logged in, their hours open?",
        ),
    ]


async def check(
    reader: SqlReader, folder: Path, *, now: float, kept_in: Path | None = None
) -> list[Finding]:
    """Ask all questions; a finding with a count of 0 is as it should be.

    Args:
        reader: of a database of version `HEAD`.
        folder: of the recordings.
        now: seconds since the epoch.
        kept_in: folder of the store on disk, if it is another.
    """
    findings = []
    for what, query, fix in _questions(now):
        async with reader.connect() as connection:
            found = int((await connection.execute(query)).scalar_one())
        findings.append(Finding(what, found, fix))
    findings.append(
        Finding(
            "recordings that no attempt names",
            await _orphans(reader, folder, now),
            f"listen to them or delete them: they are in {folder}",
        )
    )
    findings.append(
        Finding(
            "recordings whose file is not there",
            await _missing(reader, [folder, *([] if kept_in is None else [kept_in])]),
            "was the folder moved, or not restored? see OUTPACE_ASTERISK_HOME",
        )
    )
    return findings


async def _orphans(reader: SqlReader, folder: Path, now: float) -> int:
    """Count the files that nothing in the database names."""
    files = _files(folder, now - OLD_FILE_S)
    orphans = 0
    while names := await asyncio.to_thread(lambda: list(islice(files, _BATCH))):
        named = select(attempts.c.recording).where(attempts.c.recording.in_(names))
        filed = select(recordings.c.file).where(recordings.c.file.in_(names))
        async with reader.connect() as connection:
            known = set((await connection.execute(named.union(filed))).scalars())
        orphans += len(set(names) - known)
    return orphans


def _files(folder: Path, before: float) -> Iterator[str]:
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            is_ours = entry.name.startswith(_OURS) and ending_of(entry.name) != ""
            if is_ours and entry.stat().st_mtime < before:
                yield entry.name


async def _missing(reader: SqlReader, folders: Sequence[Path]) -> int:
    """Count what the database names as being on a disk, and no folder has."""
    in_bucket = select(recordings.c.id).where(
        recordings.c.attempt_id == attempts.c.id, recordings.c.kept == Kept.S3.value
    )
    of_attempts = select(attempts.c.id, attempts.c.recording.label("file")).where(
        attempts.c.recording != "", attempts.c.ended_at.is_not(None), ~in_bucket.exists()
    )
    of_callers = select(recordings.c.id, recordings.c.file).where(
        recordings.c.call_id.is_not(None),
        recordings.c.finished_at.is_not(None),
        recordings.c.deleted_at.is_(None),
        recordings.c.kept != Kept.S3.value,
    )
    missing = 0
    for query, key in ((of_attempts, attempts.c.id), (of_callers, recordings.c.id)):
        async for rows in reader.pages(query, key, _BATCH):
            names = [row.file for row in rows]
            missing += await asyncio.to_thread(_lacking, folders, names)
    return missing


def _lacking(folders: Sequence[Path], names: list[str]) -> int:
    return sum(not any((one / name).is_file() for one in folders) for name in names)
