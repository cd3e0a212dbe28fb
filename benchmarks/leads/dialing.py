"""What recording attempts under the law costs, and their ends, beside plain SQL of the same rows.

Twenty attempts at a time, all rules asked, each end deciding what becomes of its lead. Processor
time is of our process alone; the time on the wall holds the server's too. Refuses to know bars.

    python -m benchmarks.leads.dialing --kind sqlite
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, TypeVar

import asyncpg
from sqlalchemy import insert

from benchmarks.leads.importing import write_list
from dialer.adapters.rule_files import read_rules
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables.law import screenings
from dialer.domain.campaign import Campaign
from dialer.domain.dial_law import DialLaw, DialTerms
from dialer.domain.ids import CampaignId, new_attempt_id
from dialer.domain.lead import Attempt, AttemptEnd, Draw
from dialer.domain.outcome import Outcome
from dialer.services.import_leads import import_leads
from simulation.postgres import PostgresServer

T = TypeVar("T")

CAMPAIGN: Final = CampaignId("dialed")
AT_ONCE: Final = 20
NOON: Final = 1_795_032_000.0
"""2026-11-18 20:00 UTC, a Wednesday: hours are open from New York to Alaska."""

TERMS: Final = DialTerms(
    caller_id="+12025550199",
    message_ready=True,
    message_opt_out=True,
    countries=frozenset({"US"}),
    calls_people=True,
)

_ADDED: Final = (
    "INSERT INTO attempts (id, campaign_id, lead_id, list_id, number, trunk, dialed_at)"
    " VALUES ($1, $2, $3, 1, $4, 'plain', $5)"
)
_DIALING: Final = "UPDATE leads SET state = 'dialing', attempts = attempts + 1 WHERE id = $1"
_ENDED: Final = "UPDATE attempts SET ended_at = $2, outcome = $3 WHERE id = $1"
_WAITS: Final = "UPDATE leads SET state = 'waiting', due_at = $2 WHERE id = $1"
_STEPS: Final = ((_ADDED, _DIALING), (_ENDED, _WAITS))


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of one attempt."""

    kind: str
    attempts: int
    held: int
    """Attempts that the law did not let through; they cost something else."""
    record_cpu_ms: float
    record_ms: float
    end_cpu_ms: float
    end_ms: float
    plain_cpu_ms: float
    """Both, as plain SQL by the driver."""
    plain_ms: float


class _Watch:
    """Adds up what calls take."""

    def __init__(self) -> None:
        self.cpu_s = self.wall_s = 0.0

    async def over(self, work: Awaitable[T]) -> T:
        cpu, wall = time.process_time(), time.perf_counter()
        done = await work
        self.cpu_s += time.process_time() - cpu
        self.wall_s += time.perf_counter() - wall
        return done


def cost(kind: str, attempts: int, folder: Path) -> Cost:
    """Measure one kind of database, a new one below a folder."""
    with ExitStack() as stack:
        if kind == "sqlite":
            url = f"sqlite:///{folder / 'dialing.db'}"
        else:
            url = stack.enter_context(PostgresServer(folder / "pg")).create("dialing")
        return asyncio.run(_cost(kind, url, attempts, folder))


