"""Whether a database that is open can be read and is of our version, as `/readyz` asks."""

from pathlib import Path

import pytest
from databases import database
from sqlalchemy import text

from dialer.adapters.sql.stores import open_stores
from dialer.errors import BadInput, StoreUnavailable
from simulation.postgres import FOR_TRIALS, PostgresServer


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_database_is_checked_while_it_is_open(tmp_path: Path, kind: str) -> None:
    async with database(kind, tmp_path) as url, open_stores(url) as stores:
        await stores.check()
        await stores.writer.transact(
            lambda connection: connection.execute(
                text("UPDATE alembic_version SET version_num = '9999'")
            )
        )
        with pytest.raises(BadInput, match="has tables of version 9999"):
            await stores.check()


async def test_a_server_that_is_gone_is_told(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "pg", settings=FOR_TRIALS)
    server.start()
    try:
        url = server.create("outpace_check")
        async with open_stores(url) as stores:
            await stores.check()
            server.close()
            with pytest.raises(StoreUnavailable):
                await stores.check()
    finally:
        server.close()
