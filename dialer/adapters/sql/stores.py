"""All durable stores on one database: opened together, closed together.

Knows how they share the one writer and the readers. Refuses to know who uses them.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.adapters.sql.agents import SqlAgentStore
from dialer.adapters.sql.attempts import SqlAttemptStore
from dialer.adapters.sql.campaigns import SqlCampaignStore
from dialer.adapters.sql.database import prepare, reading_engine, sqlite_path, writing_engine
from dialer.adapters.sql.imports import SqlImportStore
from dialer.adapters.sql.leads import SqlLeadStore
from dialer.adapters.sql.report import SqlReports
from dialer.adapters.sql.writer import SqlWriter

GATHER_S: Final = 0.02
"""How long a dial waits for others to share its commit: a third of the CPU at 100 a second."""


class SqlStores:
    """The stores of one database file; `writer.run()` must be running for any change.

    ::

        stores = await SqlStores.open("sqlite:///outpace.db")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stores.writer.run(), name="sql-writer")
            ...
            stores.writer.close()
        await stores.close()
    """

    def __init__(self, engine: Engine, reader: AsyncEngine, *, gather_s: float) -> None:
        self._engine = engine
        self._reader = reader
        self.writer = SqlWriter(engine)
        self.attempts = SqlAttemptStore(self.writer, reader, gather_s=gather_s)
        self.leads = SqlLeadStore(self.writer, reader)
        self.agents = SqlAgentStore(self.writer, reader)
        self.campaigns = SqlCampaignStore(self.writer, reader)
        self.imports = SqlImportStore(self.writer, reader)
        self.reports = SqlReports(reader)

    @classmethod
    async def open(cls, url: str, *, gather_s: float = GATHER_S) -> "SqlStores":
        """Open (or create) the database of a URL such as `sqlite:///outpace.db`.

        Raises:
            BadInput: the URL or the file cannot be used, or is of another schema version.
        """
        path = sqlite_path(url)
        engine = writing_engine(path)
        await asyncio.to_thread(prepare, engine, path)
        return cls(engine, reading_engine(path), gather_s=gather_s)

    async def close(self) -> None:
        """Let go of the file; the writer must have returned."""
        self._engine.dispose()
        await self._reader.dispose()


@asynccontextmanager
async def open_stores(url: str, *, gather_s: float = GATHER_S) -> AsyncIterator[SqlStores]:
    """Open the stores with their writer running, for as long as the block lasts.

    Raises:
        BadInput: see `SqlStores.open`.
        StoreFailed: the writer died; the block was cancelled.
    """
    stores = await SqlStores.open(url, gather_s=gather_s)
    failed: Exception | None = None
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stores.writer.run(), name="sql-writer")
            try:
                yield stores
            except Exception as error:  # noqa: BLE001 - raised below, outside of the group
                failed = error
            finally:
                stores.writer.close()
        if failed is not None:
            raise failed
    except BaseExceptionGroup as group:  # the writer died; it is the only task
        raise group.exceptions[0] from None
    finally:
        await stores.close()
