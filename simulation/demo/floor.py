"""The campaign under way: engine and agents started, the campaign run to its end, all sent home.

Everything goes through what users have: the stores and the import as `outpace` uses them before the
engine runs, its control interface afterwards. Refuses to know terminals and reports.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from ulid import ULID

from dialer.adapters.asterisk.instance import AsteriskInstance
from dialer.adapters.control_socket import ControlClient
from dialer.adapters.sql.stores import open_stores
from dialer.control import ControlError
from dialer.domain.agentflow import AgentState
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.ids import CampaignId
from dialer.errors import BadInput, OutpaceError
from dialer.services.import_leads import import_leads
from dialer.settings import load_settings
from simulation.demo.agents import SimulatedAgent
from simulation.demo.engine_process import EngineProcess
from simulation.demo.leads import DemoLead, write_list
from simulation.demo.network import asterisks
from simulation.demo.processes import until_ended
from simulation.demo.scenario import Scenario
from simulation.lab import Lab

CAMPAIGN: Final = "demo"
"""The campaign's name."""

LOOK_EVERY_S: Final = 0.25
SERVES_WITHIN_S: Final = 20.0
STALLED_S: Final = 60.0
"""No dial, answer or end for so long: no scenario is that slow."""
LEAVE_WITHIN_S: Final = 5.0
ENDED_WITHIN_S: Final = 1.0
"""Between an engine's last word and its end."""

_WORKING: Final = frozenset({AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP})

Status = Mapping[str, Any]
"""What the engine answers to `status`."""


class DemoFailed(OutpaceError):
    """The demonstration cannot go on; one line that says why."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What only those who were there know of a campaign that ran to its end."""

    campaign_id: CampaignId
    pacing_faults: int
    """Events that the pacer refused."""
    written_up: int
    """Talks that agents gave a disposition."""


