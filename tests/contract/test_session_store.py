"""What every SessionStore promises; and the small stores beside it."""

from functools import partial
from pathlib import Path

import pytest
from durable_stores import KINDS, SPRING, durable
from two_tenants import ACME, ROCKETS, settle_in

from dialer.domain.campaign import Campaign, CampaignSettings, CampaignState
from dialer.domain.ids import MAIN_TENANT, AgentId, CampaignId
from dialer.errors import BadInput, ChangedMeanwhile, Taken
from dialer.ports import DecisionSample

pytestmark = pytest.mark.parametrize("kind", KINDS)

ANN, BOB = AgentId("ann"), AgentId("bob")


async def test_a_session_is_open_until_it_ends(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await stores.sessions.begin(ANN, 10.0, node="a")
        await stores.sessions.begin(BOB, 11.0, node="b")
        assert await stores.sessions.open("a") == {ANN: 10.0}
        await stores.sessions.end(ANN, 20.0)
        assert await stores.sessions.open("a") == {}
        assert await stores.sessions.open("b") == {BOB: 11.0}


async def test_what_is_written_twice_counts_once(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await stores.sessions.begin(ANN, 10.0, node="a")
        await stores.sessions.begin(ANN, 10.0, node="a")
        await stores.sessions.end(ANN, 20.0)
        await stores.sessions.begin(ANN, 10.0, node="a")  # again, after its end
        assert await stores.sessions.open("a") == {}
        await stores.sessions.begin(ANN, 30.0, node="a")
        await stores.sessions.end(ANN, 20.0)  # again, after the next one began
        assert await stores.sessions.open("a") == {ANN: 30.0}


async def test_who_is_logged_in_does_not_begin_again(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await stores.sessions.begin(ANN, 10.0, node="a")
        await stores.sessions.begin(ANN, 15.0, node="a")
        assert await stores.sessions.open("a") == {ANN: 10.0}


async def test_settings_are_changed_and_of_a_running_campaign_its_pacing_only(
    kind: str, tmp_path: Path
) -> None:
    settings = CampaignSettings(mode="progressive", max_lines=7)
    async with durable(kind, tmp_path) as stores:
        change = partial(stores.campaigns.set_settings, SPRING, by="sue", at=1.0)
        told = await change(settings)
        assert told == {"max_lines": (100, 7), "mode": ("predictive", "progressive")}
        changed = await stores.campaigns.get(SPRING)
        assert changed is not None
        assert changed.settings == settings
        with pytest.raises(ChangedMeanwhile, match="was changed meanwhile"):
            await change(CampaignSettings(), expected=CampaignSettings())
        await stores.campaigns.set_state(SPRING, CampaignState.RUNNING)
        faster = settings.model_copy(update={"max_lines": 9})
        assert await change(faster, expected=settings) == {"max_lines": (7, 9)}
        with pytest.raises(BadInput, match=r"trunk: cannot change while 'spring' is running"):
            await change(faster.model_copy(update={"trunk": "other", "max_lines": 3}))
        await stores.campaigns.set_state(SPRING, CampaignState.PAUSED)
        await change(CampaignSettings())
        assert await change(CampaignSettings()) == {}
        with pytest.raises(BadInput, match="there is no 'winter'"):
            await stores.campaigns.set_settings(CampaignId("winter"), settings, by="sue", at=1.0)


async def test_samples_of_decisions_are_kept(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        sample = DecisionSample(SPRING, 10.0, 3, "lines", {"beta": 0.02})
        await stores.decisions.record([sample, sample])
        assert list(await stores.pause_codes.list()) == []


async def test_a_name_of_a_campaign_is_its_tenants_and_of_two_an_id_is_asked_for(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await settle_in(stores)
        theirs = Campaign(campaign_id=CampaignId("theirs"), name=SPRING, tenant_id=ACME)
        with pytest.raises(Taken, match="exists already"):
            await stores.campaigns.create(theirs.model_copy(update={"name": ROCKETS}))
        before = await stores.campaigns.find(SPRING)
        assert before is not None
        assert before.tenant_id == MAIN_TENANT
        await stores.campaigns.create(theirs)
        assert await stores.campaigns.get(theirs.campaign_id) == theirs
        with pytest.raises(BadInput, match=f"is one of 2 tenants; say which: {SPRING}, theirs"):
            await stores.campaigns.find(SPRING)
