"""What a commit costs: the CPU of the two statements of a dial, by several ways.

    python -m tools.measure_commit [commits]

Each way updates a lead and inserts an attempt in one transaction, on a fresh file with the pragmas
of the product (WAL, synchronous FULL), the last one on a server of our own, set as it comes. CPU is
that of the whole process, all threads, without the server's. Behind
docs/adr/0004-originate-after-commit.md and docs/adr/0010-storage.md.
"""

import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from dialer.adapters.sql.sqlite import writing_engine
from dialer.adapters.sql.stores import open_stores
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.leads import leads
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId, LeadId, new_attempt_id
from dialer.domain.lead import Attempt
from dialer.domain.leadfile import LeadRow
from simulation.postgres import PostgresServer

CAMPAIGN = CampaignId("ca-measure")


def number_of(lead_id: int) -> str:
    """Return a number of its own for each lead."""
    return f"+1202{lead_id:07d}"


LEAD_DIALS = (
    update(leads).where(leads.c.id == bindparam("lead")).values(state="dialing", attempts=1)
)
RECORD = insert(attempts)

Row = tuple[str, int]
Way = Callable[[Path, list[Row]], Coroutine[object, object, None]]


def attempt_row(row: Row) -> dict[str, object]:
    """Return the columns of an attempt."""
    return {
        "id": row[0],
        "campaign_id": CAMPAIGN,
        "lead_id": row[1],
        "list_id": 1,
        "number": number_of(row[1]),
        "trunk": "trunk",
        "dialed_at": 0.0,
    }


def write(connection: Connection, row: Row) -> None:
    """Execute both statements through SQLAlchemy Core."""
    connection.execute(LEAD_DIALS, {"lead": row[1]})
    connection.execute(RECORD, attempt_row(row))


async def through_aiosqlite(path: Path, rows: list[Row]) -> None:
    """Every statement hops through the event loop."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", poolclass=NullPool)
    async with engine.connect() as connection:
        for row in rows:
            async with connection.begin():
                await connection.execute(LEAD_DIALS, {"lead": row[1]})
                await connection.execute(RECORD, attempt_row(row))
    await engine.dispose()


async def one_hop(path: Path, rows: list[Row]) -> None:
    """A transaction is one hop to a thread, where SQLAlchemy Core is synchronous."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as thread:
        connection = await loop.run_in_executor(thread, writing_engine(path).connect)

        def commit(row: Row) -> None:
            with connection.begin():
                write(connection, row)

        for row in rows:
            await loop.run_in_executor(thread, commit, row)
        await loop.run_in_executor(thread, connection.close)


async def raw_driver(path: Path, rows: list[Row]) -> None:
    """No SQLAlchemy, no thread, no loop: what cannot be saved."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    for row in rows:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE leads SET state = 'dialing', attempts = 1 WHERE id = ?", row[1:])
        connection.execute(
            "INSERT INTO attempts (id, campaign_id, lead_id, list_id, number, trunk, dialed_at)"
            " VALUES (?, ?, ?, 1, ?, 'trunk', 0.0)",
            (row[0], CAMPAIGN, row[1], number_of(row[1])),
        )
        connection.execute("COMMIT")
    connection.close()


async def product(path: Path, rows: list[Row]) -> None:
    """The product's writer, 20 dials at a time that share what commits they can."""
    await dial_all(f"sqlite:///{path}", rows)


async def dial_all(url: str, rows: list[Row]) -> None:
    """Dial every lead of a database."""
    async with open_stores(url) as stores:
        leased = await stores.leads.lease(CAMPAIGN, len(rows))
        dials = [
            Attempt(new_attempt_id(), CAMPAIGN, LeadId(lead.lead_id), lead.number, "trunk", 0.0)
            for lead in leased
        ]
        for start in range(0, len(dials), 20):
            async with asyncio.TaskGroup() as tasks:
                for dial in dials[start : start + 20]:
                    tasks.create_task(stores.attempts.record_dialed([dial]))


async def furnish(url: str, count: int) -> list[Row]:
    """Make a database with leads that are ready; return an attempt id for each lead."""
    async with open_stores(url) as stores:
        await stores.campaigns.create(Campaign(campaign_id=CAMPAIGN, name="measure"))
        import_id = await stores.imports.begin(CAMPAIGN, "measure.csv", at=0.0)
        for start in range(0, count, 500):
            rows = [LeadRow(n, number_of(n), {}) for n in range(start, min(start + 500, count))]
            await stores.imports.add(import_id, rows)
        await stores.imports.finish(import_id, rows=count, rejected=0)
        async with stores.reader.connect() as connection:
            ids = [row.id for row in await connection.execute(leads.select())]
    return [(new_attempt_id(), lead_id) for lead_id in ids]


def measure(way: Way, count: int) -> float:
    """Return the CPU of one commit, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "measure.db"
        rows = asyncio.run(furnish(f"sqlite:///{path}", count))
        before = time.process_time()
        asyncio.run(way(path, rows))
        return (time.process_time() - before) / count * 1000


def measure_server(count: int) -> float:
    """Return the CPU of one commit of the product on PostgreSQL, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder, PostgresServer(Path(folder) / "pg") as server:
        url = server.create("measure")
        rows = asyncio.run(furnish(url, count))
        before = time.process_time()
        asyncio.run(dial_all(url, rows))
        return (time.process_time() - before) / count * 1000


def main() -> None:
    """Measure every way and print it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(f"CPU of one dial's commit, ms; {count} commits each, load {os.getloadavg()[0]:.1f}")
    for name, way in (
        ("SQLAlchemy over aiosqlite, a hop for each statement", through_aiosqlite),
        ("SQLAlchemy Core on a thread, a hop for each transaction", one_hop),
        ("the driver alone", raw_driver),
        ("the product: statements made ready, 20 dials at once", product),
    ):
        print(f"  {name:<58}{measure(way, count):6.2f}")
    print(f"  {'the product on PostgreSQL':<58}{measure_server(count):6.2f}")


if __name__ == "__main__":
    main()
