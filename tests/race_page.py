"""Puts the races that `make soak` runs on the page of the soaks: each test, and how it ended.

Refuses to know what races.
"""

import re
from pathlib import Path

import pytest

from benchmarks.report import FOLDER, Figure, Section
from benchmarks.telephony import keep

TEXT = (
    "Hang-ups by each party around each boundary of a call, 100 times each with seeded jitter"
    " (`tests/integration/test_*_races.py`). Held: nothing was left after any of them, and each"
    " call had one end."
)


class RacePage:
    """A plugin that listens to what became of soak tests."""

    def __init__(self, *, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._rows: list[Figure] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a race that is over."""
        file, _, name = report.nodeid.partition("::")
        if report.when == "call" and "soak" in report.keywords and file.endswith("_races.py"):
            of = Path(file).stem.removeprefix("test_").replace("_", " ")
            failures = 0 if report.passed else 1
            row = Figure(f"{of}: {_words(name)}", failures, "failed", at_most=0, digits=0)
            self._rows.append(row)

    def pytest_sessionfinish(self) -> None:
        """Write what there is to say."""
        if self._rows:
            rows = sorted(self._rows, key=lambda row: row.name)
            keep(Section("Races", rows, TEXT), folder=self._folder)


def _words(name: str) -> str:
    """Return a test's name as words: `test_a_b[100-answer]` is "a b (answer)"."""
    test, _, given = name.rstrip("]").partition("[")
    kinds = [part for part in re.split(r"-", given) if part and not part.isdigit()]
    words = test.removeprefix("test_").replace("_", " ")
    return f"{words} ({', '.join(kinds).replace('_', ' ')})" if kinds else words
