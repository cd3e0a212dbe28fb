"""A flow at the desk, and the line on which it leads a caller: both ends are ours."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from agi_line import Line, serving

from agi.incoming import IncomingHandlers
from dialer.adapters.flow_files import checked
from dialer.domain.flow import events as on
from dialer.domain.flow.commands import CheckPin, Request, Say
from dialer.domain.flow.fields import Sound
from dialer.domain.flow.single_step import flow_to_voicemail
from dialer.domain.ids import CallId, TenantId
from dialer.ports import Audio, InboundLine, LedCall, Place, Refused, Unplayable

CALL_ID = CallId("ca-" + "0" * 26)
OWN = f"SET VARIABLE CHANNEL(accountcode) {CALL_ID}"


class WallClock:
    def now(self) -> float:
        return time.time()


@dataclass
class Desk:
    """A `FlowDesk` of one flow, whose prompts last a second; keeps what it was told."""

    flow: str
    told: list[object] = field(default_factory=list)
    begun: list[LedCall] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    never_replies: bool = False
    takes: str = "nobody"
    joins: str = ""
    refused: Refused | None = None
    closed: str = ""
    full: bool = False

    def came_in(self, called: str, caller: str, at: float) -> LedCall | Refused:
        self.told.append(("came in", called, caller))
        if self.refused is not None:
            return self.refused
        flow, problems = checked(self.flow)
        assert flow is not None, problems
        return LedCall(CALL_ID, TenantId("main"), "+12025550123", "+12025550140", flow, "f")

    def began(self, call: LedCall, at: float) -> None:
        self.told.append("began")
        self.begun.append(call)

    def lost(self, call: LedCall, at: float) -> None:
        self.told.append("lost")
        self.over.set()

    def answered(self, call: LedCall, at: float) -> None:
        self.told.append("answered")

    def left(self, call: LedCall, why: str) -> None:
        self.told.append(why)
        self.over.set()

    def sound(self, call: LedCall, sound: Sound, language: str) -> Audio:
        if sound.prompt == "nowhere":
            raise Unplayable("there is none")
        return Audio(f"/{language}/{sound.prompt}", 1.0)

    def shipped(self, name: str) -> Audio:
        return Audio(f"/shipped/{name}", 0.4)

    async def said(self, call: LedCall, say: Say) -> Sequence[Audio]:
        return [Audio(f"/said/{say.value}", 1.0)]

    async def look_up(self, call: LedCall, number: str) -> on.LeadFound | on.Failed:
        return on.LeadFound({"plan": "gold"})

    async def check_pin(
        self, call: LedCall, asked: CheckPin
    ) -> on.LoggedIn | on.LogInRefused | on.Failed:
        self.told.append((asked.kind, asked.number, asked.pin))
        if asked.pin != "4711":
            return on.LogInRefused(locked=False)
        return on.LoggedIn({"number": asked.number, "phone": "", "label": ""})

    async def enter(self, call: LedCall, room: str) -> Place | on.Failed:
        self.told.append(("enters", room))
        return on.Failed("full") if self.full else Place(f"room-main-{room}", 5)

    def leave(self, call: LedCall) -> None:
        self.told.append("leaves")

    async def opt_out(self, call: LedCall, number: str) -> on.OptedOut | on.Failed:
        self.told.append(("opted out", number))
        return on.OptedOut()

    async def request(self, call: LedCall, request: Request) -> on.HttpReplied | on.Failed:
        if self.never_replies:
            await asyncio.get_running_loop().create_future()
        return on.HttpReplied(200)

    def after_hours(self, call: LedCall, queue: str, language: str) -> LedCall | None:
        if queue != self.closed:
            return None
        return replace(call, flow=flow_to_voicemail(queue, "hello", language), flow_name="closed")

    async def transfer(self, line: InboundLine, kind: str, to: str, wait_s: float) -> str:
        if self.joins:
            await line.music(True)
            self.told.append((kind, to, line.call_id, line.number, line.language))
            self.told.append(await line.join(self.joins))
        return self.takes

    def message_file(self, call: LedCall) -> str:
        return "/messages/1"

    async def recorded(self, call: LedCall, path: str, box: str) -> on.Recorded | on.Failed:
        self.told.append(("recorded", path, box))
        return on.Recorded("1.wav", 2.0)


@asynccontextmanager
async def line(desk: Desk, told_in: str = "") -> AsyncIterator[Line]:
    async with serving(IncomingHandlers(desk, WallClock()).routes()) as port:
        asterisk = await Line.connect(port)
        asterisk.say(
            "agi_network_script: incoming\nagi_uniqueid: 17.1\n"
            "agi_arg_1: 12025550140\nagi_arg_2: 12025550123\n" + f"agi_arg_3: {told_in}\n"
        )
        yield asterisk
        asterisk.cut()


@asynccontextmanager
async def led(desk: Desk) -> AsyncIterator[Line]:
    """A call that was answered; the flow is over when the block is."""
    async with line(desk) as asterisk:
        await asterisk.expect(OWN, "ANSWER")
        yield asterisk
        asterisk.cut()
        await desk.over.wait()


def flow_of(*steps: str) -> str:
    return "\n  ".join(["otherwise: bye\nsteps:", *steps, "bye: {hang_up: }\n"])


async def due(asterisk: Line, seconds: float) -> None:
    """Be told until when the dialplan leaves the caller to the flow."""
    words = (await asterisk.heard()).split()
    assert words[:3] == ["SET", "VARIABLE", "TIMEOUT(absolute)"]
    assert float(words[3]) == pytest.approx(seconds, abs=0.2)
    asterisk.say("200 result=1")


async def over(asterisk: Line) -> None:
    await asterisk.expect("SET VARIABLE OUTPACE_NEXT hangup")
    assert await asterisk.heard() == ""
