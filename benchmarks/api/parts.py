"""What is measured of the API, and the bars: pacing, reads, and audio beside everything else.

Each part is a function from how much and a folder to sections of a report. Refuses to know how
anything is measured.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.api.at_work import CPS, at_work
from benchmarks.api.beside import talk_beside
from benchmarks.api.changes import change_often, taken_in
from benchmarks.api.figures import READS_PER_S, beside_section, changes_section, reads_sections
from benchmarks.api.reading import read
from benchmarks.api.shape import Shape
from benchmarks.report import Section, say
from dialer.adapters.asterisk.installation import Installation


@dataclass(frozen=True, slots=True)
class Scope:
    """How much is measured."""

    changes: int
    """Of the pacing, in each shape."""
    attempts: int
    """On record before; a third as many leads."""
    reads_per_s: float
    reads_s: float
    reports_s: float
    """Of reads beside reports."""
    answers: int
    """Of each half."""
    rows: int
    """Of the list that is imported."""
    beside: tuple[Shape, ...]


FULL: Final = Scope(
    50, 300_000, READS_PER_S, 60.0, 30.0, 1000, 1_000_000, (Shape.ONE, Shape.SEVERAL)
)
QUICK: Final = Scope(10, 30_000, READS_PER_S, 10.0, 5.0, 100, 100_000, (Shape.ONE,))

WARM_UP_S: Final = 5.0
_SPARE_S: Final = 120.0
"""For which there are leads, beside the measured times."""


def pacing(scope: Scope, installation: Installation, folder: Path) -> list[Section]:
    """Change the pacing of a campaign that dials, in both shapes."""

    async def run(shape: Shape) -> Section:
        leads = round(CPS * (2 * scope.changes + _SPARE_S))
        home = folder / f"pacing-{shape.name.lower()}"
        async with at_work(
            installation, home, shape, attempts=scope.attempts // 10, leads=leads, say=_tell
        ) as work:
            changes = await change_often(work, scope.changes)
            calls = await work.stop()
            return changes_section(shape, changes, calls, taken_in(work.floor.log))

    return [section for shape in Shape for section in _told([asyncio.run(run(shape))])]


def reads(scope: Scope, installation: Installation, folder: Path) -> list[Section]:
    """Ask reads at a steady rate, in both shapes."""

    async def run(shape: Shape) -> list[Section]:
        rate = scope.reads_per_s
        leads = round(CPS * (scope.reads_s + scope.reports_s + 2 * _SPARE_S))
        home = folder / f"reads-{shape.name.lower()}"
        async with at_work(
            installation, home, shape, attempts=scope.attempts, leads=leads, say=_tell
        ) as work:
            alone = await read(work, rate, scope.reads_s, WARM_UP_S)
            _tell("  the same beside reports")
            beside = await read(work, rate, scope.reports_s, WARM_UP_S, reports=True)
            await work.stop()
            return reads_sections(shape, scope.attempts, rate, alone, beside)

    return [section for shape in Shape for section in _told(asyncio.run(run(shape)))]


def beside(scope: Scope, installation: Installation, folder: Path) -> list[Section]:
    """Listen to answers without and beside an import, reports and log-ins."""

    async def run(shape: Shape) -> Section:
        found = await talk_beside(
            installation,
            folder / f"beside-{shape.name.lower()}",
            shape,
            answers=scope.answers,
            rows=scope.rows,
            attempts=scope.attempts,
            say=_tell,
        )
        return beside_section(shape, scope.answers, found)

    return [section for shape in scope.beside for section in _told([asyncio.run(run(shape))])]


Work = Callable[[Scope, Installation, Path], Sequence[Section]]

PARTS: Final[Mapping[str, Work]] = {"pacing": pacing, "reads": reads, "beside": beside}


def _told(sections: Sequence[Section]) -> Sequence[Section]:
    """Print what is known already: a later run may fail."""
    for section in sections:
        say(section.lines())
    return sections


def _tell(line: str) -> None:
    say([line])
