"""What every way of listening in promises, shown on the one in memory and on a real Asterisk.

Who hears whom is shown by audio in `tests/integration/test_supervise_audio.py`.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from switches import HASTY, PERSON, PHONE, World, world

from dialer.adapters.asterisk.spying import AsteriskSpying
from dialer.adapters.asterisk.switch import AsteriskSwitch
from dialer.domain.events import (
    ChannelBridged,
    ChannelHungUp,
    ChannelUp,
    OriginateFailed,
    SwitchDown,
)
from dialer.domain.ids import LegId, SpyId, new_attempt_id, new_spy_id
from dialer.domain.supervision import ON_TALKS, WHISPER_HOLDS_S, SpyMode
from dialer.errors import SwitchUnavailable, UnsafeValue
from dialer.ports import SpiedTalk, Spying
from dialer.testing.spying import MemorySpying
from dialer.testing.switch import MemorySwitch

SUPERVISOR = "1002"


@dataclass
class Talks:
    """A switch, a way to listen, and a talk."""

    world: World
    spying: Spying

    async def talk(self, number: str = PERSON) -> SpiedTalk:
        """Have a customer and the agent's leg talk."""
        async with asyncio.timeout(20):
            while "trunk" not in await self.world.switch.reachable_contacts():
                await asyncio.sleep(0.05)  # a new Asterisk asks its trunk first
        leg_id = await self.world.leg()
        attempt_id = self.world.dial(number)
        self.world.join(attempt_id, leg_id)
        await self.world.until(ChannelBridged, attempt_id)
        return SpiedTalk(attempt_id, leg_id)

    async def spy(self, talk: SpiedTalk, mode: SpyMode) -> SpyId:
        """Have the supervisor's phone listen, and wait until it does."""
        spy_id = new_spy_id()
        self.spying.begin(spy_id, SUPERVISOR, talk, mode)
        await self.world.until(ChannelUp, spy_id)
        return spy_id


@pytest.fixture(params=["memory", "asterisk"])
async def at(request: pytest.FixtureRequest) -> AsyncIterator[Talks]:
    async with world(request.param, lambda: request.getfixturevalue("lab")) as opened:
        match opened.switch:
            case MemorySwitch() as switch:
                yield Talks(opened, MemorySpying(switch))
            case AsteriskSwitch() as switch:
                yield Talks(opened, AsteriskSpying(switch))


@pytest.mark.parametrize("mode", ON_TALKS)
async def test_a_phone_that_is_hung_up_leaves_the_talk_alone(at: Talks, mode: SpyMode) -> None:
    talk = await at.talk()
    spy_id = await at.spy(talk, mode)
    at.spying.end(spy_id)
    gone = await at.world.until(ChannelHungUp, spy_id)
    assert gone.cause == 16
    live = {one.channel_id: one for one in await at.world.switch.live_channels()}
    assert live[talk.channel_id].bridge_id == live[talk.leg_id].bridge_id != ""


@pytest.mark.parametrize("mode", [SpyMode.LISTEN, SpyMode.BARGE])
async def test_listening_ends_with_the_customers_channel_by_itself(
    at: Talks, mode: SpyMode
) -> None:
    talk = await at.talk()
    spy_id = await at.spy(talk, mode)
    at.world.switch.hang_up(talk.channel_id)
    over = await at.world.until(ChannelHungUp, talk.channel_id)
    gone = await at.world.until(ChannelHungUp, spy_id)
    assert gone.at - over.at < 0.5
    assert talk.leg_id in {one.channel_id for one in await at.world.switch.live_channels()}


async def test_a_whisper_ends_by_itself_unless_it_is_prolonged(at: Talks) -> None:
    talk = await at.talk()
    short = await at.spy(talk, SpyMode.WHISPER)
    up = await at.world.until(ChannelUp, short)
    gone = await at.world.until(ChannelHungUp, short)
    assert gone.at - up.at == pytest.approx(WHISPER_HOLDS_S, abs=0.5)
    longer = await at.spy(talk, SpyMode.WHISPER)
    up = await at.world.until(ChannelUp, longer)
    await asyncio.sleep(1.5)
    at.spying.prolong(longer)
    gone = await at.world.until(ChannelHungUp, longer)
    assert gone.at - up.at == pytest.approx(WHISPER_HOLDS_S + 1.5, abs=0.5)


