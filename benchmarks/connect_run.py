"""The two ways to connect an answered customer, each run against a real Asterisk.

`through_engine` runs a campaign with the engine as it ships; `through_dial` has Asterisk's own
dialplan `Dial` an agent's phone, without any engine. Same people, same measure. Refuses to judge.
"""

import asyncio
import gc
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks.connect_measure import Answer, Leg
from benchmarks.connect_people import HOST, RING_S, TALK_S, People
from benchmarks.load_ami import bare_ami
from benchmarks.load_floor import LoadFloor
from benchmarks.load_plan import BARE_CALLS, number
from benchmarks.load_process import Meter, Usage
from dialer.adapters.asterisk.installation import Installation
from dialer.adapters.asterisk.render import shipped_templates
from simulation.lab import Lab

CAMPAIGN: Final = "connect"
LINES: Final = 60
SLACK_S: Final = 30.0
"""How much longer than planned a run may take before it is judged as it stands."""

PACE: Final = 1.1
"""The trunk's limit in asked answers: a limit that is never passed is not quite reached either."""

AHEAD: Final = 10
"""By how much this process is raised in priority while it plays the people."""

_SETTLE_S: Final = 1.0
_PROGRESS_S: Final = 20.0
_BARE_DIALPLAN: Final = """
[bare]
exten => _a.,1,MixMonitor(${UNIQUEID}.raw,bD)
 same => n,Dial(PJSIP/${EXTEN})
[bare-unrecorded]
exten => _a.,1,Dial(PJSIP/${EXTEN})
"""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is run."""

    answers: int
    """Counted answers."""
    warm_up: int
    """Answers before them, which are not counted."""
    agents: int
    rate_cps: float
    """Calls, and so answers, a second."""
    seed: int
    templates: Path | None = None
    """Another Asterisk configuration than the one that ships."""

    @property
    def calls(self) -> int:
        """All calls."""
        return self.answers + self.warm_up

    @property
    def within_s(self) -> float:
        """The longest it may take."""
        return self.calls / self.rate_cps * 1.2 + RING_S[1] + TALK_S + SLACK_S


@dataclass(frozen=True, slots=True)
class Captured:
    """What a run left behind."""

    answers: Sequence[Answer]
    legs: Sequence[Leg]
    late_s: Sequence[float]
    """How late our own senders were, a value for each packet, seconds."""
    stalls_s: Sequence[float]
    """When they left frames out."""
    usage: Usage
    recordings: int
    """Recordings with something in them."""
    complete: bool
    """Whether every call was over in time."""
    nice: int
    """Priority of the process that played the people; below 0 is ahead of the others."""

    @property
    def rate(self) -> float:
        """Counted answers a second."""
        times = [answer.ok_s for answer in self.answers]
        return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0


async def through_engine(installation: Installation, home: Path, plan: Plan, say: Say) -> Captured:
    """Run a campaign: its answers come at `rate_cps`, about half of the agents are free."""
    async with People(plan.seed) as people, node(installation, home, plan, people) as floor:
        await people.plug_in(floor.lab.extra_agents, (HOST, floor.lab.sip_port))
        await floor.add_campaign(
            CAMPAIGN,
            0,
            plan.calls,
            mode="power",
            power_ratio=1.0,
            calls_per_second=4 * plan.rate_cps,  # the trunk sets the pace
            ring_timeout_s=10,
            wrap_up_limit_s=0,
        )
        await floor.start_engine()
        await floor.log_in([agent.name for agent in floor.lab.extra_agents], [CAMPAIGN])
        await asyncio.sleep(_SETTLE_S)
        meter = Meter({**floor.pids(), "bench": os.getpid()})
        with undisturbed() as nice:
            async with company(_progress(people, plan, say), floor.engine.watch()):
                people.pulse.forget()
                await floor.ask("campaign.start", campaign=CAMPAIGN)
                complete = await people.until_gone(plan.calls, plan.within_s)
        return _captured(people, plan, meter, floor, complete=complete, nice=nice)


async def through_dial(
    installation: Installation, home: Path, plan: Plan, say: Say, *, recorded: bool
) -> Captured:
    """Have the dialplan call a phone for each answered customer; the phones take turns."""
    templates = home / "templates"
    _bare_templates(plan.templates or shipped_templates(), templates)
    bare = replace(plan, templates=templates)
    async with People(plan.seed) as people, node(installation, home, bare, people) as floor:
        lab = floor.lab
        await people.plug_in(lab.extra_agents, (HOST, lab.sip_port))
        await asyncio.sleep(_SETTLE_S)
        meter = Meter({**floor.pids(), "bench": os.getpid()})
        async with bare_ami(lab.ami_port, lab.ami_secret, lambda _: None) as ami:
            with undisturbed() as nice:
                async with company(_progress(people, plan, say)):
                    loop = asyncio.get_running_loop()
                    people.pulse.forget()
                    begin = loop.time()
                    for place in range(plan.calls):
                        await asyncio.sleep(begin + place / plan.rate_cps - loop.time())
                        fields = {
                            "Channel": f"PJSIP/{number(BARE_CALLS + place)[1:]}@trunk",
                            "Context": "bare" if recorded else "bare-unrecorded",
                            "Exten": lab.extra_agents[place % plan.agents].name,
                            "Priority": "1",
                            "Timeout": "10000",
                            "Async": "true",
                        }
                        ami.send("Originate", fields)
                    complete = await people.until_gone(plan.calls, SLACK_S)
        return _captured(people, plan, meter, floor, complete=complete, nice=nice)


def _captured(
    people: People, plan: Plan, meter: Meter, floor: LoadFloor, *, complete: bool, nice: int
) -> Captured:
    usage = meter.lap()
    return Captured(
        answers=people.answers(plan.warm_up),
        legs=people.legs(),
        late_s=people.pulse.late_s,
        stalls_s=people.pulse.stalls_s,
        usage=usage,
        recordings=sum(1 for file in floor.recordings.glob("*.*") if file.stat().st_size),
        complete=complete,
        nice=nice,
    )


@asynccontextmanager
async def node(
    installation: Installation, home: Path, plan: Plan, people: People
) -> AsyncIterator[LoadFloor]:
    """Run the dialing Asterisk for as long as the block lasts, and end its engine with it."""
    lab = Lab(
        installation,
        home,
        agents=0,
        carrier_port=people.carrier_port,
        extra_agents=[f"a{place:03}" for place in range(1, plan.agents + 1)],
        lines=LINES,
        calls_per_second=plan.rate_cps * PACE,
        die_with_parent=True,
    )
    if plan.templates is not None:
        lab.asterisk.templates = plan.templates
    floor = LoadFloor(lab)
    try:
        lab.start()  # from this thread: Asterisk ends with it, whatever becomes of us
        yield floor
    except BaseException:
        _kill(floor)  # nobody waits for the recordings of a run that failed
        raise
    finally:
        await asyncio.to_thread(floor.engine.stop)
        await asyncio.to_thread(lab.stop)


def _kill(floor: LoadFloor) -> None:
    pids = floor.pids()
    for name in ("recordings", "engine"):
        if name in pids:
            with suppress(ProcessLookupError):
                os.kill(pids[name], signal.SIGKILL)


@contextmanager
def undisturbed() -> Iterator[int]:
    """Run the people ahead of others, without the collector, which would stop them for 0.1 s.

    Real customers and phones are machines of their own: what this process does late, because it
    shares two cores with the product, is nobody's latency. Programs it has started are untouched.
    """
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with suppress(OSError):  # not everybody may
        os.setpriority(os.PRIO_PROCESS, 0, before - AHEAD)
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield os.getpriority(os.PRIO_PROCESS, 0)
    finally:
        gc.enable()
        gc.unfreeze()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, before)


async def _progress(people: People, plan: Plan, say: Say) -> None:
    """Tell from time to time how far it is."""
    while True:
        await asyncio.sleep(_PROGRESS_S)
        say(f"  {people.answered} of {plan.calls} answered")


@asynccontextmanager
async def company(*companions: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Run these for as long as the block lasts; one that fails ends it."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(companion) for companion in companions]
        try:
            yield
        finally:
            for task in running:
                task.cancel()


def _bare_templates(source: Path, target: Path) -> None:
    """Copy a configuration and add what the bare `Dial` needs."""
    shutil.copytree(source, target)
    for name, added in (("extensions", _BARE_DIALPLAN), ("modules", "\nload = app_dial.so\n")):
        file = target / f"{name}.conf.j2"
        file.write_text(file.read_text(encoding="utf-8") + added, encoding="utf-8")
