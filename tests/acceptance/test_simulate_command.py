"""`outpace simulate` and `outpace replay` as a supervisor runs them."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dialer.adapters.sql.stores import open_stores
from dialer.cli import app
from dialer.domain.campaign import Campaign
from dialer.domain.ids import AgentId, AttemptId, CampaignId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.leadfile import LeadRow
from dialer.domain.outcome import Outcome

OUTPACE = str(Path(sys.executable).with_name("outpace"))

QUICK = ("--hours", "0.25", "--seeds", "2", "--processes", "1")


def outpace(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"OUTPACE_HOME": ""})


def refused(*arguments: str) -> str:
    result = outpace("simulate", *arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("outpace: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_without_a_scenario_those_that_ship_are_listed() -> None:
    result = outpace("simulate")
    assert result.exit_code == 0
    assert "insurance" in result.stdout
    assert "list-switch" in result.stdout


def test_a_what_if_prints_a_table_and_writes_page_and_figures(tmp_path: Path) -> None:
    html, figures = tmp_path / "report.html", tmp_path / "figures.json"
    result = outpace(
        *("simulate", "r1", "--agents", "6,8", "--abandon-rate-target", "2%", *QUICK),
        *("--html", str(html), "--json", str(figures)),
    )
    assert result.exit_code == 0, result.stderr
    for words in ("6 agents", "8 agents", "utilisation", "conversations per agent hour", "0 of 2"):
        assert words in result.stdout
    columns = json.loads(figures.read_text(encoding="utf-8"))["columns"]
    assert [column["agents"] for column in columns] == [6, 8]
    assert {column["abandon_rate_target"] for column in columns} == {0.02}
    assert html.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.soak
def test_the_same_command_gives_the_same_figures_for_machines_alone() -> None:
    command = ("simulate", "lunch", "--mode", "power", "--power-ratio", "1.5,2", *QUICK)
    first, second = (outpace(*command, "--json", "-") for _ in range(2))
    assert first.exit_code == 0, first.stderr
    assert first.stdout == second.stdout
    columns = json.loads(first.stdout)["columns"]
    assert [column["power_ratio"] for column in columns] == [1.5, 2.0]


@pytest.mark.soak
def test_a_process_of_its_own_simulates_in_several_processes(tmp_path: Path) -> None:
    scenario = tmp_path / "mine.toml"
    shipped = Path(__file__).parents[2] / "simulation" / "virtual" / "scenarios" / "survey.toml"
    scenario.write_bytes(shipped.read_bytes())
    arguments = ["simulate", "mine.toml", "--hours", "0.2", "--seeds", "2", "--processes", "2"]
    done = subprocess.run(
        [OUTPACE, *arguments, "--set", "max_lines=9,12"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        env={**os.environ, "OUTPACE_HOME": ""},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "9 lines" in done.stdout
    assert "12 lines" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["war"], "there is no 'war'; choose one of amd-off"),
        (["r1", "--agents", "twelve"], "--agents: 'twelve' is no value; write it as 2,3"),
        (["r1", "--agents", "12,,13"], "--agents: '' is no value"),
        (["r1", "--agents", "0"], "--agents: 0 is out of range"),
        (["r1", "--abandon-rate-target", "300%"], "abandon_rate_target is 3.0; allowed is"),
        (["r1", "--mode", "bold"], "mode is 'bold'; allowed is one of preview, progressive"),
        (["r1", "--mode", "preview"], "preview never dials by itself"),
        (["r1", "--guard", "none"], "abandon_rate_guard is 'none'; allowed is one of running"),
        (["r1", "--set", "speed"], "--set: 'speed' is not key=value"),
        (["r1", "--set", "speed=1"], "there is no setting 'speed'; known are"),
        (["r1", "--set", "mode=power", "--mode", "power"], "mode is given twice"),
        (["r1", "--seeds", "0"], "--seeds: 0 is out of range; choose 1 to 1000"),
        (["r1", "--processes", "-1"], "--processes: -1 is out of range"),
        (["r1", "--hours", "1000"], "--hours: 1000.0 is out of range"),
        (["r1", "--html", "none/such/r.html"], "its folder does not exist; create it first"),
        (["r1", "--html", "."], "is a folder; name a file"),
        (["r1", "--like", "spring"], "a scenario is given too; choose one of them"),
        (["--like", "none.jsonl"], "none.jsonl cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(arguments: list[str], told: str) -> None:
    assert told in refused(*arguments)


def test_a_wrong_scenario_is_refused_with_its_line(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('title = "x"\nhours = -1\n', encoding="utf-8")
    assert "mine.toml, line 2: hours: " in refused(str(mine))


# -- like a campaign of the node ---------------------------------------------------------------


def record(home: Path, talks: int) -> None:
    """A campaign whose every fourth call is answered after 9 s and talks for 60 s."""
    spring = CampaignId("ca-1")
    dials = 4 * talks

    async def recorded() -> None:
        async with open_stores(f"sqlite:///{home / 'outpace.db'}") as stores:
            await stores.campaigns.create(Campaign(campaign_id=spring, name="spring"))
            import_id = await stores.imports.begin(spring, "list.csv", at=1.0)
            rows = [LeadRow(2 + i, f"+1202555{i:04d}", {}) for i in range(dials)]
            await stores.imports.add(import_id, rows)
            await stores.imports.finish(import_id, rows=dials, rejected=0)
            leads = await stores.leads.lease(spring, dials)
            at = {lead.lead_id: 1_000.0 + 10.0 * n for n, lead in enumerate(leads)}
            await stores.attempts.record_dialed(
                [
                    Attempt(AttemptId(f"at-{n:05d}"), spring, lead.lead_id, lead.number, "t", dial)
                    for n, (lead, dial) in enumerate((lead, at[lead.lead_id]) for lead in leads)
                ]
            )
            await stores.attempts.record_ends([_end(n, 1_000.0 + 10.0 * n) for n in range(dials)])

    asyncio.run(recorded())


def _end(number: int, dialed: float) -> AttemptEnd:
    attempt = AttemptId(f"at-{number:05d}")
    if number % 4:
        return AttemptEnd(attempt, Outcome.NO_ANSWER, dialed + 25.0)
    return AttemptEnd(
        attempt,
        Outcome.CONNECTED,
        dialed + 69.5,
        answered_at=dialed + 9.0,
        connected_at=dialed + 9.1,
        talk_ended_at=dialed + 69.1,
        agent_id=AgentId(f"ag-{number // 4 % 5}"),
    )


def test_a_rehearsal_is_like_the_campaign_that_was_recorded(tmp_path: Path) -> None:
    record(tmp_path, talks=40)
    result = outpace("simulate", "--like", "spring", "--home", str(tmp_path), *QUICK)
    assert result.exit_code == 0, result.stderr
    assert "like campaign 'spring'" in result.stdout
    html = tmp_path / "like.html"
    outpace(*("simulate", "--like", "spring", "--home", str(tmp_path), *QUICK, "--html", str(html)))
    page = html.read_text(encoding="utf-8")
    assert "25.0% of the dials, after 9.0 s" in page
    assert "60 s in the mean, 0 s wrap-up" in page
    assert "100% no answer after 25 s" in page
    assert "<dt>agents</dt><dd>5</dd>" in page


def test_too_few_calls_are_refused_with_how_many_are_needed(tmp_path: Path) -> None:
    record(tmp_path, talks=20)
    told = refused("--like", "spring", "--home", str(tmp_path))
    assert "has 80 calls and 20 conversations on record; at least 100 and 30 are needed" in told
    assert "there is no campaign 'autumn'" in refused("--like", "autumn", "--home", str(tmp_path))


def test_a_home_without_a_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    assert "database: there is no" in refused("--like", "spring", "--home", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


# -- traces ------------------------------------------------------------------------------------


def test_a_trace_replays_to_the_same_decisions_and_can_be_learned_from(tmp_path: Path) -> None:
    trace = tmp_path / "day.jsonl"
    made = outpace("simulate", "r1", "--trace", str(trace), "--hours", "0.5", "--seeds", "1")
    assert made.exit_code == 0, made.stderr
    result = outpace("replay", str(trace))
    assert result.exit_code == 0, result.stderr
    assert "decisions compared\nall the same\n" in result.stdout

    text = trace.read_text(encoding="utf-8")
    cut = tmp_path / "cut.jsonl"
    cut.write_text(text[: len(text) // 2], encoding="utf-8")
    result = outpace("replay", str(cut))
    line = text[: len(text) // 2].count("\n") + 1
    assert result.exit_code == 0
    assert f"line {line} is cut off: replayed up to there\nall the same" in result.stdout

    like = outpace("simulate", "--like", str(trace), *QUICK)
    assert like.exit_code == 0, like.stderr
    assert "like day" in like.stdout

    lines = text.splitlines(keepends=True)
    place = next(n for n, row in enumerate(lines) if n > 99 and row.startswith('["decide"'))
    values = json.loads(lines[place])
    values[2]["lines"] += 1
    other = tmp_path / "other.jsonl"
    other.write_text("".join([*lines[:place], json.dumps(values) + "\n", *lines[place + 1 :]]))
    result = outpace("replay", str(other))
    assert result.exit_code == 1
    assert f"line {place + 1}, at " in result.stdout
    assert result.stderr == "1 decisions differ\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1 is no first line of a trace; name a whole trace"),
        ("title = 1\n", "line 1 is no first line of a trace"),
        ('{"outpace_pacing_trace": 9}\n', "line 1 is of format 9; this program reads 1"),
    ],
)
def test_what_is_no_trace_is_refused(tmp_path: Path, text: str, told: str) -> None:
    trace = tmp_path / "day.jsonl"
    trace.write_text(text, encoding="utf-8")
    result = outpace("replay", str(trace))
    assert result.exit_code == 1
    assert told in result.stderr


def test_a_trace_that_is_not_there_is_refused(tmp_path: Path) -> None:
    result = outpace("replay", str(tmp_path / "none.jsonl"))
    assert result.exit_code == 1
    assert "cannot be read" in result.stderr