async def test_an_agent_who_is_coached_keeps_the_leg_and_its_end_ends_it(at: Talks) -> None:
    leg_id = await at.world.leg()
    spy_id = await at.spy(SpiedTalk("", leg_id), SpyMode.COACH)
    at.spying.end(spy_id)
    await at.world.until(ChannelHungUp, spy_id)
    assert {one.channel_id for one in await at.world.switch.live_channels()} == {leg_id}
    # Asterisk loses the hang-up of a leg that is just being joined about every fiftieth time
    spy_id = await at.spy(SpiedTalk("", leg_id), SpyMode.COACH)
    at.world.switch.hang_up(leg_id)
    await at.world.until(ChannelHungUp, spy_id)


async def test_a_phone_turns_to_another_mode_and_its_channel_stays(at: Talks) -> None:
    talk = await at.talk()
    spy_id = await at.spy(talk, SpyMode.LISTEN)
    for mode in (SpyMode.WHISPER, SpyMode.BARGE, SpyMode.LISTEN):
        at.spying.turn(spy_id, mode)
        live = {one.channel_id for one in await at.world.switch.live_channels()}
        assert spy_id in live
    at.world.switch.hang_up(talk.channel_id)
    await at.world.until(ChannelHungUp, spy_id)


async def test_a_talk_that_is_over_is_not_listened_to(at: Talks) -> None:
    talk = await at.talk(HASTY)
    await at.world.until(ChannelHungUp, talk.channel_id)
    for gone in (talk, SpiedTalk(new_attempt_id(), talk.leg_id)):
        spy_id = await at.spy(gone, SpyMode.LISTEN)
        await at.world.until(ChannelHungUp, spy_id)


@pytest.mark.parametrize("channel_id", ["at-", "at-01", "ag", "PJSIP/trunk", ""])
async def test_an_id_that_is_not_whole_is_nobodys(at: Talks, channel_id: str) -> None:
    talk = await at.talk()
    spy_id = await at.spy(SpiedTalk(channel_id, talk.leg_id), SpyMode.LISTEN)
    await at.world.until(ChannelHungUp, spy_id)
    spy_id = await at.spy(SpiedTalk(talk.channel_id, LegId(talk.leg_id[:20])), SpyMode.WHISPER)
    up = await at.world.until(ChannelUp, spy_id)
    gone = await at.world.until(ChannelHungUp, spy_id)
    assert gone.at - up.at < 0.5


async def test_a_phone_that_is_not_there_is_refused_at_once(at: Talks) -> None:
    talk = await at.talk()
    spy_id = new_spy_id()
    at.spying.begin(spy_id, "nobody", talk, SpyMode.LISTEN)
    failed = await at.world.until(OriginateFailed, spy_id)
    assert failed.no_channel


async def test_a_phone_that_is_gone_can_be_turned_prolonged_and_ended(at: Talks) -> None:
    talk = await at.talk()
    spy_id = await at.spy(talk, SpyMode.LISTEN)
    at.spying.end(spy_id)
    await at.world.until(ChannelHungUp, spy_id)
    at.spying.turn(spy_id, SpyMode.BARGE)
    at.spying.prolong(spy_id)
    at.spying.end(spy_id)
    live = {one.channel_id for one in await at.world.switch.live_channels()}
    assert live == {talk.channel_id, talk.leg_id}


async def test_values_that_would_be_commands_are_not_sent(at: Talks) -> None:
    talk = await at.talk()
    with pytest.raises(UnsafeValue):
        at.spying.begin(new_spy_id(), "1002\r\nAction: Logoff", talk, SpyMode.LISTEN)
    with pytest.raises(UnsafeValue):
        at.spying.begin(new_spy_id(), PHONE, SpiedTalk("at-\n", talk.leg_id), SpyMode.LISTEN)


async def test_without_a_session_nothing_is_sent(at: Talks) -> None:
    talk = await at.talk()
    spy_id = await at.spy(talk, SpyMode.LISTEN)
    at.world.told.clear()
    at.world.lose()
    await at.world.until(SwitchDown)
    for send in (
        lambda: at.spying.begin(new_spy_id(), SUPERVISOR, talk, SpyMode.LISTEN),
        lambda: at.spying.turn(spy_id, SpyMode.BARGE),
        lambda: at.spying.prolong(spy_id),
        lambda: at.spying.end(spy_id),
    ):
        with pytest.raises(SwitchUnavailable):
            send()
