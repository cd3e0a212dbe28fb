"""Rows of the agents' log hold until the next one: whatever comes, in whatever order, once."""

import asyncio
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from databases import database
from hypothesis import given, settings
from hypothesis import strategies as st
from migrated import emptied as without_tables
from migrated import run
from plain_log import Added, added, by_agent, settled
from report_world import AUTUMN, KINDS, SPRING, emptied, put_states, state, world
from sqlalchemy import Connection, delete, insert, select

from dialer.adapters.sql.agent_rows import SETTLE
from dialer.adapters.sql.opening import HEAD
from dialer.adapters.sql.reports.agents import AgentFigures, agents_report
from dialer.adapters.sql.reports.scope import Scope
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables import people
from dialer.adapters.sql.tables.people import agent_log
from dialer.adapters.sql.upgrading import migrate, upgrade
from dialer.domain.agentflow import AgentState

BEGIN, END = 1_774_000_000.0, 1_774_086_400.0

# few times, so that many rows are of one time or begin with the range
moments = st.one_of(
    st.floats(BEGIN - 1e4, END + 1e4),
    st.sampled_from((BEGIN, END, BEGIN + 0.0004, BEGIN + 0.0005, END - 60.0)),
)


@st.composite
def logs(draw: st.DrawFn) -> list[list[dict[str, Any]]]:
    """Draw rows in the order in which they come, and which of them come together."""
    row = st.builds(
        state,
        st.sampled_from(("ann", "bob")),
        moments,
        st.sampled_from([one.value for one in AgentState]),
        attempt_id=st.sampled_from([None, "1", "2"]),
        reason=st.sampled_from(["", "lunch", "coffee"]),
        campaigns=st.sampled_from([[SPRING], [AUTUMN], [SPRING, AUTUMN], []]),
    )
    parts = draw(st.lists(st.lists(row, min_size=1, max_size=8), max_size=4))
    if draw(st.booleans()):  # as they mostly come
        rows = sorted((row for part in parts for row in part), key=lambda row: row["since"])
        return [[row] for row in rows]
    return parts


def seeded(count: int) -> list[dict[str, Any]]:
    """Return a long log, in order for each agent, with all that engines write."""
    rng = Random(7)
    at = dict.fromkeys(("ann", "bob", "cy"), BEGIN)
    rows = []
    for _ in range(count):
        agent = rng.choice(list(at))
        at[agent] += rng.choice((0.0, 0.25, rng.uniform(0.0, 300.0)))
        rows.append(
            state(
                agent,
                at[agent],
                rng.choice([one.value for one in AgentState]),
                attempt_id=rng.choice((None, "1", "2")),
                reason=rng.choice(("", "lunch")),
                campaigns=rng.choice(([SPRING], [SPRING, AUTUMN])),
            )
        )
    return rows


def compare(found: tuple[AgentFigures, ...], rows: list[dict[str, Any]], campaign: Any) -> None:
    by_name = {str(one.agent_id): one for one in found}
    for name, mine in by_agent(rows):
        wanted = added(mine, BEGIN, END, campaign)
        one = by_name.pop(name, None)
        if one is None:
            assert wanted == Added()
            continue
        assert dict(one.state_ms) == dict(wanted.state_ms)
        assert dict(one.pause_ms) == dict(wanted.pause_ms)
        assert one.wrap_ups == wanted.wrap_ups
        assert [(span.begin_ms, span.end_ms) for span in one.spans] == wanted.spans
        assert one.logged_in_ms == sum(end - begin for begin, end in wanted.spans)
    assert by_name == {}


async def check_rows(stores: SqlStores, rows: list[dict[str, Any]]) -> None:
    """Compare what the table says of each row with what plain Python says."""
    columns = (agent_log.c.state, agent_log.c.until, agent_log.c.turns, agent_log.c.repeats)
    for name, mine in by_agent(rows):
        query = (
            select(*columns)
            .where(agent_log.c.agent_id == name)
            .order_by(agent_log.c.since, agent_log.c.id)
        )
        async with stores.reader.connect() as connection:
            found = [tuple(row) for row in await connection.execute(query)]
        assert found == [
            (one.row["state"], one.until, one.turns, one.repeats) for one in settled(mine)
        ]


@pytest.mark.parametrize("kind", KINDS)
def test_the_report_adds_up_what_plain_python_adds_up(kind: str, tmp_path: Path) -> None:
    loop = asyncio.new_event_loop()
    stack = world(kind, tmp_path)
    stores = loop.run_until_complete(stack.__aenter__())

    async def once(parts: list[list[dict[str, Any]]]) -> None:
        await emptied(stores)
        for part in parts:
            await put_states(stores, part)
        rows = [row for part in parts for row in part]
        await check_rows(stores, rows)
        for campaign in (None, SPRING):
            scope = Scope(BEGIN, END, campaign)
            compare(await agents_report(stores.reader, scope, now=END + 1), rows, campaign)

    @settings(max_examples=25)
    @given(logs())
    def check(parts: list[list[dict[str, Any]]]) -> None:
        loop.run_until_complete(once(parts))

    try:
        check()
    finally:
        loop.run_until_complete(stack.__aexit__(None, None, None))
        loop.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_days_sum_to_their_month(kind: str, tmp_path: Path) -> None:
    rows = seeded(400)
    edges = [BEGIN + hour * 3600.0 + 0.0007 for hour in range(12)]
    async with world(kind, tmp_path) as stores:
        await put_states(stores, rows)
        whole = await agents_report(stores.reader, Scope(edges[0], edges[-1]), now=1e12)
        parts = [
            one
            for begin, end in pairwise(edges)
            for one in await agents_report(stores.reader, Scope(begin, end), now=1e12)
        ]
    for agent in whole:
        mine = [one for one in parts if one.agent_id == agent.agent_id]
        assert sum(one.logged_in_ms for one in mine) == agent.logged_in_ms
        for name, ms in agent.state_ms.items():
            assert sum(one.state_ms.get(name, 0) for one in mine) == ms


