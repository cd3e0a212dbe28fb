"""A demonstration from its first step to its exit code: the order of things, and their end.

Whatever happens - a fault, Ctrl-C at any moment, an engine that dies - every process started here
is ended before this returns. Refuses to know how any step is done.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from dialer.adapters.asterisk.installation import install
from dialer.errors import BadInput, OutpaceError
from dialer.settings import load_settings
from simulation.demo.checks import check_all
from simulation.demo.evidence import Evidence, read_journal, read_record
from simulation.demo.floor import Floor, Ran
from simulation.demo.interrupts import Interrupted, Interrupts
from simulation.demo.leads import DemoLead, draw_leads, real_calls
from simulation.demo.network import asterisks, calls_seen, channels_left, kill
from simulation.demo.program import ProgramDied
from simulation.demo.report import print_checks, print_places, print_report, print_service, shown
from simulation.demo.scenario import Scenario, load_scenario
from simulation.demo.screen import Screen
from simulation.demo.service import DemoFailed, Service
from simulation.demo.shape import Shape
from simulation.demo.view import Past
from simulation.lab import Lab

RUNS: Final = Path("var/demo")
"""Runs lie below it, each in a folder of its own."""

_LONGEST_HOME: Final = 107 - len("/asterisk/run/asterisk.ctl")
"""Bytes a home's path may have, for Asterisk's control socket in it."""

_LINES_PER_AGENT: Final = 10


def run_demo(scenario_name: str, shape: Shape, home: Path | None, console: Console) -> int:
    """Run a scenario on a service of some shape and report; returns the exit code.

    0: all checks hold. 1: one failed, or the demonstration could not go on. 130, 143: it was
    interrupted.
    """
    with Interrupts() as interrupts:
        demo = _Demo(scenario_name, shape, console, interrupts)
        try:
            return demo.run(home)
        except (Interrupted, OutpaceError, BaseExceptionGroup) as error:
            if interrupts.number:  # whatever broke after it, broke because of it
                demo.say("Stopped", "all processes have ended")
                return Interrupted(interrupts.number).exit_code
            print(f"outpace: {_cause(error)}", file=sys.stderr)
            return 1


class _Demo:
    """One run."""

    def __init__(
        self, scenario_name: str, shape: Shape, console: Console, interrupts: Interrupts
    ) -> None:
        self._scenario_name = scenario_name
        self._shape = shape
        self._console = console
        self._interrupts = interrupts

    def say(self, what: str, told: str) -> None:
        """Print one step; a terminal that is gone stops nobody."""
        with suppress(OSError):
            self._console.print(
                Text.assemble((f"{what:>12}  ", "bright_black"), told), soft_wrap=True
            )

    def run(self, home: Path | None) -> int:
        scenario = load_scenario(self._scenario_name)
        self.say("Outpace", f"{scenario.title} (scenario {self._scenario_name})")
        home = _folder(home)
        installation = install(say=lambda line: self.say("", line))
        self.say("Shape", self._shape.told)
        self.say("Asterisk", installation.version)
        self.say("Folder", shown(home))
        calls = real_calls()
        leads = draw_leads(scenario, calls)
        service = Service(self._shape, home)
        lab: Lab | None = None

        def hurry() -> None:
            service.kill()
            if lab is not None:
                kill(lab)

        self._interrupts.hurry = hurry
        try:
            service.prepare()
            lab = Lab(  # only now: it has chosen its ports, and others may take them
                installation,
                home,
                agents=scenario.agents,
                plan=[lead.line for lead in leads],
                lines=scenario.agents * _LINES_PER_AGENT + 20,
                calls_per_second=scenario.settings.calls_per_second,
                die_with_parent=True,
            )
            lab.settings.update(service.settings)
            lab.start()
            for name, pid in _pids(lab, service).items():
                self.say("Started", f"{name}, pid {pid}")
            sale_rate = sum(call.agreed for call in calls) / len(calls)
            ran = self._campaign(scenario, leads, lab, service, sale_rate)
            processes = _pids(lab, service)
            with self._interrupts.softly():
                service.end_programs()
            self._interrupts.check()
            settings = load_settings(lab.home)
            record = asyncio.run(read_record(settings, ran.campaign_id))
            left, network_calls = channels_left(lab), calls_seen(lab)
        finally:
            self._end(lab, service)
        self._interrupts.check()
        print_report(
            self._console, scenario.title, record, cap_rate=scenario.settings.abandon_rate_target
        )
        print_service(self._console, self._shape, processes)
        evidence = Evidence(
            attempts=record.attempts,
            journal=read_journal(settings.journal),
            lines={lead.line.number: lead.line for lead in leads},
            agent_tones_hz=lab.carrier.tones_hz if lab.carrier is not None else {},
            recordings=settings.recordings,
            network_calls=network_calls,
            channels_left=left,
            pacing_faults=ran.pacing_faults,
            told=ran.told["outcomes"],
        )
        checks = check_all(evidence)
        print_checks(self._console, checks)
        print_places(self._console, settings, service.database)
        return 0 if all(check.ok for check in checks) else 1

    def _campaign(
        self,
        scenario: Scenario,
        leads: list[DemoLead],
        lab: Lab,
        service: Service,
        sale_rate: float,
    ) -> Ran:
        """Run the campaign on an event loop; a signal cancels it softly.

        Raises:
            Interrupted: a signal came; everybody was sent home.
        """
        past = Past(scenario.title, len(leads), scenario.settings.abandon_rate_target)

        async def run() -> Ran:
            with Screen(self._console, past) as screen:
                floor = Floor(
                    scenario, lab, service, sale_rate=sale_rate, say=self.say, show=screen.show
                )
                with self._interrupts.softly(_cancel_me()):
                    self._interrupts.check()
                    return await floor.run(leads)

        try:
            return asyncio.run(run())
        except asyncio.CancelledError:
            self._interrupts.check()
            raise

    def _end(self, lab: Lab | None, service: Service) -> None:
        """End every process; a signal meanwhile only hurries it."""
        with self._interrupts.softly():
            running = _pids(lab, service)
            if running:
                self.say("Stopping", ", ".join(running))
            service.end()
            if lab is not None:
                lab.stop()


def _pids(lab: Lab | None, service: Service) -> dict[str, int]:
    """Return the processes that run, by what a person calls them."""
    pids = dict(service.pids())
    for name, asterisk in asterisks(lab).items() if lab is not None else ():
        if asterisk.pid is not None:
            pids[name] = asterisk.pid
    return pids


def _cancel_me() -> Callable[[], None]:
    """Return what cancels the present task, from a signal handler."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()

    def cancel() -> None:
        if task is not None:
            loop.call_soon_threadsafe(task.cancel)

    return cancel


def _folder(home: Path | None) -> Path:
    """Make the run's folder: the one asked for, or a fresh one below the working directory."""
    if home is not None:
        if home.exists() and (not home.is_dir() or any(home.iterdir())):
            raise BadInput("--home", f"{home} is not empty", "name a new folder")
        home.mkdir(parents=True, exist_ok=True)
        return home.resolve()
    name = time.strftime("%Y%m%d-%H%M%S")
    runs = RUNS.resolve()
    if len(os.fsencode(runs / name)) + 3 > _LONGEST_HOME:
        runs = Path(tempfile.gettempdir()) / f"outpace-demo-{os.getuid()}"
    for number in range(100):
        fresh = runs / (name if number == 0 else f"{name}-{number}")
        try:
            fresh.mkdir(parents=True)
        except FileExistsError:
            continue  # another demo began in this second
        return fresh
    raise BadInput("--home", f"{runs} is full of runs of this second", "try again")


def _cause(error: BaseException) -> BaseException:
    """Return the one error of a group that says most."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    causes = [_cause(inner) for inner in error.exceptions]
    for kind in (ProgramDied, DemoFailed, OutpaceError):
        for cause in causes:
            if isinstance(cause, kind):
                return cause
    raise error
