"""How SQLite is set: one writer that survives a power cut, readers that never wait for it.

Knows pragmas and transactions. Refuses to know what is in the tables.
"""

import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from dialer.adapters.sql.sqlite_driver import OneTurn
from dialer.errors import BadInput

BUSY_S: Final = 10
"""How long a lock of another process is waited for."""

ONE_MOMENT: Final = "outpace_one_moment"
"""Option of a reader's connection whose statements are all to see the same moment."""

_FOR_ALL: Final[Mapping[str, str]] = {
    "foreign_keys": "ON",
    "busy_timeout": str(BUSY_S * 1000),
}

_FOR_WRITING: Final[Mapping[str, str]] = {
    **_FOR_ALL,
    "journal_mode": "WAL",
    # an attempt recorded must survive a power cut, or its lead would be dialed a second time
    "synchronous": "FULL",
}

# A table that is copied is dropped first: with keys checked, rows of others would go with it.
_FOR_UPGRADING: Final = {**_FOR_WRITING, "foreign_keys": "OFF"}

_FOR_READING: Final[Mapping[str, str]] = {**_FOR_ALL, "query_only": "ON"}


def make_file(path: Path) -> None:
    """Make an empty file that only its owner may read: it will hold telephone numbers.

    Raises:
        BadInput: it cannot be made.
    """
    try:
        path.touch(mode=0o600)
    except OSError as error:
        problem = f"cannot be created: {error.strerror}"
        raise BadInput(f"database {path}", problem, "name a file in a folder that exists") from None


def writing_engine(path: Path) -> Engine:
    """Return the engine of the one writer; each connection belongs to one thread."""
    return _writing(path, _FOR_WRITING)


def upgrading_engine(path: Path) -> Engine:
    """Return an engine for changes of the tables; who uses it checks foreign keys at the end."""
    return _writing(path, _FOR_UPGRADING)


def looking_engine(path: Path) -> Engine:
    """Return an engine for a short look that changes nothing, without a loop."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    _set_pragmas(engine, _FOR_READING)
    return engine


def _writing(path: Path, pragmas: Mapping[str, str]) -> Engine:
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    _set_pragmas(engine, pragmas)

    @event.listens_for(engine, "begin")
    def begin_immediate(connection: Connection) -> None:
        # a lock asked for late, when the snapshot is old, is refused without any waiting
        _begin(connection, "BEGIN IMMEDIATE")

    return engine


def reading_engine(path: Path) -> AsyncEngine:
    """Return the engine of the readers: their snapshots never wait for the writer."""
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}", module=OneTurn(), pool_size=4, max_overflow=0
    )
    _set_pragmas(engine.sync_engine, _FOR_READING)

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(ONE_MOMENT):
            _begin(connection, "BEGIN")

    return engine


def _begin(connection: Connection, statement: str) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(statement)
    cursor.close()


def _set_pragmas(engine: Engine, pragmas: Mapping[str, str]) -> None:
    @event.listens_for(engine, "connect")
    def connected(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # transactions are begun by us, not guessed
        cursor = dbapi_connection.cursor()
        for name, value in pragmas.items():
            _set_pragma(cursor, f"PRAGMA {name} = {value}")
        cursor.close()


def _set_pragma(cursor: sqlite3.Cursor, statement: str) -> None:
    """Set one; a change of the journal is refused at once while somebody writes, so wait here."""
    until = time.monotonic() + BUSY_S
    while True:
        try:
            cursor.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
