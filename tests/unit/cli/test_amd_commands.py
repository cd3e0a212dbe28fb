"""`outpace amd labels`, as it is typed."""

import asyncio
import csv
import json
from pathlib import Path

import pytest
from typed_commands import done, empty_node, refused

from dialer.adapters.sql.stores import open_stores
from dialer.domain.amd.law import Answerer, Verdict
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId, new_attempt_id
from dialer.domain.lead import Attempt, AttemptEnd, Draw
from dialer.domain.leadfile import LeadRow
from dialer.domain.outcome import Outcome
from dialer.settings import load_settings

CALLS = 12


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A node that has heard twelve calls, and released each third of them."""
    home = empty_node(tmp_path, monkeypatch)
    home.mkdir()
    asyncio.run(_calls(load_settings(home).database))
    return home


async def _calls(database: str) -> None:
    spring = CampaignId("spring")
    async with open_stores(database, gather_s=0.0) as stores:
        await stores.campaigns.create(Campaign(campaign_id=spring, name="spring"))
        rows = [LeadRow(2 + at, f"+1202555{at:04}", {}) for at in range(CALLS)]
        import_id = await stores.imports.begin(spring, "list.csv", at=1.0)
        await stores.imports.add(import_id, rows)
        await stores.imports.finish(import_id, rows=CALLS, rejected=0)
        for at, lead in enumerate(await stores.leads.lease(spring, CALLS, Draw())):
            one = new_attempt_id()
            await stores.attempts.record_dialed(
                [Attempt(one, spring, lead.lead_id, lead.number, "trunk", 100.0)]
            )
            answerer = Answerer.PERSON if at % 3 else Answerer.MACHINE
            await stores.verdicts.heard(one, Verdict(answerer, "beep", 3.0))
            end = AttemptEnd(
                one, Outcome.CONNECTED, 130.0, answered_at=110.0, recording=f"{at}.wav"
            )
            await stores.attempts.record_ends([end])


def test_calls_are_drawn_labelled_in_the_same_file_and_shown(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    assert done("amd", "labels", "draw", "12", str(file), "--days", "40000").startswith(
        "12 calls drawn, written to"
    )
    assert "is there already" in refused("amd", "labels", "draw", "12", str(file))
    with file.open() as lines:
        rows = list(csv.DictReader(lines))
    assert len({row["attempt_id"] for row in rows}) == CALLS
    assert "machine" not in file.read_text()  # what the detector said is not told
    label(file, [(row["attempt_id"], "person") for row in rows])
    assert done("amd", "labels", "import", str(file), "--by", "sue") == (
        "12 calls labelled, 12 of them new\n"
    )
    shown = json.loads(done("amd", "labels", "show", "--json"))
    assert (shown["heard"], shown["persons"], shown["false_positives"]) == (12, 12, 4)
    assert shown["charge_reason"] == "12 labelled persons, 300 are needed"
    assert shown["charge_rate"] == pytest.approx(7 / 158)
    assert "persons\t12, 4 taken for machines\n" in done("amd", "labels", "show")
    other = json.loads(done("amd", "labels", "show", "--detector", "asterisk", "--json"))
    assert (other["detector"], other["labelled"]) == ("asterisk", 0)
    assert "amd_label" in done("audit", "--json")


def label(file: Path, rows: list[tuple[str, str]]) -> None:
    lines = [f"{attempt_id},{answer}\n" for attempt_id, answer in rows]
    file.write_text("".join(["attempt_id,answer\n", *lines]))


def test_a_file_with_one_bad_row_changes_nothing(home: Path, tmp_path: Path) -> None:
    drawn, file = tmp_path / "drawn.csv", tmp_path / "calls.csv"
    done("amd", "labels", "draw", "1", str(drawn), "--days", "40000")
    with drawn.open() as lines:
        (row,) = csv.DictReader(lines)
    label(file, [(row["attempt_id"], "person"), ("at-none", "machine")])
    told = refused("amd", "labels", "import", str(file))
    assert told == (
        "outpace: calls.csv: line 3: no verdict is on record of 'at-none';"
        " correct them; nothing was taken in"
    )
    label(file, [(row["attempt_id"], "human")])
    assert "line 2: 'human' is neither person" in refused("amd", "labels", "import", str(file))
    assert json.loads(done("amd", "labels", "show", "--json"))["labelled"] == 0
    assert "cannot be read" in refused("amd", "labels", "import", str(tmp_path / "none.csv"))


def test_screening_is_refused_while_labelled_calls_do_not_allow_it(home: Path) -> None:
    assert "screening\trefused: no labelled calls" in done("amd", "labels", "show")
    told = refused("campaigns", "create", "autumn", "--set", "amd=screening")
    assert "amd: screening is refused: no labelled calls" in told
    assert "screening is refused" in refused("campaigns", "set", "spring", "amd=screening")
    assert "autumn" not in done("campaigns", "list")
