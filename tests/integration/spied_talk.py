"""A talk with a supervisor's phone behind it, and who hears whom: three tones told apart by FFT."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import numpy as np
from asterisk_fixtures import (
    AGENTS,
    CUSTOMER_HZ,
    Engine,
    Line,
    Node,
    Request,
    Session,
    session,
    until,
)

from dialer.adapters.asterisk.spying import AsteriskSpying
from dialer.domain.events import ChannelUp
from dialer.domain.ids import LegId, SpyId, new_leg_id, new_spy_id
from dialer.domain.supervision import SpyMode
from dialer.ports import SpiedTalk
from simulation.sip.call import Call
from simulation.sip.hearing import Hearing
from simulation.sip.rtp import RATE_HZ
from simulation.sip.softphone import Softphone

AGENT_HZ = 600
SUPERVISOR_HZ = 1500
TONES = {"customer": CUSTOMER_HZ, "agent": AGENT_HZ, "supervisor": SUPERVISOR_HZ}

HEARD_DBFS = -30.0
"""A tone of ours comes with -12 dBFS or, in a mix, a little less; leakage is far below."""


def heard(call: Call) -> Hearing:
    return Hearing.of(call.capture.heard())


def level_dbfs(hearing: Hearing, hz: int) -> float:
    """Return how loud a tone is in a piece of audio, by the spectrum's amplitude at it."""
    samples = hearing.samples.astype(np.float64)
    window = np.hanning(len(samples))
    spectrum = np.abs(np.fft.rfft(samples * window)) / (window.sum() / 2) / 32_768
    at = round(hz * len(samples) / RATE_HZ)
    return float(20 * np.log10(max(spectrum[at - 2 : at + 3].max(), 1e-9)))


def tones(hearing: Hearing, from_s: float, to_s: float) -> set[str]:
    """Return whose tones are in a piece of audio."""
    part = hearing.cut(from_s, to_s)
    return {who for who, hz in TONES.items() if level_dbfs(part, hz) >= HEARD_DBFS}


async def later_s(call: Call, seconds: float) -> float:
    """Wait until a phone has heard so much more; returns when that piece began."""
    await until(lambda: bool(heard(call).samples.size), 10)
    begun = heard(call).end_s
    await until(lambda: heard(call).end_s >= begun + seconds, seconds + 10)
    return begun


@dataclass
class Scene:
    """A customer and an agent who talk, and a supervisor's registered phone."""

    node: Node
    world: Session
    spying: AsteriskSpying
    agent: Softphone
    supervisor: Softphone
    engine: Engine
    leg_id: LegId
    line: Line

    @property
    def talk(self) -> SpiedTalk:
        return SpiedTalk(self.line.attempt_id, self.leg_id)

    async def spy(self, mode: SpyMode) -> SpyId:
        """Have the supervisor's phone listen in, and wait until it is there."""
        spy_id = new_spy_id()
        self.spying.begin(spy_id, self.supervisor.user, self.talk, mode)
        await self.world.until_event(ChannelUp, spy_id)
        return spy_id

    async def who_hears_whom(self, *, settle_s: float = 0.6) -> dict[str, set[str]]:
        """Return whose tones each of the three hears, once what was just begun has settled."""
        calls = {
            "customer": self.line.call,
            "agent": self.agent.calls[0],
            "supervisor": self.supervisor.calls[0],
        }
        await later_s(calls["supervisor"], settle_s)
        begun = min(heard(call).end_s for call in calls.values())
        end = begun + 0.6
        for call in calls.values():
            await until(lambda call=call: heard(call).end_s >= end)  # type: ignore[misc]
        return {who: tones(heard(call), begun + 0.1, end) for who, call in calls.items()}


@asynccontextmanager
async def scene(node: Node) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(session(node))
        phones = []
        for phone, hz in zip(AGENTS, (AGENT_HZ, SUPERVISOR_HZ), strict=True):
            made = Softphone(phone.name, phone.password, node.address, tone_hz=hz)
            phones.append(await stack.enter_async_context(made))
            stack.push_async_callback(made.close)
            await made.register()
        leg_id = new_leg_id()

        async def act(request: Request) -> None:
            if request.script == "answered":
                await request.bridge(leg_id)

        engine = Engine(act)
        await engine.listen(node.agi_port)
        stack.callback(engine.die)
        world.switch.call_agent(leg_id, AGENTS[0].name)
        await world.until_event(ChannelUp, leg_id)
        line = await world.dial()
        await until(lambda: "BRIDGE_ENTER" in node.names(line.attempt_id))
        spying = AsteriskSpying(world.switch)
        yield Scene(node, world, spying, *phones, engine, leg_id, line)