async def test_two_engines_that_write_of_one_agent_count_no_second_twice(tmp_path: Path) -> None:
    rows = [
        state("ann", BEGIN + at, "idle" if at % 2 else "talking", attempt_id=str(at // 2))
        for at in range(120)
    ]
    async with (
        database("postgresql", tmp_path) as url,
        open_stores(url) as east,
        open_stores(url) as west,
    ):
        for at in range(0, len(rows), 12):
            # each engine commits in an order of its own, and so that they meet
            await asyncio.gather(
                put_states(east, rows[at : at + 12 : 2]),
                put_states(west, rows[at + 1 : at + 12 : 2]),
            )
        await check_rows(east, rows)
        (ann,) = await agents_report(east.reader, Scope(BEGIN, END), now=BEGIN + 200.0)
    assert ann.logged_in_ms == 200_000
    assert dict(ann.state_ms) == {"talking": 60_000, "idle": 140_000}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_fact_that_is_written_again_adds_nothing(kind: str, tmp_path: Path) -> None:
    talk = state("ann", BEGIN + 10.0, "talking", attempt_id="1")
    rest = state("ann", BEGIN + 70.0, "wrap_up", attempt_id="1")
    async with world(kind, tmp_path) as stores:
        for row in (state("ann", BEGIN, "idle"), talk, talk, rest, rest, talk):
            await put_states(stores, [row])
        (ann,) = await agents_report(stores.reader, Scope(BEGIN, END), now=BEGIN + 100.0)
    assert dict(ann.state_ms) == {"idle": 10_000, "talking": 60_000, "wrap_up": 30_000}
    assert ann.wrap_ups == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_row_does_not_grow_over_those_that_were_pruned(kind: str, tmp_path: Path) -> None:
    rows = [
        state("ann", BEGIN, "idle"),
        state("ann", BEGIN + 10.0, "talking", attempt_id="held"),
        state("ann", BEGIN + 60.0, "wrap_up", attempt_id="1"),
        state("ann", BEGIN + 70.0, "offline"),
    ]
    async with world(kind, tmp_path) as stores:
        await put_states(stores, rows)
        pruned = delete(agent_log).where(agent_log.c.state != "talking")
        await stores.writer.transact(lambda connection: connection.execute(pruned) and None)
        await put_states(stores, [state("ann", BEGIN + 9000.0, "idle")])
        (ann,) = await agents_report(stores.reader, Scope(BEGIN, END), now=BEGIN + 9100.0)
    assert dict(ann.state_ms) == {"talking": 50_000, "idle": 100_000}


async def test_rows_are_settled_by_the_index_alone(tmp_path: Path) -> None:
    async with world("sqlite", tmp_path) as stores, stores.reader.connect() as connection:
        settle = SETTLE.compile(dialect=connection.dialect)
        known = {"of": "ann", "at": BEGIN}
        values = tuple(settle.construct_params(known)[name] for name in settle.positiontup or ())
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {settle}", values)
        steps = [row.detail for row in rows]
    assert not any(step.startswith("SCAN agent_log") for step in steps)
    assert any("agent_log_by_agent (agent_id=? AND since>? AND since<?)" in step for step in steps)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_upgrade_settles_the_rows_that_are_there(kind: str, tmp_path: Path) -> None:
    rows = seeded(600)
    old = ("agent_id", "since", "state", "attempt_id", "reason", "campaigns")
    async with database(kind, tmp_path) as url:
        await without_tables(url)

        def as_it_was(connection: Connection) -> None:
            migrate(connection, "0001")
            connection.execute(insert(people.tenants), {"id": "main", "name": "m", "created_at": 0})
            found = [{name: row[name] for name in old} for row in rows]
            connection.execute(insert(agent_log), found)
            for name, mine in by_agent(rows):
                last = {key: mine[-1][key] for key in old}
                connection.execute(insert(people.agent_states), {**last, "agent_id": name})

        await run(url, as_it_was)
        assert (await upgrade(url)).found == "0001"
        async with open_stores(url) as stores:
            await check_rows(stores, rows)
            # and goes on where it was
            more = [state("ann", END, "offline"), state("bob", END, "idle")]
            await put_states(stores, more)
            await check_rows(stores, [*rows, *more])
            report = await agents_report(stores.reader, Scope(BEGIN, END), now=END)
    compare(report, [*rows, *more], None)
    assert HEAD >= "0002"
