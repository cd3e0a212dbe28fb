"""Bulk work beside a running engine: a transaction that waits for a lock only briefly.

A move of leads and the dialing of them lock the same rows and numbers, and a group of dials locks
them in no order. Whoever would wait longer than a moment for a lock gives up all of its own and
tries again: so the server never finds two that wait for each other, and never has to break one
off. On SQLite a transaction waits before it begins, and there is nothing to do.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from dialer.adapters.sql.writer import SqlWriter
from dialer.errors import OutpaceError

T = TypeVar("T")

_PATIENCE: Final = text("SET LOCAL lock_timeout = '300ms'")
"""Less than the second after which PostgreSQL looks for those who wait for each other."""
_AS_BEFORE: Final = text("SET LOCAL lock_timeout TO DEFAULT")

_LOCKED: Final = frozenset({"55P03", "40P01"})
"""SQLSTATE of a lock not had in time, and of one that was broken off."""

TRIES: Final = 40
_PAUSE_S: Final = 0.05

WITHIN_S: Final = 0.01
"""How long a slice may wait for a commit to share: bulk work gives way to attempts."""


class RowsBusy(OutpaceError):
    """Others hold the rows or numbers that are to be changed; nothing was written."""

    def __init__(self) -> None:
        super().__init__("the leads or numbers are in use all the time; try again")


async def transact_giving_way(writer: SqlWriter, work: Callable[[Connection], T]) -> T:
    """Run `work` in a transaction, as `SqlWriter.transact` does; again when a lock is not had.

    Raises:
        RowsBusy: the locks were not to be had in `TRIES` tries.
    """
    for _ in range(TRIES - 1):
        try:
            return await writer.transact(lambda connection: _tried(connection, work))
        except RowsBusy:
            await asyncio.sleep(_PAUSE_S)
    return await writer.transact(lambda connection: _tried(connection, work))


def _tried(connection: Connection, work: Callable[[Connection], T]) -> T:
    if connection.dialect.name != "postgresql":
        return work(connection)
    with _briefly(connection):
        return work(connection)


@contextmanager
def _briefly(connection: Connection) -> Iterator[None]:
    connection.execute(_PATIENCE)
    try:
        yield
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
        if state in _LOCKED:
            raise RowsBusy from None
        raise
    connection.execute(_AS_BEFORE)  # others may share the transaction
