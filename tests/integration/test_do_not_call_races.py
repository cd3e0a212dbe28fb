"""Attempts, do-not-call entries and leases that race: processes on one database, both kinds.

No attempt on a number commits after the commit of the number's entry; what was committed and not
sent at once is void; and no lead and no number is given to two.
"""

import asyncio
import json
import os
import signal
import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from commit_order import (
    attempts_after_their_entry,
    commits,
    prepare_database,
    witnessed,
)
from databases import database
from sqlalchemy import Connection, select, text

from dialer.adapters.sql import postgresql
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.dials import Dials
from dialer.adapters.sql.do_not_call_entry import enter_do_not_call
from dialer.adapters.sql.lead_steps import LeadSteps
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.law import EVERYWHERE
from dialer.adapters.sql.tables.leads import leads
from dialer.domain.campaign import Campaign, CampaignSettings
from dialer.domain.dial_law import DialLaw, HeldBy
from dialer.domain.ids import CampaignId, new_attempt_id
from dialer.domain.lead import Attempt, AttemptEnd, Draw, Lead
from dialer.domain.leadfile import LeadRow
from dialer.domain.outcome import Outcome

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "unit" / "services"))

from node import Node  # noqa: E402

SPRING, AUTUMN = CampaignId("spring"), CampaignId("autumn")
RACED = 120
RUNS = 4
LEASED = 600
both_kinds = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


def number(index: int) -> str:
    return f"+1202555{index:04d}"


async def fill(stores: SqlStores, count: int, campaign_id: CampaignId = SPRING) -> None:
    """Create a campaign with so many leads, dialed in the order of their numbers."""
    settings = CampaignSettings(mode="progressive", calls_per_second=100)
    await stores.campaigns.create(
        Campaign(campaign_id=campaign_id, name=campaign_id, settings=settings)
    )
    rows = [LeadRow(2 + index, number(index), {}) for index in range(count)]
    import_id = await stores.imports.begin(campaign_id, f"{campaign_id}.csv", at=1.0)
    await stores.imports.add(import_id, rows)
    await stores.imports.finish(import_id, rows=count, rejected=0)


def attempt_on(lead: Lead, engine: str, at: float = 10.0) -> Attempt:
    return Attempt(
        new_attempt_id(), lead.campaign_id, lead.lead_id, lead.number, "trunk", at, engine
    )


