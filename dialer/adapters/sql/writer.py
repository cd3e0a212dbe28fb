"""The one writer of the database: everything that waits is committed in one transaction.

SQLite has a single writer, and a commit costs the same for one row as for a hundred; so callers
hand their rows in, wait, and return after the commit that holds them. `Write` is rows for one
statement: rows of the same statement, whoever brought them, go out in one executemany.
Knows order, grouping and failure. Refuses to know what the rows mean.

The transaction runs on one thread of its own (a hop through the loop for every statement costs
three times the CPU of the statement, measured), the loop only collects and settles.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

from dialer.adapters.sql.errors import RowRefused, StoreFailed, StoreOverloaded
from dialer.adapters.sql.statement import PreparedStatement
from dialer.errors import OutpaceError

T = TypeVar("T")

MOST_WAITING: Final = 10_000
"""Commits that may wait; one more is refused with `StoreOverloaded`."""

MOST_ROWS: Final = 1_000
"""Rows in one transaction (about 20 ms); the rest waits for the next one."""


@dataclass(frozen=True, slots=True)
class Write:
    """Rows for one statement; the statement should be a constant, its identity is the kind."""

    statement: ClauseElement
    rows: Sequence[Mapping[str, Any]]
    else_raise: Callable[[], OutpaceError] | None = None
    """Set when every row must change exactly one row: what is raised when one does not."""


Work = Callable[[Connection], Any]


@dataclass(slots=True, eq=False)
class _Waiter:
    writes: tuple[Write, ...]
    work: Work | None
    done: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = sum(len(write.rows) for write in self.writes) + (self.work is not None)


class _RowsMissed(Exception):
    """Some row of a merged statement changed nothing; each waiter must be tried alone."""


class SqlWriter:
    """Commits for everybody, one transaction at a time; `run` must be running.

    Args:
        engine: a synchronous engine; one connection of it is held while running.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: list[_Waiter] = []
        self._due_at = 0.0
        self._stirred = asyncio.Event()
        self._closing = False
        self._failure: OutpaceError | None = None

    async def commit(self, *operations: Write, within_s: float = 0.0) -> None:
        """Return when all rows of `operations` are committed, in one transaction, in order.

        Between concurrent calls only the order of rows of the same statement is kept.

        Args:
            operations: rows to write; all or none of them hold.
            within_s: how long they may wait for others to share the commit.

        Raises:
            OutpaceError: an operation's `else_raise`; nothing of this call is written.
            StoreFailed: the writer is not running any more.
            StoreOverloaded: too many wait.
            sqlalchemy.exc.IntegrityError: a key is violated; nothing of this call is written.
        """
        if any(operation.rows for operation in operations):
            await self._enter(operations, None, within_s)

    async def transact(self, work: Callable[[Connection], T], *, within_s: float = 0.0) -> T:
        """Run `work` on the writer's thread inside a transaction; return its result after commit.

        It shares the transaction, and may be run twice (the first one rolled back): it must
        touch nothing but the connection. Errors as `commit`, and whatever `work` raises.
        """
        return cast("T", await self._enter((), work, within_s))

    def close(self) -> None:
        """Take no more; `run` returns when what waits is committed."""
        self._closing = True
        self._stirred.set()

    async def run(self) -> None:
        """Commit until closed; to be owned by a TaskGroup.

        Raises:
            StoreFailed: the database cannot be written; every waiter gets it as well.
        """
        self._due_at = 0.0
        try:
            with ThreadPoolExecutor(1, thread_name_prefix="sql-writer") as thread:
                await self._commit_groups(thread)
        except OutpaceError as error:
            self._failure = error
            raise
        finally:
            self._failure = self._failure or StoreFailed("the writer has stopped")
            waiting, self._waiting = self._waiting, []
            for waiter in waiting:
                if not waiter.done.done():
                    waiter.done.set_exception(self._failure)

    async def _enter(self, writes: tuple[Write, ...], work: Work | None, within_s: float) -> Any:
        if self._failure is not None:
            raise self._failure
        if self._closing:
            raise StoreFailed("the writer is closed")
        if len(self._waiting) >= MOST_WAITING:
            raise StoreOverloaded(len(self._waiting))
        loop = asyncio.get_running_loop()
        waiter = _Waiter(writes, work, loop.create_future())
        due_at = loop.time() + within_s
        if not self._waiting or due_at < self._due_at:
            self._due_at = due_at
            self._stirred.set()
        self._waiting.append(waiter)
        return await waiter.done

    async def _commit_groups(self, thread: Executor) -> None:
        loop = asyncio.get_running_loop()
        try:
            transactions = await loop.run_in_executor(thread, _Transactions, self._engine)
        except DBAPIError as error:
            raise StoreFailed(str(error.orig)) from error
        try:
            while await self._something_due():
                group = self._take()
                if group:
                    await _commit(loop.run_in_executor(thread, transactions.write, group), group)
        finally:
            await asyncio.shield(loop.run_in_executor(thread, transactions.close))

    async def _something_due(self) -> bool:
        """Wait until a group should be written; False when closed and nothing waits."""
        loop = asyncio.get_running_loop()
        while True:
            self._stirred.clear()
            if not self._waiting:
                if self._closing:
                    return False
                await self._stirred.wait()
                continue
            patience_s = self._due_at - loop.time()
            if patience_s <= 0 or self._closing:
                return True
            try:
                async with asyncio.timeout(patience_s):
                    await self._stirred.wait()
            except TimeoutError:
                return True

    def _take(self) -> list[_Waiter]:
        rows = taken = 0
        for waiter in self._waiting:
            if taken and rows + waiter.size > MOST_ROWS:
                break
            rows += waiter.size
            taken += 1
        group, self._waiting = self._waiting[:taken], self._waiting[taken:]
        self._due_at = 0.0  # whoever is left has waited long enough
        return [waiter for waiter in group if not waiter.done.cancelled()]


