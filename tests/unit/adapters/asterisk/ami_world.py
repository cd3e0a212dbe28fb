"""A switch on AMI whose Asterisk a test plays."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ami_peer import Connection, Peer, ami_port

from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.domain.events import (
    SwitchEvent,
)
from dialer.domain.ids import AttemptId, CampaignId, LeadId, new_attempt_id
from dialer.domain.lead import Attempt
from dialer.domain.number_format import NumberFormat
from dialer.ports import DialOptions

OPTIONS = DialOptions(ring_timeout_s=25.0)


def attempt(attempt_id: AttemptId | None = None) -> Attempt:
    key = attempt_id or new_attempt_id()
    return Attempt(key, CampaignId("c"), LeadId(1), "+12025550100", "trunk", 0.0)


@dataclass
class World:
    switch: AsteriskSwitch
    peer: Peer
    ami: Connection
    told: list[SwitchEvent] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, event: SwitchEvent) -> None:
        self.told.append(event)
        self._news.set()

    async def until(self, kind: type[SwitchEvent], count: int = 1) -> SwitchEvent:
        while len(found := [event for event in self.told if isinstance(event, kind)]) < count:
            self._news.clear()
            await self._news.wait()
        return found[-1]


def switch_at(
    port: int,
    *,
    secret: str = "s",  # noqa: S107
    formats: Mapping[str, NumberFormat] | None = None,
) -> AsteriskSwitch:
    address = AmiAddress("127.0.0.1", port, "outpace", secret)
    return AsteriskSwitch(address, clock=SteadyClock(), formats=formats)


@asynccontextmanager
async def connected(formats: Mapping[str, NumberFormat] | None = None) -> AsyncIterator[World]:
    """A switch with its first session open, kept open for ever."""
    async with ami_port() as (peer, port), asyncio.TaskGroup() as tasks:
        switch = switch_at(port, formats=formats)
        connecting = tasks.create_task(switch.connect())
        ami = await (await peer.connection()).let_in()
        world = World(switch, peer, ami)
        switch.subscribe(world.hear)
        await connecting
        world.told.clear()
        running = tasks.create_task(switch.run())
        yield world
        running.cancel()
        switch.close()
