"""What agents did, against figures that were computed by hand."""

from pathlib import Path

import pytest
from report_world import AUTUMN, KINDS, SPRING, attempt, put_attempts, put_states, state, world

from dialer.adapters.sql.reports.agents import AgentFigures, Span, agents_report
from dialer.adapters.sql.reports.scope import Scope
from dialer.domain.ids import AgentId, TenantId

SHIFT = [
    state("ann", 100.0, "calling"),
    state("ann", 110.0, "idle"),
    state("ann", 150.0, "reserved", attempt_id="1"),
    state("ann", 150.25, "talking", attempt_id="1"),
    state("ann", 200.0, "wrap_up", attempt_id="1"),
    state("ann", 210.0, "paused", reason="coffee"),
    state("ann", 260.0, "paused", reason="lunch"),
    state("ann", 300.0, "idle"),
    state("ann", 400.0, "offline", reason="logged out"),
    state("ann", 500.0, "calling"),
    state("ann", 505.0, "idle"),
]


async def report(kind: str, folder: Path, rows: list, scope: Scope, **asked: float) -> tuple:
    async with world(kind, folder) as stores:
        await put_states(stores, rows)
        return await agents_report(stores.reader, scope, now=asked.get("now", 1e9))


def seconds(figures: AgentFigures) -> dict[str, float]:
    return {name: ms / 1000 for name, ms in figures.state_ms.items()}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_shift_is_told_by_state_and_pause(kind: str, tmp_path: Path) -> None:
    (ann,) = await report(kind, tmp_path, SHIFT, Scope(0.0, 605.0))
    assert seconds(ann) == {
        "idle": 40 + 100 + 100,
        "reserved": 0.25,
        "talking": 49.75,
        "wrap_up": 10,
        "paused": 90,
    }
    assert ann.pause_ms == {"coffee": 50_000, "lunch": 40_000}
    assert (ann.unpaid_ms, ann.paid_ms) == (40_000, 350_000)
    assert ann.spans == (Span(110_000, 400_000), Span(505_000, 605_000))
    assert ann.logged_in_ms == 390_000
    assert ann.occupancy == pytest.approx(59.75 / 300)
    assert (ann.wrap_ups, ann.average_wrap_up_s) == (1, 10.0)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_reaches_over_the_ends_of_the_range_is_cut(kind: str, tmp_path: Path) -> None:
    (ann,) = await report(kind, tmp_path, SHIFT, Scope(180.0, 205.5))
    assert seconds(ann) == {"talking": 20, "wrap_up": 5.5}
    assert ann.spans == (Span(180_000, 205_500),)
    assert ann.wrap_ups == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_state_that_is_on_has_lasted_until_now(kind: str, tmp_path: Path) -> None:
    (ann,) = await report(kind, tmp_path, SHIFT, Scope(450.0, 9999.0), now=510.0)
    assert (seconds(ann), ann.spans) == ({"idle": 5}, (Span(505_000, 510_000),))


@pytest.mark.parametrize("kind", KINDS)
async def test_rows_that_a_restart_repeats_do_not_count_double(kind: str, tmp_path: Path) -> None:
    again = [
        *SHIFT[:5],
        state("ann", 200.0, "wrap_up", attempt_id="1"),  # as it was
        state("ann", 205.0, "wrap_up", attempt_id="1"),  # and since the restart
        *SHIFT[5:],
    ]
    once = await report(kind, tmp_path, SHIFT, Scope(0.0, 605.0))
    (tmp_path / "again").mkdir()
    assert await report(kind, tmp_path / "again", again, Scope(0.0, 605.0)) == once


@pytest.mark.parametrize("kind", KINDS)
async def test_with_a_campaign_time_counts_while_it_is_served(kind: str, tmp_path: Path) -> None:
    rows = [
        state("ann", 0.0, "idle", campaigns=[SPRING]),
        state("ann", 60.0, "idle", campaigns=[SPRING, AUTUMN]),
        state("ann", 100.0, "idle", campaigns=[SPRING]),
        state("bob", 0.0, "idle", campaigns=[SPRING]),
    ]
    (ann,) = await report(kind, tmp_path, rows, Scope(0.0, 200.0, AUTUMN))
    assert (ann.agent_id, seconds(ann)) == ("ann", {"idle": 40})
    assert ann.spans == (Span(60_000, 100_000),)


@pytest.mark.parametrize("kind", KINDS)
async def test_talks_and_sales_are_those_of_the_agent(kind: str, tmp_path: Path) -> None:
    talk = {"outcome": "connected", "answered_at": 110.0, "connected_at": 110.5}
    async with world(kind, tmp_path) as stores:
        await put_attempts(
            stores,
            [
                attempt("1", 1, 100.0, **talk, talk_ended_at=140.5, agent_id="ann", meaning=19),
                attempt("2", 1, 101.0, **talk, talk_ended_at=120.5, agent_id="ann", meaning=1),
                attempt("3", 1, 102.0, **talk, ended_at=None, agent_id="ann", number="+1"),
                attempt("4", 3, 103.0, **talk, talk_ended_at=120.5, agent_id="cy"),
                attempt("5", 1, 104.0),
            ],
        )
        everyone = await agents_report(stores.reader, Scope(0.0, 200.0), now=200.0)
        (ann,) = await agents_report(
            stores.reader, Scope(0.0, 200.0, agent_id=AgentId("ann")), now=200.0
        )
        none = await agents_report(stores.reader, Scope(0.0, 100.0), now=200.0)
    assert [one.agent_id for one in everyone] == ["ann", "cy"]
    assert everyone[0] == ann
    assert (ann.talks, ann.average_talk_s) == (2, 20.0)
    assert (ann.tally.contacts, ann.tally.sales) == (1, 1)
    assert (ann.logged_in_ms, ann.occupancy, ann.spans) == (0, 0.0, ())
    assert none == ()


@pytest.mark.parametrize("kind", KINDS)
async def test_agents_without_a_user_are_of_the_main_tenant(kind: str, tmp_path: Path) -> None:
    scope = Scope(0.0, 200.0, tenant_id=TenantId("main"))
    (ann,) = await report(kind, tmp_path, [state("ann", 0.0, "idle")], scope)
    assert ann.logged_in_ms == 200_000
    other = Scope(0.0, 200.0, tenant_id=TenantId("other"))
    (tmp_path / "b").mkdir()
    assert await report(kind, tmp_path / "b", [state("ann", 0.0, "idle")], other) == ()
