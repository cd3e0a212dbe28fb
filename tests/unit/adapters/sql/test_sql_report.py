"""The report: every figure from committed attempts."""

from pathlib import Path

import pytest

from dialer.adapters.sql.report import Percentiles, Recording, percentiles
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.domain.campaign import Campaign
from dialer.domain.ids import AttemptId, CampaignId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.leadfile import LeadRow
from dialer.domain.outcome import Outcome

SPRING = CampaignId("spring")


async def dialed(stores: SqlStores, names: str) -> None:
    """Record one attempt for each letter of `names`, at 100, 101, ... seconds."""
    await stores.campaigns.create(Campaign(campaign_id=SPRING, name="spring"))
    import_id = await stores.imports.begin(SPRING, "list.csv", at=1.0)
    rows = [LeadRow(2 + i, f"+1202555{i:04d}", {}) for i in range(len(names) + 1)]
    await stores.imports.add(import_id, rows)
    await stores.imports.finish(import_id, rows=len(rows), rejected=0)
    await stores.attempts.record_dialed(
        [
            Attempt(AttemptId(name), SPRING, lead.lead_id, lead.number, "trunk", 100.0 + at)
            for at, (name, lead) in enumerate(
                zip(names, await stores.leads.lease(SPRING, len(names)), strict=True)
            )
        ]
    )


def end(name: str, outcome: Outcome, at: float = 150.0, **known: object) -> AttemptEnd:
    return AttemptEnd(AttemptId(name), outcome, at, **known)  # type: ignore[arg-type]


async def test_a_campaign_is_counted_from_its_attempts(tmp_path: Path) -> None:
    async with open_stores(f"sqlite:///{tmp_path / 'outpace.db'}") as stores:
        await dialed(stores, "abcdefgh")
        talk = {"answered_at": 110.0, "talk_ended_at": 140.0}
        await stores.attempts.record_ends(
            [
                end("a", Outcome.CONNECTED, connected_at=110.1, recording="a.wav", **talk),
                end("b", Outcome.CONNECTED, connected_at=112.0, charged=True, **talk),
                end("c", Outcome.ABANDONED, answered_at=110.0, charged=True),
                end("d", Outcome.HUNG_UP_WAITING, answered_at=110.0),
                end("e", Outcome.BUSY),
                end("f", Outcome.NO_ANSWER, 190.0),
                end("g", Outcome.FAILED, undialed=True),
            ]
        )
        report = await stores.reports.campaign(SPRING)
    assert report.attempts == 7
    assert report.undialed == 1
    assert report.by_outcome == {
        Outcome.CONNECTED: 2,
        Outcome.ABANDONED: 1,
        Outcome.HUNG_UP_WAITING: 1,
        Outcome.BUSY: 1,
        Outcome.NO_ANSWER: 1,
    }
    assert (report.live_answers, report.connected) == (4, 2)
    assert (report.abandoned, report.hung_up_first) == (2, 1)
    assert report.abandon_rate == 0.5
    assert report.answer_rate == pytest.approx(4 / 7)
    assert report.connect_latency.count == 2
    assert report.connect_latency.p50_s == pytest.approx(0.1)
    assert report.connect_latency.most_s == pytest.approx(2.0)
    assert report.talk_s == pytest.approx(29.9 + 28.0)
    assert (report.first_dialed_at, report.last_ended_at) == (100.0, 190.0)
    assert report.open_attempts == ("h",)
    assert report.leads_dialed_again == ()
    assert report.recordings == (Recording(AttemptId("a"), "a.wav"),)
    assert report.talks_unrecorded == ("b",)
    assert report.leads == {
        "done": 2,
        "waiting": 3,
        "callback": 1,
        "dialing": 1,
        "ready": 2,
    }


async def test_a_lead_that_was_dialed_again_is_named(tmp_path: Path) -> None:
    async with open_stores(f"sqlite:///{tmp_path / 'outpace.db'}") as stores:
        await dialed(stores, "ab")
        unsent = [end(name, Outcome.FAILED, undialed=True) for name in "ab"]
        await stores.attempts.record_ends(unsent)
        one, two = await stores.leads.lease(SPRING, 2)
        for name, lead in (("c", one), ("d", two)):
            await stores.attempts.record_dialed(
                [Attempt(AttemptId(name), SPRING, lead.lead_id, lead.number, "trunk", 200.0)]
            )
        assert (await stores.reports.campaign(SPRING)).leads_dialed_again == ()
        await stores.attempts.record_ends([end("c", Outcome.BUSY)])
        await stores.writer.transact(
            lambda connection: connection.exec_driver_sql(
                "UPDATE leads SET state = 'leased' WHERE id = ?", (one.lead_id,)
            )
        )
        await stores.attempts.record_dialed(
            [Attempt(AttemptId("e"), SPRING, one.lead_id, one.number, "trunk", 300.0)]
        )
        assert (await stores.reports.campaign(SPRING)).leads_dialed_again == (one.lead_id,)


async def test_a_campaign_nobody_dialed_has_an_empty_report(tmp_path: Path) -> None:
    async with open_stores(f"sqlite:///{tmp_path / 'outpace.db'}") as stores:
        report = await stores.reports.campaign(CampaignId("winter"))
    assert (report.attempts, report.abandon_rate, report.answer_rate) == (0, 0.0, 0.0)
    assert report.first_dialed_at is None
    assert report.connect_latency == Percentiles(0, 0.0, 0.0, 0.0, 0.0)


def test_percentiles_are_by_nearest_rank() -> None:
    assert percentiles([i / 100 for i in range(1, 101)]) == Percentiles(100, 0.5, 0.95, 0.99, 1.0)
    assert percentiles([3.0]) == Percentiles(1, 3.0, 3.0, 3.0, 3.0)
