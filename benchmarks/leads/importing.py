"""How fast lists are imported, and what an attempt waits for meanwhile.

Rows a second of our import, with all checks, beside the limit: the same rows, ready, by a plain
COPY (PostgreSQL) or executemany (SQLite) in one go. And, on SQLite, how long the commit of an
attempt takes in another process while a list is taken in.

    python -m benchmarks.leads.importing --rows 100000 --kind postgresql --processes 2
"""

import argparse
import asyncio
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select, text

from dialer.adapters.sql import postgresql, sqlite
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.bulk import BulkInsert
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables.leads import leads
from dialer.domain.calling_rules.area_codes import AREA_CODES
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId, new_attempt_id
from dialer.domain.lead import Attempt, Lead
from dialer.domain.leadfile import LeadRow
from dialer.services.import_leads import import_leads
from simulation.postgres import PostgresServer

CAMPAIGN = CampaignId("bench")
DIALED = CampaignId("dialed")
EVERY_S = 0.02
"""Between two attempts that are committed during an import."""

PLAIN_COLUMNS = (
    "id", "campaign_id", "list_id", "import_id", "number", "place_id", "attributes", "state",
    "why", "due_at", "pool", "priority", "rank", "attempts", "added_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    """Rows a second."""

    kind: str
    rows: int
    processes: int
    seconds: float
    rows_per_s: float
    limit_rows_per_s: float
    """Of the same rows, ready, in one go into a table with the same indexes."""
    importers_cpu_us_per_row: float
    server_cpu_us_per_row: float
    """Of PostgreSQL, for connections that have ended; 0 on SQLite."""


@dataclass(frozen=True, slots=True)
class Waits:
    """What commits of attempts took while a list was imported; milliseconds."""

    commits: int
    p50_ms: float
    p99_ms: float
    max_ms: float


def write_list(path: Path, rows: int, *, seed: int) -> None:
    """Write a CSV of US leads; the same for the same seed, and others for another."""
    chance = random.Random(seed)
    areas = sorted(code for codes in AREA_CODES.values() for code in codes.split())
    seen: set[str] = set()
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["phone", "name", "city", "plan", "account"])
        while len(seen) < rows:
            area, exchange = chance.choice(areas), chance.randint(200, 999)
            line = chance.randint(0, 4999) * 2 + seed % 2
            number = f"({area}) {exchange}-{line:04d}"
            if number not in seen:
                seen.add(number)
                plan = chance.choice(["gold", "silver", "none"])
                city = f"City {chance.randint(1, 999)}"
                out.writerow([number, f"Person {len(seen)}", city, plan, chance.randint(1, 10**8)])


def rate(kind: str, rows: int, processes: int, folder: Path, *, seed: int = 1) -> Rate:
    """Import lists with so many rows together, each in a process of its own."""
    with _database(kind, folder) as (url, server):
        asyncio.run(_campaigns(url))
        files = []
        for index in range(processes):
            files.append(folder / f"list{index}.csv")
            write_list(files[-1], rows // processes, seed=seed + index)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        server_before = _server_cpu_s(server)
        began = time.perf_counter()
        started = [_start("import", url, str(file)) for file in files]
        for process in started:
            if process.wait():
                raise RuntimeError("an import failed")
        seconds = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        server_cpu_s = _server_cpu_s(server) - server_before
        limit = asyncio.run(_plain(url))
    return Rate(
        kind,
        rows,
        processes,
        seconds,
        rows / seconds,
        limit,
        cpu_s / rows * 1e6,
        server_cpu_s / rows * 1e6,
    )


def waits(rows: int, folder: Path, *, seed: int = 1) -> Waits:
    """Commit an attempt every 20 ms in a second process while a list goes into SQLite."""
    with _database("sqlite", folder) as (url, _):
        asyncio.run(_campaigns(url))
        file = folder / "list.csv"
        write_list(file, rows, seed=seed)
        importing = _start("import", url, str(file))
        took = asyncio.run(_attempts(url, importing))
    took.sort()
    return Waits(
        len(took), took[len(took) // 2] * 1e3, took[int(len(took) * 0.99)] * 1e3, took[-1] * 1e3
    )


async def import_one(url: str, file: Path) -> None:
    """Import a list as the command does."""
    async with open_stores(url) as stores:
        await import_leads(stores.imports, file, CAMPAIGN, at=time.time(), default_region="US")


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[tuple[str, int]]:
    """Give the address of a new database, and the server's process (0: there is none)."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}", 0
        return
    with PostgresServer(folder / "postgres") as server:
        yield server.create("bench"), server.pid


def _server_cpu_s(pid: int) -> float:
    """Return the CPU of a process and of those of its children that have ended."""
    if not pid:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _start(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "benchmarks.leads.importing", *words])


