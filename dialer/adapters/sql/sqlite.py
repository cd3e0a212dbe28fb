"""How SQLite is set: one writer that survives a power cut, readers that never wait for it.

Knows pragmas and transactions. Refuses to know what is in the tables.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

_FOR_ALL: Final[Mapping[str, str]] = {
    "foreign_keys": "ON",
    "busy_timeout": "10000",
}

_FOR_WRITING: Final[Mapping[str, str]] = {
    **_FOR_ALL,
    "journal_mode": "WAL",
    # an attempt recorded must survive a power cut, or its lead would be dialed a second time
    "synchronous": "FULL",
}

_FOR_READING: Final[Mapping[str, str]] = {**_FOR_ALL, "query_only": "ON"}


def writing_engine(path: Path) -> Engine:
    """Return the engine of the one writer; each connection belongs to one thread."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    _set_pragmas(engine, _FOR_WRITING)

    @event.listens_for(engine, "begin")
    def begin_immediate(connection: Connection) -> None:
        # a lock asked for late, when the snapshot is old, is refused without any waiting
        _begin(connection, "BEGIN IMMEDIATE")

    return engine


def reading_engine(path: Path) -> AsyncEngine:
    """Return the engine of the readers: their snapshots never wait for the writer."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=2, max_overflow=2)
    _set_pragmas(engine.sync_engine, _FOR_READING)

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
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
            cursor.execute(f"PRAGMA {name} = {value}")
        cursor.close()
