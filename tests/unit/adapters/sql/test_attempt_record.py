"""Attempts on record: each once, newest first, and found without reading more than a page."""

from dataclasses import replace
from pathlib import Path

import pytest
from report_world import AUTUMN, KINDS, SPRING, attempt, put_attempts, world
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from dialer.adapters.sql.attempt_record import Key, Wanted, of_campaign, of_lead
from dialer.adapters.sql.stores import SqlStores
from dialer.domain.ids import TenantId

MAIN = TenantId("main")
ANY = Wanted()


async def fill(stores: SqlStores) -> None:
    silent = {"cause": None, "tech_cause": ""}
    talk = {
        **silent,
        "outcome": "connected",
        "agent_id": "ann",
        "connected_at": 41.0,
        "answered_at": 41.0,
    }
    await put_attempts(
        stores,
        [
            attempt("a", 1, 10.0, **silent),
            attempt("b", 3, 20.0, **silent),
            attempt("c", 1, 30.0, **silent),
            attempt("d", 1, 30.0, **silent),
            attempt("e", 2, 40.0, **talk, recording="e.wav"),
            attempt("f", 3, 50.0, outcome="busy", cause=17, tech_cause="486"),
        ],
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_pages_hold_every_attempt_once_newest_first(kind: str, tmp_path: Path) -> None:
    async with world(kind, tmp_path) as stores:
        await fill(stores)
        record = stores.attempt_record
        for size in (1, 2, 3, 6):
            found, before = [], None
            while page := await record.page([AUTUMN, SPRING], ANY, limit=size, before=before):
                assert len(page) <= size
                found += [row.attempt_id for row in page]
                before = Key(page[-1].dialed_at, page[-1].attempt_id)
            assert found == ["f", "e", "d", "c", "b", "a"]
        assert await record.page([], ANY, limit=5) == []


@pytest.mark.parametrize("kind", KINDS)
async def test_attempts_are_narrowed_down(kind: str, tmp_path: Path) -> None:
    async with world(kind, tmp_path) as stores:
        await fill(stores)

        async def ids(wanted: Wanted, *of: str) -> str:
            campaigns = of or (SPRING, AUTUMN)
            found = await stores.attempt_record.page(campaigns, wanted, limit=9)
            return "".join(row.attempt_id for row in found)

        assert await ids(ANY, AUTUMN) == "fb"
        assert await ids(replace(ANY, agent_id="ann")) == "e"
        assert await ids(replace(ANY, outcome="busy")) == "f"
        assert await ids(replace(ANY, since=20.0, until=40.0)) == "dcb"
        assert await ids(replace(ANY, recorded=True)) == "e"
        assert await ids(replace(ANY, lead_id=2)) == "b"
        assert await ids(replace(ANY, lead_id=2), SPRING) == ""


@pytest.mark.parametrize("kind", KINDS)
async def test_an_attempt_is_shown_to_its_tenant_only(kind: str, tmp_path: Path) -> None:
    async with world(kind, tmp_path) as stores:
        await fill(stores)
        found = await stores.attempt_record.get("f", tenant_id=MAIN)
        assert found is not None
        assert (found.campaign, found.list_name, found.cause) == ("autumn", "c", 17)
        assert (found.tech_cause, found.outcome, found.charged) == ("486", "busy", False)
        assert await stores.attempt_record.get("f", tenant_id=TenantId("other")) is None
        assert await stores.attempt_record.get("none", tenant_id=MAIN) is None


KEY = Key(30.0, "d")
PLANS = {
    "campaign": (of_campaign(SPRING, ANY, None, 50), "attempts_by_campaign"),
    "campaign, next page": (of_campaign(SPRING, ANY, KEY, 50), "attempts_by_campaign"),
    "campaign, floor": (of_campaign(SPRING, ANY, KEY, 50, floor=KEY), "attempts_by_campaign"),
    "agent": (of_campaign(SPRING, Wanted(agent_id="ann"), None, 50), "attempts_by_agent"),
    "outcome": (of_campaign(SPRING, Wanted(outcome="busy"), None, 50), "attempts_by_campaign"),
    "time": (of_campaign(SPRING, Wanted(since=1, until=9), KEY, 50), "attempts_by_campaign"),
    "recorded": (of_campaign(SPRING, Wanted(recorded=True), None, 50), "attempts_recorded"),
    "lead": (of_lead([SPRING, AUTUMN], Wanted(lead_id=2), None, 50), "attempts_by_lead_id"),
}


@pytest.mark.parametrize("asked", PLANS)
async def test_a_file_is_walked_along_an_index_and_not_sorted(asked: str, tmp_path: Path) -> None:
    (query, values), index = PLANS[asked]
    async with world("sqlite", tmp_path) as stores:
        asked_for = query.params(values)
        said = asked_for.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
        async with stores.reader.connect() as connection:
            rows = await connection.execute(text(f"EXPLAIN QUERY PLAN {said}"))
            steps = [row.detail for row in rows]
    found = [step for step in steps if "attempts" in step]
    assert len(found) == 1, steps
    assert found[0].startswith(f"SEARCH attempts USING INDEX {index} ("), steps
    sorts = [step for step in steps if "TEMP B-TREE" in step]
    assert (sorts == []) is (asked != "lead"), steps  # a lead has few


@pytest.mark.parametrize("asked", PLANS)
async def test_a_server_reads_no_table_from_end_to_end(asked: str, tmp_path: Path) -> None:
    (query, values), index = PLANS[asked]
    async with world("postgresql", tmp_path) as stores:
        # a campaign among others: of the only one there is, the whole table may be read
        many = [attempt(f"x{at:05}", 3 if at % 20 else 1, float(at)) for at in range(8000)]
        await put_attempts(stores, many)
        asked_for = query.params(values)
        said = asked_for.compile(
            dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}
        )

        def analyzed(connection: object) -> None:
            connection.execute(text("ANALYZE attempts"))

        await stores.writer.transact(analyzed)
        async with stores.reader.connect() as connection:
            steps = [row[0] for row in await connection.execute(text(f"EXPLAIN {said}"))]
    assert not [step for step in steps if "Seq Scan on attempts" in step], steps
    assert [step for step in steps if f" {index} " in f"{step} "], steps
