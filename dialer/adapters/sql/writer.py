"""The one writer of the database: everything that waits is committed in one transaction.

A commit costs the same for one row as for a hundred, and SQLite has a single writer; so callers
hand their rows in, wait, and return after the commit that holds them. `Write` is rows for one
statement: rows of the same statement, whoever brought them, go out in one executemany.
Knows order, grouping and failure. Refuses to know what the rows mean, and the database.

A server that cannot be reached fails who waits at once, with an error that says that nothing is
known; the writer tries again and again until the server is back. Who must not lose a fact keeps
it and hands it in again.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast

import structlog
from sqlalchemy import Connection

from dialer.adapters.sql.errors import StoreFailed, StoreOverloaded
from dialer.adapters.sql.transactions import Transactions, Work, Write
from dialer.errors import OutpaceError, StoreUnavailable

__all__ = ["MOST_ROWS", "MOST_WAITING", "SqlWriter", "Write"]

log = structlog.get_logger(__name__)

T = TypeVar("T")

MOST_WAITING: Final = 10_000
"""Commits that may wait; one more is refused with `StoreOverloaded`."""

MOST_ROWS: Final = 1_000
"""Rows in one transaction (about 20 ms); the rest waits for the next one."""

RECONNECT_S: Final = (0.1, 0.2, 0.5, 1.0)
"""Waits between tries to reach the server; the last one repeats."""


@dataclass(slots=True, eq=False)
class _Waiter:
    writes: tuple[Write, ...]
    work: Work | None
    numbers: tuple[str, ...]
    done: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None
    written: bool = False
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = sum(len(write.rows) for write in self.writes) + (self.work is not None)


class SqlWriter:
    """Commits for everybody, one transaction at a time; `run` must be running.

    Args:
        transactions: of the database; they are opened and closed by `run`.
    """

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._waiting: list[_Waiter] = []
        self._due_at = 0.0
        self._stirred = asyncio.Event()
        self._closing = False
        self._failure: OutpaceError | None = None
        self._unavailable: StoreUnavailable | None = None

    @property
    def available(self) -> bool:
        """Whether the database could be spoken to the last time."""
        return self._unavailable is None

    async def commit(
        self,
        *operations: Write,
        within_s: float = 0.0,
        then: Callable[[Connection], None] | None = None,
    ) -> None:
        """Return when all rows of `operations` are committed, in one transaction, in order.

        Between concurrent calls only the order of rows of the same statement is kept.

        Args:
            operations: rows to write; all or none of them hold.
            within_s: how long they may wait for others to share the commit.
            then: run in the same transaction after all rows are written; as work of `transact`.

        Raises:
            OutpaceError: an operation's `else_raise`; nothing of this call is written.
            StoreFailed: the writer is not running any more.
            StoreUnavailable: the server cannot be reached; whether it is written is not known.
            StoreOverloaded: too many wait.
            sqlalchemy.exc.IntegrityError: a key is violated; nothing of this call is written.
        """
        if any(operation.rows for operation in operations):
            await self._enter(operations, then, (), within_s)

    async def transact(
        self,
        work: Callable[[Connection], T],
        *,
        within_s: float = 0.0,
        numbers: Sequence[str] = (),
    ) -> T:
        """Run `work` on the writer's thread inside a transaction; return its result after commit.

        It shares the transaction, and may be run twice (the first one rolled back): it must
        touch nothing but the connection. Errors as `commit`, and whatever `work` raises.

        Args:
            work: is handed the connection.
            within_s: how long it may wait for others to share the commit.
            numbers: E.164, those that `work` locks: the numbers of all who share the transaction
                are locked together, so that no two transactions wait for each other's.
        """
        return cast("T", await self._enter((), work, tuple(numbers), within_s))

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
            await self._commit_groups()
        except OutpaceError as error:
            self._failure = error
            raise
        finally:
            self._failure = self._failure or StoreFailed("the writer has stopped")
            self._fail_waiting(self._failure)
            await self._transactions.close()

    async def _enter(
        self,
        writes: tuple[Write, ...],
        work: Work | None,
        numbers: tuple[str, ...],
        within_s: float,
    ) -> Any:
        if self._failure is not None:
            raise self._failure
        if self._closing:
            raise StoreFailed("the writer is closed")
        if self._unavailable is not None:
            raise StoreUnavailable(self._unavailable.reason)
        if len(self._waiting) >= MOST_WAITING:
            raise StoreOverloaded(len(self._waiting))
        loop = asyncio.get_running_loop()
        waiter = _Waiter(writes, work, numbers, loop.create_future())
        due_at = loop.time() + within_s
        if not self._waiting or due_at < self._due_at:
            self._due_at = due_at
            self._stirred.set()
        self._waiting.append(waiter)
        return await waiter.done

    async def _commit_groups(self) -> None:
        reached = await self._reach()
        while reached and await self._something_due():
            group = self._take()
            if not group:
                continue
            try:
                await self._transactions.write(group)
            except StoreUnavailable as error:
                _settle(group, error)
                self._fail_waiting(error)
                reached = await self._reach(error)
            except BaseException as error:
                unknown = StoreFailed("the writer was stopped in the middle of a commit")
                _settle(group, error if isinstance(error, OutpaceError) else unknown)
                raise
            else:
                _settle(group, None)

    async def _reach(self, lost: StoreUnavailable | None = None) -> bool:
        """Connect, and try again as long as the server cannot be reached.

        False: closed before it could be; who waited has been told.
        """
        self._unavailable = lost
        if lost is not None:
            log.warning("database_lost", reason=lost.reason)
        tries = 0
        while True:
            try:
                await self._transactions.open()
            except StoreUnavailable as error:
                if self._unavailable is None:
                    log.warning("database_lost", reason=error.reason)
                self._unavailable = error
                self._fail_waiting(error)
                if self._closing:
                    return False
                await self._pause(RECONNECT_S[min(tries, len(RECONNECT_S) - 1)])
                tries += 1
            else:
                if self._unavailable is not None:
                    log.info("database_back", tries=tries + 1)
                self._unavailable = None
                return True

    async def _pause(self, seconds: float) -> None:
        """Wait, but not once the writer is to close."""
        self._stirred.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._stirred.wait()
        except TimeoutError:
            pass

    def _fail_waiting(self, error: OutpaceError) -> None:
        waiting, self._waiting = self._waiting, []
        _settle(waiting, error)

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


def _settle(group: Iterable[_Waiter], failed: OutpaceError | None) -> None:
    """Tell who waits; what is known to be written is written, whatever happened after it."""
    for waiter in group:
        if waiter.done.done():
            continue
        error = waiter.error or failed
        if waiter.written or error is None:
            waiter.done.set_result(waiter.result)
        else:
            waiter.done.set_exception(error)