async def _campaigns(url: str) -> None:
    async with open_stores(url) as stores:
        for campaign_id in (CAMPAIGN, DIALED):
            await stores.campaigns.create(Campaign(campaign_id=campaign_id, name=campaign_id))


async def _plain(url: str) -> float:
    """Return rows a second of what was imported, added again as it is in one transaction."""
    address = DatabaseAddress.of(url)
    if address.path is not None:
        engine = sqlite.writing_engine(address.path)
        with engine.begin() as connection:
            ready = _taken_out(connection)
        began = time.perf_counter()
        with engine.begin() as connection:
            BulkInsert(leads, PLAIN_COLUMNS).write(connection, ready)
        seconds = time.perf_counter() - began
        engine.dispose()
        return len(ready) / seconds
    assert address.url is not None
    server = postgresql.engine(address.url)
    async with server.begin() as loop_connection:
        ready = await loop_connection.run_sync(_taken_out)
    began = time.perf_counter()
    async with server.begin() as loop_connection:
        await loop_connection.execute(text("SELECT 1"))  # COPY begins no transaction by itself
        await loop_connection.run_sync(BulkInsert(leads, PLAIN_COLUMNS).write, ready)
    seconds = time.perf_counter() - began
    await server.dispose()
    return len(ready) / seconds


def _taken_out(connection: Connection) -> list[tuple[Any, ...]]:
    at = PLAIN_COLUMNS.index("attributes")
    query = select(*(leads.c[name] for name in PLAIN_COLUMNS)).order_by(leads.c.id)
    rows = [(*row[:at], json.dumps(row[at]), *row[at + 1 :]) for row in connection.execute(query)]
    if connection.dialect.name == "postgresql":
        connection.execute(text("TRUNCATE leads CASCADE"))
    else:
        connection.execute(delete(leads))
    return rows


async def _attempts(url: str, importing: subprocess.Popen[bytes]) -> list[float]:
    took: list[float] = []
    async with open_stores(url, gather_s=0.0) as stores:
        dialed = await _leased(stores)
        due = time.perf_counter()
        while importing.poll() is None:
            due += EVERY_S
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            attempt = _attempt_on(dialed.pop())
            began = time.perf_counter()
            await stores.attempts.record_dialed([attempt])
            took.append(time.perf_counter() - began)
    if importing.wait():
        raise RuntimeError("the import failed")
    return took


def _attempt_on(lead: Lead) -> Attempt:
    return Attempt(new_attempt_id(), DIALED, lead.lead_id, lead.number, "trunk", 1.0)


async def _leased(stores: SqlStores, count: int = 20_000) -> list[Lead]:
    import_id = await stores.imports.begin(DIALED, "dialed", at=1.0)
    rows = [LeadRow(index, f"+1202{index:07d}", {}) for index in range(count)]
    await stores.imports.add(import_id, rows)
    await stores.imports.finish(import_id, rows=count, rejected=0)
    return await stores.leads.lease(DIALED, count)


def main() -> None:
    """Tell the figures of one run."""
    if sys.argv[1:2] == ["import"]:
        asyncio.run(import_one(sys.argv[2], Path(sys.argv[3])))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--kind", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--waits", action="store_true", help="of attempts, during the import")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="outpace-importing-") as folder:
        figures = (
            waits(said.rows, Path(folder), seed=said.seed)
            if said.waits
            else rate(said.kind, said.rows, said.processes, Path(folder), seed=said.seed)
        )
    for name, value in asdict(figures).items():
        print(f"{name:28} {value:,.1f}" if isinstance(value, float) else f"{name:28} {value}")


if __name__ == "__main__":
    main()
