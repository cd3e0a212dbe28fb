"""Talks on standing legs: joined, cued, recorded apart, and told when the agent's line breaks."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import numpy as np
import pytest
from asterisk_fixtures import AGENTS, CUSTOMER_HZ, Engine, Node, Request, Session, session, until

from dialer.adapters.asterisk.installation import install
from dialer.domain.events import ChannelHungUp, ChannelUp
from dialer.domain.ids import LegId, new_leg_id
from simulation.sip.hearing import Hearing
from simulation.sip.softphone import Softphone
from simulation.sip.tones import ToneDetector, identify

AGENT_HZ = 600
CUE_HZ = 880
TONES = (AGENT_HZ, CUSTOMER_HZ)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(install(), tmp_path_factory.mktemp("t")) as started:
        yield started


@asynccontextmanager
async def phone(node: Node) -> AsyncIterator[Softphone]:
    agent = AGENTS[0]
    async with Softphone(agent.name, agent.password, node.address, tone_hz=AGENT_HZ) as made:
        await made.register()
        yield made
        await made.close()


async def standing_leg(world: Session) -> LegId:
    """Call the agent's phone; return its leg once it idles."""
    leg_id = new_leg_id()
    world.switch.call_agent(leg_id, AGENTS[0].name)
    await world.until_event(ChannelUp, leg_id)
    return leg_id


def joining(leg_id: LegId) -> Engine:
    async def act(request: Request) -> None:
        if request.script == "answered":
            await request.bridge(leg_id)

    return Engine(act)


def strongest(samples: np.ndarray) -> int:
    shares = identify(samples, TONES)
    return shares[0].hz if shares else 0


async def test_both_hear_each_other_are_recorded_apart_and_the_leg_stays(node: Node) -> None:
    async with session(node) as world, phone(node) as agent:
        leg_id = await standing_leg(world)
        engine = joining(leg_id)
        await engine.listen(node.agi_port)
        line = await world.dial()
        heard = await line.listen(1.5)
        assert strongest(heard.samples) == AGENT_HZ
        agent_heard = Hearing.of(agent.calls[0].capture.heard())
        assert strongest(agent_heard.samples) == CUSTOMER_HZ
        world.carrier.hang_up(line.call)
        await world.until_event(ChannelHungUp, line.attempt_id)
        await until(lambda: [one for one in node.channels() if "!BridgeWait!" in one])
        assert [call.ended for call in agent.calls] == [None]
        stereo = np.fromfile(node.recording(line.attempt_id), "<i2").reshape(-1, 2)
        assert strongest(stereo[:, 0]) == CUSTOMER_HZ
        assert strongest(stereo[:, 1]) == AGENT_HZ
        assert node.names(line.attempt_id) == ["ANSWER", "BRIDGE_ENTER", "HANGUP"]
        assert not node.recording(leg_id).exists()
        engine.die()


async def test_the_cue_is_heard_by_the_agent_only_and_costs_no_audio(node: Node) -> None:
    async with session(node) as world, phone(node) as agent:
        leg_id = await standing_leg(world)
        engine = joining(leg_id)
        await engine.listen(node.agi_port)
        line = await world.dial()
        world.switch.whisper(leg_id)
        await line.listen(1.5)
        start, end = line.answered_s + 0.1, line.answered_s + 1.4
        cue = ToneDetector(CUE_HZ, share_rate=0.2)
        by_agent = Hearing.of(agent.calls[0].capture.heard())
        assert by_agent.first_heard_s(cue, line.answered_s) is not None
        assert line.heard().first_heard_s(cue, line.answered_s) is None
        assert by_agent.longest_silence_s(start, end) < 0.05
        assert line.longest_silence_s(1.4) < 0.15
        engine.die()


async def test_with_the_engine_killed_the_talk_goes_on_and_its_end_is_told(node: Node) -> None:
    async with session(node) as world, phone(node) as agent:
        leg_id = await standing_leg(world)
        engine = joining(leg_id)
        await engine.listen(node.agi_port)
        line = await world.dial()
        await until(lambda: "BRIDGE_ENTER" in node.names(line.attempt_id))
        engine.die()
        heard = await line.listen(1.5)
        assert strongest(heard.samples[-4000:]) == AGENT_HZ
        agent.hang_up()
        await until(lambda: "LOST" in node.names(line.attempt_id))
        left_s = line.heard().end_s
        await until(lambda: line.heard().end_s > left_s + 1.0)
        assert line.heard().longest_silence_s(left_s, left_s + 1.0) < 0.5
        assert "LET_GO" not in node.names(line.attempt_id)


async def test_another_engine_is_asked_when_the_agent_left_and_stopped_ones_cost_two_seconds(
    node: Node,
) -> None:
    async with session(node) as world, phone(node) as agent:
        leg_id = await standing_leg(world)
        engine = joining(leg_id)
        await engine.listen(node.agi_port)
        line = await world.dial()
        await until(lambda: "BRIDGE_ENTER" in node.names(line.attempt_id))
        engine.die()

        async def stopped(request: Request) -> None:
            await request.reader.read()

        second = Engine(stopped)
        await second.listen(node.agi_port)
        agent.hang_up()
        await until(lambda: "LOST" in node.names(line.attempt_id))
        assert [request.script for request in second.requests] == ["after"]
        gone_s = (await world.until_event(ChannelHungUp, leg_id)).at
        await until(lambda: line.heard().end_s > gone_s + 3.0)
        assert line.heard().longest_silence_s(gone_s, gone_s + 3.0) < 2.0
        second.die()


async def test_a_leg_that_is_gone_is_no_reason_for_silence(node: Node) -> None:
    async with session(node) as world:
        engine = joining(new_leg_id())
        await engine.listen(node.agi_port)
        line = await world.dial()
        await line.listen(3.0)
        assert line.longest_silence_s(3.0) < 2.0
        assert node.names(line.attempt_id) == ["ANSWER", "LET_GO"]
        engine.die()


async def test_a_phone_that_falls_silent_loses_its_leg(node: Node) -> None:
    async with session(node) as world, phone(node) as agent:
        leg_id = await standing_leg(world)
        agent.unplug()
        gone = await world.until_event(ChannelHungUp, leg_id)
        assert isinstance(gone, ChannelHungUp)
        assert gone.cause == 44  # requested channel not available: no audio for 3 s
