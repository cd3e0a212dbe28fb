"""How long a backup and its way back take, on both databases.

    python -m tools.measure_backup [leads]

A list of leads with as many ended attempts; files and server on one disk. Seconds include what is
read back to check it. Behind docs/adr/0010-storage.md.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from dialer.adapters.sql.backup import backup, restore
from dialer.adapters.sql.stores import open_stores
from dialer.adapters.sql.tables import metadata
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId, new_attempt_id
from simulation.postgres import PostgresServer

SLICE = 1000


async def fill(url: str, count: int) -> None:
    """Put leads with one attempt each into a database."""
    async with open_stores(url) as stores:
        await stores.campaigns.create(Campaign(campaign_id=CampaignId("c"), name="c"))
        lead_list = {"id": 1, "campaign_id": "c", "name": "l", "created_at": 0.0}
        await put(stores, "lead_lists", [lead_list])
        await put(stores, "places", [{"id": 1, "key": "US"}])
        for start in range(1, count + 1, SLICE):
            ids = range(start, min(start + SLICE, count + 1))
            base = {"campaign_id": "c", "list_id": 1}
            leads = [
                {
                    **base,
                    "id": each,
                    "number": f"+1202{each:07d}",
                    "place_id": 1,
                    "state": "done",
                    "attributes": {"name": f"Ann {each}", "city": "Springfield"},
                    "added_at": 0.0,
                }
                for each in ids
            ]
            attempts = [
                {
                    **base,
                    "id": new_attempt_id(),
                    "lead_id": each,
                    "number": f"+1202{each:07d}",
                    "trunk": "trunk",
                    "dialed_at": 1.0,
                    "ended_at": 9.0,
                    "outcome": "no_answer",
                }
                for each in ids
            ]
            await put(stores, "leads", leads)
            await put(stores, "attempts", attempts)


async def put(stores: Any, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows in one transaction."""

    def work(connection: Connection) -> None:
        connection.execute(insert(metadata.tables[table]), rows)

    await stores.writer.transact(work)


async def measure(one: str, two: str, file: Path, programs: Path | None, count: int) -> str:
    """Return one line of figures."""
    await fill(one, count)
    start = time.perf_counter()
    kept = await backup(one, file, programs=programs)
    kept_s = time.perf_counter() - start
    start = time.perf_counter()
    await restore(two, file, programs=programs)
    back_s = time.perf_counter() - start
    size_mb = file.stat().st_size / 1e6
    rows = sum(kept.rows.values())
    return f"{rows} rows, backup {kept_s:.1f} s, {size_mb:.0f} MB, restore {back_s:.1f} s"


def main() -> None:
    """Measure both databases and print it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    print(f"load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        urls = [f"sqlite:///{folder / f'{each}.db'}" for each in ("one", "two")]
        print("SQLite:", asyncio.run(measure(*urls, folder / "a", None, count)))
        with PostgresServer(folder / "pg") as server:
            one, two = server.create("one"), server.create("two")
            told = asyncio.run(measure(one, two, folder / "b", server.programs, count))
            print("PostgreSQL:", told)


if __name__ == "__main__":
    main()
