"""What is measured of lists of leads, and the bars: leasing, dialing, importing, reporting.

Each part is a function from how much and a folder to sections of a report. Refuses to know how
anything is measured.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.leads.dialing import cost
from benchmarks.leads.importing import rate, waits
from benchmarks.leads.leasing import ENGINES, SETTINGS, Leased, Load, run
from benchmarks.leads.leasing_stage import every_second, stage
from benchmarks.report import Figure, Section, say
from simulation.postgres import PostgresServer


@dataclass(frozen=True, slots=True)
class Scope:
    """How much is measured."""

    leads: int
    few: int
    """Leads of the database that the large one is compared with."""
    leases: int
    """Of each engine, in the run that has the bars; a quarter of it in the others."""
    attempts: int
    rows: int
    """Of the imports."""
    waits_rows: int
    reported: int
    """Attempts that reports are made of."""
    judged: bool = True
    """False: only ratios have bars."""

    def bar(self, value: float) -> float | None:
        """Return a bar that depends on the machine."""
        return value if self.judged else None


FULL: Final = Scope(10_000_000, 100_000, 400, 4000, 200_000, 500_000, 10_000_000)
QUICK: Final = Scope(100_000, 20_000, 40, 600, 10_000, 10_000, 100_000, judged=False)


def leasing(scope: Scope, folder: Path) -> list[Section]:
    """Lease with all engines at once, from many leads and from few."""
    fewer = max(scope.leases // 4, 10)
    found: list[Leased] = []
    with PostgresServer(folder / "leasing", settings=SETTINGS) as server:
        few, many = server.create("few"), server.create("many")
        places, _ = asyncio.run(stage(few, scope.few))
        _, seconds = asyncio.run(stage(many, scope.leads))
        say([f"  {scope.leads:,} leads in {len(places)} places, filled in {seconds:.0f} s"])
        everywhere, half = tuple(places), every_second(places)
        for load in (
            Load("few leads, 10 leases a second each", few, everywhere, fewer, 0.1),
            Load("10 leases a second each", many, everywhere, scope.leases, 0.1),
            Load("half of the places closed", many, half, fewer, 0.1),
            Load("2 leases a second each", many, everywhere, fewer, 0.5),
            Load("back to back", many, everywhere, fewer, 0.0),
            Load("the limit: plain SQL", many, everywhere, fewer, 0.1, plain=True),
        ):
            found.append(run(load))
            say([f"  {load.name}: p50 {found[-1].p50_ms:.1f}, p99 {found[-1].p99_ms:.1f} ms"])
    compared = Figure(
        f"p50 beside that of {scope.few:,} leads",
        found[1].p50_ms / found[0].p50_ms,
        "times",
        at_most=1.5,
        digits=2,
    )
    sections = [_leased(one, scope.bar(20.0) if one is found[1] else None) for one in found]
    text = (
        f"{ENGINES} engines lease 50 leads at a time at once; {scope.leads:,} leads are ready in"
        f" 20 lists and {len(places)} places."
    )
    return [Section("Leasing", [compared], text), *sections]


def _leased(one: Leased, p99_ms: float | None) -> Section:
    figures = [
        Figure("leases", one.leases, digits=0),
        Figure("one lease, p50", one.p50_ms, "ms"),
        Figure("one lease, p99", one.p99_ms, "ms", at_most=p99_ms),
        Figure("one lease, longest", one.max_ms, "ms"),
        Figure("p50 of the first half", one.first_half_p50_ms, "ms"),
        Figure("p50 of the second half", one.second_half_p50_ms, "ms"),
        Figure("of it the server's statements, mean", one.server_ms, "ms"),
        Figure("leads leased", one.leads_per_s, "a second", digits=0),
        Figure("leads leased twice", one.twice, at_most=0, digits=0),
    ]
    if one.load.plain:
        text = "The head of one place's index, sorted already, locked and taken by the driver."
    else:
        text = f"{len(one.load.places)} places are open."
    return Section(f"Leasing: {one.load.name}", figures, text)


def dialing(scope: Scope, folder: Path) -> list[Section]:
    """Record attempts and their ends on both databases."""
    sections = []
    for kind in ("sqlite", "postgresql"):
        found = cost(kind, scope.attempts, _new(folder / f"dialing-{kind}"))
        cpu_ms = found.record_cpu_ms + found.end_cpu_ms
        bar = scope.bar(1.0) if kind == "sqlite" else None
        figures = [
            Figure("CPU of an attempt and its end", cpu_ms, "ms", at_most=bar, digits=2),
            Figure("CPU of the attempt, under the law", found.record_cpu_ms, "ms", digits=2),
            Figure("CPU of the end, with the lead's next step", found.end_cpu_ms, "ms", digits=2),
            Figure("both, on the wall", found.record_ms + found.end_ms, "ms", digits=2),
            Figure("the limit: CPU of plain SQL", found.plain_cpu_ms, "ms", digits=2),
            Figure("the limit: plain SQL on the wall", found.plain_ms, "ms", digits=2),
            Figure("attempts held by the law", found.held, digits=0),
        ]
        text = "Twenty attempts at a time, all rules asked; CPU is our process's."
        sections.append(Section(f"Recording attempts: {kind}", figures, text))
    return sections


def importing(scope: Scope, folder: Path) -> list[Section]:
    """Import lists into both databases, and dial meanwhile."""
    sections = []
    for kind, processes, bar in (("postgresql", 2, 15_000.0), ("sqlite", 1, 5_000.0)):
        found = rate(kind, scope.rows, processes, _new(folder / f"importing-{kind}"))
        figures = [
            Figure(
                "rows imported", found.rows_per_s, "a second", at_least=scope.bar(bar), digits=0
            ),
            Figure("the limit: ready rows in one go", found.limit_rows_per_s, "a second", digits=0),
            Figure("CPU of the importers", found.importers_cpu_us_per_row, "us a row", digits=0),
        ]
        title = f"Importing: {kind}, {processes} process{'es' if processes > 1 else ''}"
        sections.append(Section(title, figures, f"{scope.rows:,} rows with all checks."))
    waited = waits(scope.waits_rows, _new(folder / "waits"))
    figures = [
        Figure("commits of an attempt", waited.commits, digits=0),
        Figure("p50", waited.p50_ms, "ms"),
        Figure("p99", waited.p99_ms, "ms", at_most=scope.bar(50.0)),
        Figure("longest", waited.max_ms, "ms"),
    ]
    text = f"Another process imports {scope.waits_rows:,} rows into the same file."
    return [*sections, Section("Dialing during an import, SQLite", figures, text)]


def reporting(scope: Scope, folder: Path) -> list[Section]:
    """Make each report."""
    told = _new(folder / "reporting") / "figures.json"
    words = [f"--attempts={scope.reported}", f"--home={told.parent}", f"--json={told}"]
    subprocess.run([sys.executable, "-m", "benchmarks.leads.reporting", *words], check=True)
    found = json.loads(told.read_text(encoding="utf-8"))
    bars = {("agents", 30): 6.0, ("agents", 1): 1.5}
    figures = []
    for one in found:
        name, days = one["report"], one["days"]
        bar = bars.get((name, days))
        at_most = None if bar is None else scope.bar(bar)
        title = f"{name}, {days} day{'s' if days > 1 else ''}"
        figures.append(Figure(title, one["seconds"], "s", at_most=at_most, digits=2))
    text = f"{scope.reported:,} attempts on PostgreSQL, half of them of the campaign reported."
    return [Section("Reporting", figures, text)]


PARTS: Final[Mapping[str, Callable[[Scope, Path], Sequence[Section]]]] = {
    "leasing": leasing,
    "dialing": dialing,
    "importing": importing,
    "reporting": reporting,
}


def _new(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
