"""The campaign under way: service and agents started, the campaign run to its end, all sent home.

Everything goes through what users have: REST and the live feed, and for the first administrator the
command line. Refuses to know terminals and reports.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx

from dialer.domain.ids import CampaignId
from outpace.client import Live, Problem
from simulation.demo.agents import SimulatedAgent
from simulation.demo.desks import desk
from simulation.demo.leads import DemoLead
from simulation.demo.network import asterisks
from simulation.demo.processes import until_ended
from simulation.demo.scenario import Scenario
from simulation.demo.seen import Seen, Status
from simulation.demo.service import DemoFailed, Service
from simulation.demo.staff import first_administrator, hire, new_password
from simulation.demo.supervisor import Supervisor
from simulation.lab import Lab

ENDED_WITHIN_S: Final = 1.0
"""Between a program's last word and its end."""


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
            DemoFailed: something else ended, the service refuses what it is asked, or nothing
                happens any more.
        """
        password = new_password()
        await first_administrator(self._home, password)
        self._service.start(self._lab.asterisk.home)
        async with self._watched() as watches:
            try:
                return await self._work(leads, password)
            except (Problem, httpx.TransportError, ExceptionGroup) as error:
                # a program that died says more about it than a broken connection
                await asyncio.wait(watches, timeout=ENDED_WITHIN_S)
                refused = _refusal(error)
                if refused is None:
                    raise
                raise DemoFailed(refused) from error

    async def _work(self, leads: Sequence[DemoLead], password: str) -> Ran:
        addresses, token = await self._open(password)
        async with desk(addresses, token) as here:
            supervisor = Supervisor(
                here, self._scenario, self._home, say=self._say, show=self._show
            )
            campaign_id = await supervisor.create(leads)
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
                    work.append(people.create_task(_follow(live, seen), name="floor"))
                    for agent in self._agents:
                        await agent.present.wait()
                    self._say("Agents", f"{len(self._agents)} logged in")
                    await supervisor.lead(campaign_id, seen)
                    for task in work:
                        task.cancel()
            except asyncio.CancelledError:
                self._say("Stopping", "campaign and agents")
                raise
            finally:
                if self._service.alive():
                    await supervisor.send_home()
            return Ran(
                campaign_id,
                await supervisor.pacing_faults(),
                sum(agent.written_up for agent in self._agents),
                await supervisor.report(campaign_id),
            )

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

    async def _open(self, password: str) -> tuple[Sequence[str], str]:
        """Wait for the service and hire who works there; returns addresses and token."""
        addresses = await self._service.addresses()
        for name, pid in self._service.pids().items():
            self._say("Process", f"{name}, pid {pid}")
        people = [(agent.name, agent.password) for agent in self._agents]
        token = await hire(addresses, password, people)
        self._say("Service", f"{', '.join(addresses)}: {len(people)} users, a supervisor's token")
        return addresses, token


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
