"""Opening the database file: how SQLite is set, and whether the file is ours.

Knows pragmas, connections and the schema version. Refuses to know what is in the tables.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from dialer.adapters.sql.schema import SCHEMA_VERSION, metadata, schema_version
from dialer.errors import BadInput

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


def sqlite_path(url: str) -> Path:
    """Return the file of a database URL such as `sqlite:///outpace.db`.

    Raises:
        BadInput: it is no URL of an SQLite file.
    """
    fix = "write it as sqlite:///path/to/file.db"
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadInput("database", f"{url!r} is not a URL", fix) from None
    if parsed.get_backend_name() != "sqlite":
        raise BadInput("database", f"{parsed.get_backend_name()!r} is not supported", fix)
    if parsed.database in {None, "", ":memory:"}:
        raise BadInput("database", f"{url!r} names no file", fix)
    return Path(str(parsed.database))


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


def prepare(engine: Engine, path: Path) -> None:
    """Create the tables in a new file, or check that an old one is of our version.

    Raises:
        BadInput: the file cannot be opened, is no database of ours, or of another version.
    """
    try:
        if not path.exists():
            path.touch(mode=0o600)  # it holds telephone numbers
        with engine.begin() as connection:
            _create_or_check(connection, path)
    except OSError as error:
        problem = f"cannot be created: {error.strerror}"
        raise BadInput(f"database {path}", problem, "name a file in a folder that exists") from None
    except DatabaseError as error:
        problem = f"cannot be opened: {error.orig}"
        raise BadInput(f"database {path}", problem, "name another file") from None


def _create_or_check(connection: Connection, path: Path) -> None:
    tables = set(inspect(connection).get_table_names())
    if not tables:
        metadata.create_all(connection)
        connection.execute(insert(schema_version).values(version=SCHEMA_VERSION))
        return
    found = None
    if schema_version.name in tables:
        found = connection.execute(select(schema_version.c.version)).scalar()
    if found is None:
        raise BadInput(f"database {path}", "holds tables of another program", "name another file")
    if found != SCHEMA_VERSION:
        problem = f"has schema version {found}, this program knows {SCHEMA_VERSION}"
        raise BadInput(
            f"database {path}", problem, "use the program that wrote it, or name another file"
        )


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
