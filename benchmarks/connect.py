"""`make bench-connect`: from a customer's 200 OK to both people hearing each other.

Runs a campaign through the real engine and Asterisk, then a bare dialplan `Dial` with the same
people, and holds what strict jitter-buffered listeners played on both ends against the bars of the
product. Exit code: 0 all bars held, 1 one was missed, 2 it could not be measured, 130 interrupted.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.connect_report import Runs, connect_report
from benchmarks.connect_run import Plan, through_dial, through_engine
from benchmarks.load_floor import EngineNotReady, new_folder
from benchmarks.report import FOLDER, leaves, load_fact, machine_facts, say
from dialer.adapters.asterisk.installation import Installation, install
from dialer.errors import OutpaceError
from simulation.sip.softphone import NotRegistered

ANSWERS: Final = 1000
BARE_ANSWERS: Final = 200
WARM_UP: Final = 25
BARE_WARM_UP: Final = 5
AGENTS: Final = 20
RATE_CPS: Final = 5.0

_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Measure, print, write; returns the exit code."""
    options = _options()
    try:
        return _bench(options)
    except KeyboardInterrupt:
        _tell("interrupted; nothing is left running")
        return 130
    except (OutpaceError, EngineNotReady, NotRegistered, OSError, BaseExceptionGroup) as error:
        say(f"bench-connect: {leaf}" for leaf in leaves(error))
        return 2


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.connect",
        description="Measures from a customer's 200 OK to both people hearing each other.",
    )
    parser.add_argument("--answers", type=int, default=ANSWERS, help="counted answers")
    parser.add_argument("--bare-answers", type=int, default=BARE_ANSWERS, help="of each bare Dial")
    parser.add_argument("--rate", type=float, default=RATE_CPS, help="answers a second")
    parser.add_argument("--seed", type=int, default=2, help="of ring times")
    parser.add_argument("--templates", type=Path, help="another Asterisk configuration to try")
    parser.add_argument("--home", type=Path, help="empty folder to work in, kept afterwards")
    parser.add_argument("--out", type=Path, help="folder of the report, also of a small run")
    return parser.parse_args()


def _bench(options: argparse.Namespace) -> int:
    name, value = load_fact()
    began = (f"{name}, before", value)
    with new_folder() as folder:
        installation = install(say=_tell)
        runs = asyncio.run(_interruptible(installation, options.home or Path(folder), options))
    name, value = load_fact()
    facts = [*machine_facts(), ("Asterisk", installation.version), began, (f"{name}, after", value)]
    _tell("listening to what was received")
    report = connect_report(runs, _command(options), facts)
    say(["", *report.lines()])
    if options.answers >= ANSWERS or options.out:
        _tell(f"written to {report.write(options.out or FOLDER)}")
    else:
        _tell(f"not written: {options.answers} answers are too few to say so much")
    return report.exit_code


def _command(options: argparse.Namespace) -> str:
    if options.answers == ANSWERS and options.templates is None:
        return "make bench-connect"
    given = "" if options.templates is None else f" --templates {options.templates.name}"
    return f"python -m benchmarks.connect --answers {options.answers}{given}"


async def _interruptible(
    installation: Installation, home: Path, options: argparse.Namespace
) -> Runs:
    """Let the first signal end the run, and no further one disturb the tidying up."""
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    interrupt = _Once(task.cancel if task is not None else loop.stop)
    for number in _ENDING:
        loop.add_signal_handler(number, interrupt)
    try:
        return await _measure(installation, home, options)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


class _Once:
    def __init__(self, act: Callable[[], object]) -> None:
        self._act: Callable[[], object] | None = act

    def __call__(self) -> None:
        act, self._act = self._act, None
        if act is not None:
            _tell("ending")
            act()


async def _measure(installation: Installation, home: Path, options: argparse.Namespace) -> Runs:
    plan = Plan(
        answers=options.answers,
        warm_up=WARM_UP,
        agents=AGENTS,
        rate_cps=options.rate,
        seed=options.seed,
        templates=options.templates,
    )
    bare = Plan(
        answers=options.bare_answers,
        warm_up=BARE_WARM_UP,
        agents=AGENTS,
        rate_cps=options.rate,
        seed=options.seed,
        templates=options.templates,
    )
    _tell(f"engine: {plan.calls} answers, {plan.rate_cps:g} a second, {plan.agents} agents")
    engine = await through_engine(installation, home / "engine", plan, _tell)
    _tell(f"bare Dial, recorded: {bare.calls} answers")
    dial = await through_dial(installation, home / "dial", bare, _tell, recorded=True)
    _tell(f"bare Dial, not recorded: {bare.calls} answers")
    plain = await through_dial(installation, home / "plain", bare, _tell, recorded=False)
    return Runs(plan.answers, plan.rate_cps, engine, dial, plain)


def _tell(line: str) -> None:
    say([line])


if __name__ == "__main__":
    sys.exit(main())
