"""A bench's report: when a bar is missed, and what is shown of it."""

from dataclasses import replace
from datetime import UTC, datetime
from math import inf, nan
from pathlib import Path

import pytest

from benchmarks.report import Figure, Report, Section


def report(*figures: Figure) -> Report:
    return Report(
        name="sample",
        title="A sample",
        command="make bench-sample",
        sections=[Section("Figures", figures, "How to read them.")],
        facts=[("processor", "one")],
        notes=["only a sample"],
        at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("figure", "missed"),
    [
        (Figure("a", 30.0, "ms", at_most=30.0), False),
        (Figure("a", 30.01, "ms", at_most=30.0), True),
        (Figure("a", 999, at_least=1000), True),
        (Figure("a", 1000, at_least=1000), False),
        (Figure("a", inf, "ms", at_most=120.0), True),
        (Figure("a", nan, "ms", at_most=120.0), True),
        (Figure("a", nan, at_least=1), True),
        (Figure("a", inf), False),
    ],
)
def test_a_bar_is_held_at_its_edge_and_missed_beyond(figure: Figure, missed: bool) -> None:
    assert figure.missed is missed


def test_a_rounded_value_does_not_hold_a_bar_that_the_true_one_misses() -> None:
    assert Figure("p50", 30.04, "ms", at_most=30.0).cells() == (
        "p50",
        "30.0 ms",
        "<= 30.0 ms",
        "MISSED",
    )


def test_one_missed_bar_fails_the_bench_and_is_named_last() -> None:
    failed = report(Figure("good", 1, at_most=2), Figure("bad", 3, at_most=2))
    assert failed.exit_code == 1
    assert list(failed.lines())[-1] == "missed: bad"
    assert report(Figure("good", 1, at_most=2)).exit_code == 0


def test_information_without_a_bar_cannot_fail() -> None:
    assert report(Figure("beside", 1e9, "ms")).exit_code == 0


def test_what_never_happened_is_said_so() -> None:
    assert Figure("two-way", inf, "ms", at_most=30).cells()[1] == "never"


def test_the_page_has_figure_bar_command_machine_and_date(tmp_path: Path) -> None:
    path = report(Figure("answers", 1234, at_least=1000, digits=0)).write(tmp_path / "new")
    assert path.name == "sample.md"
    text = path.read_text(encoding="utf-8")
    assert "| answers | 1,234 | >= 1,000 | held |" in text
    assert "`make bench-sample` on 2026-01-02 03:04 UTC" in text
    assert "| processor | one |" in text
    assert "- only a sample" in text


def test_a_part_renews_its_sections_of_the_page_and_says_when_it_was_measured(
    tmp_path: Path,
) -> None:
    whole = report(Figure("good", 1, at_most=2))
    other = Section("Others", [Figure("beside", 7)])
    replace(whole, sections=[*whole.sections, other]).write(tmp_path)
    part = replace(
        report(Figure("better", 0.5, at_most=2)),
        command="make bench-sample-part",
        at=datetime(2026, 1, 3, tzinfo=UTC),
    )
    new = Section("New", [Figure("new", 3)])
    page = replace(part, sections=[*part.sections, new]).renew(tmp_path).read_text()
    titles = [line for line in page.splitlines() if line.startswith("## ")]
    assert titles == ["## Figures", "## Others", "## New", "## Machine and load", "## Notes"]
    assert "| good |" not in page
    assert page.count("Measured by `make bench-sample-part` on 2026-01-03 00:00 UTC") == 2
    assert "Written by `make bench-sample` on 2026-01-02" in page
    again = replace(part, sections=[*part.sections, new]).renew(tmp_path).read_text()
    assert again == page


def test_without_a_page_a_part_writes_one(tmp_path: Path) -> None:
    made = report(Figure("good", 1, at_most=2))
    assert made.renew(tmp_path).read_text() == made.markdown()
