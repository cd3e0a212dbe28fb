"""A report looks at the attempts it is about, not at those of other campaigns."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from report_world import SPRING, world
from sqlalchemy import event
from sqlalchemy.engine import Connection

from dialer.adapters.sql.exports import SqlExports
from dialer.adapters.sql.reports.agents import agents_report
from dialer.adapters.sql.reports.campaign import abandons, campaign_report
from dialer.adapters.sql.reports.hours import hours_report
from dialer.adapters.sql.reports.lists import lists_report
from dialer.adapters.sql.reports.scope import Scope
from dialer.adapters.sql.reports.trunks import trunks_report
from dialer.adapters.sql.stores import SqlStores

UTC = ZoneInfo("UTC")
SCOPE = Scope(0.0, 1e9, SPRING)
BY_CAMPAIGN = "SEARCH attempts USING INDEX attempts_by_campaign (campaign_id=? AND dialed_at>?"


async def read_calls(stores: SqlStores) -> None:
    async for _ in SqlExports(stores.reader).calls(SCOPE).pages:
        pass


ASKED = {
    "campaign": lambda stores: campaign_report(stores.reader, SCOPE),
    "abandons": lambda stores: abandons(stores.reader, SCOPE, UTC),
    "lists": lambda stores: lists_report(stores.reader, SCOPE),
    "agents": lambda stores: agents_report(stores.reader, SCOPE, now=1e9),
    "hours": lambda stores: hours_report(stores.reader, SCOPE, UTC),
    "trunks": lambda stores: trunks_report(stores.reader, SCOPE),
    "export of calls": read_calls,
}


@pytest.mark.parametrize("report", ASKED)
async def test_attempts_are_found_by_campaign_and_time(report: str, tmp_path: Path) -> None:
    async with world("sqlite", tmp_path) as stores:
        plans = await plans_of(stores, report)
    steps = [step for step in plans if "attempts" in step]
    assert steps
    assert [step for step in steps if not step.startswith(BY_CAMPAIGN)] == []


async def test_the_log_is_found_by_agent_and_time(tmp_path: Path) -> None:
    async with world("sqlite", tmp_path) as stores:
        steps = [step for step in await plans_of(stores, "agents") if "agent_log" in step]
    assert steps
    assert not any(step.startswith("SCAN") for step in steps)


async def plans_of(stores: SqlStores, report: str) -> list[str]:
    """Return the steps of every query that a report makes."""
    asked: list[tuple[str, object]] = []

    def seen(_connection: Connection, _cursor: object, statement: str, values: object, *_: object):
        asked.append((statement, values))

    async with stores.reader.connect() as connection:
        engine = connection.sync_engine
    event.listen(engine, "before_cursor_execute", seen)
    await ASKED[report](stores)
    event.remove(engine, "before_cursor_execute", seen)
    steps = []
    async with stores.reader.connect() as connection:
        for statement, values in asked:
            if statement.startswith(("SELECT", "WITH")):
                rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                steps += [row.detail for row in rows]
    return steps
