"""Reports of attempts, against figures that were computed by hand."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from report_world import (
    AUTUMN,
    KINDS,
    SPRING,
    attempt,
    put_attempts,
    put_leads,
    world,
)
from sqlalchemy import insert, update
from stored import run

from dialer.adapters.sql.reports.campaign import abandons, campaign_report
from dialer.adapters.sql.reports.hours import hours_report
from dialer.adapters.sql.reports.lists import lists_report
from dialer.adapters.sql.reports.scope import Scope
from dialer.adapters.sql.reports.trunks import trunks_report
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.people import tenants
from dialer.domain.ids import AgentId, ListId, TenantId
from dialer.domain.meaning import Meaning
from dialer.domain.outcome import Outcome
from dialer.domain.rate_table import RateTable
from dialer.domain.trunk import Trunk
from dialer.errors import BadInput

CONTACT = int(Meaning.HUMAN | Meaning.CONTACT)
SALE = int(Meaning.HUMAN | Meaning.CONTACT | Meaning.RIGHT_PARTY | Meaning.SALE)
BERLIN = ZoneInfo("Europe/Berlin")


def connected(name: str, list_id: int, at: float, seconds: float, **known: object) -> dict:
    """Return a talk that was answered 10 s after the dial and joined at once."""
    talk = {"answered_at": at + 10, "connected_at": at + 10, "talk_ended_at": at + 10 + seconds}
    ended = {"ended_at": at + 10 + seconds, "outcome": "connected", "agent_id": "ann"}
    return attempt(name, list_id, at, **{**talk, **ended, **known})


DAY = [
    attempt("before", 1, 99.9),
    connected("sold", 1, 100.0, 31.0, disposition="sale", meaning=SALE, amount=50.0),
    connected("no", 1, 200.0, 6.0, disposition="not_suited", meaning=CONTACT, agent_id="bob"),
    connected("twice", 1, 210.0, 30.0, charged=True, disposition="hung_up", meaning=1),
    attempt("let_go", 2, 300.0, answered_at=310.0, outcome="abandoned", charged=True),
    attempt("left", 2, 400.0, answered_at=410.0, outcome="hung_up_waiting"),
    attempt("busy", 2, 500.0, outcome="busy", number="+4930123456"),
    attempt("unsent", 2, 510.0, outcome="failed", undialed=True),
    attempt("open", 1, 600.0, outcome=None, ended_at=None, number="+12025550199"),
    connected("other", 3, 700.0, 60.0, meaning=SALE, amount=7.0, number="+4930123457"),
    attempt("after", 1, 1000.0),
]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_campaign_is_counted_within_the_range(kind: str, tmp_path: Path) -> None:
    async with world(kind, tmp_path) as stores:
        await put_attempts(stores, DAY)
        spring, autumn = await campaign_report(stores.reader, Scope(100.0, 1000.0))
        (alone,) = await campaign_report(stores.reader, Scope(100.0, 1000.0, SPRING))
        (of_bob,) = await campaign_report(
            stores.reader, Scope(100.0, 1000.0, SPRING, agent_id=AgentId("bob"))
        )
        nobody = await campaign_report(stores.reader, Scope(0, 1e9, tenant_id=TenantId("x")))
        (never, _) = await campaign_report(stores.reader, Scope(300.0, 300.0))
    assert (spring, autumn.campaign_id) == (alone, AUTUMN)
    told = spring.tally
    assert (told.attempts, spring.undialed, spring.unfinished) == (7, 1, 1)
    assert (told.live_answers, told.connects, told.abandoned) == (5, 3, 2)
    assert (told.contacts, told.sales, told.amount) == (2, 1, 50.0)
    assert (told.abandon_rate, told.answer_rate) == (2 / 5, 5 / 7)
    assert told.contact_rate == 2 / 7
    assert spring.by_outcome == {
        Outcome.CONNECTED: 3,
        Outcome.ABANDONED: 1,
        Outcome.HUNG_UP_WAITING: 1,
        Outcome.BUSY: 1,
    }
    assert spring.by_disposition == {"sale": 1, "not_suited": 1, "hung_up": 1}
    assert (autumn.tally.attempts, autumn.tally.amount) == (1, 7.0)
    assert of_bob.tally.attempts == 1
    assert nobody == ()
    assert (never.tally.attempts, never.tally.abandon_rate, never.by_outcome) == (0, 0.0, {})


@pytest.mark.parametrize("kind", KINDS)
async def test_abandons_are_counted_over_the_windows_of_the_laws(kind: str, tmp_path: Path) -> None:
    def live(name: str, days: float, outcome: str) -> dict:
        at = days * 86_400.0
        return attempt(name, 1, at, answered_at=at + 5, outcome=outcome)

    async with world(kind, tmp_path) as stores:
        await put_attempts(
            stores,
            [
                live("first block", 29.9, "abandoned"),  # 30 January 1970
                live("second block", 30.1, "abandoned"),  # 31 January
                live("february", 31.5, "connected"),
                live("yesterday", 39.5, "connected"),
                live("after", 40.1, "abandoned"),
            ],
        )
        told = await abandons(stores.reader, Scope(0.0, 40 * 86_400.0, SPRING), ZoneInfo("UTC"))
    found = {one.name: (one.live_answers, one.abandoned) for one in told[SPRING]}
    assert found == {"24 h": (1, 0), "30 days": (3, 1), "month": (2, 0)}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_list_is_measured_by_what_it_brought_and_cost(kind: str, tmp_path: Path) -> None:
    async with world(kind, tmp_path) as stores:
        await put_attempts(stores, DAY)
        more = [(101, "ready", 0), (102, "ready", 0), (103, "importing", 0), (104, "waiting", 2)]
        await put_leads(
            stores,
            [
                {"id": id_, "list_id": 1, "number": "+1", "state": state, "attempts": tried}
                for id_, state, tried in more
            ],
        )
        report = await lists_report(stores.reader, Scope(100.0, 1000.0))
        (only,) = (await lists_report(stores.reader, Scope(0, 1e9, list_id=ListId(2)))).lists
        empty = await lists_report(stores.reader, Scope(5.0, 5.0, SPRING))
    a, b, c = report.lists
    assert (a.leads, a.dialed, a.by_state) == (9, 7, {"done": 6, "ready": 2, "waiting": 1})
    assert a.penetration == 7 / 9
    assert (a.tally.attempts, a.tally.contacts, a.tally.sales) == (4, 2, 1)
    # 31 s are 36 s, 6 and 30 s are the first 30 s; at 1.20 a minute
    assert a.carrier_cost == pytest.approx((36 + 30 + 30) / 60 * 1.2)
    assert a.cost_per_contact == pytest.approx((30 + 1.92) / 2)
    assert a.cost_per_sale == pytest.approx(31.92)
    assert (b.cost_per_sale, b.list_cost) == (None, 0.0)
    assert (c.unrated_calls, c.carrier_cost) == (1, 0.0)
    fair, web = report.sources
    assert (fair.tally, fair.name) == (b.tally, "fair")
    assert (web.leads, web.list_cost, web.tally) == (10, 35.0, a.tally + c.tally)
    assert only.name == "b"
    assert [one.tally.attempts for one in empty.lists] == [0, 0]
    assert empty.lists[0].penetration == 7 / 9


@pytest.mark.parametrize("kind", KINDS)
async def test_a_trunk_is_priced_by_the_longest_beginning(kind: str, tmp_path: Path) -> None:
    async with world(kind, tmp_path) as stores:
        far = connected("far", 1, 800.0, 90.5, number="+13005550100")
        await put_attempts(stores, [*DAY, far, connected("x", 2, 900.0, 10.4, trunk="gone")])
        report = await trunks_report(stores.reader, Scope(100.0, 1000.0))
        nothing = await trunks_report(stores.reader, Scope(1.0, 2.0))
    gone, trunk = report
    assert (gone.trunk, gone.unrated_s, gone.cost) == ("gone", 11, 0.0)
    told = {
        rate.beginning: (rate.calls, round(rate.answered_s, 3), rate.billed_s, round(rate.cost, 6))
        for rate in trunk.rates
    }
    # let_go and left are 10 s each, from the answer to the end
    assert told == {
        "+1": (1, 90.5, 96, 0.96),
        "+1202": (5, 87.0, 36 + 4 * 30, 3.12),
        None: (1, 60.0, 60, 0.0),
    }
    assert (trunk.unrated_s, trunk.calls) == (60, 7)
    assert trunk.cost == pytest.approx(4.08)
    assert nothing == ()


@pytest.mark.parametrize("kind", KINDS)
async def test_each_tenant_has_rates_of_its_own(kind: str, tmp_path: Path) -> None:
    async with world(kind, tmp_path) as stores:
        other = {"id": "other", "name": "other", "created_at": 0.0}
        await run(stores, insert(tenants).values(other))
        theirs = update(campaigns).where(campaigns.c.id == AUTUMN)
        await run(stores, theirs.values(tenant_id="other"))
        dear = Trunk("t1", "h", rates=RateTable({"+1": 6.0}))
        await stores.trunks.add(dear, by="sue", at=1.0, tenant_id="other")
        calls = [connected("ours", 1, 200.0, 60.0), connected("theirs", 3, 300.0, 60.0)]
        await put_attempts(stores, calls)
        whose = {
            tenant: await trunks_report(
                stores.reader, Scope(100.0, 1000.0, tenant_id=tenant and TenantId(tenant))
            )
            for tenant in ("main", "other", None)
        }
        lists = await lists_report(stores.reader, Scope(100.0, 1000.0))
    rates = {
        tenant: [(rate.beginning, rate.per_minute, rate.cost) for rate in trunk.rates]
        for tenant, (trunk,) in whose.items()
    }
    assert rates["main"] == [("+1202", 1.2, pytest.approx(1.2))]
    assert rates["other"] == [("+1", 6.0, pytest.approx(6.0))]
    assert rates[None] == [*rates["other"], *rates["main"]]
    assert [one.carrier_cost for one in lists.lists] == pytest.approx([1.2, 0.0, 6.0])


def dialed(utc: str, name: str, **known: object) -> dict:
    from datetime import datetime

    return attempt(name, 1, datetime.fromisoformat(utc + "+00:00").timestamp(), **known)


@pytest.mark.parametrize("kind", KINDS)
async def test_hours_are_local_on_the_days_when_the_clocks_change(
    kind: str, tmp_path: Path
) -> None:
    """Berlin: 2026-03-29 has no hour 2, 2026-10-25 has it twice; both are Sundays."""
    async with world(kind, tmp_path) as stores:
        await put_attempts(
            stores,
            [
                dialed("2026-03-28T23:00:00", "0 h in March"),
                dialed("2026-03-29T00:59:59.999", "1 h"),
                dialed("2026-03-29T01:00:00", "3 h", meaning=CONTACT),
                dialed("2026-03-29T21:59:59", "23 h"),
                dialed("2026-03-29T22:00:00", "0 h on Monday"),
                dialed("2026-10-24T22:00:00", "0 h in October"),
                dialed("2026-10-25T00:30:00", "2 h, summer"),
                dialed("2026-10-25T01:30:00", "2 h, winter"),
                dialed("2026-10-25T22:59:59", "23 h, hour 25 of the day"),
                dialed("2026-10-25T10:00:00", "unsent", undialed=True),
            ],
        )
        report = await hours_report(stores.reader, Scope(1.7e9, 1.8e9), BERLIN)
        none = await hours_report(stores.reader, Scope(1.7e9, 1.7e9), BERLIN)
    found = {(one.weekday, one.hour): one.tally.attempts for one in report.hours}
    assert found == {(6, 0): 2, (6, 1): 1, (6, 2): 2, (6, 3): 1, (6, 23): 2, (0, 0): 1}
    assert {day: tally.attempts for day, tally in report.days.items()} == {
        date(2026, 3, 29): 4,
        date(2026, 3, 30): 1,
        date(2026, 10, 25): 4,
    }
    (three,) = (one for one in report.hours if one.hour == 3)
    low, high = three.contact_interval
    assert (round(low, 4), high) == (0.2065, 1.0)
    assert (none.hours, none.days) == ((), {})


@pytest.mark.parametrize("kind", KINDS)
async def test_hours_of_a_zone_between_whole_hours_are_right(kind: str, tmp_path: Path) -> None:
    async with world(kind, tmp_path) as stores:
        await put_attempts(
            stores,
            [
                dialed("2026-06-01T18:14:59", "23 h in Kathmandu"),  # UTC+5:45
                dialed("2026-06-01T18:15:00", "0 h, next day"),
            ],
        )
        await hours_report(stores.reader, Scope(1.7e9, 1.8e9), BERLIN)  # asked in whole hours
        report = await hours_report(stores.reader, Scope(1.7e9, 1.8e9), ZoneInfo("Asia/Kathmandu"))
    assert [(one.weekday, one.hour) for one in report.hours] == [(0, 23), (1, 0)]


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    scope = Scope(1.0, 1.0)
    with pytest.raises(BadInput, match="ends before it begins"):
        replace(scope, end=0.5)
