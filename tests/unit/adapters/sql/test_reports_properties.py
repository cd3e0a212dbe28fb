"""Whatever was dialed, SQL counts what plain Python counts."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_world import (
    KINDS,
    LIST_OF,
    attempt,
    emptied,
    put_attempts,
    world,
)

from dialer.adapters.sql.reports.campaign import campaign_report
from dialer.adapters.sql.reports.hours import hours_report
from dialer.adapters.sql.reports.lists import lists_report
from dialer.adapters.sql.reports.scope import Scope
from dialer.adapters.sql.reports.tally import Tally
from dialer.adapters.sql.reports.trunks import trunks_report
from dialer.domain.outcome import LIVE_ANSWERS, Outcome
from dialer.domain.rate_table import Billing, RateTable

# over both changes of the clocks in Berlin and on Lord Howe Island, whose summer is half an hour
FROM, TO = 1_774_000_000.0, 1_793_000_000.0
ZONES = ("UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu")
RATES = RateTable({"+1": 0.6, "+1202": 1.2}, Billing(first_s=30, increment_s=6))

instants = st.one_of(
    st.floats(FROM - 5e6, TO + 5e6), st.sampled_from((FROM, TO)), st.integers(1_773, 1_794)
).map(lambda at: at * 1e6 if isinstance(at, int) else at)


@st.composite
def dials(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = []
    for name in range(draw(st.integers(0, 25))):
        at = draw(instants)
        outcome = draw(st.sampled_from([None, *Outcome]))
        answered = draw(st.one_of(st.none(), st.floats(0, 30)))
        talked = draw(st.floats(0, 300))
        ended = at + (answered or 0.0) + talked
        made.append(
            attempt(
                str(name),
                draw(st.sampled_from(list(LIST_OF))),
                at,
                number=draw(st.sampled_from(["+1202", "+1300", "+4930"])) + f"{name:07}",
                outcome=None if outcome is None else outcome.value,
                answered_at=None if answered is None else at + answered,
                connected_at=None if answered is None else at + answered,
                talk_ended_at=None if outcome is None else ended,
                ended_at=None if outcome is None else ended,
                charged=draw(st.booleans()),
                undialed=draw(st.booleans()),
                disposition=draw(st.sampled_from(["", "sale", "x"])),
                meaning=draw(st.integers(0, 127)),
                amount=draw(st.one_of(st.none(), st.integers(0, 1000).map(float))),
                agent_id=draw(st.sampled_from([None, "ann", "bob"])),
            )
        )
    return made


def tally(rows: Sequence[dict[str, Any]]) -> Tally:
    return Tally(
        attempts=len(rows),
        live_answers=sum(row["outcome"] in LIVE_ANSWERS or row["charged"] for row in rows),
        connects=sum(row["outcome"] == "connected" for row in rows),
        abandoned=sum(row["outcome"] == "abandoned" or row["charged"] for row in rows),
        contacts=sum(bool(row["meaning"] & 2) for row in rows),
        sales=sum(bool(row["meaning"] & 16) for row in rows),
        amount=sum((row["amount"] or 0.0) for row in rows if row["meaning"] & 16),
    )


def grouped(rows: Sequence[dict[str, Any]], key: Any) -> dict[Any, Tally]:
    groups = defaultdict[Any, list[dict[str, Any]]](list)
    for row in rows:
        groups[key(row)].append(row)
    return {name: tally(members) for name, members in groups.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_sql_counts_what_python_counts(kind: str, tmp_path: Path) -> None:
    loop = asyncio.new_event_loop()
    stack = world(kind, tmp_path)
    stores = loop.run_until_complete(stack.__aenter__())

    async def compare(made: list, zone: ZoneInfo, scope: Scope) -> None:
        await emptied(stores)
        await put_attempts(stores, made)
        sent = [row for row in made if FROM <= row["dialed_at"] < TO and not row["undialed"]]
        campaigns = await campaign_report(stores.reader, scope)
        expected = grouped(sent, lambda row: row["campaign_id"])
        assert {one.campaign_id: one.tally for one in campaigns if one.tally.attempts} == expected
        hours = await hours_report(stores.reader, scope, zone)
        local = [datetime.fromtimestamp(row["dialed_at"], zone) for row in sent]
        keys = {id(row): at for row, at in zip(sent, local, strict=True)}
        assert {(one.weekday, one.hour): one.tally for one in hours.hours} == grouped(
            sent, lambda row: (keys[id(row)].weekday(), keys[id(row)].hour)
        )
        assert hours.days == grouped(sent, lambda row: keys[id(row)].date())
        lists = await lists_report(stores.reader, scope)
        expected = grouped(sent, lambda row: row["list_id"])
        assert {one.list_id: one.tally for one in lists.lists if one.tally.attempts} == expected
        spoken = [row for row in sent if row["answered_at"] is not None and row["ended_at"]]
        costs = [
            RATES.cost(row["number"], round((row["ended_at"] - row["answered_at"]) * 1000))
            for row in spoken
        ]
        trunks = await trunks_report(stores.reader, scope)
        assert sum(one.calls for one in trunks) == len(spoken)
        cost = sum(one or 0.0 for one in costs)
        assert sum(one.cost for one in trunks) == pytest.approx(cost)
        assert sum(one.carrier_cost for one in lists.lists) == pytest.approx(cost)

    @settings(max_examples=25)
    @given(dials(), st.sampled_from(ZONES))
    def check(made: list, zone: str) -> None:
        loop.run_until_complete(compare(made, ZoneInfo(zone), Scope(FROM, TO)))

    try:
        check()
    finally:
        loop.run_until_complete(stack.__aexit__(None, None, None))
        loop.close()
