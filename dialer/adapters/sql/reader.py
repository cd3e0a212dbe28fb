"""Reading the database: connections for queries, and one error when it cannot be spoken to.

Refuses to know what is asked for.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Column, Row, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dialer.adapters.sql import postgresql
from dialer.adapters.sql.sqlite import ONE_MOMENT
from dialer.errors import StoreUnavailable


class SqlReader:
    """Connections for queries.

    Args:
        engine: of SQLite, one that only reads; of PostgreSQL, any.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._is_server = engine.dialect.name == "postgresql"
        # a server begins and ends a transaction in two round trips; each statement is one by itself
        alone = {"isolation_level": "AUTOCOMMIT"} if self._is_server else {}
        self._engine = engine.execution_options(**alone)

    @property
    def is_server(self) -> bool:
        """Whether the database is a PostgreSQL server, and no file."""
        return self._engine.dialect.name == "postgresql"

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection, until the end of the block.

        Each query of the block sees its own moment; see `snapshot`.

        Raises:
            StoreUnavailable: the server cannot be spoken to now.
        """
        try:
            async with self._engine.connect() as connection:
                try:
                    yield connection
                except BaseException as error:
                    # the rollback behind it would wait for a server that may say nothing
                    if self._is_server and _is_unsure(error):
                        await postgresql.cut(connection)
                    raise
        except (DBAPIError, OSError, NoneFree) as error:
            if postgresql.is_gone(error):
                raise StoreUnavailable(str(error) or "it gave no answer") from error
            raise

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection whose queries all see one moment; what is streamed needs one, too.

        Raises:
            StoreUnavailable: see `connect`.
        """
        async with self.connect() as connection:
            if self._is_server:
                await connection.execution_options(isolation_level="REPEATABLE READ")
            else:
                await connection.execution_options(**{ONE_MOMENT: True})
            async with connection.begin():
                yield connection

    async def pages(
        self, query: Select[Any], by: Column[Any], size: int
    ) -> AsyncIterator[Sequence[Row[Any]]]:
        """Yield what a query finds in pages, without a connection held between them.

        Args:
            query: without an order of its own.
            by: one of its columns, different in each row, by which the rows come.
            size: rows of a page at most.
        """
        query = query.order_by(by).limit(size)
        part = query
        while True:
            async with self.connect() as connection:
                rows = (await connection.execute(part)).all()
            if rows:
                yield rows
            if len(rows) < size:
                return
            part = query.where(by > rows[-1]._mapping[by])

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()


def _is_unsure(error: BaseException) -> bool:
    """Tell whether a connection may still be in the middle of something after an error."""
    return not isinstance(error, Exception) or postgresql.is_gone(error)