async def race(roles: Sequence[Sequence[str]]) -> list[list[str]]:
    """Run a race to its end; returns the words each racer said."""
    paths = os.pathsep.join([str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")])
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        str(HERE / "racers.py"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
        start_new_session=True,
    )
    try:
        told, _ = await started.communicate(json.dumps(roles).encode())
        assert started.returncode == 0
        words: list[list[str]] = json.loads(told)
        return words
    finally:
        if started.returncode is None:
            os.killpg(started.pid, signal.SIGKILL)
            await started.wait()


@both_kinds
async def test_no_attempt_commits_after_the_entry_of_its_number(kind: str, tmp_path: Path) -> None:
    # a machine that is busy may let one side be through before the other begins: then once more
    for run in range(RUNS):
        folder = tmp_path / str(run)
        folder.mkdir()
        attempts_first, entries_first = await entries_against_attempts(kind, folder)
        if attempts_first and entries_first:
            return
    pytest.fail(f"one side came first in all of {RUNS} races: {attempts_first}, {entries_first}")


async def entries_against_attempts(kind: str, folder: Path) -> tuple[int, int]:
    """Race entries against attempts on the same numbers; returns how often each came first."""
    async with database(kind, folder) as url:
        await prepare_database(url)
        async with open_stores(url) as stores:
            await fill(stores, RACED)
        # one enters in the order in which they are dialed, one against it: they meet all the time
        forth = [number(index) for index in range(0, RACED, 2)]
        back = [number(index) for index in reversed(range(1, RACED, 2))]
        told = await race(
            [
                ("record", url, "one"),
                ("record", url, "two"),
                ("enter", url, "forth", *forth),
                ("enter", url, "back", *back),
            ]
        )
        async with open_stores(url) as stores:
            order = await commits(stores)
        kinds = Counter(what for what, _, _ in order)
        recorded = {n for what, n, _ in order if what == "attempts"}
        entered = {n for what, n, _ in order if what == "do_not_call"}
        assert attempts_after_their_entry(order) == []
        assert entered == {number(index) for index in range(RACED)}
        words = Counter(word for out in told for word in out)
        assert words["recorded"] == kinds["attempts"] == len(recorded)
        return len(recorded), len(entered - recorded)


@both_kinds
async def test_an_attempt_that_waits_for_an_entry_is_not_made(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as url:
        await prepare_database(url)
        async with witnessed(url) as dialing, witnessed(url) as entering:
            await fill(dialing, 1)
            (lead,) = await dialing.leads.lease(SPRING, 1, Draw(5.0, "one"))
            wish, waits = asyncio.Event(), Waits(url)

            def enter(connection: Connection) -> None:
                enter_do_not_call(
                    connection, LeadSteps(), lead.number, scope=EVERYWHERE, source="key", at=9.0
                )
                loop.call_soon_threadsafe(wish.set)
                waits.until_somebody_does(connection)

            loop = asyncio.get_running_loop()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(entering.writer.transact(enter), name="entry")
                await wish.wait()
                waits.begins()
                (held,) = await dialing.attempts.record_dialed([attempt_on(lead, "one")])
            assert held.held_by in (HeldBy.DO_NOT_CALL, HeldBy.NOT_LEASED)
            assert [what for what, _, _ in await commits(dialing)] == ["do_not_call"]
            assert await lead_states(dialing) == ["done"]


@both_kinds
async def test_an_entry_that_waits_for_an_attempt_commits_after_it(
    kind: str, tmp_path: Path
) -> None:
    async with database(kind, tmp_path) as url:
        await prepare_database(url)
        async with witnessed(url) as dialing, witnessed(url) as entering:
            await fill(dialing, 1)
            (lead,) = await dialing.leads.lease(SPRING, 1, Draw(5.0, "one"))
            attempt = attempt_on(lead, "one")
            wish, waits = asyncio.Event(), Waits(url)
            dials = Dials(DialLaw(), LeadSteps())

            def record(connection: Connection) -> object:
                held = dials.record(connection, [attempt])
                loop.call_soon_threadsafe(wish.set)
                waits.until_somebody_does(connection)
                return held

            loop = asyncio.get_running_loop()
            async with asyncio.TaskGroup() as tasks:
                recording = tasks.create_task(dialing.writer.transact(record), name="attempt")
                await wish.wait()
                waits.begins()
                await entering.attempts.add_do_not_call(lead.number, source="key", at=11.0)
            assert recording.result() == []
            assert [what for what, _, _ in await commits(dialing)] == ["attempts", "do_not_call"]
            assert await lead_states(dialing) == ["dialing"]  # the call is out
            await dialing.attempts.record_ends(
                [AttemptEnd(attempt.attempt_id, Outcome.NO_ANSWER, ended_at=12.0)]
            )
            assert await lead_states(dialing) == ["done"]


class Waits:
    """Tells a transaction that another one waits for it."""

    def __init__(self, url: str) -> None:
        self._begun = threading.Event()

    def begins(self) -> None:
        """The other one is started now, by the same task."""
        self._begun.set()

    def until_somebody_does(self, connection: Connection) -> None:
        """Return when the other one waits for this transaction's lock."""
        if connection.dialect.name == "sqlite":
            assert self._begun.wait(10)  # from here on it cannot begin before we have committed
            return
        while not connection.execute(
            text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        ).scalar_one():
            connection.execute(text("SELECT pg_sleep(0.01)"))


async def lead_states(stores: SqlStores) -> list[str]:
    async with stores.reader.connect() as connection:
        return list(
            (await connection.execute(select(leads.c.state).order_by(leads.c.id))).scalars()
        )


@both_kinds
async def test_what_was_committed_and_not_sent_at_once_is_void(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as url, open_stores(url) as stores:
        await fill(stores, 30)
        async with asyncio.TaskGroup() as tasks:
            at = Node(tasks, stores=stores)  # type: ignore[arg-type]
            recording = tasks.create_task(at.recorder.run(), name="recorder")
            run = await at.campaigns.start(SPRING)
            await at.log_in("ann")  # type: ignore[arg-type]
            async with busy_database(url, 0.35):
                assert await at.dialing.round() == 0
            await at.recorder.settled()
            assert at.switch.calls == []
            (row,) = await rows_of(stores)
            assert (row.outcome, row.undialed, row.ended_at is not None) == (
                "cancelled",
                True,
                True,
            )
            state, tries = await lead_of(stores, row.lead_id)
            assert (state, tries) == ("ready", 0)
            # nothing in its way: the next one is sent
            assert await at.dialing.round() == 1
            assert len(at.switch.calls) == 1
            assert run.faults == 0
            for channel_id in list(at.switch.channels):
                at.switch.end(channel_id)
            await at.settle()
            recording.cancel()


async def rows_of(stores: SqlStores) -> list[object]:
    async with stores.reader.connect() as connection:
        return list((await connection.execute(select(attempts))).all())


async def lead_of(stores: SqlStores, lead_id: int) -> tuple[str, int]:
    async with stores.reader.connect() as connection:
        asked = select(leads.c.state, leads.c.attempts).where(leads.c.id == lead_id)
        row = (await connection.execute(asked)).one()
        return row.state, row.attempts


@asynccontextmanager
async def busy_database(url: str, seconds: float) -> AsyncIterator[None]:
    """Have another program keep every lead locked for some time; it begins before the block."""
    address = DatabaseAddress.of(url)
    if address.path is not None:
        connection = sqlite3.connect(address.path, isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN IMMEDIATE")
        later = asyncio.get_running_loop().call_later(seconds, connection.rollback)
        try:
            yield
        finally:
            later.cancel()
            connection.close()
        return
    assert address.url is not None
    server = postgresql.engine(address.url)
    async with asyncio.TaskGroup() as tasks, server.connect() as other:
        await other.execute(text("SELECT id FROM leads FOR UPDATE"))

        async def let_go() -> None:
            await asyncio.sleep(seconds)
            await other.rollback()

        letting = tasks.create_task(let_go(), name="other program")
        try:
            yield
        finally:
            await letting
    await server.dispose()


@both_kinds
async def test_a_person_who_was_abandoned_is_given_to_nobody(kind: str, tmp_path: Path) -> None:
    async with (
        database(kind, tmp_path) as url,
        open_stores(url) as one,
        open_stores(url) as two,
    ):
        await fill(one, 1)
        (lead,) = await one.leads.lease(SPRING, 1, Draw(5.0, "one"))
        attempt = attempt_on(lead, "one")
        assert await one.attempts.record_dialed([attempt]) == []
        assert await two.leads.lease(SPRING, 9, Draw(1e6, "two")) == []  # its call is out
        await one.attempts.record_ends(
            [
                AttemptEnd(
                    attempt.attempt_id,
                    Outcome.ABANDONED,
                    ended_at=20.0,
                    answered_at=12.0,
                    charged=True,
                )
            ]
        )
        for engine, stores in (("one", one), ("two", two)):
            soon = Draw(20.0 + 71 * 3600, engine)
            assert await stores.leads.lease(SPRING, 9, soon) == []


@both_kinds
async def test_a_number_in_two_campaigns_is_dialed_by_one_engine_at_a_time(
    kind: str, tmp_path: Path
) -> None:
    async with (
        database(kind, tmp_path) as url,
        open_stores(url, gather_s=0.0) as one,
        open_stores(url, gather_s=0.0) as two,
    ):
        count = 40
        await fill(one, count, SPRING)
        await fill(one, count, AUTUMN)
        mine = await one.leads.lease(SPRING, count, Draw(5.0, "one"))
        theirs = await two.leads.lease(AUTUMN, count, Draw(5.0, "two"))
        assert len(mine) == len(theirs) == count
        # each number is tried by both at once: half of them in transactions that share numbers,
        # met from both ends, and half of them one by one
        ours = [attempt_on(lead, "one") for lead in mine]
        others = [attempt_on(lead, "two") for lead in theirs]
        half = count // 2
        held = await asyncio.gather(
            *(one.attempts.record_dialed([attempt]) for attempt in ours[:half]),
            *(two.attempts.record_dialed([attempt]) for attempt in reversed(others[:half])),
        )
        for index in range(half, count):
            both = [
                one.attempts.record_dialed([ours[index]]),
                two.attempts.record_dialed([others[index]]),
            ]
            held += await asyncio.gather(*(both if index % 2 else reversed(both)))
        reasons = Counter(found.held_by for answer in held for found in answer)
        assert reasons == {HeldBy.NUMBER_LIVE: count}
        open_now = await one.attempts.open_attempts()
        assert len({attempt.number for attempt in open_now}) == len(open_now) == count
        by_engine = Counter(attempt.engine for attempt in open_now)
        print(f"{kind}: {dict(by_engine)}")


async def test_eight_processes_never_lease_one_lead_twice(tmp_path: Path) -> None:
    async with database("postgresql", tmp_path) as url:
        async with open_stores(url) as stores:
            await fill(stores, LEASED)
        told = await race([("lease", url, f"engine-{index}") for index in range(8)])
        given = [lead for out in told for lead in out]
        assert len(given) == len(set(given)) == LEASED
        print(f"{[len(out) for out in told]} leads of {LEASED}")
