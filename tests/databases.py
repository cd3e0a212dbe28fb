"""Databases for tests: an SQLite file, or one of a PostgreSQL server that this process starts."""

import asyncio
import atexit
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from dialer.adapters.sql.stores import open_stores
from simulation.postgres import FOR_TRIALS, PostgresServer

TEMPLATE = "outpace_template"


@cache
def server() -> PostgresServer:
    """Start a server with the tables in a template; it ends with this process."""
    home = Path(tempfile.mkdtemp(prefix="outpace-pg-"))
    started = PostgresServer(home, settings={**FOR_TRIALS, "max_connections": "60"})
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    atexit.register(started.close)
    started.start()
    return started


@cache
def _template() -> str:
    url = server().create(TEMPLATE)

    async def prepare() -> None:
        async with open_stores(url):
            pass

    asyncio.run(prepare())
    return TEMPLATE


@cache
def _empty_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "outpace.db"

        async def prepare() -> None:
            async with open_stores(f"sqlite:///{file}"):
                pass

        asyncio.run(prepare())
        return file.read_bytes()


async def put_empty(file: Path) -> None:
    """Put an SQLite file with empty tables in place: making them costs a tenth of a second."""
    file.write_bytes(await asyncio.to_thread(_empty_file))


@asynccontextmanager
async def database(kind: str, folder: Path) -> AsyncIterator[str]:
    """Give the address of a database with empty tables; it is gone after the block."""
    if kind == "sqlite":
        await put_empty(folder / "outpace.db")
        yield f"sqlite:///{folder / 'outpace.db'}"
        return
    name = f"test_{uuid.uuid4().hex}"
    template = await asyncio.to_thread(_template)
    url = await asyncio.to_thread(lambda: server().create(name, template=template))
    try:
        yield url
    finally:
        await asyncio.to_thread(server().drop, name)
