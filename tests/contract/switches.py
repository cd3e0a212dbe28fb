"""The switch of each kind, with the same network and phones behind it."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from agi.handlers import CallHandlers
from agi.server import AgiServer, Handler
from dialer.adapters.asterisk.journal import AsteriskJournal
from dialer.adapters.asterisk.movements import Movements
from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.domain.events import ChannelUp, SwitchEvent, SwitchUp
from dialer.domain.ids import AttemptId, CampaignId, LeadId, LegId, new_attempt_id, new_leg_id
from dialer.domain.lead import Attempt
from dialer.ports import BridgeEnd, ConnectTo, DialOptions, HangUp, Journal, LineOrder, Switch
from dialer.testing.switch import FarEnd, MemorySwitch
from simulation.carrier.plan import LineOutcome, digit_number
from simulation.lab import Lab

PERSON = digit_number(LineOutcome.PERSON, ring_s=0.1, talk_s=60)
HASTY = digit_number(LineOutcome.PERSON, ring_s=0.1, talk_s=0.3)
MACHINE = digit_number(LineOutcome.MACHINE, ring_s=0.1, talk_s=60)
BUSY = digit_number(LineOutcome.BUSY, ring_s=0.1)
INVALID = digit_number(LineOutcome.INVALID, ring_s=0.1)
CONGESTED = digit_number(LineOutcome.CONGESTION, ring_s=0.1)
REJECTED = digit_number(LineOutcome.REJECTED, ring_s=0.1)
SILENT = digit_number(LineOutcome.NO_ANSWER)
PHONE = "1001"

NETWORK = {
    PERSON: FarEnd(answers_at_s=0.1),
    MACHINE: FarEnd(answers_at_s=0.1),
    HASTY: FarEnd(answers_at_s=0.1, ends_at_s=0.4),
    BUSY: FarEnd(ends_at_s=0.1, cause=17, tech_cause="486"),
    INVALID: FarEnd(rings_at_s=None, ends_at_s=0.1, cause=1, tech_cause="404"),
    CONGESTED: FarEnd(ends_at_s=0.1, cause=34, tech_cause="503"),
    REJECTED: FarEnd(ends_at_s=0.1, cause=21, tech_cause="403"),
    SILENT: FarEnd(),
}


E = TypeVar("E")


@dataclass
class World:
    """A switch and all it told."""

    switch: Switch
    journal: Journal
    lose: Callable[[], None]
    """Break the session from the switch's side; it comes back by itself."""
    join: Callable[[AttemptId, LegId], "asyncio.Future[BridgeEnd]"]
    """Join a customer who is called to a leg; done when they part."""
    movements: Movements | None = None
    scripts: dict[str, Handler] = field(default_factory=dict)
    """What Asterisk can ask; a test may add to it."""
    told: list[SwitchEvent] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, event: SwitchEvent) -> None:
        self.told.append(event)
        self._news.set()

    def of(self, channel_id: str) -> list[SwitchEvent]:
        return [event for event in self.told if getattr(event, "channel_id", "") == channel_id]

    async def until(self, kind: type[E], channel_id: str = "") -> E:
        """Wait for the first event of a kind, about a channel if one is named."""
        async with asyncio.timeout(20):
            while True:
                for event in self.told if channel_id == "" else self.of(channel_id):
                    if isinstance(event, kind):
                        return event
                self._news.clear()
                await self._news.wait()

    async def lose_and_regain(self) -> None:
        """Break the session and wait until it is back."""
        self.told.clear()
        self.lose()
        await self.until(SwitchUp)

    def dial(
        self, number: str, *, ring_timeout_s: float = 20.0, again: AttemptId | None = None
    ) -> AttemptId:
        attempt_id = again or new_attempt_id()
        attempt = Attempt(attempt_id, CampaignId("c"), LeadId(1), number, "trunk", 0.0)
        self.switch.originate(attempt, DialOptions(ring_timeout_s=ring_timeout_s, record=False))
        return attempt_id

    async def leg(self) -> LegId:
        """Call the agent's phone and wait for its leg."""
        leg_id = new_leg_id()
        self.switch.call_agent(leg_id, PHONE)
        await self.until(ChannelUp, leg_id)
        return leg_id


