"""`outpace report` and `outpace export`, as they are typed."""

import asyncio
import csv
import json
import os
import pwd
import sqlite3
from pathlib import Path

import pytest
from report_world import attempt, put_attempts, put_states, state, world
from typer.testing import CliRunner

from dialer.cli import app

NOON = 1_793_534_400.0  # 2026-11-01T12:00 UTC, a Sunday


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("node")

    async def fill() -> None:
        async with world("sqlite", folder) as stores:
            talk = {"answered_at": NOON + 10, "connected_at": NOON + 10, "outcome": "connected"}
            talk |= {"talk_ended_at": NOON + 40, "ended_at": NOON + 40, "agent_id": "ann"}
            sold = {"meaning": 23, "amount": 49.5, "disposition": "sale"}
            await put_attempts(
                stores, [attempt("1", 1, NOON, **talk, **sold), attempt("2", 1, NOON + 1)]
            )
            await put_states(
                stores,
                [
                    state("ann", NOON - 60, "idle"),
                    state("ann", NOON, "paused", reason="lunch"),
                    state("ann", NOON + 60, "offline"),
                ],
            )

    asyncio.run(fill())
    return folder


def outpace(home: Path, *words: str, fails: bool = False) -> str:
    result = CliRunner().invoke(app, [*words, "--home", str(home)], env={"COLUMNS": "200"})
    assert result.exit_code == int(fails), result.output
    return result.output


def report(home: Path, *words: str) -> dict:
    return json.loads(outpace(home, "report", *words, "--json"))


def test_a_campaign_is_told_as_json(home: Path) -> None:
    told = report(
        home,
        "campaign",
        "--campaign",
        "spring",
        "--zone",
        "Europe/Berlin",
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-01",
    )
    assert (told["from"], told["to"]) == (
        "2026-11-01T00:00:00+01:00",
        "2026-11-02T00:00:00+01:00",
    )
    (spring,) = told["campaigns"]
    assert (spring["attempts"], spring["sales"], spring["amount"]) == (2, 1, 49.5)
    assert spring["outcomes"] == {"connected": 1, "no_answer": 1}
    assert set(spring["windows"]) == {"24 h", "30 days", "month"}


def test_hours_days_lists_agents_and_trunks_are_told_as_json(home: Path) -> None:
    hours = report(home, "hours", "--zone", "Europe/Berlin", "--to", "2026-11-30")
    (hour,) = hours["hours"]
    assert (hour["weekday"], hour["hour"], hour["contacts"]) == (6, 13, 1)
    assert [day["day"] for day in hours["days"]] == ["2026-11-01"]
    lists = report(home, "lists", "--campaign", "spring", "--list", "a", "--to", "2026-11-30")
    assert [(one["name"], one["penetration"]) for one in lists["lists"]] == [("a", 1.0)]
    (ann,) = report(home, "agents", "--agent", "ann", "--to", "2026-11-02")["agents"]
    assert (ann["logged_in_s"], ann["unpaid_s"], ann["pauses_s"]) == (120.0, 60.0, {"lunch": 60.0})
    assert ann["spans"] == [["2026-11-01T11:59:00+00:00", "2026-11-01T12:01:00+00:00"]]
    (rate,) = report(home, "trunks", "--to", "2026-11-30")["rates"]
    assert (rate["trunk"], rate["rate"], rate["billed_s"], rate["cost"]) == ("t1", "+1202", 30, 0.6)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("campaign", ("spring", "abandon rate", "49.50", "no_answer", "30 days")),
        ("lists", ("penetration", "web", "100.00%")),
        ("agents", ("ann", "0:02:00", "lunch", "occupancy")),
        ("hours", ("Sun", "█", "Best hours", "2026-11-01")),
        ("trunks", ("+1202", "0.60")),
    ],
)
def test_tables_are_for_people(home: Path, name: str, words: tuple[str, ...]) -> None:
    shown = outpace(home, "report", name, "--to", "2026-11-30")
    assert [word for word in words if word not in shown] == []


def test_a_report_is_written_as_csv_too(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "agents.csv"
    outpace(home, "report", "agents", "--to", "2026-11-30", "--csv", str(file))
    with file.open(newline="") as text:
        (ann,) = csv.DictReader(text)
    assert (ann["agent"], ann["pauses_s.lunch"], ann["logged_in_s"]) == ("ann", "60.0", "120.0")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--from", "soon"), "--from: 'soon' is no date or time; write it as 2026-11-01"),
        (("--to", "2026-02-30"), "--to: '2026-02-30' is no date or time; write it as"),
        (("--from", "2026-11-02", "--to", "2026-11-01"), "--to: '2026-11-01' is not after --from;"),
        (("--from", "2190-01-01"), "--from: '2190-01-01' is in the future; give an earlier one"),
        (("--zone", "Berlin"), "--zone: no time zone 'Berlin'; name one as Europe/Berlin"),
        (("--campaign", "winter"), "--campaign: 'winter' does not exist; see outpace campaigns"),
        (("--list", "a"), "--list: a list is of one campaign; name it with --campaign"),
        (("--campaign", "spring", "--list", "z"), "--list: 'z' does not exist; see outpace"),
        (("--csv", "/nowhere/x.csv"), "/nowhere/x.csv: cannot be written: No such file"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(
    home: Path, words: tuple[str, ...], line: str
) -> None:
    told = outpace(home, "report", "campaign", *words, fails=True)
    assert told.startswith(f"outpace: {line}")
    assert told.count("\n") == 1


def test_no_database_is_made_by_looking_for_one(tmp_path: Path) -> None:
    told = outpace(tmp_path / "none", "report", "hours", fails=True)
    assert "name the node's folder with --home" in told
    assert not (tmp_path / "none").exists()


def test_an_export_is_masked_unless_somebody_answers_for_it(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    asked = ("export", "calls", str(file), "--campaign", "spring", "--to", "2026-11-30")
    assert "2 calls written" in outpace(home, *asked)
    assert "+12*******00" in file.read_text()
    assert noted(home) == []
    outpace(home, *asked, "--reveal")
    assert "+12025550100" in file.read_text()
    ((by, action, subject, detail),) = noted(home)
    assert (by, action) == (pwd.getpwuid(os.getuid()).pw_name, "reveal")
    assert subject == "campaign ca-spring"
    assert (json.loads(detail)["rows"], json.loads(detail)["what"]) == (2, "calls")


def test_leads_are_exported_as_parquet(home: Path, tmp_path: Path) -> None:
    from pyarrow import parquet

    file = tmp_path / "leads.parquet"
    asked = ("export", "leads", str(file), "--campaign", "spring", "--format", "parquet")
    assert "2 leads written" in outpace(home, *asked)
    assert parquet.read_table(file).column("last_disposition").to_pylist() == ["sale", ""]
    outpace(home, *asked, "--from", "2026-10-01", "--to", "2026-10-02")
    assert parquet.read_table(file).num_rows == 0


def noted(home: Path) -> list[tuple[str, ...]]:
    with sqlite3.connect(home / "outpace.db") as connection:
        return connection.execute("SELECT by, action, subject, detail FROM audit_log").fetchall()
