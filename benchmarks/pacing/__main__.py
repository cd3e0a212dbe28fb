"""`make bench-pacing`: how close pacing comes to the best possible, and who else does.

`python -m benchmarks.pacing [--quick] [--only PART] [--processes 2]`. Knows the parts; bars are in
`bars`, seeds and hours in `plan`. Ends with 1 when a bar is missed.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from benchmarks.pacing.beyond import beyond
from benchmarks.pacing.campaigns import memoryless, r1, running, window
from benchmarks.pacing.clockwork import clockwork, weigh
from benchmarks.pacing.part import Part
from benchmarks.pacing.plan import FULL, QUICK, Plan
from benchmarks.pacing.realistic import jump, realistic
from benchmarks.pacing.runs import Runs
from benchmarks.report import Report, load_fact, machine_facts, say

PARTS: Final[Mapping[str, Callable[[Runs, Plan], Part]]] = {
    "optimum": memoryless,
    "r1": r1,
    "window": window,
    "running": running,
    "realistic": realistic,
    "jump": jump,
    "beyond": beyond,
    "cost": clockwork,
}

_ONE_THREAD: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

NOTES: Final = (
    (
        "Every day starts cold: nothing is told in advance but the settings, and abandonment is"
        " counted from the first minute. ± is the 95 % confidence of a mean over seeds. Seeds are"
        " 0, 1, 2, ...; the n-th dial of a seed meets the same fate under every policy."
    ),
    (
        "Utilisation: (talk + wrap-up) / (logged in - paused). Abandoned: of live answers, machines"
        " that an agent recognised are none. Conversations are with persons. Waits are from answer"
        " to agent, of those who got one. Microseconds are processor time."
    ),
    (
        "Existing dialers are rebuilt from their documentation and behaviour, with their own"
        " timers; no code is theirs. All let callers wait as long as ours, which VICIdial's own"
        " default (5 s) would not; they decide each second at least, and count a machine that"
        " answers as an answer, as they do."
    ),
    (
        "The ratio is steered for each scenario by bisection on days of its own (seeds from"
        " 9,000): it is told what no product knows in the morning."
    ),
)


def measure(parts: Sequence[str], plan: Plan, processes: int) -> list[Part]:
    """Run the parts, saying what each found as it ends."""
    found: list[Part] = []
    began = time.monotonic()
    with Runs(processes) as runs:
        if "cost" in parts:
            runs.begin(weigh, plan)
        for name in parts:
            say([f"[{name} ...]"])
            part = PARTS[name](runs, plan)
            found.append(part)
            minutes = (time.monotonic() - began) / 60.0
            say([*part.lines(), "", f"[{name}: done after {minutes:.1f} min]"])
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, run, report; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pacing", description=__doc__)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="few seeds and short days; bars are missed only clearly; writes no page",
    )
    parser.add_argument("--only", choices=tuple(PARTS), action="append", help="may be repeated")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    for name in _ONE_THREAD:  # the processes share the cores already
        os.environ.setdefault(name, "1")
    plan = QUICK if options.quick else FULL
    partial = options.quick or options.only
    facts = [
        *machine_facts(),
        ("processes", str(options.processes)),
        ("load average before (1, 5, 15 min)", load_fact()[1]),
    ]
    began = time.monotonic()
    found = measure(
        [name for name in PARTS if name in (options.only or PARTS)], plan, options.processes
    )
    facts.append(("took", f"{(time.monotonic() - began) / 60.0:.0f} min"))
    report = Report(
        name="pacing",
        title="Pacing against the best possible",
        command="make bench-pacing" if not partial else "python -m benchmarks.pacing (a part)",
        sections=[part.section() for part in found],
        facts=facts,
        notes=NOTES,
    )
    say(report.lines())
    if not partial:
        say([f"written to {os.path.relpath(report.write())}"])
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
