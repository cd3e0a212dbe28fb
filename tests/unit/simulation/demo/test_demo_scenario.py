"""Scenario files: those that ship are good, and whatever is wrong in one is named with its fix."""

from pathlib import Path
from random import Random

import pytest

from dialer.errors import BadInput
from simulation.demo.scenario import SHIPPED, Law, load_scenario, read_scenario, shipped_scenarios

GOOD = (SHIPPED / "smoke.toml").read_text()


def told_of(tmp_path: Path, wrong: str) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(wrong)
    with pytest.raises(BadInput) as error:
        read_scenario(path)
    told = str(error.value)
    assert told.startswith(f"{path}: ")
    assert "\n" not in told
    return told.removeprefix(f"{path}: ")


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_scenario_that_ships_is_good(name: str) -> None:
    scenario = load_scenario(name)

    assert scenario.settings.ring_timeout_s > scenario.ring_s.mean
    assert scenario.settings.abandon_rate_target == 0.03  # not one of them loosens the cap


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(BadInput, match="'nope' is unknown; choose one of busy-floor, demo"):
        load_scenario("nope")


def test_a_file_of_ones_own_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace("agents = 4", "agents = 6"))

    assert load_scenario(str(path)).agents == 6


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.toml: cannot be read \(No such file"):
        load_scenario(str(tmp_path / "gone.toml"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("agents = 4", "agents == 4", "is no TOML: "),
        ("agents = 4", "agents = 99", "agents: "),
        ("agents = 4", "", "agents: Field required; add it"),
        ("agents = 4", "agents = 4\nspeed = 2", "speed: "),
        ("busy = 0.20", "busy = 0.30", "outcomes: the shares add up to 1.100, not to 1"),
        ("busy = 0.20", "bussy = 0.20", "outcomes.bussy: "),
        ("busy = 0.20", "busy = -0.20", "outcomes: a share is below 0"),
        ("mean = 0.8", "mean = 8", "ring_s: shortest < mean < longest does not hold"),
        ("ring_timeout_s = 2", "ring_timeout_s = 0", "campaign.ring_timeout_s: "),
        ("ring_timeout_s = 2", "speed = 2", "campaign.speed: "),
        ('mode = "predictive"', "abandon_rate_target = 0.1", "campaign.abandon_rate_target: "),
        ('mode = "predictive"', 'mode = "preview"', "campaign.mode: 'preview' never dials"),
        ('mode = "predictive"', "record = false", "campaign.record: "),
        ('mode = "predictive"', 'trunk = "other"', "campaign.trunk: 'other' does not exist"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_key(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in GOOD

    assert told_of(tmp_path, GOOD.replace(old, new)).startswith(told)


def test_an_unknown_key_is_told_the_known_ones(tmp_path: Path) -> None:
    told = told_of(tmp_path, GOOD.replace("agents = 4", "agents = 4\nspeed = 2"))

    assert "remove it; known are agents, break_s, campaign, early_hang_up_s" in told


def test_durations_follow_their_law() -> None:
    law = Law(shortest=0.6, mean=2.0, longest=4.5)
    chance = Random(7)

    drawn = [law.draw(chance) for _ in range(4000)]

    assert min(drawn) >= 0.6
    assert max(drawn) <= 4.5
    assert sum(drawn) / len(drawn) == pytest.approx(2.0, rel=0.05)
