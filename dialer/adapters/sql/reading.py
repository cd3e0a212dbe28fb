"""Opening an existing database to read: an engine may run beside it, and nothing is written.

Refuses to make a database, and to know what is asked of it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DatabaseError

from dialer.adapters.sql import postgresql
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.opening import check
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.sqlite import reading_engine
from dialer.errors import BadInput


@asynccontextmanager
async def open_reader(url: str) -> AsyncIterator[SqlReader]:
    """Open an existing database for reading, for as long as the block lasts.

    Raises:
        BadInput: there is none, it is not ours, or it has another schema version.
    """
    address = DatabaseAddress.of(url)
    if address.url is not None:
        reader = SqlReader(postgresql.engine(address.url, command_s=None))
    elif address.path is not None and address.path.is_file():
        reader = SqlReader(reading_engine(address.path))
    else:
        problem = f"there is no {address.path}"
        raise BadInput("database", problem, "name the node's folder with --home")
    try:
        async with reader.connect() as connection:
            await connection.run_sync(check, str(address))
        yield reader
    except DatabaseError as error:
        problem = f"cannot be read: {str(error.orig).splitlines()[0]}"
        raise BadInput(f"database {address}", problem, "name another one") from None
    finally:
        await reader.close()
