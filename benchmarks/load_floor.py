"""A floor for load runs: the dialer's Asterisk, a real engine process, lists of leads.

Carrier and phones are somebody else's. Everything lives in one folder and ends with us. Refuses to
know what is measured.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.load_plan import number
from benchmarks.load_process import children
from dialer.adapters.asterisk.installation import Installation
from dialer.adapters.control_socket import ControlClient
from dialer.adapters.sql.stores import open_stores
from dialer.domain.campaign import Campaign, settings_from
from dialer.domain.ids import CampaignId
from dialer.errors import BadInput
from dialer.services.import_leads import import_leads
from dialer.settings import load_settings
from simulation.demo.program import Program
from simulation.lab import Lab

_START_WITHIN_S = 30.0
_LOG_IN_AT_ONCE = 10


class EngineNotReady(Exception):
    """The engine ended, or did not serve in time; its output and log say why."""


class LoadFloor:
    """One node under load."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.engine = Program("the engine", ["engine"], lab.home)

    @property
    def home(self) -> Path:
        """Folder of everything."""
        return self.lab.home

    @property
    def database(self) -> Path:
        """The engine's database file."""
        return self.home / "outpace.db"

    @property
    def log(self) -> Path:
        """The engine's log."""
        return self.home / "engine.log"

    @property
    def recordings(self) -> Path:
        """Where Asterisk writes recordings."""
        return load_settings(self.home).recordings

    def pids(self) -> dict[str, int]:
        """Return the processes of the node by name: engine, recordings, asterisk."""
        found = {"asterisk": self.lab.asterisk.pid, "engine": self.engine.pid}
        for child in children(self.engine.pid or 0):
            found["recordings"] = child
        return {name: pid for name, pid in found.items() if pid}

    async def add_campaign(self, name: str, first: int, count: int, **settings: object) -> None:
        """Create a campaign with the leads `first` and following; the engine need not run."""
        file = self.home / f"{name}.csv"
        rows = "".join(f"{number(index)},{index}\n" for index in range(first, first + count))
        file.write_text("phone,lead\n" + rows, encoding="ascii")
        async with open_stores(load_settings(self.home).database) as stores:
            campaign_id = CampaignId(name)
            made = Campaign(campaign_id=campaign_id, name=name, settings=settings_from(settings))
            await stores.campaigns.create(made)
            report = await import_leads(stores.imports, file, campaign_id, at=0.0)
        if report.taken != count:
            raise EngineNotReady(f"{report.taken} of {count} leads were imported")

    async def start_engine(self) -> None:
        """Start it and wait until it serves.

        Raises:
            EngineNotReady: it does not.
        """
        self.engine.start()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _START_WITHIN_S
        while loop.time() < deadline and self.engine.alive():
            try:
                await self.ask("status")
            except BadInput:
                await asyncio.sleep(0.1)
            else:
                return
        raise EngineNotReady(f"see {self.home}/engine.out and {self.log}")

    async def ask(self, do: str, **arguments: object) -> Any:
        """Ask the engine one thing."""
        async with ControlClient.connect(self.home) as client:
            return await client.ask(do, **arguments)

    async def status(self, campaign: str) -> dict[str, Any]:
        """Return a campaign's part of the status; {} when the engine has never run it."""
        found = await self.ask("status")
        return next((row for row in found["campaigns"] if row["campaign"] == campaign), {})

    async def log_in(self, agents: Iterable[str], campaigns: Sequence[str]) -> None:
        """Log agents in, some at a time."""
        places = asyncio.Semaphore(_LOG_IN_AT_ONCE)

        async def log_in(client: ControlClient, agent: str) -> None:
            async with places:
                await client.ask("agent.login", agent=agent, campaigns=list(campaigns))

        async with ControlClient.connect(self.home) as client, asyncio.TaskGroup() as tasks:
            for agent in agents:
                tasks.create_task(log_in(client, agent), name=f"log-in-{agent}")

    async def until_no_lines(self, campaign: str, within_s: float) -> bool:
        """Wait until no call of a campaign lives; False when one still does."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within_s
        while loop.time() < deadline:
            if not (await self.status(campaign)).get("lines"):
                return True
            await asyncio.sleep(0.25)
        return False

    def channels(self) -> list[str]:
        """Return the channels of the node's Asterisk, one line each."""
        return self.lab.asterisk.rx("core show channels concise").splitlines()

    async def until_no_channels(self, within_s: float) -> None:
        """Wait until the node's Asterisk has no channel, at most so long."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within_s
        while await asyncio.to_thread(self.channels) and loop.time() < deadline:
            await asyncio.sleep(0.5)


@asynccontextmanager
async def load_floor(
    installation: Installation,
    home: Path,
    *,
    agents: int,
    carrier_port: int,
    lines: int,
    cps: float,
) -> AsyncIterator[LoadFloor]:
    """Run the node's Asterisk for as long as the block lasts, and end its engine with it.

    Args:
        installation: the Asterisk to run.
        home: folder of everything.
        agents: endpoints for phones, named a001 and up.
        carrier_port: where the network is.
        lines: what the trunk allows.
        cps: originates per second the trunk allows.
    """
    lab = Lab(
        installation,
        home,
        agents=0,
        carrier_port=carrier_port,
        extra_agents=[f"a{place:03}" for place in range(1, agents + 1)],
        lines=lines,
        calls_per_second=cps,
        die_with_parent=True,
    )
    floor = LoadFloor(lab)
    try:
        lab.start()  # from this thread: Asterisk ends with it, whatever becomes of us
        yield floor
    finally:
        await asyncio.to_thread(floor.engine.stop)
        await asyncio.to_thread(lab.stop)


def new_folder() -> "tempfile.TemporaryDirectory[str]":
    """Return a folder for a run, removed when its block ends."""
    return tempfile.TemporaryDirectory(prefix="outpace-bench-", ignore_cleanup_errors=True)
