"""`make bench-engine`: how fast the engine dials, what it costs, and how many talks stay clean.

`python -m benchmarks.engine [--quick] [--only rate|talks] [--home FOLDER]`. Knows how much is
measured; the bars are in `engine_figures`. Ends with 1 when one is missed.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.engine_figures import (
    NOTES,
    bare_section,
    left_section,
    rate_section,
    talk_section,
)
from benchmarks.engine_phases import RatePlan, RateRun
from benchmarks.engine_rate import run_rates
from benchmarks.engine_talks import TalkPlan, TalkRun, run_talks
from benchmarks.load_floor import new_folder
from benchmarks.report import Report, Section, load_fact, machine_facts, say
from dialer.adapters.asterisk.installation import install
from dialer.errors import OutpaceError


@dataclass(frozen=True, slots=True)
class Scope:
    """How much is measured."""

    rates: Sequence[RatePlan]
    bare: Sequence[tuple[float, float]]
    """(originates a second, seconds) of the bare loop, until one is too much."""
    talks: TalkPlan | None


FULL: Final = Scope(
    rates=(RatePlan(100, 300), RatePlan(200, 30)),
    bare=((100, 20), (200, 10), (300, 10), (400, 10), (500, 10)),
    talks=TalkPlan(bar=150, bar_s=60, step=15, step_s=20, most=210, least=90),
)
QUICK: Final = Scope(
    rates=(RatePlan(100, 30),),
    bare=((100, 10),),
    talks=TalkPlan(bar=50, bar_s=15, step=25, step_s=10, most=50, least=25),
)


async def measure(scope: Scope, home: Path, only: str) -> tuple[RateRun | None, TalkRun | None]:
    """Measure what is asked for, in folders below `home`."""
    task = asyncio.current_task()
    if task is not None:  # everything that was started is ended, whoever asks
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    installation = install(say=lambda line: say([line]))
    rates: RateRun | None = None
    talks: TalkRun | None = None
    if only != "talks":
        folder = _new(home / "rate")
        say([f"originating; this takes {_minutes(scope)} minutes or more"])
        rates = await run_rates(installation, folder, scope.rates, scope.bare, _tell)
    if only != "rate" and scope.talks is not None:
        talks = await run_talks(installation, _new(home / "talks"), scope.talks, _tell)
    return rates, talks


def report_of(
    rates: RateRun | None, talks: TalkRun | None, facts: Sequence[tuple[str, str]], command: str
) -> Report:
    """Put everything into one report."""
    sections: list[Section] = []
    if rates is not None:
        sections += [rate_section(phase) for phase in rates.phases]
        sections += [bare_section(rates), left_section(rates)]
    if talks is not None:
        sections.append(talk_section(talks))
    complaints = rates.phases[-1].complaints if rates else {}
    said = [f"The engine's log: {count} x {event}." for event, count in complaints.items()]
    return Report(
        name="engine",
        title="The engine under load",
        command=command,
        sections=sections,
        facts=facts,
        notes=[*NOTES, *said],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, measure, report; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few minutes; writes no page")
    parser.add_argument("--only", choices=("rate", "talks"), default="")
    parser.add_argument("--home", type=Path, help="keep everything in this folder")
    options = parser.parse_args(arguments)
    facts = [*machine_facts(), ("load average before (1, 5, 15 min)", load_fact()[1])]
    with ExitStack() as stack:
        home = options.home or Path(stack.enter_context(new_folder()))
        try:
            scope = QUICK if options.quick else FULL
            rates, talks = asyncio.run(measure(scope, home, options.only))
        except OutpaceError as error:
            print(f"bench-engine: {error}", file=sys.stderr)
            return 1
        except asyncio.CancelledError:
            print("bench-engine: interrupted", file=sys.stderr)
            return 130
    partial = options.quick or options.only
    command = "make bench-engine" if not partial else "python -m benchmarks.engine (a part)"
    report = report_of(rates, talks, facts, command)
    say(report.lines())
    if not partial:
        say([f"written to {os.path.relpath(report.write())}"])
    return report.exit_code


def _new(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _minutes(scope: Scope) -> int:
    seconds = sum(plan.seconds + 40 for plan in scope.rates) + sum(s + 10 for _, s in scope.bare)
    return round(seconds / 60 + 0.5)


def _tell(line: str) -> None:
    say([line])


if __name__ == "__main__":
    sys.exit(main())
