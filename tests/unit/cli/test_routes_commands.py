"""`outpace routes` and `outpace speech`, as they are typed."""

import json
import shlex
import sys
from pathlib import Path

import pytest
from typed_commands import done, empty_node, refused

NUMBER = "+12025550100"


def test_an_inbound_number_is_added_listed_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty_node(tmp_path, monkeypatch)
    added = done("routes", "add", NUMBER, "--flow", "main-menu", "--label", "Front desk")
    assert added == f"{NUMBER} leads to flow main-menu\n"
    done("routes", "add", "+12025550101", "--hang-up")
    assert done("routes", "list") == (
        f"{NUMBER}\tflow\tmain-menu\tFront desk\n+12025550101\thang_up\t\t\n"
    )
    done("routes", "remove", "+12025550101")
    assert json.loads(done("routes", "list", "--json")) == [
        {
            "number": NUMBER,
            "to": "flow",
            "name": "main-menu",
            "label": "Front desk",
            "after_hours": None,
        }
    ]


def test_an_inbound_number_may_be_open_by_calling_hours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty_node(tmp_path, monkeypatch)
    done("calling-hours", "add", "office", "--open", "daily=09:00-17:00")
    rule = ("--hours", "office", "--zone", "UTC", "--closed", "forward")
    done("routes", "add", NUMBER, "--flow", "main-menu", *rule, "--closed-to", "+12025550177")
    (shown,) = json.loads(done("routes", "list", "--json"))
    assert (shown["after_hours"]["then"], shown["after_hours"]["to"]) == (
        "forward",
        "+12025550177",
    )
    assert "is never open" in refused("routes", "add", "+12025550101", "--hang-up", *rule)


def test_a_number_that_leads_nowhere_or_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty_node(tmp_path, monkeypatch)
    assert "--hang-up" in refused("routes", "add", NUMBER)
    assert "more than one" in refused("routes", "add", NUMBER, "--flow", "a", "--queue", "b")
    assert "12025550100" in refused("routes", "add", "12025550100", "--flow", "a")
    assert "does not exist" in refused("routes", "remove", NUMBER)


def test_a_text_is_spoken_by_the_program_of_the_settings_or_that_it_is_none_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty_node(tmp_path, monkeypatch)
    monkeypatch.setenv("OUTPACE_SPEECH_COMMAND", "no-such-program {file}")
    said = tmp_path / "said.wav"
    assert "no-such-program" in refused("speech", "say", "Hello.", "--to", str(said))
    copy = f"import shutil; shutil.copy({str(_tone(tmp_path))!r}, '{{file}}')"
    command = shlex.join([sys.executable, "-c", copy])
    monkeypatch.setenv("OUTPACE_SPEECH_COMMAND", command)
    assert done("speech", "say", "Hello.", "--to", str(said)) == f"{said} written\n"
    assert said.stat().st_size > 4000


def _tone(folder: Path) -> Path:
    shipped = Path(__file__).parents[3] / "asterisk-conf/prompts/beep.wav"
    target = folder / "tone.wav"
    target.write_bytes(shipped.read_bytes())
    return target
