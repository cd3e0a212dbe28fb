"""`make bench-api`: pacing changes, reads, and dialing beside everything else.

`python -m benchmarks.api [--quick] [--only PART] [--reads RATE] [--home FOLDER]`. Knows
the command; the bars are in `figures`. Ends with 1 when one is missed, 2 when it could not be
measured.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.api.parts import FULL, PARTS, QUICK
from benchmarks.load_floor import EngineNotReady, new_folder
from benchmarks.load_process import HelperGone
from benchmarks.report import Report, Section, ended, load_fact, machine_facts, say
from dialer.adapters.asterisk.installation import install
from simulation.sip.softphone import NotRegistered

NOTES: Final = (
    (
        "Everything shares this machine's cores: service, Asterisk, telephone network, phones and"
        " whoever asks. Who asks, and people who talk, run at a raised priority where that is"
        " allowed: real ones are machines of their own."
    ),
    "Quantiles are of all that was asked; what was not answered counts as never.",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, measure, report; returns the exit code."""
    said = _options(arguments)
    return ended("bench-api", lambda: _bench(said), (EngineNotReady, HelperGone, NotRegistered))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="some minutes; writes no page")
    parser.add_argument("--only", choices=tuple(PARTS), default="")
    parser.add_argument("--reads", type=float, help="reads a second, other than the bar's")
    parser.add_argument("--home", type=Path, help="empty folder to work in, kept afterwards")
    return parser.parse_args(arguments)


def _bench(said: argparse.Namespace) -> int:
    facts = [*machine_facts(), ("load average before (1, 5, 15 min)", load_fact()[1])]
    sections: list[Section] = []
    scope = QUICK if said.quick else FULL
    if said.reads:
        scope = replace(scope, reads_per_s=said.reads)
    began = time.monotonic()
    installation = install(say=lambda line: say([line]))
    with ExitStack() as stack:
        home = said.home or Path(stack.enter_context(new_folder()))
        for name in [said.only] if said.only else list(PARTS):
            say([f"[{name} ...]"])
            sections += PARTS[name](scope, installation, home)
            say([f"[{name}: done after {(time.monotonic() - began) / 60:.1f} min]"])
    partial = said.quick or said.only or said.reads
    facts += [
        ("Asterisk", installation.version),
        ("load average after (1, 5, 15 min)", load_fact()[1]),
    ]
    report = Report(
        name="api",
        title="The API beside dialing",
        command="make bench-api" if not partial else "python -m benchmarks.api (a part)",
        sections=sections,
        facts=facts,
        notes=NOTES,
    )
    missed = [figure.name for figure in report.missed]
    say(["", *(f"  {name}: {value}" for name, value in facts)])
    say([f"missed: {'; '.join(missed)}" if missed else "every bar held"])
    if not partial:
        say([f"written to {os.path.relpath(report.write())}"])
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
