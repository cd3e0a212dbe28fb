"""Past days are read from a database that an engine may be writing to."""

from pathlib import Path

import pytest

from dialer.adapters.sql.recorded_days import RecordedCall, RecordedDays, RecordedState
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.domain.campaign import Campaign, CampaignSettings
from dialer.domain.ids import AgentId, AttemptId, CampaignId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.leadfile import LeadRow
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput
from dialer.ports import AgentRecord

SPRING, AUTUMN = CampaignId("ca-1"), CampaignId("ca-2")


async def recorded(stores: SqlStores) -> None:
    settings = CampaignSettings(mode="power", power_ratio=1.5)
    await stores.campaigns.create(Campaign(campaign_id=SPRING, name="spring", settings=settings))
    import_id = await stores.imports.begin(SPRING, "list.csv", at=1.0)
    await stores.imports.add(import_id, [LeadRow(2 + i, f"+1202555{i:04d}", {}) for i in range(4)])
    await stores.imports.finish(import_id, rows=4, rejected=0)
    leads = await stores.leads.lease(SPRING, 4)
    await stores.attempts.record_dialed(
        [
            Attempt(AttemptId(name), SPRING, lead.lead_id, lead.number, "trunk", 100.0 + at)
            for at, (name, lead) in enumerate(zip("abcd", leads, strict=True))
        ]
    )
    talk = {"answered_at": 110.0, "connected_at": 110.5, "talk_ended_at": 140.0}
    await stores.attempts.record_ends(
        [
            AttemptEnd(AttemptId("b"), Outcome.CONNECTED, 141.0, agent_id=AgentId("ann"), **talk),
            AttemptEnd(AttemptId("a"), Outcome.BUSY, 103.0),
            AttemptEnd(AttemptId("c"), Outcome.FAILED, 104.0, undialed=True),
        ]
    )
    for state, since, campaign in (("idle", 90.0, SPRING), ("talking", 110.5, AUTUMN)):
        await stores.agents.save(AgentRecord(AgentId("ann"), state, None, None, since, (campaign,)))


async def test_ended_calls_are_read_in_order_while_an_engine_writes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'outpace.db'}"
    async with open_stores(url) as stores:
        await recorded(stores)
        async with RecordedDays.opened(url) as days:
            found = await days.find("spring")
            assert found == await days.find("ca-1")
            assert found is not None
            assert (found.campaign_id, found.settings.power_ratio) == (SPRING, 1.5)
            assert await days.find("winter") is None
            assert await days.calls(SPRING) == [
                RecordedCall(100.0, None, None, None, 103.0, "busy", None),
                RecordedCall(101.0, 110.0, 110.5, 140.0, 141.0, "connected", "ann"),
            ]
            assert await days.states(SPRING, 0.0, 200.0) == [
                RecordedState("ann", "idle", 90.0, serves=True),
                RecordedState("ann", "talking", 110.5, serves=False),
            ]
            assert await days.states(SPRING, 100.0, 101.0) == []


async def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "outpace.db"
    with pytest.raises(BadInput, match="there is no"):
        async with RecordedDays.opened(f"sqlite:///{path}"):
            pass
    assert not path.exists()


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "outpace.db"
    path.write_text("no database at all, but long enough to have a header of one" * 20)
    with pytest.raises(BadInput, match="cannot be read"):
        async with RecordedDays.opened(f"sqlite:///{path}"):
            pass
