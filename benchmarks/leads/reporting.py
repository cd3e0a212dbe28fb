"""Seconds of each report over many attempts, beside a plain count of the same attempts.

    python -m benchmarks.leads.reporting --attempts 10000000 --kind postgresql

The count is the limit: whoever wants the attempts' figures must at least visit them. The database
is filled by itself with two campaigns, half of the attempts each, interleaved in time over 30 days;
one campaign is reported, over the 30 days and over one of them.
"""

import argparse
import asyncio
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select, text

from dialer.adapters.sql import postgresql
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.reading import open_reader
from dialer.adapters.sql.reports.agents import agents_report
from dialer.adapters.sql.reports.campaign import abandons, campaign_report
from dialer.adapters.sql.reports.hours import hours_report
from dialer.adapters.sql.reports.lists import lists_report
from dialer.adapters.sql.reports.scope import Scope, campaigns_of, dialed_in
from dialer.adapters.sql.reports.trunks import trunks_report
from dialer.adapters.sql.stores import open_stores
from dialer.adapters.sql.tables.campaigns import campaigns, trunks
from dialer.adapters.sql.tables.leads import lead_lists, places
from dialer.domain.ids import CampaignId
from simulation.postgres import FOR_TRIALS, PostgresServer

DAY_S = 86_400.0
FROM = 1_790_812_800.0  # 2026-10-01, UTC
TO = FROM + 30 * DAY_S
AGENTS = 200
LISTS = 20
ONE = CampaignId("ca-0")
BERLIN = ZoneInfo("Europe/Berlin")

SERIES = {
    "postgresql": "generate_series(1::bigint, {count}) AS n",
    "sqlite": "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count})"
    " SELECT n FROM s)",
}

# A fifth of the attempts talk, a tenth of these buy; what happens is spread by n, not by chance.
LEADS = """
INSERT INTO leads (id, campaign_id, list_id, number, place_id, state, attempts, added_at)
SELECT n, 'ca-' || (n % 2), 1 + n % {lists}, '+1' || (2000000000 + n * 7919 % 7999999999), 1,
       CASE WHEN n % 3 = 0 THEN 'waiting' ELSE 'done' END, n % 4, 0
FROM {series}
"""
ATTEMPTS = """
INSERT INTO attempts (id, campaign_id, lead_id, list_id, number, trunk, dialed_at, answered_at,
  connected_at, talk_ended_at, ended_at, outcome, agent_id, charged, disposition, meaning, amount)
SELECT 'at-' || (1000000000 + n), 'ca-' || (n % 2), 1 + n / 3, 1 + n % {lists},
       '+1' || (2000000000 + n * 7919 % 7999999999), 't' || (n % 3), {begin} + n * {step},
       CASE WHEN n % 10 < 4 THEN {begin} + n * {step} + 12 END,
       CASE WHEN n % 10 < 2 THEN {begin} + n * {step} + 12.2 END,
       CASE WHEN n % 10 < 2 THEN {begin} + n * {step} + 12 + n % 180 END,
       {begin} + n * {step} + 20 + n % 180,
       CASE n % 10 WHEN 0 THEN 'connected' WHEN 1 THEN 'connected' WHEN 2 THEN 'machine'
         WHEN 3 THEN CASE WHEN n % 100 = 3 THEN 'abandoned' ELSE 'hung_up_waiting' END
         WHEN 4 THEN 'busy' WHEN 5 THEN 'invalid' ELSE 'no_answer' END,
       CASE WHEN n % 10 < 2 THEN 'agent-' || (n % {agents}) END,
       n % 100 = 3,
       CASE WHEN n % 100 = 0 THEN 'sale' WHEN n % 10 = 0 THEN 'not_interested'
         WHEN n % 10 = 1 THEN 'not_in' ELSE '' END,
       CASE WHEN n % 100 = 0 THEN 23 WHEN n % 10 = 0 THEN 15 WHEN n % 10 = 1 THEN 1 ELSE 0 END,
       CASE WHEN n % 100 = 0 THEN 49.9 END
FROM {series}
"""
# Four rows for each talk, and a night's pause: each agent talks in turn all day. A row holds until
# that of the next number, a wrap-up until the agent's next turn.
LOG = """
INSERT INTO agent_log (agent_id, state, since, attempt_id, reason, campaigns, until, turns)
SELECT 'agent-' || (n / 4 % {agents}),
       CASE n % 4 WHEN 0 THEN 'idle' WHEN 1 THEN 'reserved' WHEN 2 THEN 'talking'
         ELSE CASE WHEN n / 4 % 50 = 0 THEN 'paused' ELSE 'wrap_up' END END,
       {begin} + n * {log_step}, 'at-' || (n / 4),
       CASE WHEN n % 8 = 3 THEN 'lunch' ELSE '' END, '["ca-0"]',
       CASE WHEN n % 4 < 3 AND n < {count} THEN {begin} + (n + 1) * {log_step}
         WHEN n + {turn} <= {count} THEN {begin} + (n + {turn}) * {log_step} END,
       n < 4 OR n < 4 * {agents} AND n % 4 = 0
FROM {series}
"""
STATES = """
INSERT INTO agent_states (agent_id, state, since)
SELECT 'agent-' || n, 'idle', 0 FROM {series}
"""


