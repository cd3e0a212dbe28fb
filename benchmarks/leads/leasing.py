"""What a lease takes while eight engines lease at once, beside plain SQL by the driver.

Each engine is a process with the product's own stores. Its clock runs around one `lease`; the
server's own time is what it counts for the same statements. A lead that two engines were given
would be dialed twice, so all ids are compared. Refuses to know bars.

    python -m benchmarks.leads.leasing --leads 1000000
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import asyncpg

from benchmarks.leads.leasing_stage import CAMPAIGN, stage
from dialer.adapters.sql.stores import open_stores
from dialer.domain.ids import PlaceId
from dialer.domain.lead import Draw
from simulation.postgres import PostgresServer

SETTINGS: Final = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "shared_preload_libraries": "pg_stat_statements",
    # how often the server looks for tables to vacuum; a minute unless set
    "autovacuum_naptime": "10s",
}
"""Of the server, as docs/operations.md advises; all else as it comes, `fsync` too."""

ENGINES: Final = 8
LEASE_S: Final = 86_400.0
"""Longer than any run: no lease ends in it, so a lead that is given twice is an error."""

STARTS_IN_S: Final = 4.0
"""Until all engines are up: they begin together."""

# What every lease asks; opening the stores, where engines wait for each other, is left out. The
# commit's wait for the disk is in no statement: only the engines' clocks have it.
_SERVER_MS: Final = "SELECT sum(total_exec_time) FROM pg_stat_statements WHERE calls >= $1"
_PLAIN_FIND: Final = (
    "SELECT id FROM leads WHERE campaign_id = $1 AND pool = 0 AND place_id = $2"
    " AND state = 'ready' ORDER BY priority DESC, rank, id LIMIT $3 FOR UPDATE SKIP LOCKED"
)
_PLAIN_TAKE: Final = (
    "UPDATE leads SET state = 'leased', leased_by = $2, lease_ends_at = $3 WHERE id = ANY ($1)"
    " RETURNING id, number, attributes"
)


@dataclass(frozen=True, slots=True)
class Load:
    """What the engines do."""

    name: str
    url: str
    places: tuple[PlaceId, ...]
    leases: int
    """Of each engine."""
    every_s: float
    """From the begin of one lease to that of the next; 0: back to back."""
    count: int = 50
    engines: int = ENGINES
    plain: bool = False
    """By the driver, without our product: the head of one place each, locked and taken."""


@dataclass(frozen=True, slots=True)
class Leased:
    """What was measured."""

    load: Load
    leases: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    first_half_p50_ms: float
    second_half_p50_ms: float
    server_ms: float
    """Of the server for one lease, all its statements but the commit's wait for the disk."""
    leads: int
    twice: int
    """Leads that were given out more than once."""
    seconds: float

    @property
    def leads_per_s(self) -> float:
        """Leads given out a second, by all engines together."""
        return self.leads / self.seconds


