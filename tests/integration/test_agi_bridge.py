"""The FastAGI handlers on a real Asterisk: joins, and what keeps the law when we do not."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from asterisk_fixtures import until

from agi.handlers import CallHandlers
from agi.server import AgiServer, AgiSession, Handler
from dialer.adapters.asterisk.installation import install
from dialer.adapters.asterisk.journal import AsteriskJournal
from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.domain.events import ChannelBridged, ChannelHungUp, ChannelUp, SwitchEvent
from dialer.domain.ids import AttemptId, CampaignId, LeadId, LegId, new_attempt_id, new_leg_id
from dialer.domain.lead import Attempt
from dialer.ports import BridgeEnd, ConnectTo, DialOptions, LineOrder
from simulation.carrier.plan import LineOutcome, digit_number
from simulation.lab import Lab

PERSON = digit_number(LineOutcome.PERSON, ring_s=0.1, talk_s=30)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(
        install(), tmp_path_factory.mktemp("lab"), agents=2, lines=20, die_with_parent=True
    ) as started:
        yield started


@dataclass
class World:
    lab: Lab
    switch: AsteriskSwitch
    journal: AsteriskJournal
    told: list[SwitchEvent] = field(default_factory=list)

    async def until(self, kind: type[SwitchEvent], channel_id: str) -> None:
        await until(
            lambda: any(
                isinstance(event, kind) and getattr(event, "channel_id", "") == channel_id
                for event in self.told
            )
        )

    async def leg(self, phone: str) -> LegId:
        while phone not in await self.switch.reachable_phones():
            await asyncio.sleep(0.05)
        leg_id = new_leg_id()
        self.switch.call_agent(leg_id, phone)
        await self.until(ChannelUp, leg_id)
        return leg_id

    async def customer(self) -> AttemptId:
        attempt_id = new_attempt_id()
        self.switch.originate(
            Attempt(attempt_id, CampaignId("c"), LeadId(1), PERSON, "trunk", 0.0),
            DialOptions(ring_timeout_s=10.0, record=False),
        )
        await self.until(ChannelUp, attempt_id)
        return attempt_id

    def names(self, channel_id: str) -> list[str]:
        entries = self.journal.read({channel_id}).get(channel_id, [])
        return [entry.event for entry in entries]


@asynccontextmanager
async def world(lab: Lab, routes: dict[str, Handler]) -> AsyncIterator[World]:
    address = AmiAddress("127.0.0.1", lab.ami_port, "outpace", lab.ami_secret)
    switch = AsteriskSwitch(address, clock=SteadyClock())
    server = AgiServer(routes)
    await server.listen("127.0.0.1", lab.agi_port)
    journal = AsteriskJournal(lab.asterisk.dirs.log / "cel-custom" / "outpace.csv")
    opened = World(lab, switch, journal)
    switch.subscribe(opened.told.append)
    await switch.connect()
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(server.run()), tasks.create_task(switch.run())]
        yield opened
        for channel in await switch.live_channels():
            switch.hang_up(channel.channel_id)
        while await switch.live_channels():
            await asyncio.sleep(0.02)
        for task in running:
            task.cancel()
    switch.close()


class Desk:
    """Joins every customer to one leg, and never says what is next."""

    def __init__(self, clock: SteadyClock) -> None:
        self.leg_id = LegId("")
        self.ends: list[BridgeEnd] = []
        self.routes = CallHandlers(self, clock).routes()

    async def customer_answered(self, channel_id: str, at: float) -> LineOrder:
        return ConnectTo(self.leg_id)

    async def bridge_returned(self, channel_id: str, end: BridgeEnd) -> LineOrder:
        self.ends.append(end)
        return await asyncio.Event().wait()  # type: ignore[return-value]

    async def held(self, channel_id: str) -> LineOrder:
        return await asyncio.Event().wait()  # type: ignore[return-value]

    def line_closed(self, channel_id: str) -> None: ...

    async def do_not_call(self, channel_id: str, number: str) -> None: ...


async def test_an_engine_that_stalls_after_a_talk_leaves_nobody_in_silence(lab: Lab) -> None:
    desk = Desk(SteadyClock())
    async with world(lab, desk.routes) as at:
        desk.leg_id = await at.leg("1001")
        customer = await at.customer()
        await at.until(ChannelBridged, customer)
        at.switch.hang_up(desk.leg_id)
        await until(lambda: desk.ends == [BridgeEnd.LEG_LEFT])
        await until(lambda: "LOST" in at.names(customer))


async def test_an_engine_that_stalls_after_a_failed_join_leaves_nobody_in_silence(
    lab: Lab,
) -> None:
    desk = Desk(SteadyClock())
    async with world(lab, desk.routes) as at:
        desk.leg_id = new_leg_id()
        customer = await at.customer()
        await until(lambda: desk.ends == [BridgeEnd.NO_LEG])
        await until(lambda: "LET_GO" in at.names(customer))


async def test_a_customer_who_hangs_up_in_a_talk_is_told_as_such(lab: Lab) -> None:
    desk = Desk(SteadyClock())
    async with world(lab, desk.routes) as at:
        desk.leg_id = await at.leg("1001")
        for _ in range(3):
            customer = await at.customer()
            await at.until(ChannelBridged, customer)
            at.switch.hang_up(customer)
            await at.until(ChannelHungUp, customer)
        await until(lambda: desk.ends == [BridgeEnd.CUSTOMER_LEFT] * 3)


async def test_an_id_that_is_shorter_would_take_another_agents_leg(lab: Lab) -> None:
    # Asterisk's Bridge matches a prefix: the reason why every id of ours has one length
    results: list[str] = []
    alive = LegId("")

    async def answered(session: AgiSession) -> None:
        await session.command("SET", "VARIABLE", "TIMEOUT(absolute)", "0")
        await session.command("EXEC", "Bridge", alive[:-1].lower())
        results.append((await session.command("GET", "VARIABLE", "BRIDGERESULT")).data)

    async with world(lab, {"answered": answered}) as at:
        alive = await at.leg("1001")
        customer = await at.customer()
        await at.until(ChannelBridged, alive)
        await at.until(ChannelBridged, customer)
        assert results == []  # they talk


async def test_a_command_to_a_channel_that_is_gone_is_told_as_such(lab: Lab) -> None:
    ends: list[str] = []
    gate = asyncio.Event()

    async def answered(session: AgiSession) -> None:
        await gate.wait()
        try:
            await session.command("GET", "VARIABLE", "BRIDGERESULT")
        finally:
            ends.append("gone" if session.gone.done() else "there")

    async with world(lab, {"answered": answered}) as at:
        customer = await at.customer()
        await asyncio.sleep(0.1)
        at.switch.hang_up(customer)
        await at.until(ChannelHungUp, customer)
        gate.set()
        await until(lambda: ends == ["gone"])
