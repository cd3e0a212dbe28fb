"""What every talk control promises, shown on the one in memory and on a real Asterisk."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from switches import BUSY, PERSON, World, world

from dialer.adapters.asterisk.switch import AsteriskSwitch
from dialer.adapters.asterisk.talk_control import AsteriskTalkControl
from dialer.domain.events import (
    ChannelBridged,
    ChannelHungUp,
    ChannelIdles,
    ChannelUp,
    OriginateFailed,
    SwitchUp,
)
from dialer.domain.ids import CallId, LegId, new_attempt_id, new_call_id, new_leg_id
from dialer.errors import BadInput, SwitchUnavailable, UnsafeValue
from dialer.ports import BridgeEnd, OutsideCall, TalkControl
from dialer.testing.switch import MemorySwitch
from dialer.testing.talk_control import MemoryTalkControl

SECOND_PHONE = "1002"


@pytest.fixture(params=["memory", "asterisk"])
async def at(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with world(request.param, lambda: request.getfixturevalue("lab")) as opened:
        async with asyncio.timeout(20):
            while "trunk" not in await opened.switch.reachable_contacts():
                await asyncio.sleep(0.05)
        yield opened


@pytest.fixture
def control(at: World) -> TalkControl:
    if isinstance(at.switch, MemorySwitch):
        return MemoryTalkControl(at.switch)
    assert isinstance(at.switch, AsteriskSwitch)
    assert at.movements is not None
    return AsteriskTalkControl(at.switch, at.movements)


async def second_leg(at: World) -> LegId:
    leg_id = new_leg_id()
    at.switch.call_agent(leg_id, SECOND_PHONE)
    await at.until(ChannelUp, leg_id)
    return leg_id


async def in_one_bridge(at: World, *channel_ids: str) -> None:
    """Wait until these, and nobody else of ours, are in one bridge."""
    async with asyncio.timeout(10):
        while True:
            live = {one.channel_id: one.bridge_id for one in await at.switch.live_channels()}
            bridges = {live.get(one, "") for one in channel_ids}
            others = [key for key, value in live.items() if value in bridges]
            if len(bridges) == 1 and sorted(others) == sorted(channel_ids):
                return
            await asyncio.sleep(0.02)


async def outside(at: World, control: TalkControl, number: str = PERSON) -> CallId:
    call_id = new_call_id()
    control.call_outside(OutsideCall(call_id, number, "trunk"))
    await at.until(ChannelIdles, call_id)
    return call_id


async def test_a_leg_that_is_parted_idles_and_the_customer_is_back(
    at: World, control: TalkControl
) -> None:
    leg_id, attempt_id = await at.leg(), at.dial(PERSON)
    joined = at.join(attempt_id, leg_id)
    await at.until(ChannelBridged, attempt_id)
    control.part(leg_id)
    assert await joined is BridgeEnd.LEG_LEFT
    assert not any(isinstance(event, ChannelHungUp) for event in at.of(leg_id))


async def test_two_legs_consult_and_part(at: World, control: TalkControl) -> None:
    first, second = await at.leg(), await second_leg(at)
    control.consult(first, second)
    await at.until(ChannelBridged, first)
    await in_one_bridge(at, first, second)
    control.part(second)
    attempt_id = at.dial(PERSON)
    joined = at.join(attempt_id, first)  # it idles, and can be joined as ever
    await at.until(ChannelBridged, attempt_id)
    at.switch.hang_up(attempt_id)
    assert await joined is BridgeEnd.CUSTOMER_LEFT


async def test_a_third_joins_a_talk_and_is_parted_again(at: World, control: TalkControl) -> None:
    first, second, attempt_id = await at.leg(), await second_leg(at), at.dial(PERSON)
    joined = at.join(attempt_id, first)
    await at.until(ChannelBridged, attempt_id)
    control.join_third(second, first)
    await in_one_bridge(at, attempt_id, first, second)
    control.part(second)
    await in_one_bridge(at, attempt_id, first)
    assert not joined.done()
    control.part(first)
    assert await joined is BridgeEnd.LEG_LEFT


async def test_an_outside_number_is_called_idles_and_is_consulted(
    at: World, control: TalkControl
) -> None:
    leg_id, call_id = await at.leg(), await outside(at, control)
    control.consult(leg_id, call_id)
    await in_one_bridge(at, leg_id, call_id)
    at.told.clear()
    control.part(leg_id)
    await at.until(ChannelIdles, call_id)
    at.switch.hang_up(call_id)
    await at.until(ChannelHungUp, call_id)


async def test_a_customer_is_joined_to_an_outside_line(at: World, control: TalkControl) -> None:
    call_id, attempt_id = await outside(at, control), at.dial(PERSON)
    joined = at.join(attempt_id, LegId(call_id))
    await at.until(ChannelBridged, attempt_id)
    await in_one_bridge(at, attempt_id, call_id)
    at.switch.hang_up(call_id)
    assert await joined is BridgeEnd.LEG_LEFT


async def test_a_busy_outside_number_says_so(at: World, control: TalkControl) -> None:
    call_id = new_call_id()
    control.call_outside(OutsideCall(call_id, BUSY, "trunk"))
    await at.until(OriginateFailed, call_id)
    ended = await at.until(ChannelHungUp, call_id)
    assert (ended.cause, ended.tech_cause) == (17, "486")


async def test_keys_and_values_that_cannot_be_sent_are_refused(
    at: World, control: TalkControl
) -> None:
    leg_id = await at.leg()
    for digits in ("", "1\r\n", "x"):
        with pytest.raises(BadInput):
            control.press(leg_id, digits)
    with pytest.raises(UnsafeValue):
        control.call_outside(OutsideCall(new_call_id(), "+1202\r\n", "trunk"))
    control.press(leg_id, "12*#")
    control.mute(leg_id, muted=True)
    control.mute(leg_id, muted=False)
    control.pause_recording(leg_id, paused=True)


async def test_an_announcement_that_would_not_be_played_is_refused(
    at: World, control: TalkControl
) -> None:
    for path in ("/told,noanswer", "/told&/other", "/to ld", "/told|x"):
        with pytest.raises(BadInput, match=r"^recording_announcement: "):
            control.announce(new_attempt_id(), path)
    assert await at.switch.live_channels() == []


async def test_a_channel_that_is_gone_is_no_error(at: World, control: TalkControl) -> None:
    leg_id, gone = await at.leg(), new_leg_id()
    control.part(gone)
    control.consult(leg_id, gone)
    control.join_third(gone, leg_id)
    control.press(gone, "1")
    control.mute(gone, muted=True)
    control.pause_recording(gone, paused=True)
    control.start_recording(new_attempt_id())
    control.announce(new_attempt_id(), "/nowhere/told")
    control.ask(new_attempt_id(), "/nowhere/asked")
    control.answered(new_attempt_id())
    await at.switch.round_trip()
    (left,) = [one for one in await at.switch.live_channels() if one.channel_id == leg_id]
    assert (left.channel_id, left.state) == (leg_id, "Up")
    assert not any(isinstance(event, ChannelHungUp) for event in at.of(leg_id))


async def test_without_a_session_nothing_is_sent(at: World, control: TalkControl) -> None:
    leg_id = await at.leg()
    at.told.clear()
    at.lose()
    async with asyncio.timeout(10):
        while at.switch.connected:
            await asyncio.sleep(0)
    for act in (
        lambda: control.part(leg_id),
        lambda: control.press(leg_id, "1"),
        lambda: control.mute(leg_id, muted=True),
        lambda: control.pause_recording(leg_id, paused=True),
        lambda: control.start_recording(new_attempt_id()),
        lambda: control.announce(new_attempt_id(), "/nowhere/told"),
        lambda: control.ask(new_attempt_id(), "/nowhere/asked"),
        lambda: control.answered(new_attempt_id()),
        lambda: control.call_outside(OutsideCall(new_call_id(), PERSON, "trunk")),
    ):
        with pytest.raises(SwitchUnavailable):
            act()
    await at.until(SwitchUp)
