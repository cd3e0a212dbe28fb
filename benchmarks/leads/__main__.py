"""`make bench-leads`: what leases, attempts, imports and reports take with millions of leads.

`python -m benchmarks.leads [--quick] [--only PART] [--home FOLDER]`. Knows the command; the bars
are in `parts`. Ends with 1 when one is missed.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.leads.parts import FULL, PARTS, QUICK
from benchmarks.report import Report, Section, load_fact, machine_facts, say
from dialer.errors import OutpaceError

NOTES: Final = (
    "The server and all engines share the machine's cores: a lease waits for a core as well.",
    (
        "Leasing: the clock of an engine runs around one lease of its stores, commit and all; the"
        " server's is that of pg_stat_statements. PostgreSQL writes to disk as it does by itself"
        " (fsync); shared_buffers is 1 GB, max_wal_size 8 GB, autovacuum_naptime 10 s."
    ),
    "The limit of leasing knows one place, and no list of numbers that are not to be called.",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, measure, report; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.leads", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes; writes no page")
    parser.add_argument("--only", choices=tuple(PARTS), default="", help="renews its sections")
    parser.add_argument("--home", type=Path, help="keep the databases in this folder")
    said = parser.parse_args(arguments)
    facts = [*machine_facts(), ("load average before (1, 5, 15 min)", load_fact()[1])]
    sections: list[Section] = []
    began = time.monotonic()
    with ExitStack() as stack:
        home = said.home or Path(stack.enter_context(TemporaryDirectory(prefix="outpace-leads-")))
        try:
            for name in [said.only] if said.only else list(PARTS):
                say([f"[{name} ...]"])
                sections += PARTS[name](QUICK if said.quick else FULL, home)
                say([f"[{name}: done after {(time.monotonic() - began) / 60:.1f} min]"])
        except OutpaceError as error:
            print(f"bench-leads: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("bench-leads: interrupted", file=sys.stderr)
            return 130
    part = f"python -m benchmarks.leads --only {said.only}"
    facts.append(("load average after (1, 5, 15 min)", load_fact()[1]))
    report = Report(
        name="leads",
        title="Leads by the million",
        command=part if said.only else "make bench-leads",
        sections=sections,
        facts=facts,
        notes=NOTES,
    )
    say(report.lines())
    if not said.quick:
        page = report.renew() if said.only else report.write()
        say([f"written to {os.path.relpath(page)}"])
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