@asynccontextmanager
async def world(kind: str, lab: Callable[[], Lab]) -> AsyncIterator[World]:
    """Open a switch of a kind, and end every channel of it afterwards."""
    async with _memory() if kind == "memory" else _asterisk(lab()) as opened:
        try:
            yield opened
        finally:
            if not opened.switch.connected:
                await opened.until(SwitchUp)
            for channel in await opened.switch.live_channels():
                opened.switch.hang_up(channel.channel_id)
            while await opened.switch.live_channels():
                await asyncio.sleep(0.02)


@asynccontextmanager
async def _memory() -> AsyncIterator[World]:
    switch = MemorySwitch(SteadyClock(), numbers=NETWORK, phones={PHONE, "1002"})
    switch.trunks.add("trunk")
    async with asyncio.TaskGroup() as tasks:

        async def join(attempt_id: AttemptId, leg_id: LegId) -> BridgeEnd:
            await opened.until(ChannelUp, attempt_id)
            return await switch.bridge(attempt_id, leg_id)

        def lose() -> None:
            switch.lose()
            asyncio.get_running_loop().call_later(0.05, switch.restore)

        opened = World(
            switch,
            switch.journal,
            lose,
            lambda attempt_id, leg_id: tasks.create_task(join(attempt_id, leg_id)),
        )
        switch.subscribe(opened.hear)
        yield opened


class _Desk:
    """Joins each customer to the leg they are meant for, and hears how it ended."""

    def __init__(self) -> None:
        self.meant: dict[str, LegId] = {}
        self.ends: dict[str, asyncio.Future[BridgeEnd]] = {}

    def join(self, attempt_id: AttemptId, leg_id: LegId) -> asyncio.Future[BridgeEnd]:
        self.meant[attempt_id] = leg_id
        self.ends[attempt_id] = asyncio.get_running_loop().create_future()
        return self.ends[attempt_id]

    async def customer_answered(self, channel_id: str, at: float) -> LineOrder:
        leg_id = self.meant.get(channel_id)
        if leg_id is None:  # nobody is meant: wait as for an agent
            await asyncio.sleep(3600)
            return HangUp()
        return ConnectTo(leg_id)

    async def bridge_returned(self, channel_id: str, end: BridgeEnd) -> LineOrder:
        self.ends[channel_id].set_result(end)
        return HangUp()

    async def held(self, channel_id: str) -> LineOrder:
        return await asyncio.Event().wait()  # type: ignore[return-value]

    def line_closed(self, channel_id: str) -> None: ...

    async def do_not_call(self, channel_id: str, number: str) -> None: ...


@asynccontextmanager
async def _asterisk(lab: Lab) -> AsyncIterator[World]:
    clock, desk = SteadyClock(), _Desk()
    switch = AsteriskSwitch(
        AmiAddress("127.0.0.1", lab.ami_port, "outpace", lab.ami_secret), clock=clock
    )
    movements = Movements(switch)
    scripts = CallHandlers(desk, clock).routes()
    server = AgiServer(scripts, settled=movements.settled)
    await server.listen("127.0.0.1", lab.agi_port)

    def lose() -> None:
        shown = lab.asterisk.rx("manager show connected")
        for fd in re.findall(r"^ *outpace +\S+ +\S+ +\S+ +(\d+)", shown, re.MULTILINE):
            lab.asterisk.rx(f"manager kick session {fd}")

    journal = AsteriskJournal(lab.asterisk.dirs.log / "cel-custom" / "outpace.csv")
    opened = World(switch, journal, lose, desk.join, movements, scripts)
    switch.subscribe(opened.hear)
    await switch.connect()
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(server.run()), tasks.create_task(switch.run())]
        yield opened
        for task in running:
            task.cancel()
    switch.close()
