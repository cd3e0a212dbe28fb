"""A dialing Asterisk of the shipped configuration, with the test in place of engine and carrier."""

import asyncio
import csv
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar

from dialer.adapters.asterisk.conf import JOURNAL_FILE, AgentPhone, NodeConf, Trunk
from dialer.adapters.asterisk.installation import Installation
from dialer.adapters.asterisk.instance import AsteriskInstance
from dialer.adapters.asterisk.ports import free_port_range, free_ports
from dialer.adapters.asterisk.render import shipped_templates
from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.domain.events import SwitchEvent
from dialer.domain.ids import AttemptId, CampaignId, LeadId, new_attempt_id
from dialer.domain.lead import Attempt
from dialer.ports import DialOptions
from simulation.sip.agent import Behave, Invite, SipUserAgent
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call, CallLog
from simulation.sip.hearing import Hearing
from simulation.sip.tones import ToneDetector

E = TypeVar("E")

SECRET = "not-a-secret"
AGENTS = (AgentPhone("1001", "pw-1001"), AgentPhone("1002", "pw-1002"))
CUSTOMER_HZ = 1000
NUMBER = "+12025550100"


class WallClock:
    def now(self) -> float:
        return time.time()


class Node:
    """One Asterisk; start and stop block."""

    def __init__(
        self,
        installation: Installation,
        home: Path,
        *,
        sip_port: int | None = None,
        carrier_port: int | None = None,
    ) -> None:
        first, second = free_ports(2, "udp")
        ami_port, self.agi_port = free_ports(2, "tcp")
        self.sip_port = sip_port or first
        self.carrier_port = carrier_port or second
        rtp = free_port_range(200)
        self.conf = NodeConf(
            sip_port=self.sip_port,
            rtp_start=rtp[0],
            rtp_end=rtp[-1],
            ami_port=ami_port,
            ami_secret=SECRET,
            agi_port=self.agi_port,
            trunk=Trunk("127.0.0.1", self.carrier_port),
            agents=AGENTS,
        )
        self.instance = AsteriskInstance(
            installation,
            home,
            shipped_templates(),
            self.conf.values(),
            ports=[("udp", "127.0.0.1", self.sip_port), ("tcp", "127.0.0.1", ami_port)],
            die_with_parent=True,
        )

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.sip_port)

    def __enter__(self) -> Self:
        self.instance.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.instance.stop()

    def journal(self, channel_id: str) -> list[tuple[str, str]]:
        """Return (event or own event's name, extra) of one channel, oldest first."""
        path = self.instance.dirs.log / JOURNAL_FILE
        if not path.exists():
            return []
        rows = csv.reader(path.read_text().splitlines())
        return [
            (own or event, extra) for event, own, uid, _, extra, *_ in rows if uid == channel_id
        ]

    def names(self, channel_id: str) -> list[str]:
        return [name for name, _ in self.journal(channel_id)]

    def recording(self, channel_id: str) -> Path:
        return self.instance.dirs.spool / "monitor" / f"{channel_id}.raw"

    def channels(self) -> list[str]:
        return self.instance.rx("core show channels concise").splitlines()


async def until(true: Callable[[], object], timeout_s: float = 10.0) -> None:
    """Wait for what only a look can tell: a file, a process, what was heard so far."""
    async with asyncio.timeout(timeout_s):
        while not true():
            await asyncio.sleep(0.02)


AGAIN_S = 0.5
"""Of what was listened to in vain, so much is listened to once more."""


async def first_heard(
    call: Call, detector: ToneDetector, *, after_s: float = 0.0, within_s: float = 20.0
) -> float:
    """Wait until somebody hears a tone after a time; returns when, in epoch seconds."""
    async with asyncio.timeout(within_s):
        while True:
            if len(call.capture):
                heard = Hearing.of(call.capture.heard())
                at = heard.first_heard_s(detector, after_s)
                if at is not None:
                    return at
                after_s = max(after_s, heard.end_s - AGAIN_S)
            await asyncio.sleep(0.04)


class Engine:
    """A FastAGI server in place of the engine: what it does with a request is the test's."""

    def __init__(self, act: Callable[["Request"], Awaitable[None]]) -> None:
        self._act = act
        self._server: asyncio.Server | None = None
        self.requests: list[Request] = []

    async def listen(self, port: int) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)

    def die(self) -> None:
        """Close everything at once, as the kernel does for a killed process."""
        if self._server is not None:
            self._server.close()
        for request in self.requests:
            request.writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\n\n")).decode().splitlines()
        environment = dict(line.split(": ", 1) for line in lines if ": " in line)
        request = Request(environment, reader, writer)
        self.requests.append(request)
        try:
            await self._act(request)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the channel left
        finally:
            writer.close()


