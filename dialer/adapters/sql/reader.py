"""Reading the database: connections for queries, and one error when it cannot be spoken to.

Refuses to know queries.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dialer.adapters.sql import postgresql
from dialer.errors import StoreUnavailable


class SqlReader:
    """Connections for queries.

    Args:
        engine: of SQLite, one that only reads; of PostgreSQL, any.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._is_server = engine.dialect.name == "postgresql"

    @property
    def is_server(self) -> bool:
        """Whether the database is a PostgreSQL server, and no file."""
        return self._engine.dialect.name == "postgresql"

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection; its transaction, one snapshot, ends with the block.

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

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()


def _is_unsure(error: BaseException) -> bool:
    """Tell whether a connection may still be in the middle of something after an error."""
    return not isinstance(error, Exception) or postgresql.is_gone(error)
