"""The writer's half that speaks to the database: one connection, one transaction for a group.

On SQLite it lives on a thread (a hop through the loop for every statement costs three times the CPU
of the statement, measured); on PostgreSQL on the loop, as the driver wants. Knows statements and
refusals. Refuses to know who waits for what.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql import ClauseElement

from dialer.adapters.sql import postgresql
from dialer.adapters.sql.errors import RowRefused, StoreFailed
from dialer.adapters.sql.number_locks import lock_numbers
from dialer.adapters.sql.statement import PreparedStatement
from dialer.errors import OutpaceError, StoreUnavailable

WRITE_S: Final = 10.0
"""Longest time for a group on PostgreSQL; one that takes longer is taken for gone."""

TRIES: Final = 3
"""Of a group that another program's locks were in the way of (a deadlock undoes one of two)."""


@dataclass(frozen=True, slots=True)
class Write:
    """Rows for one statement; the statement should be a constant, its identity is the kind."""

    statement: ClauseElement
    rows: Sequence[Mapping[str, Any]]
    else_raise: Callable[[], OutpaceError] | None = None
    """Set when every row must change exactly one row: what is raised when one does not."""


Work = Callable[[Connection], Any]


class Unit(Protocol):
    """What one caller wants written, all or none."""

    writes: tuple[Write, ...]
    work: Work | None
    numbers: tuple[str, ...]
    """Locked before anything of the group is written."""
    result: Any
    error: Exception | None
    written: bool
    """Set after the commit."""


class Transactions(Protocol):
    """Commits groups of units on one database."""

    async def open(self) -> None:
        """Connect.

        Raises:
            StoreUnavailable: not now.
            StoreFailed: not at all.
        """
        ...

    async def write(self, group: Sequence[Unit]) -> None:
        """Commit a group; when one of them cannot be, each alone: only that one has an error.

        Raises:
            StoreUnavailable: the connection broke; what was committed is not known.
            StoreFailed: nothing can be written any more.
        """
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...