def run(load: Load) -> Leased:
    """Let the engines lease, all at once."""
    asyncio.run(_ask(load.url, "SELECT pg_stat_statements_reset()"))
    at = time.time() + STARTS_IN_S
    jobs = [
        json.dumps({"load": asdict(load), "engine": f"engine-{index}", "at": at + index * 0.0125})
        for index in range(load.engines)
    ]
    command = [sys.executable, "-m", "benchmarks.leads.leasing", "--engine"]
    started = [subprocess.Popen([*command, job], stdout=subprocess.PIPE, text=True) for job in jobs]
    told = [process.communicate()[0] for process in started]
    if any(process.returncode for process in started):
        raise RuntimeError("an engine failed")
    found = [json.loads(line) for line in told]
    server_ms = asyncio.run(_ask(load.url, _SERVER_MS, load.engines * load.leases // 2))
    took = [one["took_ms"] for one in found]
    given = Counter(lead_id for one in found for lead_id in one["ids"])
    every = sorted(ms for times in took for ms in times)
    half = load.leases // 2
    return Leased(
        load,
        leases=len(every),
        p50_ms=_at(every, 0.5),
        p99_ms=_at(every, 0.99),
        max_ms=every[-1],
        first_half_p50_ms=_at(sorted(ms for times in took for ms in times[:half]), 0.5),
        second_half_p50_ms=_at(sorted(ms for times in took for ms in times[half:]), 0.5),
        server_ms=float(server_ms or 0.0) / len(every),
        leads=sum(given.values()),
        twice=sum(times > 1 for times in given.values()),
        seconds=max(one["seconds"] for one in found),
    )


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


async def _ask(url: str, query: str, *values: object) -> Any:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        return await connection.fetchval(query, *values)
    finally:
        await connection.close()


async def _engine(load: Load, name: str, at: float) -> dict[str, Any]:
    """Lease as an engine does; returns what each lease took, and all ids."""
    if load.plain:
        return await _plain_engine(load, name, at)
    took: list[float] = []
    ids: list[int] = []
    async with open_stores(load.url) as stores:
        # what only the first leases pay for, connections and plans, is an engine's start
        first = Draw(time.time(), name, LEASE_S, places=load.places)
        await stores.leads.lease(CAMPAIGN, 1, first)
        began = await _wait_until(at)
        for index in range(load.leases):
            await _pause(began + index * load.every_s)
            draw = Draw(time.time(), name, LEASE_S, places=load.places)
            asked = time.perf_counter()
            leads = await stores.leads.lease(CAMPAIGN, load.count, draw)
            took.append((time.perf_counter() - asked) * 1e3)
            ids += [lead.lead_id for lead in leads]
    return {"took_ms": took, "ids": ids, "seconds": time.perf_counter() - began}


async def _plain_engine(load: Load, name: str, at: float) -> dict[str, Any]:
    took: list[float] = []
    ids: list[int] = []
    connection = await asyncpg.connect(load.url, server_settings={"jit": "off"})
    place = load.places[int(name.rpartition("-")[2])]  # each its own: nobody is in the way
    began = await _wait_until(at)
    for index in range(load.leases):
        await _pause(began + index * load.every_s)
        asked = time.perf_counter()
        async with connection.transaction():
            rows = await connection.fetch(_PLAIN_FIND, CAMPAIGN, place, load.count)
            heads = [row["id"] for row in rows]
            rows = await connection.fetch(_PLAIN_TAKE, heads, name, time.time() + 600.0)
        took.append((time.perf_counter() - asked) * 1e3)
        ids += [row["id"] for row in rows]
    await connection.close()
    return {"took_ms": took, "ids": ids, "seconds": time.perf_counter() - began}


async def _wait_until(at: float) -> float:
    await asyncio.sleep(max(0.0, at - time.time()))
    return time.perf_counter()


async def _pause(until: float) -> None:
    await asyncio.sleep(max(0.0, until - time.perf_counter()))


def main() -> None:
    """Be one engine, or tell the figures of one run."""
    if sys.argv[1:2] == ["--engine"]:
        job = json.loads(sys.argv[2])
        load = Load(**job["load"])
        load = replace(load, places=tuple(load.places))
        print(json.dumps(asyncio.run(_engine(load, job["engine"], job["at"]))))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--leases", type=int, default=400)
    parser.add_argument("--every", type=float, default=0.1, help="seconds; 0: back to back")
    said = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="outpace-leasing-") as folder,
        PostgresServer(Path(folder) / "pg", settings=SETTINGS) as server,
    ):
        url = server.create("bench")
        places, _ = asyncio.run(stage(url, said.leads))
        found = run(Load("paced", url, tuple(places), said.leases, said.every))
    for name, value in asdict(found).items():
        if name != "load":
            print(f"{name:28} {value:,.1f}" if isinstance(value, float) else f"{name:28} {value}")


if __name__ == "__main__":
    main()