@dataclass
class Request:
    environment: dict[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def script(self) -> str:
        return self.environment["agi_network_script"]

    @property
    def argument(self) -> str:
        return self.environment.get("agi_arg_1", "")

    async def say(self, command: str) -> str:
        self.writer.write(command.encode() + b"\n")
        while (line := (await self.reader.readuntil(b"\n")).decode().strip()) == "HANGUP":
            pass
        return line

    async def bridge(self, leg_id: str) -> None:
        """Join the customer and a leg, as the engine's handler does."""
        await self.say("SET VARIABLE CONNECTED yes")
        await self.say("SET VARIABLE TIMEOUT(absolute) 0")
        await self.say(f"EXEC Bridge {leg_id}")


async def never_reply(request: Request) -> None:
    await request.reader.read()  # until the channel leaves


def order(word: str) -> Callable[[Request], Awaitable[None]]:
    async def act(request: Request) -> None:
        await request.say(f"SET VARIABLE OUTPACE_NEXT {word}")

    return act


@dataclass
class Line:
    """The customer's end of a call."""

    attempt_id: AttemptId
    call: Call

    def heard(self) -> Hearing:
        return Hearing.of(self.call.capture.heard())

    @property
    def answered_s(self) -> float:
        assert self.call.ok_sent is not None
        return self.call.ok_sent.epoch_s

    async def listen(self, seconds: float) -> Hearing:
        """Listen until so long after the answer, by the packets' own clock."""
        end = self.answered_s + seconds
        await until(lambda: self.heard().end_s >= end, seconds + 10)
        return self.heard()

    def longest_silence_s(self, seconds: float) -> float:
        """Return the longest silence from the answer on; no packet is silence."""
        start = self.answered_s
        return self.heard().longest_silence_s(start, start + seconds)


def person(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.05, tone_hz=CUSTOMER_HZ)


@dataclass
class Operator:
    """An AMI session on a node, and what it was told."""

    node: Node
    switch: AsteriskSwitch
    events: list[SwitchEvent] = field(default_factory=list)

    def originate(self, number: str, options: DialOptions | None = None) -> AttemptId:
        attempt = Attempt(
            new_attempt_id(), CampaignId("c"), LeadId(1), number, "trunk", time.time()
        )
        self.switch.originate(attempt, options or DialOptions(ring_timeout_s=10.0))
        return attempt.attempt_id

    async def until_event(self, kind: type[E], channel_id: str) -> E:
        def found() -> list[E]:
            return [
                event
                for event in self.events
                if isinstance(event, kind) and getattr(event, "channel_id", "") == channel_id
            ]

        await until(found)
        return found()[0]


@asynccontextmanager
async def operator(node: Node) -> AsyncIterator[Operator]:
    """Log in to a node; at the end no channel may be left on it."""
    address = AmiAddress("127.0.0.1", node.conf.ami_port, node.conf.ami_user, SECRET)
    switch = AsteriskSwitch(address, clock=WallClock())
    await switch.connect()
    opened = Operator(node, switch)
    switch.subscribe(opened.events.append)
    async with asyncio.TaskGroup() as tasks:
        keeper = tasks.create_task(switch.run())
        try:
            yield opened
        finally:
            keeper.cancel()
            switch.close()
            await until(lambda: not node.channels())


@dataclass
class Session:
    """A carrier of the test's own and an AMI session, around a node."""

    operator: Operator
    carrier: SipUserAgent
    log: CallLog

    @property
    def switch(self) -> AsteriskSwitch:
        return self.operator.switch

    async def dial(self, options: DialOptions | None = None, number: str = NUMBER) -> Line:
        """Dial a customer and wait for the answer."""
        before = len(self.log.answered)
        attempt_id = self.operator.originate(number, options)
        await self.log.until(lambda log: len(log.answered) > before)
        return Line(attempt_id, self.log.answered[before])

    async def until_event(self, kind: type[E], channel_id: str) -> E:
        return await self.operator.until_event(kind, channel_id)


@asynccontextmanager
async def session(node: Node, behave: Behave = person) -> AsyncIterator[Session]:
    log = CallLog()
    async with (
        operator(node) as logged_in,
        SipUserAgent("127.0.0.1", node.carrier_port, behave, observer=log) as carrier,
    ):
        try:
            yield Session(logged_in, carrier, log)
        finally:
            for call in list(carrier.calls.values()):
                carrier.hang_up(call)
            await until(lambda: not node.channels())
