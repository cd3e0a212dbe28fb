"""The commands for agents' phones, as they are typed; no engine runs."""

import json
from pathlib import Path

import pytest
from typed_commands import done, empty_node, refused, typed


@pytest.fixture(autouse=True)
def _node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty_node(tmp_path, monkeypatch)


def test_a_phone_is_added_listed_given_a_new_secret_and_removed() -> None:
    first = typed("phones", "add", "1001")
    assert first.exit_code == 0
    secret = first.stdout.strip()
    assert len(secret) == 24
    assert "keep this, it is not shown again" in first.stderr
    done("phones", "add", "ann", "--kind", "webrtc")
    done("phones", "add", "1002", "--transport", "tls", "--srtp")
    known = json.loads(done("phones", "list", "--json"))
    assert [(p["name"], p["kind"], p["transport"], p["srtp"]) for p in known] == [
        ("1001", "sip", "udp", False),
        ("1002", "sip", "tls", True),
        ("ann", "webrtc", "udp", False),
    ]
    assert {p["asterisk"] for p in known} == {"no engine runs"}
    assert secret not in done("phones", "list")
    assert done("phones", "secret", "1001").strip() != secret
    assert done("phones", "remove", "1001") == "phone '1001' removed\n"
    assert len(json.loads(done("phones", "list", "--json"))) == 2


def test_when_a_phone_is_called_is_said_and_listed() -> None:
    done("phones", "add", "1001")
    done("phones", "add", "1002", "--leg", "on_demand")
    said = done("phones", "leg", "1001", "on_demand")
    assert said == "phone '1001': leg on_demand, from the next log-in on\n"
    assert [p["leg"] for p in json.loads(done("phones", "list", "--json"))] == ["on_demand"] * 2
    assert "on_demand" in done("phones", "list")
    told = json.loads(done("phones", "leg", "1001", "standing", "--json"))
    assert told == {"phone": "1001", "leg": "standing"}
    done("phones", "add", "ann", "--kind", "webrtc")
    kept = "outpace: leg: on_demand is of SIP phones; a page in a browser keeps its leg; "
    assert refused("phones", "leg", "ann", "on_demand") == kept + "choose leg standing"
    assert "keeps its leg" in refused(
        "phones", "add", "b", "--kind", "webrtc", "--leg", "on_demand"
    )
    assert "there is no phone" in refused("phones", "leg", "1003", "on_demand")


def test_what_cannot_be_a_phone_is_one_line() -> None:
    done("phones", "add", "1001")
    assert refused("phones", "add", "1001") == (
        "outpace: name: '1001' is a phone's already; choose another"
    )
    assert "cannot name an endpoint" in refused("phones", "add", "transport-udp")
    assert "choose transport tls" in refused("phones", "add", "1002", "--srtp")
    assert refused("phones", "secret", "1003") == (
        "outpace: name: there is no phone '1003'; add it first"
    )
    assert "there is no phone" in refused("phones", "remove", "1003")
