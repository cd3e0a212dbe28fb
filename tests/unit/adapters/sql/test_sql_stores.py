"""What only the durable stores promise: it is still there after a death, and asked for cheaply."""

import asyncio
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from dialer.adapters.sql.errors import StoreFailed
from dialer.adapters.sql.sqlite import writing_engine
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.domain.campaign import Campaign, CampaignSettings, CampaignState
from dialer.domain.disposition import Said
from dialer.domain.ids import AgentId, CampaignId, new_leg_id
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.leadfile import LeadRow
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput
from dialer.ports import AgentRecord

SPRING = CampaignId("spring")

DIALING_PROCESS = """
import asyncio, sys
from dialer.adapters.sql.stores import open_stores
from dialer.domain.disposition import Said
from dialer.domain.ids import CampaignId, new_attempt_id
from dialer.domain.lead import Attempt

async def dial() -> None:
    async with open_stores(sys.argv[1]) as stores:
        for lead in await stores.leads.lease(CampaignId("spring"), 3):
            attempt = Attempt(
                new_attempt_id(), lead.campaign_id, lead.lead_id, lead.number, "trunk", 1.0
            )
            await stores.attempts.record_dialed([attempt])
            print(attempt.attempt_id, flush=True)
        await stores.leads.lease(CampaignId("spring"), 1)
        print("leased", flush=True)
        await asyncio.Event().wait()

asyncio.run(dial())
"""


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'outpace.db'}"


