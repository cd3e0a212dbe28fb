"""What holds a campaign as a whole, from its state and the floor."""

from typing import Any

import pytest

from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.ids import CampaignId
from dialer.services.explain import LIMITS, holding
from pacing import LimitedBy

SPRING = Campaign(campaign_id=CampaignId("ca-1"), name="spring", state=CampaignState.RUNNING)


def floor(
    *states: str, switch: bool = True, held: bool = False, limited_by: str = "agents"
) -> dict[str, Any]:
    return {
        "switch": switch,
        "held": held,
        "agents": [{"state": state, "campaigns": ["ca-1"]} for state in states],
        "campaigns": [{"campaign": "ca-1", "state": "running", "limited_by": limited_by}],
    }


def holds(told: dict[str, Any] | None, campaign: Campaign = SPRING) -> list[str]:
    return [one.hold for one in holding(campaign, told, "")]


def test_a_campaign_that_runs_is_held_by_what_its_pacer_says() -> None:
    (hold,) = holding(SPRING, floor("idle", "paused"), "")
    assert hold.sentence == (
        "the pacer's last decision: no agent would be free for one more answer"
    )
    assert (hold.hold, hold.detail) == ("pacer", "agents")


def test_without_agents_or_with_all_of_them_paused_that_is_said_first() -> None:
    assert holds(floor(limited_by="")) == ["agents"]
    assert holds(floor("offline", "calling", limited_by="")) == ["agents"]
    (hold,) = holding(SPRING, floor("paused", limited_by=""), "")
    assert (hold.hold, hold.detail) == ("agents_paused", "1")
    assert hold.sentence == "all its 1 agents are paused"


def test_agents_of_other_campaigns_do_not_count() -> None:
    told = floor("idle", limited_by="")
    told["agents"][0]["campaigns"] = ["ca-2"]
    assert holds(told) == ["agents"]


def test_a_switch_that_is_gone_and_a_dialing_that_is_held_are_told() -> None:
    assert holds(floor("idle", switch=False, held=True, limited_by="")) == ["switch"]
    assert holds(floor("idle", held=True, limited_by="")) == ["held"]


def test_without_an_engine_it_says_that_no_engine_runs() -> None:
    assert holds(None) == ["engine"]


@pytest.mark.parametrize("state", [s for s in CampaignState if s is not CampaignState.RUNNING])
def test_the_state_comes_first_and_says_how_to_start(state: CampaignState) -> None:
    campaign = SPRING.model_copy(update={"state": state})
    first = holding(campaign, floor("idle"), "")[0]
    assert (first.hold, first.detail) == ("state", state.value)
    assert first.sentence == f"it is {state.value}: outpace campaigns start spring"


def test_why_it_may_not_dial_on_its_trunk_is_told() -> None:
    told = holding(SPRING, floor("idle", limited_by=""), "caller_id: none")
    assert [one.sentence for one in told] == ["it may not dial: caller_id: none"]


def test_every_limit_has_a_sentence() -> None:
    assert set(LIMITS) == {limit.value for limit in LimitedBy}


def test_a_campaign_whose_trunks_are_all_taken_out_is_held_by_them() -> None:
    told = floor("idle", limited_by="")
    told["campaigns"][0]["trunks"] = ["east", "west"]
    east = {"trunk": "east", "state": "open", "reason": "it does not answer OPTIONS"}
    west = {"trunk": "west", "state": "open", "reason": "5 of the last 5 calls failed by its fault"}
    told["trunks"] = [east, west, {"trunk": "north", "state": "closed", "reason": ""}]
    (hold,) = holding(SPRING, told, "")
    assert hold.hold == "trunk_out"
    assert "east: it does not answer OPTIONS; west: 5 of the last" in hold.sentence
    told["trunks"][1] = {**west, "state": "half_open"}
    assert holds(told) == []
