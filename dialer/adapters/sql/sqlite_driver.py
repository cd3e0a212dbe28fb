"""aiosqlite with one turn of its thread for a statement and all its rows.

SQLAlchemy's own adapter takes a turn for the cursor, the statement, the rows and the end, and one
to undo what nobody began. Between two turns a busy loop keeps the interpreter for up to 5 ms, and a
page of a lead took thirty. Nothing else of the adapter is changed. Refuses to know what is asked.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util import immutabledict


@dataclass(slots=True)
class _Done:
    """What is left of a cursor whose rows are all here; has the face of one."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1

    def close(self) -> None:
        """Nothing is open any more."""


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that exists on the thread only while its statement runs."""

    __slots__ = ()
    _awaitable_cursor_close = False

    def __init__(self, adapt_connection: AsyncAdapt_aiosqlite_connection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._cursor: Any = _Done()
        self._soft_closed_memoized = immutabledict()
        self._rows = deque()

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        await self._turn(lambda raw: raw.execute(operation, parameters or ()))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._turn(lambda raw: raw.executemany(operation, seq_of_parameters))

    async def _turn(self, ask: Callable[[sqlite3.Connection], sqlite3.Cursor]) -> None:
        connection: Any = self._connection

        def work() -> tuple[_Done, Sequence[Any]]:
            cursor = ask(connection._conn)
            try:
                rows = cursor.fetchall() if cursor.description else ()
                return _Done(cursor.description, cursor.rowcount, cursor.lastrowid), rows
            finally:
                cursor.close()

        async with self._adapt_connection._execute_mutex:
            self._cursor, rows = await connection._execute(work)
        self._rows = deque(rows)


class _Connection(AsyncAdapt_aiosqlite_connection):
    """A connection that takes no turn to undo what nobody began."""

    __slots__ = ()
    _cursor_cls: type[AsyncAdapt_aiosqlite_cursor] = _Cursor

    def rollback(self) -> None:
        raw: Any = self._connection
        if raw._connection is not None and raw._connection.in_transaction:
            super().rollback()


class OneTurn(AsyncAdapt_aiosqlite_dbapi):
    """The driver, for `create_async_engine(module=...)`."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *args: Any, **options: Any) -> AsyncAdapt_aiosqlite_connection:
        """Connect to a file."""
        return _Connection(self, super().connect(*args, **options)._connection)