async def _cost(kind: str, url: str, attempts: int, folder: Path) -> Cost:
    record, end, plain = _Watch(), _Watch(), _Watch()
    held = 0
    async with open_stores(url, gather_s=0.0, law=DialLaw(read_rules())) as stores:
        await _furnish(stores, attempts * 2 + 10 * AT_ONCE, folder)
        for index in range(attempts // AT_ONCE + 5):
            if index == 5:  # what is made ready once is made ready by now
                record, end = _Watch(), _Watch()
            wanted = await _wanted(stores)
            refused = await record.over(stores.attempts.record_dialed(wanted))
            held += len(refused)
            await end.over(stores.attempts.record_ends(_ends(wanted)))
        groups = [await _wanted(stores) for _ in range(attempts // AT_ONCE)]
    await (_plain_file if kind == "sqlite" else _plain_server)(url, groups, plain)
    per_ms = 1e3 / (attempts // AT_ONCE * AT_ONCE)
    return Cost(
        kind,
        attempts,
        held,
        record.cpu_s * per_ms,
        record.wall_s * per_ms,
        end.cpu_s * per_ms,
        end.wall_s * per_ms,
        plain.cpu_s * per_ms,
        plain.wall_s * per_ms,
    )


async def _furnish(stores: SqlStores, leads: int, folder: Path) -> None:
    await stores.campaigns.create(Campaign(campaign_id=CAMPAIGN, name="dialed"))
    screened = {"tenant_id": "main", "country": "US", "dated_at": NOON - 86_400.0}
    await stores.writer.transact(
        lambda connection: connection.execute(insert(screenings), screened)
    )
    write_list(folder / "dialed.csv", leads, seed=7)
    await import_leads(
        stores.imports, folder / "dialed.csv", CAMPAIGN, at=NOON - 86_400.0, default_region="US"
    )


async def _wanted(stores: SqlStores) -> list[Attempt]:
    leads = await stores.leads.lease(CAMPAIGN, AT_ONCE, Draw(NOON, "engine"))
    return [
        Attempt(
            new_attempt_id(),
            CAMPAIGN,
            lead.lead_id,
            lead.number,
            "trunk",
            NOON,
            engine="engine",
            terms=TERMS,
        )
        for lead in leads
    ]


def _ends(attempts: Sequence[Attempt]) -> list[AttemptEnd]:
    outcomes = (Outcome.NO_ANSWER, Outcome.BUSY, Outcome.NO_ANSWER)
    return [
        AttemptEnd(one.attempt_id, outcomes[at % 3], NOON + 30.0, rang_at=NOON + 2.0)
        for at, one in enumerate(attempts)
    ]


def _rows(group: Sequence[Attempt]) -> dict[str, list[tuple[object, ...]]]:
    return {
        _ADDED: [(a.attempt_id, CAMPAIGN, a.lead_id, a.number, NOON) for a in group],
        _DIALING: [(a.lead_id,) for a in group],
        _ENDED: [(a.attempt_id, NOON + 30.0, "busy") for a in group],
        _WAITS: [(a.lead_id, NOON + 600.0) for a in group],
    }


async def _plain_file(url: str, groups: Sequence[Sequence[Attempt]], watch: _Watch) -> None:
    file = sqlite3.connect(str(DatabaseAddress.of(url).path), isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        file.execute(f"PRAGMA {pragma}")

    async def commit(statements: Sequence[str], rows: dict[str, list[tuple[object, ...]]]) -> None:
        file.execute("BEGIN IMMEDIATE")
        for statement in statements:
            file.executemany(statement.replace("$", "?"), rows[statement])
        file.execute("COMMIT")

    await _plain(commit, groups, watch)
    file.close()


async def _plain_server(url: str, groups: Sequence[Sequence[Attempt]], watch: _Watch) -> None:
    server = await asyncpg.connect(url)

    async def commit(statements: Sequence[str], rows: dict[str, list[tuple[object, ...]]]) -> None:
        async with server.transaction():
            for statement in statements:
                await server.executemany(statement, rows[statement])

    await _plain(commit, groups, watch)
    await server.close()


async def _plain(
    commit: Callable[[Sequence[str], dict[str, list[tuple[object, ...]]]], Awaitable[None]],
    groups: Sequence[Sequence[Attempt]],
    watch: _Watch,
) -> None:
    for group in groups:
        rows = _rows(group)
        for statements in _STEPS:
            await watch.over(commit(statements, rows))


def main() -> None:
    """Tell the figures of one kind."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kind", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--attempts", type=int, default=4000)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="outpace-dialing-") as folder:
        figures = cost(said.kind, said.attempts, Path(folder))
    for name, value in asdict(figures).items():
        print(f"{name:28} {value:,.3f}" if isinstance(value, float) else f"{name:28} {value}")


if __name__ == "__main__":
    main()
