"""Backups of SQLite: its own online copy, from one snapshot, while an engine writes.

Knows SQLite. Refuses to know where backups are kept and what they are called.
"""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from dialer.adapters.sql import sqlite
from dialer.adapters.sql.opening import HEAD, VERSIONS
from dialer.adapters.sql.tables.people import tenants
from dialer.errors import BadInput

Rows = dict[str, int]

BUSY_S: Final = 10.0
IN_USE_S: Final = 2.0
"""How long a restore waits for those who have the file open."""

_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_PAUSE: Final = "UPDATE campaigns SET state = 'paused' WHERE state = 'running'"


async def write(path: Path, part: Path) -> tuple[str, Rows]:
    """Copy a database file into an empty file; returns its version and its rows by table."""
    return await asyncio.to_thread(_write, path, part)


async def put_back(path: Path, file: Path, *, replace: bool) -> tuple[str, Rows, int]:
    """Copy a backup into a database file; returns version, rows and campaigns paused."""
    return await asyncio.to_thread(_put_back, path, file, replace=replace)


def _write(path: Path, part: Path) -> tuple[str, Rows]:
    with _told(f"database {path}"), _opened(path) as source, _opened(part) as copy:
        source.execute("BEGIN")  # one snapshot for the counts and for the copy
        version = _version(source, f"database {path}")
        rows = _rows(source)
        source.backup(copy)
        source.execute("COMMIT")
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        _check(copy, f"backup of {path}")
        if _rows(copy) != rows:
            raise BadInput(f"backup of {path}", "lacks rows", "try again; is the disk sound?")
    return version, rows


def _put_back(path: Path, file: Path, *, replace: bool) -> tuple[str, Rows, int]:
    with _told(f"backup {file}"), _opened(file, immutable=True) as source:
        _check(source, f"backup {file}")
        version = _version(source, f"backup {file}")
        rows = _rows(source)
        if version > HEAD:
            problem = f"has tables of version {version}, this program knows {HEAD}"
            raise BadInput(f"backup {file}", problem, "upgrade Outpace")
        fresh = not path.exists()
        if fresh:
            sqlite.make_file(path)
        try:
            with _told(f"database {path}"), _opened(path, busy_s=IN_USE_S) as target:
                _alone(target, path)
                _check_replaceable(target, path, replace=replace)
                source.backup(target)
                paused = target.execute(_PAUSE).rowcount
        except BaseException:
            if fresh:
                path.unlink(missing_ok=True)
            raise
    return version, rows, paused


@contextmanager
def _opened(
    path: Path, *, immutable: bool = False, busy_s: float = BUSY_S
) -> Iterator[sqlite3.Connection]:
    how = "mode=ro&immutable=1" if immutable else "mode=rw"  # neither makes a file
    address = f"{path.resolve().as_uri()}?{how}"
    opened = sqlite3.connect(address, uri=True, isolation_level=None, timeout=busy_s)
    with closing(opened) as connection:
        yield connection


@contextmanager
def _told(subject: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise BadInput(subject, f"cannot be used: {error}", "see its rights and its disk") from None


def _alone(target: sqlite3.Connection, path: Path) -> None:
    """Lock everybody else out, or refuse: an engine would go on with what it remembers."""
    try:
        target.execute("PRAGMA locking_mode = EXCLUSIVE")
        target.execute("BEGIN EXCLUSIVE")
        target.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        fix = "end the engine and the commands that use it"
        raise BadInput(f"database {path}", "is in use", fix) from None


def _check_replaceable(target: sqlite3.Connection, path: Path, *, replace: bool) -> None:
    rows = _rows(target)
    if not rows:
        return
    _version(target, f"database {path}")  # what is not ours is never replaced
    if not replace and any(
        count for table, count in rows.items() if table not in {VERSIONS.name, tenants.name}
    ):
        raise BadInput(f"database {path}", "is not empty", "add --replace to lose what it holds")


def _version(connection: sqlite3.Connection, subject: str) -> str:
    tables = {name for (name,) in connection.execute(_TABLES)}
    if not {VERSIONS.name, tenants.name} <= tables:
        raise BadInput(subject, "holds no tables of this program", "name another one")
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise BadInput(subject, "does not say of which version it is", "name another one")
    return str(row[0])


def _rows(connection: sqlite3.Connection) -> Rows:
    names = [name for (name,) in connection.execute(_TABLES)]
    return {name: _count(connection, name) for name in names}


def _count(connection: sqlite3.Connection, table: str) -> int:
    quoted = '"' + table.replace('"', '""') + '"'
    return int(connection.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0])  # noqa: S608 - a table's own name


def _check(connection: sqlite3.Connection, subject: str) -> None:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise BadInput(subject, f"is damaged: {str(found).splitlines()[0]}", "use another one")
