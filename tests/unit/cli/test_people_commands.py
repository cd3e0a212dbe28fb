"""The commands for users, teams and pause codes, as they are typed."""

import json
from pathlib import Path

import pytest
from typed_commands import done, empty_node, refused


@pytest.fixture(autouse=True)
def _node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty_node(tmp_path, monkeypatch)


def test_people_are_added_to_a_team_listed_and_disabled() -> None:
    assert done("teams", "add", "East") == "team 'East' added\n"
    add = ("users", "add", "ann", "--role", "agent", "--name", "Ann", "--agent", "1001")
    assert done(*add, "--team", "East", "--leads-held-max", "50") == "user 'ann' added\n"
    (ann,) = json.loads(done("users", "list", "--json"))
    assert ann.pop("user_id").startswith("us-")
    assert ann == {
        "login": "ann",
        "role": "agent",
        "name": "Ann",
        "agent_id": "1001",
        "team": "East",
        "leads_held_max": 50,
        "active": True,
    }
    assert "Ann" in done("users", "list")
    assert done("teams", "list") == "East\t1\n"
    assert done("users", "disable", "ann") == "user 'ann' is disabled\n"
    assert json.loads(done("teams", "list", "--json")) == [{"name": "East", "users": 0}]


def test_what_cannot_be_is_one_line() -> None:
    done("users", "add", "ann", "--role", "agent", "--agent", "1001")
    role = refused("users", "add", "ben", "--role", "boss")
    known = "use one of agent, supervisor, qa, campaign_manager, administrator"
    assert role == f"outpace: role: 'boss' is unknown; {known}"
    again = refused("users", "add", "ann", "--role", "qa")
    assert again == "outpace: login: 'ann' exists already; choose another"
    agent = refused("users", "add", "ben", "--role", "agent", "--agent", "1001")
    assert agent == "outpace: agent: '1001' is somebody already; give another agent's name"
    team = refused("users", "add", "ben", "--role", "agent", "--team", "West")
    assert team == "outpace: team: 'West' does not exist; create it: outpace teams add"
    assert "'zoe' is no user" in refused("users", "disable", "zoe")


def test_pause_codes_are_added_listed_and_removed() -> None:
    add = ("pause-codes", "add", "lunch", "--label", "Lunch", "--unpaid", "--limit", "1800")
    assert done(*add) == "pause code 'lunch' added\n"
    assert done("pause-codes", "list") == "lunch\tLunch\tunpaid\t1800 s\n"
    assert json.loads(done("pause-codes", "list", "--json")) == [
        {"code": "lunch", "label": "Lunch", "paid": False, "limit_s": 1800}
    ]
    assert "'lunch' exists already" in refused(*add)
    assert done("pause-codes", "remove", "lunch") == "pause code 'lunch' removed\n"
    assert "'lunch' does not exist" in refused("pause-codes", "remove", "lunch")
    assert done("pause-codes", "list") == ""
