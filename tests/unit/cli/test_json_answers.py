"""What commands did is told to machines as one line of JSON."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typed_commands import done, empty_node
from typer.core import TyperGroup

from dialer.cli import NOUNS, app

NOUNS_WITH_JSON = (
    *("campaigns", "leads", "users", "teams", "pause-codes", "do-not-call", "report"),
    *("config", "stop-all", "status"),
)


def told(*words: str) -> Any:
    return json.loads(done(*words, "--json"))


def test_every_command_of_a_day_speaks_to_machines() -> None:
    program = typer.main.get_command(app)
    assert isinstance(program, TyperGroup)
    context = typer.Context(program)
    assert set(NOUNS_WITH_JSON) <= NOUNS.keys()
    mute = []
    for noun in NOUNS_WITH_JSON:
        group: Any = program.get_command(context, noun)
        commands = group.commands if isinstance(group, TyperGroup) else {noun: group}
        for name, command in commands.items():
            if not any("--json" in one.opts for one in command.params):
                mute.append(f"{noun} {name}")
    assert mute == []


def test_what_was_done_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty_node(tmp_path, monkeypatch)
    made = told("campaigns", "create", "spring")
    assert told("campaigns", "list") == [
        {
            "id": made["id"],
            "name": "spring",
            "state": "draft",
            "mode": "predictive",
            "starts_at": None,
        }
    ]
    changed = told("campaigns", "set", "spring", "mode=progressive")
    assert changed == {"changed": ["mode"], "arranged": 0}
    leads = tmp_path / "leads.csv"
    leads.write_text("phone\n+12025550100\n+12025550101\nnone\n")
    report = told("leads", "import", str(leads), "--campaign", "spring", "--region", "US")
    assert (report["taken"], report["rejected"]) == (2, 1)
    assert report["rejects_file"] == str(tmp_path / "leads.rejects.csv")
    entered = told("do-not-call", "add", "+12025550100", "--source", "letter")
    assert entered == {"new": 1, "leads": 1}
    assert told("do-not-call", "export", str(tmp_path / "o.csv"))["entries"] == 1
    assert told("do-not-call", "remove", "+12025550100", "--reason", "typo") == {"removed": 1}
    assert told("users", "add", "ann", "--role", "agent", "--agent", "1001")["login"] == "ann"
    move = told("leads", "assign", "--campaign", "spring", "--agent", "1001", "--up-to", "5")
    assert move == {"moved": 1, "to": {"1001": 1}}
    assert told("users", "disable", "ann") == {"login": "ann", "leads_held": 1}
    assert told("leads", "reclaim", "--agent", "1001") == {"moved": 1}