def rows_in(folder: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(folder / "outpace.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


async def with_leads(stores: SqlStores, count: int) -> None:
    await stores.campaigns.create(Campaign(campaign_id=SPRING, name="spring"))
    import_id = await stores.imports.begin(SPRING, "list.csv", at=1.0)
    rows = [LeadRow(2 + i, f"+1202555{i:04d}", {}) for i in range(count)]
    await stores.imports.add(import_id, rows)
    await stores.imports.finish(import_id, rows=count, rejected=0)


async def test_a_killed_engine_leaves_every_recorded_attempt_and_no_lease(tmp_path: Path) -> None:
    async with open_stores(url_in(tmp_path)) as stores:
        await with_leads(stores, 6)
    engine = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DIALING_PROCESS, url_in(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert engine.stdout is not None
    said = [(await engine.stdout.readline()).decode().strip() for _ in range(4)]
    os.kill(engine.pid, signal.SIGKILL)
    await engine.wait()
    async with open_stores(url_in(tmp_path)) as stores:
        attempts = await stores.attempts.open_attempts()
        assert [attempt.attempt_id for attempt in attempts] == said[:3]
        assert await stores.leads.release_all() == 1
        assert [lead.lead_id for lead in await stores.leads.lease(SPRING, 9)] == [4, 5, 6]


async def test_an_end_keeps_what_was_known_of_the_talk(tmp_path: Path) -> None:
    leg_id = new_leg_id()
    async with open_stores(url_in(tmp_path)) as stores:
        await with_leads(stores, 2)
        attempts = [
            Attempt(stores_id, SPRING, lead.lead_id, lead.number, "trunk", 100.0)
            for stores_id, lead in zip("ab", await stores.leads.lease(SPRING, 2), strict=True)
        ]
        await stores.attempts.record_dialed(attempts)
        for attempt in attempts:
            await stores.attempts.mark_connected(attempt.attempt_id, AgentId("ann"), leg_id, 103.0)
        found_later = AttemptEnd("a", Outcome.LOST, 200.0, booked_from="reaper")
        seen_live = AttemptEnd(
            "b",
            Outcome.CONNECTED,
            160.0,
            rang_at=101.0,
            answered_at=102.5,
            connected_at=102.9,
            talk_ended_at=159.0,
            agent_id=AgentId("bob"),
            leg_id=leg_id,
            cause=16,
            tech_cause="200",
            ended_by="customer",
            charged=True,
            recording="b.wav",
        )
        await stores.attempts.record_ends([found_later, seen_live])
        await stores.attempts.dispose(
            attempts[1].attempt_id, Said(code="sale", amount=20.0), at=165.0
        )
    ends = rows_in(
        tmp_path,
        "SELECT outcome, ended_at, connected_at, agent_id, booked_from FROM attempts ORDER BY id",
    )
    assert ends == [
        ("lost", 200.0, 103.0, "ann", "reaper"),
        ("connected", 160.0, 102.9, "bob", "live"),
    ]
    rest = rows_in(
        tmp_path,
        "SELECT rang_at, answered_at, talk_ended_at, cause, tech_cause, ended_by, charged, "
        "recording, disposition FROM attempts ORDER BY id",
    )
    assert rest == [
        (None, None, None, None, "", "", 0, "", ""),
        (101.0, 102.5, 159.0, 16, "200", "customer", 1, "b.wav", "sale"),
    ]
    assert rows_in(tmp_path, "SELECT state, attempts, last_outcome FROM leads ORDER BY id") == [
        ("waiting", 1, "lost"),
        ("done", 1, "connected"),
    ]


async def test_the_database_itself_refuses_a_second_open_attempt_on_a_lead(tmp_path: Path) -> None:
    async with open_stores(url_in(tmp_path)) as stores:
        await with_leads(stores, 1)
        (lead,) = await stores.leads.lease(SPRING, 1)
        await stores.attempts.record_dialed(
            [Attempt("a", SPRING, lead.lead_id, lead.number, "trunk", 1.0)]
        )
    connection = sqlite3.connect(tmp_path / "outpace.db")
    with pytest.raises(sqlite3.IntegrityError, match=r"attempts\.lead_id"):
        connection.execute(
            "INSERT INTO attempts (id, campaign_id, lead_id, list_id, number, trunk, dialed_at) "
            "SELECT 'b', campaign_id, lead_id, list_id, '+1', trunk, dialed_at FROM attempts"
        )
    connection.close()


async def test_what_is_asked_all_the_time_never_reads_the_whole_list(tmp_path: Path) -> None:
    asked: list[tuple[str, Sequence[object]]] = []

    def note(_conn: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    async with open_stores(url_in(tmp_path)) as stores:
        await with_leads(stores, 1)
        event.listen(Engine, "before_cursor_execute", note)
        try:
            await stores.leads.lease(SPRING, 5)
            await stores.leads.remaining(SPRING)
            await stores.attempts.open_attempts()
            await stores.imports.known(SPRING, ["+12025550000"])
        finally:
            event.remove(Engine, "before_cursor_execute", note)
    plans = [" / ".join(plan_of(tmp_path, *one)) for one in asked if "leads" in one[0]]
    for index in ("ready", "waiting", "leased", "by_number"):
        assert any(f"leads_{index}" in plan for plan in plans), index
    assert len(plans) > 5
    for plan in plans:
        assert "SCAN leads" not in plan
        assert "SCAN attempts" not in plan
        assert "TEMP B-TREE" not in plan


def plan_of(folder: Path, statement: str, parameters: Sequence[object]) -> list[str]:
    connection = sqlite3.connect(folder / "outpace.db")
    try:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [str(row[3]) for row in rows]
    finally:
        connection.close()


async def test_every_state_of_an_agent_is_kept_in_the_log(tmp_path: Path) -> None:
    async with open_stores(url_in(tmp_path)) as stores:
        for at, state in enumerate(("READY", "TALKING", "WRAP_UP")):
            record = AgentRecord(AgentId("ann"), state, None, None, float(at), (SPRING,))
            await stores.agents.save(record)
    assert rows_in(tmp_path, "SELECT agent_id, state, since FROM agent_log ORDER BY id") == [
        ("ann", "READY", 0.0),
        ("ann", "TALKING", 1.0),
        ("ann", "WRAP_UP", 2.0),
    ]


async def test_a_campaign_is_kept_with_its_settings_and_its_state(tmp_path: Path) -> None:
    campaign = Campaign(
        campaign_id=SPRING,
        name="Spring sale",
        settings=CampaignSettings(mode="progressive", caller_id="+12025550199"),
        created_at=5.0,
    )
    async with open_stores(url_in(tmp_path)) as stores:
        await stores.campaigns.create(campaign)
        await stores.campaigns.set_state(SPRING, CampaignState.RUNNING)
    async with open_stores(url_in(tmp_path)) as stores:
        running = campaign.model_copy(update={"state": CampaignState.RUNNING})
        assert await stores.campaigns.list() == [running]
        assert await stores.campaigns.get(SPRING) == running
        assert await stores.campaigns.find("Spring sale") == running
        assert await stores.campaigns.find("spring") is None
        with pytest.raises(BadInput, match="'Spring sale' exists already"):
            await stores.campaigns.create(
                campaign.model_copy(update={"campaign_id": CampaignId("other")})
            )
        with pytest.raises(BadInput, match="there is no 'winter'"):
            await stores.campaigns.set_state(CampaignId("winter"), CampaignState.PAUSED)


async def test_an_error_in_the_block_comes_out_as_it_is(tmp_path: Path) -> None:
    async def fail() -> None:
        async with open_stores(url_in(tmp_path)) as stores:
            await with_leads(stores, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with open_stores(url_in(tmp_path)) as stores:
        assert await stores.leads.remaining(SPRING) == 1


async def test_a_writer_that_dies_ends_the_block(tmp_path: Path) -> None:
    async def live_on() -> None:
        async with open_stores(url_in(tmp_path)) as stores:
            rows_in(tmp_path, "DROP TABLE do_not_call")
            with suppress(StoreFailed):
                await stores.attempts.add_do_not_call("+12025550100", source="key", at=1.0)
            await asyncio.Event().wait()

    with pytest.raises(StoreFailed, match="no such table"):
        await live_on()


def test_a_new_file_that_somebody_writes_to_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "outpace.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE theirs (n)")
    other.execute("BEGIN IMMEDIATE")
    letting_go = threading.Timer(0.2, other.execute, ("ROLLBACK",))
    letting_go.start()
    with writing_engine(path).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    letting_go.join()
    other.close()
