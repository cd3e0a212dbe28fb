"""The campaign under way: service and agents started, the campaign run to its end, all sent home.

Everything goes through what users have: REST and the live feed, and for the first administrator the
command line. Refuses to know terminals and reports.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final, cast

import httpx

from dialer.domain.agentflow import AgentState
from dialer.domain.campaign import CampaignState
from dialer.domain.ids import CampaignId
from outpace.client import Live, Problem
from outpace.client.types import NewCampaign
from simulation.demo.agents import BREAK, SimulatedAgent
from simulation.demo.desks import Desk, desk
from simulation.demo.leads import DemoLead, write_list
from simulation.demo.network import asterisks
from simulation.demo.processes import until_ended
from simulation.demo.scenario import Scenario
from simulation.demo.seen import Seen, Status
from simulation.demo.service import DemoFailed, Service
from simulation.demo.staff import first_administrator, hire, new_password
from simulation.lab import Lab

CAMPAIGN: Final = "demo"
"""The campaign's name."""

LOOK_EVERY_S: Final = 0.25
STALLED_S: Final = 60.0
"""No dial, answer or end for so long: no scenario is that slow."""
LEAVE_WITHIN_S: Final = 5.0
ENDED_WITHIN_S: Final = 1.0
"""Between a program's last word and its end."""

LINES_PER_AGENT: Final = 6.0
"""To which the limit of lines is lowered while the campaign runs."""

PACED_ANEW_AFTER: Final = 0.5
"""Share of the leads that are dialed before."""

_WORKING: Final = frozenset({AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP})
_FAULTS: Final = "outpace_pacing_faults_total{"


@dataclass(frozen=True, slots=True)
class Ran:
    """What only those who were there know of a campaign that ran to its end."""

    campaign_id: CampaignId
    pacing_faults: int
    """Events that the pacer refused."""
    written_up: int
    """Talks that agents gave a disposition."""
    told: Mapping[str, Any]
    """The campaign's row of the service's own report."""


