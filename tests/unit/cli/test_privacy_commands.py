"""The commands for do-not-call, consents, privacy, ownership and audit, as they are typed."""

import json
import stat
from pathlib import Path

import pytest
from typed_commands import done, node_with_leads, refused

NUMBER = "+12025550100"


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    leads = "phone,name\n202-555-0100,ann\n202-555-0101,ben\n202-555-0102,cid\n"
    return node_with_leads(tmp_path, monkeypatch, leads)


def test_a_number_is_entered_checked_and_taken_out(node: Path) -> None:
    add = ("do-not-call", "add", "202-555-0100", "--region", "US", "--source", "letter")
    assert done(*add) == "1 numbers entered, 1 leads done with it\n"
    assert done(*add) == "0 numbers entered, 0 leads done with it\n"
    found = json.loads(done("do-not-call", "check", NUMBER, "--json"))
    assert (found["entries"][0]["source"], found["erased"]) == ("letter", False)
    assert done("do-not-call", "remove", NUMBER, "--reason", "error") == "1 numbers taken out\n"
    assert done("do-not-call", "check", NUMBER) == "nothing on the list\n"
    assert "'12': too short" in refused("do-not-call", "check", "12", "--region", "US")


def test_a_national_list_is_imported_again_and_recorded_as_a_screening(
    node: Path, tmp_path: Path
) -> None:
    file = tmp_path / "registry.txt"
    file.write_text("202,5550100\n202,5550199\n202,55\n")
    command = ("do-not-call", "import", str(file), "--list", "national", "--dated", "2026-11-01")
    said = done(*command, "--country", "US")
    assert said.startswith("2 numbers read, 2 of them new, 1 leads done with it\n1 rows rejected")
    assert (tmp_path / "registry.rejects.csv").read_text().splitlines()[1].startswith("3,")
    assert "2 numbers read, 0 of them new, 0 leads" in done(*command, "--country", "US")
    assert "give all three, or none" in refused(*command)
    out = tmp_path / "out.csv"
    assert done("do-not-call", "export", str(out)) == f"2 entries written to {out}\n"
    assert [line.split(",")[:3] for line in out.read_text().splitlines()] == [
        ["number", "scope", "source"],
        ["+12025550100", "*", "national"],
        ["+12025550199", "*", "national"],
    ]
    assert "is there already" in refused("do-not-call", "export", str(out))
    actions = [row["action"] for row in audited()]
    assert actions == ["do_not_call_import", "screening"] * 2 + ["export"]


def test_consents_are_added_imported_listed_and_withdrawn(node: Path, tmp_path: Path) -> None:
    add = ("consents", "add", NUMBER, "--kind", "express", "--proof", "tape 4")
    assert done(*add, "--given", "2026-01-01") == "recorded\n"
    assert done(*add, "--given", "2026-01-01") == "on record already\n"
    file = tmp_path / "consents.csv"
    file.write_text(
        "Number,Kind,Proof,Given at\n+12025550101,express_written,form 7,2026-02-01\n"
        "+12025550102,implied,,2026-02-01\n"
    )
    assert done("consents", "import", str(file)).startswith(
        "1 consents read, 1 of them new\n1 rows"
    )
    assert done("consents", "withdraw", NUMBER) == "1 consents withdrawn\n"
    found = [json.loads(line) for line in done("consents", "list", "--json").splitlines()]
    assert [(one["number"][-1], one["proof"], bool(one["withdrawn_at"])) for one in found] == [
        ("0", "tape 4", True),
        ("1", "form 7", False),
    ]


def test_a_person_is_given_a_copy_and_then_erased_with_its_recordings(
    node: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.json"
    done("privacy", "export", NUMBER, str(copy))
    assert json.loads(copy.read_text())["leads"][0]["attributes"] == {"name": "ann"}
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE((node / "privacy.key").stat().st_mode) == 0o600
    assert "is there already" in refused("privacy", "export", NUMBER, str(copy))
    done("privacy", "hold", NUMBER, "--reason", "case 12", "--by", "lea")
    erase = ("privacy", "erase", NUMBER, "--reason", "letter")
    assert "lea has put it under a legal hold" in refused(*erase)
    done("privacy", "lift", NUMBER)
    assert done(*erase).startswith("erased: 1 leads, 0 attempts, 0 files; it is erased:")
    assert done("do-not-call", "check", NUMBER) == "the number was erased\n"
    assert NUMBER not in done("audit", "--json")
    actions = [row["action"] for row in audited("--from", "2026-01-01")]
    assert actions == ["export", "hold", "lift", "erase"]
    assert [row["detail"]["reason"] for row in audited("--action", "erase")] == ["letter"]
    assert audited("--to", "2026-01-01") == []
    (node / "privacy.key").unlink()
    assert "privacy.key: is not the one" in refused(*erase)


def test_leads_cannot_be_given_to_nobody(node: Path) -> None:
    assign = ("leads", "assign", "--campaign", "spring", "--up-to", "5")
    assert "'ann' is no user; create the user first" in refused(*assign, "--agent", "ann")
    assert "agent or team: name one of them" in refused(*assign)
    assert "give one" in refused("leads", "reclaim")
    assert done("leads", "reclaim", "--all") == "0 leads reclaimed\n"
    assert done("leads", "held", "--json") == "[]\n"


def audited(*words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in done("audit", "--json", *words).splitlines()]