class Floor:
    """One campaign, its agents and their engine.

    Args:
        lab: both Asterisks, started.
        engine: not started yet.
        say: told of each step, in a line for a person.
        show: shown the engine's status, four times a second.
    """

    def __init__(
        self,
        scenario: Scenario,
        lab: Lab,
        engine: EngineProcess,
        *,
        sale_rate: float,
        say: Callable[[str, str], None],
        show: Callable[[Status], None],
    ) -> None:
        self._scenario = scenario
        self._lab = lab
        self._engine = engine
        self._say = say
        self._show = show
        self._home: Path = lab.home
        self._agents = [
            SimulatedAgent(
                phone.name,
                CAMPAIGN,
                wrap_up_s=scenario.wrap_up_s,
                sale_rate=sale_rate,
                chance=Random(f"{scenario.seed} {phone.name}"),
            )
            for phone in lab.agents
        ]

    async def run(self, leads: Sequence[DemoLead]) -> Ran:
        """Run the campaign to its end; cancelled or failed, everybody is sent home first.

        Raises:
            EngineDied: the engine ended in the middle.
            DemoFailed: an Asterisk ended, or nothing happens any more.
            BadInput, ControlError: the campaign cannot be made or started.
        """
        campaign_id = await self._create(leads)
        self._engine.start()
        async with asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(self._engine.watch(), name="engine-watch")
            watches = [watch]
            for name, asterisk in asterisks(self._lab).items():
                ends = self._watch_asterisk(name, asterisk)
                watches.append(tasks.create_task(ends, name=f"watch-{name}"))
            await self._serving()
            self._engine.note_children()
            async with ControlClient.connect(self._home) as desk, asyncio.TaskGroup() as people:
                self._say("Engine", f"pid {self._engine.pid}")
                try:
                    work = [
                        people.create_task(agent.work(self._home), name=f"agent-{agent.name}")
                        for agent in self._agents
                    ]
                    last = await self._campaign(desk)
                except ControlError:
                    # an engine that died says more about it than a broken connection
                    await asyncio.wait({watch}, timeout=ENDED_WITHIN_S)
                    raise
                except asyncio.CancelledError:
                    self._say("Stopping", "campaign and agents")
                    raise
                finally:
                    await self._send_home(desk)
                for task in work:
                    task.cancel()
            for watch in watches:
                watch.cancel()
        return Ran(
            campaign_id,
            sum(int(campaign["faults"]) for campaign in last["campaigns"]),
            sum(agent.written_up for agent in self._agents),
        )

    # -- the steps -------------------------------------------------------------------------

    async def _create(self, leads: Sequence[DemoLead]) -> CampaignId:
        """Create the campaign and import its list, as `outpace campaigns|leads` do."""
        path = self._home / "leads.csv"
        await asyncio.to_thread(write_list, path, leads)
        campaign = Campaign(
            campaign_id=CampaignId(f"ca-{ULID()}"),
            name=CAMPAIGN,
            settings=self._scenario.settings,
            created_at=time.time(),
        )
        async with open_stores(load_settings(self._home).database) as stores:
            await stores.campaigns.create(campaign)
            report = await import_leads(stores.imports, path, campaign.campaign_id, at=time.time())
        source = "people of UCI's Bank Marketing data, fictional numbers"
        self._say("Leads", f"{report.taken} imported: {source}")
        return campaign.campaign_id

    async def _serving(self) -> None:
        """Wait until the engine serves."""
        deadline = time.monotonic() + SERVES_WITHIN_S
        while True:
            try:
                async with ControlClient.connect(self._home):
                    return
            except BadInput as error:
                if time.monotonic() > deadline:
                    raise DemoFailed(
                        f"the engine serves nobody after {SERVES_WITHIN_S:g} s; "
                        f"see {self._home}/engine.log"
                    ) from error
            await asyncio.sleep(0.05)

    async def _campaign(self, desk: ControlClient) -> Status:
        for agent in self._agents:
            await agent.present.wait()
        self._say("Agents", f"{len(self._agents)} logged in")
        await desk.ask("campaign.start", campaign=CAMPAIGN)
        await self._watch_until(desk, _finished)
        # the last ones still write up what they heard
        return await self._watch_until(desk, _nobody_works)

    async def _watch_until(self, desk: ControlClient, done: Callable[[Status], bool]) -> Status:
        """Show the floor until `done`."""
        seen: object = None
        moved_at = time.monotonic()
        while True:
            status: Status = await desk.ask("status")
            self._show(status)
            if done(status):
                return status
            moving = (
                [(row["dialed"], row["answered"], row["lines"]) for row in status["campaigns"]],
                [row["state"] for row in status["agents"]],
            )
            if moving != seen:
                seen, moved_at = moving, time.monotonic()
            if time.monotonic() - moved_at > STALLED_S:
                raise DemoFailed(
                    f"nothing has happened for {STALLED_S:g} s; see {self._home}/engine.log"
                )
            await asyncio.sleep(LOOK_EVERY_S)

    async def _watch_asterisk(self, name: str, asterisk: AsteriskInstance) -> None:
        if asterisk.pid is not None:
            await until_ended(asterisk.pid)
        raise DemoFailed(f"{name} has ended; see {asterisk.home}/log")

    async def _send_home(self, desk: ControlClient) -> None:
        """Stop the campaign, end what is still talking and log all agents out."""
        if not self._engine.alive():
            return
        with suppress(ControlError, TimeoutError):
            async with asyncio.timeout(LEAVE_WITHIN_S):
                await desk.ask("stop-all")
                status: Status = await desk.ask("status")
                for row in status["agents"]:
                    await _leave(desk, row)


def _finished(status: Status) -> bool:
    return all(row["state"] == CampaignState.FINISHED for row in status["campaigns"])


def _nobody_works(status: Status) -> bool:
    return not any(row["state"] in _WORKING for row in status["agents"])


async def _leave(desk: ControlClient, row: Mapping[str, Any]) -> None:
    if row["state"] == AgentState.OFFLINE:
        return
    with suppress(ControlError):  # it ended by itself in this moment
        if row["state"] in (AgentState.RESERVED, AgentState.TALKING):
            await desk.ask("agent.hangup", agent=row["agent"])
    with suppress(ControlError):
        await desk.ask("agent.logout", agent=row["agent"])