def furnish(connection: Connection, count: int, kind: str) -> None:
    """Write everything."""
    if kind == "postgresql":  # what is made up here refers to what is there
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    campaign = {"tenant_id": "main", "state": "running", "mode": "predictive", "settings": {}}
    names = [{"id": f"ca-{n}", "name": f"campaign {n}", "created_at": FROM} for n in range(2)]
    connection.execute(insert(campaigns), [{**campaign, **name} for name in names])
    connection.execute(insert(places), [{"id": 1, "key": "-"}])
    connection.execute(
        insert(lead_lists),
        [
            {
                "id": 1 + n,
                "campaign_id": f"ca-{n % 2}",
                "name": f"list {n}",
                "source": f"source {n % 4}",
                "cost": 100.0,
                "created_at": FROM,
            }
            for n in range(LISTS)
        ],
    )
    rates: dict[str, Any] = {"+1": 0.01} | {f"+1{area}": 0.008 for area in range(200, 1000, 7)}
    rates["billing"] = {"first_s": 30, "increment_s": 6}
    trunk = {"tenant_id": "main", "host": "h", "port": 5060, "max_lines": 1, "rates": rates}
    connection.execute(
        insert(trunks),
        [{**trunk, "id": f"t{n}", "name": f"t{n}", "calls_per_second": 1.0} for n in range(3)],
    )
    logged = count * 4 // 5
    for statement, rows in (
        (LEADS, count // 3 + 2),
        (ATTEMPTS, count),
        (LOG, logged),
        (STATES, AGENTS),
    ):
        began = time.monotonic()
        series = SERIES[kind].format(count=rows) if statement is not STATES else ""
        if statement is STATES:
            series = SERIES[kind].format(count=rows).replace("(1::", "(0::")
            series = series.replace("SELECT 1 UNION", "SELECT 0 UNION")
        connection.exec_driver_sql(
            statement.format(
                series=series,
                count=rows,
                lists=LISTS,
                agents=AGENTS,
                turn=4 * AGENTS - 3,
                begin=FROM,
                step=(TO - FROM) / count,
                log_step=(TO - FROM) / logged,
            ).replace("%", "%%" if connection.dialect.paramstyle in {"format", "pyformat"} else "%")
        )
        print(f"  {statement.split()[2]:<14}{rows:>12,} rows {time.monotonic() - began:8.1f} s")


async def count_attempts(reader: SqlReader, scope: Scope) -> int:
    """Return the number of attempts: the limit."""
    async with reader.connect() as connection:
        where = dialed_in(scope, await campaigns_of(connection, scope))
        return (await connection.execute(select(func.count()).where(where))).scalar_one()


REPORTS: dict[str, Callable[[SqlReader, Scope], Awaitable[Any]]] = {
    "count(*)": count_attempts,
    "campaign": campaign_report,
    "abandon rates": lambda reader, scope: abandons(reader, scope, BERLIN),
    "lists": lists_report,
    "agents": lambda reader, scope: agents_report(reader, scope, now=TO),
    "hours": lambda reader, scope: hours_report(reader, scope, BERLIN),
    "trunks": trunks_report,
}


async def measure(url: str, repeat: int) -> list[dict[str, Any]]:
    """Return the best seconds of each report over the month and over its last day."""
    found = []
    async with open_reader(url) as reader:
        for days in (30, 1):
            scope = Scope(TO - days * DAY_S, TO, ONE)
            limit = 0.0
            count = await count_attempts(reader, scope)
            print(f"\n{days} days of one campaign, {count:,} attempts; best of {repeat}")
            for name, report in REPORTS.items():
                best = float("inf")
                for _ in range(repeat):
                    began = time.monotonic()
                    await report(reader, scope)
                    best = min(best, time.monotonic() - began)
                limit = limit or best
                print(f"  {name:<16}{best:9.3f} s {best / limit:8.1f} times the count")
                found.append({"days": days, "attempts": count, "report": name, "seconds": best})
    return found


async def fill(url: str, count: int, kind: str) -> None:
    """Make the tables and fill them; on PostgreSQL by a plain connection: a writer has 10 s."""
    async with open_stores(url):
        if kind == "sqlite":
            return
        address = DatabaseAddress.of(url).url
        assert address is not None
        patient = postgresql.engine(address, command_s=None)
        async with patient.connect() as connection:
            async with connection.begin():
                await connection.run_sync(furnish, count, kind)
            await connection.commit()
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM ANALYZE"))
        await patient.dispose()


def fill_file(path: Path, count: int) -> None:
    """Fill an SQLite file."""
    from sqlalchemy import create_engine  # noqa: PLC0415

    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        furnish(connection, count, "sqlite")
    engine.dispose()
    with sqlite3.connect(path) as raw:
        raw.execute("ANALYZE")


def main() -> None:
    """Fill, measure and print."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--attempts", type=int, default=10_000_000)
    parser.add_argument("--kind", choices=sorted(SERIES), default="postgresql")
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--home", type=Path, default=None, help="folder for the data")
    parser.add_argument("--json", type=Path, default=None, help="write the figures here too")
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="outpace-reporting-", dir=asked.home))
    print(
        f"{asked.kind}, {asked.attempts:,} attempts; {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    try:
        if asked.kind == "sqlite":
            path = home / "outpace.db"
            url = f"sqlite:///{path}"
            asyncio.run(fill(url, asked.attempts, asked.kind))
            fill_file(path, asked.attempts)
            print(f"  file          {path.stat().st_size / 1e9:12.2f} GB")
            found = asyncio.run(measure(url, asked.repeat))
        else:
            settings = {**FOR_TRIALS, "shared_buffers": "1GB", "max_wal_size": "4GB"}
            with PostgresServer(home / "pg", settings=settings) as server:
                url = server.create("reporting")
                asyncio.run(fill(url, asked.attempts, asked.kind))
                found = asyncio.run(measure(url, asked.repeat))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if asked.json is not None:
        asked.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