async def _commit(writing: asyncio.Future[None], group: Sequence[_Waiter]) -> None:
    """Wait for the thread, whatever happens here: what it commits must be known as committed."""
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        await asyncio.wait([writing])
        raise
    finally:
        unknown = StoreFailed("the writer was stopped in the middle of a commit")
        _settle(group, writing.exception() if writing.done() else unknown)


def _settle(group: Iterable[_Waiter], failed: BaseException | None) -> None:
    for waiter in group:
        if waiter.done.done():
            continue
        error = failed or waiter.error
        if error is None:
            waiter.done.set_result(waiter.result)
        else:
            waiter.done.set_exception(error)


class _Transactions:
    """The writer's half that lives on its thread: one connection, statements made ready."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect()
        self._prepared: dict[ClauseElement, PreparedStatement] = {}

    def close(self) -> None:
        self._connection.close()

    def write(self, group: Sequence[_Waiter]) -> None:
        """Commit the group; when one of them cannot be, each alone: only that one fails.

        Raises:
            StoreFailed: nothing can be written any more.
        """
        try:
            with self._connection.begin():
                self._execute(group)
        except Exception as error:  # noqa: BLE001 - told to whoever brought it
            refusal = self._refusal(error)
            if len(group) == 1:
                group[0].error = refusal
                return
            for waiter in group:
                self.write([waiter])

    def _refusal(self, error: Exception) -> Exception:
        """Return what to tell the one whose rows cannot be; raise if nobody's can."""
        driver = self._connection.dialect.loaded_dbapi
        told = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(told, driver.IntegrityError | driver.DataError):
            return RowRefused(str(told))
        if isinstance(told, driver.Error):
            raise StoreFailed(str(told)) from error
        return error

    def _execute(self, group: Sequence[_Waiter]) -> None:
        for step in range(max((len(waiter.writes) for waiter in group), default=0)):
            merged: dict[ClauseElement, list[Write]] = {}
            for waiter in group:
                if step < len(waiter.writes) and waiter.writes[step].rows:
                    write = waiter.writes[step]
                    merged.setdefault(write.statement, []).append(write)
            for statement, writes in merged.items():
                self._execute_one(statement, writes)
        for waiter in group:
            if waiter.work is not None:
                waiter.result = waiter.work(self._connection)

    def _execute_one(self, statement: ClauseElement, writes: Sequence[Write]) -> None:
        rows = [row for write in writes for row in write.rows]
        prepared = self._prepared.get(statement)
        if prepared is None:
            prepared = PreparedStatement(statement, self._connection, list(rows[0]))
            self._prepared[statement] = prepared
        changed = prepared.execute(self._connection, rows)
        if changed == len(rows):
            return
        for write in writes:
            if write.else_raise is not None:
                raise write.else_raise() if len(writes) == 1 else _RowsMissed