class Floor:
    """One campaign, its agents and their service.

    Args:
        lab: both Asterisks, started.
        service: prepared, and not started yet.
        say: told of each step, in a line for a person.
        show: shown the floor, four times a second.
    """

    def __init__(
        self,
        scenario: Scenario,
        lab: Lab,
        service: Service,
        *,
        sale_rate: float,
        say: Callable[[str, str], None],
        show: Callable[[Status], None],
    ) -> None:
        self._scenario = scenario
        self._lab = lab
        self._service = service
        self._say = say
        self._show = show
        self._home: Path = lab.home
        self._agents = [
            SimulatedAgent(
                phone.name,
                new_password(),
                wrap_up_s=scenario.wrap_up_s,
                break_s=scenario.break_s,
                sale_rate=sale_rate,
                chance=Random(f"{scenario.seed} {phone.name}"),
            )
            for phone in lab.agents
        ]

    async def run(self, leads: Sequence[DemoLead]) -> Ran:
        """Run the campaign to its end; cancelled or failed, everybody is sent home first.

        Raises:
            ProgramDied: a program of the service ended in the middle.
            DemoFailed: an Asterisk ended, or nothing happens any more.
            Problem: the service refuses what it is asked.
        """
        self._service.start(self._lab.asterisk.home)
        async with self._watched() as watches:
            try:
                return await self._work(leads)
            except (Problem, httpx.TransportError, ExceptionGroup) as error:
                # a program that died says more about it than a broken connection
                await asyncio.wait(watches, timeout=ENDED_WITHIN_S)
                refused = _refusal(error)
                if refused is None:
                    raise
                raise DemoFailed(refused) from error

    async def _work(self, leads: Sequence[DemoLead]) -> Ran:
        addresses, token = await self._open()
        async with desk(addresses, token) as here:
            campaign_id = await self._create(here, leads)
            live = here.follow("floor")
            seen = Seen(live, campaign_id)
            try:
                async with asyncio.TaskGroup() as people:
                    work = [
                        people.create_task(
                            agent.work(addresses, campaign_id), name=f"agent-{agent.name}"
                        )
                        for agent in self._agents
                    ]
                    work.append(people.create_task(_follow(live, seen), name="supervisor"))
                    await self._campaign(here, campaign_id, seen)
                    for task in work:
                        task.cancel()
            except asyncio.CancelledError:
                self._say("Stopping", "campaign and agents")
                raise
            finally:
                await self._send_home(here)
            faults = _pacing_faults(await here.api().health.metrics())
            report = await here.api().reports.get("campaign", campaign=campaign_id)
        told = cast("Sequence[Mapping[str, Any]]", dict(report)["campaigns"])[0]
        return Ran(campaign_id, faults, sum(agent.written_up for agent in self._agents), told)

    # -- the steps -------------------------------------------------------------------------

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[list[asyncio.Task[None]]]:
        """Watch every process for as long as the block lasts; one that ends, ends it."""
        async with asyncio.TaskGroup() as tasks:
            watches = [
                tasks.create_task(program.watch(), name=f"watch-{program.name}")
                for program in self._service.programs
            ]
            others = {
                name: (asterisk.pid, asterisk.home / "log")
                for name, asterisk in asterisks(self._lab).items()
            }
            watches += [
                tasks.create_task(_watch(name, pid, log), name=f"watch-{name}")
                for name, (pid, log) in {**others, **self._service.servers()}.items()
            ]
            yield watches
            for watch in watches:
                watch.cancel()

    async def _open(self) -> tuple[Sequence[str], str]:
        """Wait for the service and hire who works there; returns addresses and token."""
        password = new_password()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(first_administrator(self._home, password), name="administrator")
            serving = tasks.create_task(self._service.addresses(), name="serving")
        addresses = serving.result()
        for name, pid in self._service.pids().items():
            self._say("Process", f"{name}, pid {pid}")
        people = [(agent.name, agent.password) for agent in self._agents]
        token = await hire(addresses, password, people)
        self._say("Service", f"{', '.join(addresses)}: {len(people)} users, a supervisor's token")
        return addresses, token

    async def _create(self, here: Desk, leads: Sequence[DemoLead]) -> CampaignId:
        """Create the campaign, import its list, and say why agents may pause."""
        await here.api().pause_codes.create({"code": BREAK, "label": "Coffee", "limit_s": 60})
        new: NewCampaign = {"name": CAMPAIGN}
        new["settings"] = self._scenario.settings.model_dump(mode="json")  # type: ignore[typeddict-item]
        campaign = await here.api().campaigns.create(new)
        path = self._home / "leads.csv"
        await asyncio.to_thread(write_list, path, leads)
        content = await asyncio.to_thread(path.read_bytes)
        report = await here.api().lists.imported(
            campaign["id"], content, "text/csv", file=path.name
        )
        source = "people of UCI's Bank Marketing data, fictional numbers"
        self._say("Leads", f"{report['taken']} imported: {source}")
        return CampaignId(campaign["id"])

    async def _campaign(self, here: Desk, campaign_id: CampaignId, seen: Seen) -> None:
        for agent in self._agents:
            await agent.present.wait()
        self._say("Agents", f"{len(self._agents)} logged in")
        await here.api().campaigns.start(campaign_id)
        most = PACED_ANEW_AFTER * self._scenario.leads
        await self._watch_until(seen, lambda status: _dialed(status) >= most or _finished(status))
        limits = await here.api().pacing.update(
            campaign_id, {"max_lines_per_agent": LINES_PER_AGENT}
        )
        self._say("Pacing", f"at most {limits['max_lines_per_agent']:g} lines an agent from now on")
        await self._watch_until(seen, _finished)
        # the last ones still write up what they heard
        await self._watch_until(seen, _nobody_works)

    async def _watch_until(self, seen: Seen, done: Callable[[Status], bool]) -> None:
        """Show the floor until `done`."""
        before: object = None
        moved_at = time.monotonic()
        while True:
            status = seen.status(time.time())
            self._show(status)
            if done(status):
                return
            moving = (
                [(row["dialed"], row["answered"], row["lines"]) for row in status["campaigns"]],
                [row["state"] for row in status["agents"]],
            )
            if moving != before:
                before, moved_at = moving, time.monotonic()
            if time.monotonic() - moved_at > STALLED_S:
                raise DemoFailed(
                    f"nothing has happened for {STALLED_S:g} s; see {self._home}/engine.log"
                )
            await asyncio.sleep(LOOK_EVERY_S)

    async def _send_home(self, here: Desk) -> None:
        """Stop every campaign, end what is still talking and log all agents out."""
        if not self._service.alive():
            return
        with suppress(Problem, httpx.TransportError, TimeoutError):
            async with asyncio.timeout(LEAVE_WITHIN_S):
                await here.api().campaigns.stop_all()
                floor = await here.api().agents.list_(limit=len(self._agents))
                for agent in floor["items"]:
                    await _leave(here, agent["id"], agent["state"])


async def _follow(live: Live, seen: Seen) -> None:
    async for _told in live.follow():
        seen.take_in()


async def _watch(name: str, pid: int | None, log: Path) -> None:
    if pid is not None:
        await until_ended(pid)
    raise DemoFailed(f"{name} has ended; see {log}")


def _refusal(error: BaseException) -> str | None:
    """Return why the service could not be used; None if that was not the trouble."""
    if isinstance(error, BaseExceptionGroup):
        return next((why for one in error.exceptions if (why := _refusal(one))), None)
    if isinstance(error, Problem):
        return f"the service refused: {error}"
    if isinstance(error, httpx.TransportError):
        return f"the service cannot be reached: {error or type(error).__name__}"
    return None


def _dialed(status: Status) -> int:
    return sum(row["dialed"] for row in status["campaigns"])


def _finished(status: Status) -> bool:
    return any(row["state"] == CampaignState.FINISHED for row in status["campaigns"])


def _nobody_works(status: Status) -> bool:
    return not any(row["state"] in _WORKING for row in status["agents"])


def _pacing_faults(metrics: bytes) -> int:
    """Return how many events pacers refused, as the engines count them."""
    lines = [line for line in metrics.decode().splitlines() if line.startswith(_FAULTS)]
    return sum(int(float(line.rpartition(" ")[2])) for line in lines)


async def _leave(here: Desk, agent: str, state: str) -> None:
    if state == AgentState.OFFLINE:
        return
    with suppress(Problem):  # it ended by itself in this moment
        if state in (AgentState.RESERVED, AgentState.TALKING):
            await here.api().agents.hang_up(agent)
    with suppress(Problem):
        await here.api().agents.log_out(agent)