class ThreadTransactions:
    """`Transactions` of SQLite, on a thread of their own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sql-writer")
        self._groups: _Groups | None = None

    async def open(self) -> None:
        """Connect; see `Transactions`."""
        loop = asyncio.get_running_loop()
        try:
            connection = await loop.run_in_executor(self._thread, self._engine.connect)
        except DBAPIError as error:
            raise StoreFailed(str(error.orig)) from error
        self._groups = _Groups(connection)

    async def write(self, group: Sequence[Unit]) -> None:
        """Commit a group, whatever happens here: what is committed must be known as committed."""
        if self._groups is None:
            raise StoreFailed("it is not open")
        loop = asyncio.get_running_loop()
        writing = loop.run_in_executor(self._thread, self._groups.write, group)
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait([writing])
            raise

    async def close(self) -> None:
        """Let go of the connection and the thread."""
        if self._groups is not None:
            loop = asyncio.get_running_loop()
            closing = loop.run_in_executor(self._thread, self._groups.connection.close)
            await asyncio.shield(closing)
        self._thread.shutdown()


class LoopTransactions:
    """`Transactions` of PostgreSQL.

    Args:
        engine: of the server.
        write_s: longest time for a group, or for a connection.
    """

    def __init__(self, engine: AsyncEngine, *, write_s: float = WRITE_S) -> None:
        self._engine = engine
        self._write_s = write_s
        self._connection: AsyncConnection | None = None
        self._groups: _Groups | None = None

    async def open(self) -> None:
        """Connect; see `Transactions`."""
        try:
            async with asyncio.timeout(self._write_s):
                connection = await self._engine.connect()
        except (DBAPIError, OSError, NoneFree) as error:
            if postgresql.is_gone(error):
                raise StoreUnavailable(str(error) or "it gives no connection") from error
            raise StoreFailed(str(error)) from error
        self._connection = connection
        self._groups = await connection.run_sync(_Groups)

    async def write(self, group: Sequence[Unit]) -> None:
        """Commit a group; see `Transactions`."""
        connection, groups = self._connection, self._groups
        if connection is None or groups is None:
            raise StoreUnavailable("it is not open")
        loop = asyncio.get_running_loop()
        late_at = loop.time() + self._write_s
        try:
            async with postgresql.cut_after(connection, self._write_s):
                await connection.run_sync(lambda _connection: groups.write(group))
        except BaseException as error:
            late = loop.time() >= late_at
            stopped = not isinstance(error, Exception)
            if late or stopped or _is_of_server(error):
                await self._drop()
            if late and not stopped:
                raise StoreUnavailable(f"no answer within {self._write_s:g} s") from error
            if _is_of_server(error):
                raise StoreUnavailable(str(error)) from error
            raise

    async def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection, self._groups = self._connection, None, None
        if connection is not None:
            async with postgresql.cut_after(connection, self._write_s):
                await connection.close()

    async def _drop(self) -> None:
        connection, self._connection, self._groups = self._connection, None, None
        if connection is not None:
            await postgresql.cut(connection)


def _is_of_server(error: BaseException) -> bool:
    """Tell whether an error of a group says that the server is gone, or is too busy for it."""
    cause = error.__cause__ if isinstance(error, StoreFailed) else error
    return cause is not None and (postgresql.is_gone(cause) or postgresql.may_try_again(cause))


class _Groups:
    """Groups on one connection, statements made ready."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._prepared: dict[ClauseElement, PreparedStatement] = {}

    def write(self, group: Sequence[Unit], *, tries: int = TRIES) -> None:
        try:
            with self.connection.begin():
                self._execute(group)
            for unit in group:
                unit.written = True
        except Exception as error:  # noqa: BLE001 - told to whoever brought it
            if postgresql.may_try_again(error):
                # alone, each holds few locks: it is in nobody's way for long
                if len(group) > 1:
                    for unit in group:
                        self.write([unit])
                    return
                if tries > 1:
                    self.write(group, tries=tries - 1)
                    return
            refusal = self._refusal(error)
            if len(group) == 1:
                group[0].error = refusal
                return
            for unit in group:
                self.write([unit])

    def _refusal(self, error: Exception) -> Exception:
        """Return what to tell the one whose rows cannot be; raise if nobody's can."""
        driver = self.connection.dialect.loaded_dbapi
        told = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(told, driver.IntegrityError | driver.DataError):
            return RowRefused(str(told))
        if isinstance(told, driver.Error) or postgresql.is_gone(error):
            raise StoreFailed(str(told)) from error
        return error

    def _execute(self, group: Sequence[Unit]) -> None:
        lock_numbers(self.connection, [number for unit in group for number in unit.numbers])
        for step in range(max((len(unit.writes) for unit in group), default=0)):
            merged: dict[ClauseElement, list[Write]] = {}
            for unit in group:
                if step < len(unit.writes) and unit.writes[step].rows:
                    write = unit.writes[step]
                    merged.setdefault(write.statement, []).append(write)
            for statement, writes in merged.items():
                self._execute_one(statement, writes)
        for unit in group:
            if unit.work is not None:
                unit.result = unit.work(self.connection)

    def _execute_one(self, statement: ClauseElement, writes: Sequence[Write]) -> None:
        rows = [row for write in writes for row in write.rows]
        prepared = self._prepared.get(statement)
        if prepared is None:
            prepared = PreparedStatement(statement, self.connection, list(rows[0]))
            self._prepared[statement] = prepared
        if all(write.else_raise is None for write in writes):
            prepared.execute(self.connection, rows)
            return
        changed = prepared.execute_counting(self.connection, rows)
        if changed == len(rows):
            return
        for write in writes:
            if write.else_raise is not None:
                raise write.else_raise() if len(writes) == 1 else _RowsMissed


class _RowsMissed(Exception):
    """Some row of a merged statement changed nothing; each unit must be tried alone."""
