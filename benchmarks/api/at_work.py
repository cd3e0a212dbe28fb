"""A service at work: a campaign that dials at a rate through a real Asterisk, and its APIs.

The telephone network is the simulated one of `benchmarks.load_carrier`, without audio; agents'
phones send a little silence. Refuses to know what is asked of the service.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.api.shape import Say, Service, Shape, apis, storage
from benchmarks.load_carrier import Dialed, read_record
from benchmarks.load_floor import LoadFloor, load_floor
from benchmarks.load_phones import DeafMedia, registered
from benchmarks.load_process import Helper, Meter
from dialer.adapters.asterisk.installation import Installation
from simulation.lab import HOST

CAMPAIGN: Final = "bench-api"
AGENTS: Final = 20
CPS: Final = 20.0
LINES: Final = 300
HEADROOM: Final = 1.12
"""The campaign's limit in asked calls: a limit that is never passed is not quite reached either."""
NEAR: Final = 0.9
RING_TIMEOUT_S: Final = 5.0
_RAMP_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class AtWork:
    """A service whose campaign dials."""

    service: Service
    carrier: Helper
    record: Path
    """Where the network writes every call when it ends."""

    @property
    def floor(self) -> LoadFloor:
        """The node."""
        return self.service.floor

    def meter(self) -> Meter:
        """Return what reads the cost of every process from now on."""
        pids = self.service.everybody()
        return Meter({**pids, "carrier": self.carrier.pid, "bench": os.getpid()})

    async def dialed(self) -> int:
        """Return how many calls the campaign has made."""
        return int((await self.floor.status(CAMPAIGN)).get("dialed", 0))

    async def stop(self) -> list[Dialed]:
        """End the campaign; returns every call as the network saw it."""
        await self.floor.ask("campaign.stop", campaign=CAMPAIGN)
        await self.floor.until_no_lines(CAMPAIGN, 2 * RING_TIMEOUT_S)
        await self.carrier.last_words()
        return read_record(self.record)


@asynccontextmanager
async def at_work(
    installation: Installation, home: Path, shape: Shape, *, attempts: int, leads: int, say: Say
) -> AsyncIterator[AtWork]:
    """Run a service whose campaign dials at `CPS`, for as long as the block lasts.

    Args:
        installation: the Asterisk to run.
        home: an empty folder.
        shape: where the parts are.
        attempts: that are on record before.
        leads: of the campaign.
        say: told how it goes on.
    """
    home.mkdir(parents=True)
    record = home / "carrier.csv"
    async with AsyncExitStack() as stack:
        carrier = await stack.enter_async_context(
            Helper.started("benchmarks.load_carrier", HOST, str(record))
        )
        port = int((await carrier.hear())["port"])
        floor = await stack.enter_async_context(
            load_floor(
                installation, home, agents=AGENTS, carrier_port=port, lines=LINES, cps=2 * CPS
            )
        )
        entrance, pids = await stack.enter_async_context(storage(shape, floor, attempts))
        media = stack.enter_context(closing(DeafMedia(HOST)))
        phones = await stack.enter_async_context(
            registered(floor.lab.extra_agents, (HOST, floor.lab.sip_port), media)
        )
        await floor.add_campaign(
            CAMPAIGN,
            0,
            leads,
            mode="predictive",
            calls_per_second=CPS * HEADROOM,
            max_lines=LINES,
            max_lines_per_agent=100,
            wrap_up_limit_s=0,
            ring_timeout_s=RING_TIMEOUT_S,
        )
        await floor.start_engine()
        stack.push_async_callback(asyncio.to_thread, floor.engine.stop)  # before its database
        await floor.log_in(phones, [CAMPAIGN])
        service = await stack.enter_async_context(apis(shape, floor, entrance, pids, say))
        await floor.ask("campaign.start", campaign=CAMPAIGN)
        work = AtWork(service, carrier, record)
        reached = await _reach(work)
        say(f"  {CPS:g} calls a second: {'reached' if reached else 'NOT reached'}")
        yield work


async def _reach(work: AtWork) -> bool:
    """Wait until the campaign dials at the rate; False when it never does."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _RAMP_S
    before, last, good = 0, loop.time(), 0
    while loop.time() < deadline and good < 3:
        await asyncio.sleep(1.0)
        dialed = await work.dialed()
        rate = (dialed - before) / (loop.time() - last)
        before, last = dialed, loop.time()
        good = good + 1 if rate >= NEAR * CPS else 0
    return good >= 3
