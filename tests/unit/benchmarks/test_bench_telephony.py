"""The page of the soaks, part by part."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from race_page import RacePage

from benchmarks.report import Figure, Section
from benchmarks.telephony import keep

FIRST = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
LATER = datetime(2026, 1, 3, 3, 4, tzinfo=UTC)


def test_each_part_stays_on_the_page_until_it_is_measured_anew(tmp_path: Path) -> None:
    floor = Section("A mixed floor", [Figure("left", 2, at_most=0, digits=0)], "All at once.")
    keep(floor, at=FIRST, folder=tmp_path)
    races = Section("Races", [Figure("around the answer", 0, "failed", at_most=0, digits=0)])
    page = keep(races, at=LATER, folder=tmp_path)
    assert page == tmp_path / "telephony.md"
    text = page.read_text()
    assert "Written by `make soak` on 2026-01-02 03:04 UTC" in text
    assert text.index("## A mixed floor") < text.index("## Races")
    assert "| left | 2 | <= 0 | MISSED |" in text
    assert "Measured by `make soak` on 2026-01-03 03:04 UTC; processor" in text
    assert "| processor |" in text
    again = Section("A mixed floor", [Figure("left", 0, at_most=0, digits=0)])
    text = keep(again, at=LATER, folder=tmp_path).read_text()
    assert text.index("## A mixed floor") < text.index("## Races")
    assert "| left | 0 | <= 0 | held |" in text
    assert "MISSED" not in text
    assert "around the answer" in text


def report(nodeid: str, outcome: str, *keywords: str) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=nodeid,
        location=("", 0, ""),
        keywords=dict.fromkeys(keywords, 1),
        outcome=outcome,  # type: ignore[arg-type]
        longrepr=None,
        when="call",
    )


def test_races_that_soak_are_put_on_the_page_with_how_they_ended(tmp_path: Path) -> None:
    races = RacePage(folder=tmp_path / "docs")
    file = "tests/integration/test_talk_races.py"
    races.pytest_sessionfinish()
    assert not (tmp_path / "docs").exists()
    races.pytest_runtest_logreport(report(f"{file}::test_few[3-answer]", "passed"))
    races.pytest_runtest_logreport(report("tests/test_x.py::test_long", "failed", "soak"))
    races.pytest_runtest_logreport(report(f"{file}::test_b[agent_leaves]", "failed", "soak"))
    races.pytest_runtest_logreport(report(f"{file}::test_any_move[answer-100]", "passed", "soak"))
    races.pytest_sessionfinish()
    text = (tmp_path / "docs" / "telephony.md").read_text()
    assert "| talk races: any move (answer) | 0 failed | <= 0 failed | held |" in text
    assert "| talk races: b (agent leaves) | 1 failed | <= 0 failed | MISSED |" in text
    assert "few" not in text
    assert "long" not in text.split("## Machine")[0]
