"""Reading the database: connections for queries, and one error when it cannot be spoken to.

Refuses to know queries.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dialer.adapters.sql.postgresql import is_gone
from dialer.errors import StoreUnavailable


class SqlReader:
    """Connections for queries.

    Args:
        engine: of SQLite, one that only reads; of PostgreSQL, any.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

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
                yield connection
        except (DBAPIError, OSError) as error:
            if is_gone(error):
                raise StoreUnavailable(str(error)) from error
            raise

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()
