"""The commands for queues and skills, as they are typed."""

import json
from pathlib import Path

import pytest
from typed_commands import done, empty_node, refused

OFFICE = ("--open", "mon-fri=09:00-17:30", "--open", "sat=", "--open", "sun=")


@pytest.fixture(autouse=True)
def _node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty_node(tmp_path, monkeypatch)


def test_a_queue_is_added_changed_listed_and_removed() -> None:
    done("skills", "add", "spanish")
    added = done("queues", "add", "sales", "--skill", "spanish", "--priority", "2")
    assert added == "queue 'sales' added\n"
    done("queues", "set", "sales", "--vip", "+12025550155", "--longest-wait", "90")
    done("queues", "set", "sales", "--park-limit", "45")
    (sales,) = json.loads(done("queues", "list", "--json"))
    assert sales["settings"] | {"skills": ["spanish"], "priority": 2} == sales["settings"]
    assert sales["settings"]["vip_numbers"] == ["+12025550155"]
    assert sales["settings"]["longest_wait_s"] == 90.0
    assert sales["settings"]["park_limit_s"] == 45.0
    assert "sales\tspanish\tpriority 2\t90 s, then hang_up" in done("queues", "list")
    assert "is in use by queue sales" in refused("skills", "remove", "spanish")
    done("queues", "set", "sales", "--skill", "", "--vip", "")
    (sales,) = json.loads(done("queues", "list", "--json"))
    assert sales["settings"]["skills"] == sales["settings"]["vip_numbers"] == []
    assert sales["settings"]["priority"] == 2
    done("skills", "remove", "spanish")
    done("queues", "remove", "sales")
    assert done("queues", "list", "--json") == "[]\n"


def test_a_queue_says_whether_its_talks_are_recorded() -> None:
    told = ("--recording", "announced", "--recording-announcement", "/srv/told")
    done("queues", "add", "sales", *told)
    (sales,) = json.loads(done("queues", "list", "--json"))
    assert sales["settings"]["recording"] == "announced"
    assert sales["settings"]["recording_announcement"] == "/srv/told"
    still = refused("queues", "set", "sales", "--recording", "off")
    assert "recording_announcement: is there, but the recording is off; empty it" in still
    done("queues", "set", "sales", "--recording", "off", "--recording-announcement", "")
    (sales,) = json.loads(done("queues", "list", "--json"))
    assert (sales["settings"]["recording"], sales["settings"]["recording_announcement"]) == (
        "off",
        "",
    )


def test_what_cannot_be_is_one_line() -> None:
    order = refused("queues", "add", "sales", "--order", "random")
    assert "order: 'random' is none; use one of longest_idle, most_skilled" in order
    assert "there is no skill 'greek'" in refused("queues", "add", "sales", "--skill", "greek")
    assert "'sales' does not exist" in refused("queues", "set", "sales", "--priority", "1")
    done("queues", "add", "sales")
    assert "none is given" in refused("queues", "set", "sales")
    assert "vip_numbers" in refused("queues", "set", "sales", "--vip", "5550100")
    assert "call_back_key" in refused("queues", "set", "sales", "--call-back-key", "#")
    assert "call_back_campaign" in refused("queues", "set", "sales", "--call-back-key", "5")
    done("queues", "set", "sales", "--call-back-key", "5", "--call-back-campaign", "spring")


def test_skills_are_given_to_people_who_are_there() -> None:
    done("skills", "add", "spanish")
    assert json.loads(done("skills", "list", "--json")) == ["spanish"]
    assert "'ann' is no user" in refused("skills", "give", "ann", "spanish")
    done("users", "add", "ann", "--role", "agent", "--agent", "1001")
    said = done("skills", "give", "ann", "spanish=2")
    assert said == "skills of 'ann': spanish 2\n"
    assert "no skill 'greek'" in refused("skills", "give", "ann", "greek")
    assert "skills: 10 is out of range" in refused("skills", "give", "ann", "spanish=10")
    assert done("skills", "give", "ann") == "skills of 'ann': none\n"


def test_a_queue_is_open_by_the_hours_of_a_name_and_those_stay_while_it_names_them() -> None:
    rule = ("--hours", "office", "--zone", "America/New_York", "--closed", "voicemail")
    assert "there is no calling hours 'office'" in refused("queues", "add", "sales", *rule)
    done("calling-hours", "add", "office", *OFFICE)
    done("queues", "add", "sales", *rule, "--closed-prompt", "closed")
    (sales,) = json.loads(done("queues", "list", "--json"))
    assert sales["settings"]["after_hours"] == {
        "hours": "office",
        "zone": "America/New_York",
        "then": "voicemail",
        "to": "",
        "prompt": "closed",
    }
    assert "is in use by queue sales" in refused("calling-hours", "remove", "office")
    done("queues", "set", "sales", "--priority", "1")
    assert json.loads(done("queues", "list", "--json"))[0]["settings"]["after_hours"] is not None
    done("queues", "set", "sales", "--hours", "")
    assert json.loads(done("queues", "list", "--json"))[0]["settings"]["after_hours"] is None
    done("calling-hours", "remove", "office")


def test_rules_that_cannot_be_are_one_line() -> None:
    done("calling-hours", "add", "office", *OFFICE)
    rule = ("--hours", "office", "--zone", "UTC", "--closed")
    assert "announcement, voicemail" in refused("queues", "add", "sales", *rule, "sing")
    assert "then: '' is none" in refused("queues", "add", "sales", "--hours", "office")
    assert "to: '' is no number" in refused("queues", "add", "sales", *rule, "forward")
    assert "--hours" in refused("queues", "add", "sales", "--zone", "UTC")
