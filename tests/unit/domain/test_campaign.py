"""A campaign's settings and states: what may follow what, and which values are refused."""

import pytest
from pydantic import ValidationError

from dialer.domain.campaign import MOVES, Campaign, CampaignSettings, CampaignState, settings_from
from dialer.domain.ids import CampaignId

C = CampaignState


def campaign(state: CampaignState) -> Campaign:
    return Campaign(campaign_id=CampaignId("spring"), name="Spring", state=state)


@pytest.mark.parametrize("state", C)
@pytest.mark.parametrize("move", ["start", "pause", "stop", "finish", "delete"])
def test_a_move_is_lawful_when_the_table_has_it(state: CampaignState, move: str) -> None:
    assert campaign(state).moved(move) is MOVES.get((state, move))


def test_a_campaign_runs_pauses_runs_again_and_is_finished() -> None:
    state = C.DRAFT
    for move in ("start", "pause", "start", "stop", "start", "finish", "start"):
        after = campaign(state).moved(move)
        assert after is not None
        state = after
    assert state is C.RUNNING


def test_what_runs_is_not_started_again_and_what_is_over_is_not_stopped() -> None:
    assert campaign(C.RUNNING).moved("start") is None
    assert campaign(C.FINISHED).moved("stop") is None
    assert campaign(C.DRAFT).moved("pause") is None


def test_any_campaign_that_dials_or_may_dial_again_can_be_stopped_or_has_nothing_to_stop() -> None:
    stoppable = {C.RUNNING, C.PAUSED, C.SCHEDULED}
    assert {state for state in C if campaign(state).moved("stop")} == stoppable


def test_the_legal_ceiling_is_no_knob() -> None:
    assert CampaignSettings().abandon_rate_target == 0.03
    with pytest.raises(ValidationError, match=r"less than or equal to 0\.03"):
        CampaignSettings(abandon_rate_target=0.031)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("abandon_rate_target", 0),
        ("power_ratio", 0.0),
        ("weight", 0),
        ("ring_timeout_s", 0.5),
        ("ring_min_s", -1),
        ("wrap_up_limit_s", 3601),
        ("max_lines", 0),
        ("calls_per_second", 0),
        ("calls_per_second", float("nan")),
        ("mode", "blaster"),
        ("unheard_of", 1),
    ],
)
def test_a_value_out_of_range_is_named(field: str, value: object) -> None:
    with pytest.raises(ValidationError, match=field):
        settings_from({field: value})


def test_settings_are_read_back_as_they_were_stored() -> None:
    settings = CampaignSettings(mode="power", weight=2.5, wrap_up_limit_s=0, cue=False)
    assert settings_from(settings.model_dump(mode="json")) == settings


def test_settings_do_not_change_under_a_running_campaign() -> None:
    settings = CampaignSettings()
    with pytest.raises(ValidationError):
        settings.weight = 2.0


def test_detection_is_off_until_somebody_asks_for_it() -> None:
    assert CampaignSettings().amd == "off"
    assert settings_from({"amd": "agent_first"}).amd == "agent_first"
    assert settings_from({"amd": "screening"}).amd == "screening"  # labelled calls decide
