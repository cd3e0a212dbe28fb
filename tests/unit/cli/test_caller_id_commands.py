"""The commands for caller ids, as they are typed."""

import json
from pathlib import Path

import pytest
from typed_commands import done, empty_node, refused

from dialer.domain.caller_id import DAY_S

NUMBER = "+12025550100"


@pytest.fixture(autouse=True)
def _node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty_node(tmp_path, monkeypatch)


def test_numbers_are_added_proven_and_removed() -> None:
    added = done("caller-ids", "add", NUMBER, "--proof", "letter", "--since", "2026-11-02")
    assert added == f"caller id {NUMBER} added; it may be shown\n"
    assert "once its proof" in done("caller-ids", "add", "+12125550100", "--label", "New York")
    (dc, ny) = json.loads(done("caller-ids", "list", "--json"))
    assert (dc["number"], dc["proof"], dc["complaints"]) == (NUMBER, "letter", 0)
    assert (ny["label"], ny["verified_at"]) == ("New York", None)
    done("caller-ids", "prove", "+12125550100", "--proof", "page of the portal")
    assert "page of the portal" in done("caller-ids", "list")
    done("caller-ids", "remove", "+12125550100")
    assert "+12125550100" not in done("caller-ids", "list")


def test_a_complaint_rests_a_number_and_another_one_for_longer() -> None:
    done("caller-ids", "add", NUMBER, "--proof", "letter")
    first = json.loads(done("caller-ids", "complain", NUMBER, "--days", "10", "--json"))
    second = json.loads(done("caller-ids", "complain", NUMBER, "--days", "10", "--json"))
    assert second["rests_until"] - first["rests_until"] == pytest.approx(10 * DAY_S, abs=60)
    assert "rests until" in done("caller-ids", "list")
    assert (
        done("caller-ids", "health")
        == f"{NUMBER}\t0 calls\t- answered\t- short\t2 complaints\trests\n"
    )


def test_what_cannot_be_is_one_line() -> None:
    done("caller-ids", "add", NUMBER)
    assert "exists already" in refused("caller-ids", "add", NUMBER)
    assert "premium-rate" in refused("caller-ids", "add", "+19005550100", "--proof", "letter")
    assert "does not exist" in refused("caller-ids", "complain", "+12125550100")
    assert "there is no trunk 'w'" in refused("caller-ids", "add", "+12125550100", "--trunk", "w")
    assert "--proof: is empty" in refused(
        "caller-ids", "add", "+12125550100", "--since", "2026-01-01"
    )
    assert "out of range" in refused("caller-ids", "complain", NUMBER, "--days", "0")
