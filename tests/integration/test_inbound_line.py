"""A call that came in and is handed over: music, a word, a talk with an agent, heard by both."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager

import pytest
from asterisk_fixtures import AGENTS, Node, WallClock, first_heard, operator

from agi.incoming import IncomingHandlers
from agi.server import AgiServer
from dialer.adapters.asterisk.installation import install
from dialer.adapters.flow_files import checked
from dialer.adapters.flow_requests import HttpFlowRequests
from dialer.adapters.sound_files import SoundFiles
from dialer.adapters.speech import SpeechWorker
from dialer.domain.events import ChannelHungUp, ChannelUp
from dialer.domain.ids import LeadId, LegId, new_leg_id
from dialer.domain.inbound_route import InboundRoute, RouteTo
from dialer.ports import BridgeEnd, InboundLine
from dialer.services.flow_book import FlowBook
from dialer.services.flows import FlowCalls
from dialer.services.other_calls import OtherCalls
from dialer.services.passwords import Passwords
from dialer.services.pins import Pins
from dialer.services.recorder import Recorder
from dialer.services.rooms import Rooms
from dialer.testing.stores import MemoryStores
from simulation.sip.agent import SipUserAgent
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call, CallLog
from simulation.sip.hearing import Hearing
from simulation.sip.softphone import Softphone
from simulation.sip.tones import ToneDetector

CALLER_HZ, AGENT_HZ, BEEP_HZ, HOLD_HZ = 1000, 700, 1400, 196
AGENT = AGENTS[0]
VERSTAT = ";verstat=TN-Validation-Passed-A"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(install(), tmp_path_factory.mktemp("n")) as started:
        yield started


class Taker:
    """A `CallTaker` that plays, then joins the caller and one leg."""

    def __init__(self, node: Node, leg_id: LegId) -> None:
        self._beep = str(node.instance.dirs.etc / "prompts" / "beep")
        self._leg_id = leg_id
        self.told: list[object] = []
        self.verified: list[str] = []
        """What carriers said of the callers of calls on record."""
        self.over = asyncio.Event()

    async def take(self, line: InboundLine, kind: str, to: str, wait_s: float) -> str:
        self.told.append((kind, to, line.number, line.our_number, line.tenant_id, line.language))
        await line.music(True)
        await asyncio.sleep(1.0)  # the caller waits
        await line.music(False)
        await line.play(self._beep)
        self.told.append(await line.join(self._leg_id))
        self.over.set()
        return ""


@asynccontextmanager
async def serving(node: Node, leg_id: LegId) -> AsyncIterator[Taker]:
    """Take the calls of one number for a queue, without an engine around it."""
    stores, others, taker = MemoryStores(), OtherCalls(), Taker(node, leg_id)

    async def nobody(
        _number: str, _tenant: str, _lead_id: LeadId | None
    ) -> Mapping[str, str] | None:
        return None

    async def nowhere(_line: InboundLine, _number: str, _wait_s: float) -> str:
        return "nobody is called"

    speech = SpeechWorker(node.instance.dirs.etc, (), "none")
    recorder = Recorder(stores.attempts, stores.agents, stores.leads)
    book = FlowBook(
        routes=stores.routes,
        flows=stores.flows,
        prompts=stores.prompts,
        queues=stores.queues,
        hours=stores.calling_hours,
        speech=speech,
        read=lambda text: checked(text)[0],
    )
    etc = node.instance.dirs.etc
    calls = FlowCalls(
        book=book,
        calls=stores.calls,
        voicemails=stores.voicemails,
        queues=stores.queues,
        attempts=stores.attempts,
        look_up=nobody,
        pins=Pins(
            stores.caller_accounts, stores.rooms, stores.pin_guesses, Passwords(), WallClock()
        ),
        rooms=Rooms(stores.rooms),
        forward=nowhere,
        requests=HttpFlowRequests(private=False),
        speech=speech,
        recorder=recorder,
        others=others,
        clock=WallClock(),
        sounds=SoundFiles(etc / "prompts", etc / "prompts", etc / "messages"),
        node="node",
        most=5,
        taker=taker,
    )
    route = InboundRoute("+12025550140", RouteTo.QUEUE, "Front desk")
    await stores.routes.add(route, by="t", at=0.0)
    await book.look()
    server = AgiServer(dict(IncomingHandlers(calls, WallClock()).routes()))
    await server.listen("127.0.0.1", node.agi_port)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(server.run())
        await asyncio.sleep(0)  # the socket listens from the task's first step on
        try:
            yield taker
        finally:
            running.cancel()
            await recorder.drain()
            taker.verified += [str(one.verification) for one in stores.calls.rows.values()]


def heard(call: Call) -> Hearing:
    return Hearing.of(call.capture.heard())


async def hears(call: Call, hz: int, after_s: float = 0.0) -> float:
    return await first_heard(call, ToneDetector(hz), after_s=after_s)


@pytest.mark.parametrize("who_leaves", ["caller", "agent"])
async def test_a_caller_waits_with_music_and_talks_with_an_agent(
    node: Node, who_leaves: str
) -> None:
    log = CallLog()
    async with (
        operator(node) as told,
        Softphone(AGENT.name, AGENT.password, node.address, tone_hz=AGENT_HZ) as phone,
        SipUserAgent("127.0.0.1", 0, observer=log) as agent,
    ):
        await phone.register()
        leg_id = new_leg_id()
        told.switch.call_agent(leg_id, AGENT.name)
        await told.until_event(ChannelUp, leg_id)
        async with serving(node, leg_id) as taker:
            call = agent.dial(
                f"sip:12025550140@127.0.0.1:{node.sip_port}",
                node.address,
                identity=f"sip:12025550123{VERSTAT}@127.0.0.1:{agent.address[1]}",
                behaviour=Behaviour(tone_hz=CALLER_HZ),
            )
            music = await hears(call, HOLD_HZ)
            beep = await hears(call, BEEP_HZ, music)
            joined = await hears(call, AGENT_HZ, beep)
            await hears(phone.calls[-1], CALLER_HZ, joined)
            assert call.ok_received is not None
            answered = call.ok_received.epoch_s
            assert heard(call).longest_silence_s(answered, time.time() - 0.1) < 0.5
            if who_leaves == "caller":
                agent.hang_up(call)
            else:
                told.switch.hang_up(leg_id)
            async with asyncio.timeout(10):
                await taker.over.wait()
            await log.until(lambda log: call in log.ended)
        if who_leaves == "caller":  # the leg is there for the next one
            async with asyncio.timeout(10):  # its channel may take a moment to be gone
                while [c.channel_id for c in await told.switch.live_channels()] != [leg_id]:
                    await asyncio.sleep(0.02)
        told.switch.hang_up(leg_id)
        await told.until_event(ChannelHungUp, leg_id)
    asked, end = taker.told
    assert asked == ("queue", "Front desk", "+12025550123", "+12025550140", "main", "en")
    left = BridgeEnd.CUSTOMER_LEFT if who_leaves == "caller" else BridgeEnd.LEG_LEFT
    assert end is left
    assert taker.verified == ["passed A"]
