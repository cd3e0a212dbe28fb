"""`make bench-pages`: what the floor costs, how soon pages load, how soon an agent hears in one.

`python -m benchmarks.pages [--quick] [--hour] [--only PART]`. Knows the command; the bars are in
`figures`. Ends with 1 when one is missed, 2 when it could not be measured.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from browser_desk import has_address

from benchmarks.load_floor import EngineNotReady
from benchmarks.pages.answering import CALLS, PEER_ANSWERS, measure_answers
from benchmarks.pages.chromium import NoBrowser
from benchmarks.pages.figures import (
    answers_section,
    floor_section,
    loads_section,
    looks_line,
)
from benchmarks.pages.floor_page import FloorTimes, watch_floor
from benchmarks.pages.loading import ROUNDS, WrongPage, load_pages
from benchmarks.report import Report, Section, ended, load_fact, machine_facts, say
from dialer.adapters.asterisk.installation import install
from simulation.browser import find_chromium
from simulation.sip.softphone import NotRegistered
from tools.page_modules import pages

QUICK: Final = FloorTimes(empty_s=5.0, cost_s=15.0, ages_s=10.0, warm_s=30.0, held_s=20.0)
HOUR: Final = FloorTimes(held_s=3600.0)

NOTES: Final = (
    "Browser, service, Asterisk and people share this machine's cores.",
    "Who plays the people has a raised priority where that is allowed, and runs no collector.",
    "A call of the page that was never heard, or never shown, counts as never.",
)


def floor_part(said: argparse.Namespace, home: Path) -> Section:
    """The supervisor's floor."""
    times = QUICK if said.quick else HOUR if said.hour else FloorTimes()
    found = watch_floor(home, times, lambda looks: _tell(looks_line(looks)))
    return floor_section(asyncio.run(found))


def loads_part(said: argparse.Namespace, home: Path) -> Section:
    """The first load of every page."""
    known = pages()
    reckoned = {name: known.first_load(module) for name, module in known.listed().items()}
    loads = asyncio.run(load_pages(home, 2 if said.quick else ROUNDS))
    return loads_section(loads, reckoned)


def answers_part(said: argparse.Namespace, home: Path) -> Section:
    """Calls in the agent's page."""
    installation = install(say=_tell)
    calls, peers = (20, 20) if said.quick else (CALLS, PEER_ANSWERS)
    return answers_section(asyncio.run(measure_answers(installation, home, calls, peers, _tell)))


PARTS: Final[dict[str, Callable[[argparse.Namespace, Path], Section]]] = {
    "floor": floor_part,
    "loads": loads_part,
    "answers": answers_part,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, measure, report; returns the exit code."""
    said = _options(arguments)
    return ended(
        "bench-pages", lambda: _bench(said), (EngineNotReady, NoBrowser, NotRegistered, WrongPage)
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes; writes no page")
    parser.add_argument(
        "--hour", action="store_true", help="look at the floor's memory for an hour"
    )
    parser.add_argument("--only", choices=tuple(PARTS), default="", help="renews its section")
    return parser.parse_args(arguments)


def _bench(said: argparse.Namespace) -> int:
    if find_chromium() is None:
        raise NoBrowser
    if not has_address() and said.only in {"", "answers"}:
        raise OSError("a page's audio needs an address beside loopback")
    facts = [*machine_facts(), ("load average before (1, 5, 15 min)", load_fact()[1])]
    sections: list[Section] = []
    for name in [said.only] if said.only else list(PARTS):
        _tell(f"[{name} ...]")
        with TemporaryDirectory(prefix="outpace-pages-") as home:
            section = PARTS[name](said, Path(home))
        say(section.lines())
        sections.append(section)
        facts.append((f"load average after {name}", load_fact()[1]))
    hour = " --hour" if said.hour else ""
    part = f"python -m benchmarks.pages --only {said.only}{hour}"
    report = Report(
        name="pages",
        title="The pages in a real browser",
        command=part if said.only else "make bench-pages",
        sections=sections,
        facts=facts,
        notes=NOTES,
    )
    missed = [figure.name for figure in report.missed]
    say(["", *(f"  {name}: {value}" for name, value in facts)])
    say([f"missed: {'; '.join(missed)}" if missed else "every bar held"])
    if not said.quick:
        page = report.renew() if said.only else report.write()
        _tell(f"written to {os.path.relpath(page)}")
    return report.exit_code


def _tell(line: str) -> None:
    say([line])


if __name__ == "__main__":
    sys.exit(main())
