"""What every switch promises, shown on the one in memory and on a real Asterisk."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from switches import (
    BUSY,
    CONGESTED,
    HASTY,
    INVALID,
    PERSON,
    PHONE,
    REJECTED,
    SILENT,
    World,
    world,
)

from dialer.domain.events import (
    ChannelBridged,
    ChannelHungUp,
    ChannelIdles,
    ChannelRang,
    ChannelUp,
    OriginateFailed,
    SwitchDown,
    SwitchUp,
)
from dialer.domain.ids import CampaignId, LeadId, LegId, new_attempt_id, new_leg_id
from dialer.domain.lead import Attempt
from dialer.domain.outcome import Outcome, unanswered_outcome
from dialer.errors import BadInput, ReplyLost, SwitchUnavailable, UnsafeValue
from dialer.ports import BridgeEnd, DialOptions


@pytest.fixture(params=["memory", "asterisk"])
async def at(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with world(request.param, lambda: request.getfixturevalue("lab")) as opened:
        yield opened


async def test_a_call_rings_is_answered_and_is_hung_up(at: World) -> None:
    attempt_id = at.dial(PERSON)
    await at.until(ChannelUp, attempt_id)
    at.switch.hang_up(attempt_id)
    end = await at.until(ChannelHungUp, attempt_id)
    assert [type(event) for event in at.of(attempt_id)] == [ChannelRang, ChannelUp, ChannelHungUp]
    assert end.cause == 16
    times = [event.at for event in at.of(attempt_id)]
    assert times == sorted(times)


async def test_a_customer_who_hangs_up_is_a_hang_up(at: World) -> None:
    attempt_id = at.dial(HASTY)
    end = await at.until(ChannelHungUp, attempt_id)
    assert end.cause in (0, 16)  # Asterisk 22 says 0 while an AGI script runs
    assert [type(event) for event in at.of(attempt_id)] == [ChannelRang, ChannelUp, ChannelHungUp]


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (BUSY, Outcome.BUSY),
        (INVALID, Outcome.INVALID),
        (CONGESTED, Outcome.CONGESTION),
        (REJECTED, Outcome.FAILED),
    ],
)
async def test_a_call_that_fails_ends_with_the_cause_that_says_why(
    at: World, number: str, outcome: Outcome
) -> None:
    attempt_id = at.dial(number)
    end = await at.until(ChannelHungUp, attempt_id)
    failed = await at.until(OriginateFailed, attempt_id)
    assert unanswered_outcome(end.cause, end.tech_cause) is outcome
    assert unanswered_outcome(end.cause) is outcome
    assert not failed.no_channel
    assert not any(isinstance(event, ChannelUp) for event in at.of(attempt_id))


async def test_a_call_that_nobody_answers_is_given_up_after_the_ring_time(at: World) -> None:
    attempt_id = at.dial(SILENT, ring_timeout_s=1.0)
    end = await at.until(ChannelHungUp, attempt_id)
    assert unanswered_outcome(end.cause, end.tech_cause) is Outcome.NO_ANSWER


async def test_a_call_that_rings_can_be_taken_back(at: World) -> None:
    attempt_id = at.dial(SILENT)
    await at.until(ChannelRang, attempt_id)
    at.switch.hang_up(attempt_id)
    await at.until(ChannelHungUp, attempt_id)
    assert not any(isinstance(event, ChannelUp) for event in at.of(attempt_id))


async def test_ending_a_channel_that_is_gone_is_no_error_and_no_event(at: World) -> None:
    stranger = new_attempt_id()
    at.switch.hang_up(stranger)
    attempt_id = at.dial(BUSY)
    await at.until(ChannelHungUp, attempt_id)
    at.switch.hang_up(attempt_id)
    await at.switch.live_channels()  # whatever came of it has come by now
    assert at.of(stranger) == []
    assert sum(isinstance(event, ChannelHungUp) for event in at.of(attempt_id)) == 1


async def test_live_channels_are_those_that_live(at: World) -> None:
    assert await at.switch.live_channels() == []
    ringing, up = at.dial(SILENT), at.dial(PERSON)
    await at.until(ChannelRang, ringing)
    await at.until(ChannelUp, up)
    live = {channel.channel_id: channel for channel in await at.switch.live_channels()}
    assert {key: channel.state for key, channel in live.items()} == {ringing: "Ringing", up: "Up"}
    assert all(0 <= channel.age_s < 20 for channel in live.values())
    at.switch.hang_up(ringing)
    await at.until(ChannelHungUp, ringing)
    assert [channel.channel_id for channel in await at.switch.live_channels()] == [up]


async def test_an_id_that_lives_is_refused_and_its_call_goes_on(at: World) -> None:
    attempt_id = at.dial(PERSON)
    await at.until(ChannelUp, attempt_id)
    at.dial(PERSON, again=attempt_id)
    refused = await at.until(OriginateFailed, attempt_id)
    assert not refused.no_channel
    assert [channel.channel_id for channel in await at.switch.live_channels()] == [attempt_id]
    assert not any(isinstance(event, ChannelHungUp) for event in at.of(attempt_id))


async def test_an_id_is_no_promise_once_its_call_is_over(at: World) -> None:
    attempt_id = at.dial(BUSY)
    await at.until(ChannelHungUp, attempt_id)
    at.told.clear()
    at.dial(PERSON, again=attempt_id)  # this is why an originate is never sent twice
    await at.until(ChannelUp, attempt_id)


@pytest.mark.parametrize(
    "unsafe",
    [
        {"caller_id": "Shop\r\nAction: Command"},
        {"abandon_prompt": "/prompt\nVariable: X=1"},
        {"lost_prompt": "/prompt\0"},
        {"number": "+12025550100\r\nApplication: System"},
        {"trunk": "trunk\r\n\r\n"},
    ],
)
async def test_a_value_with_a_line_break_is_refused_and_nothing_is_dialed(
    at: World, unsafe: dict[str, str]
) -> None:
    options = {"caller_id": "", "abandon_prompt": "", "lost_prompt": "", **unsafe}
    number, trunk = options.pop("number", PERSON), options.pop("trunk", "trunk")
    attempt = Attempt(new_attempt_id(), CampaignId("c"), LeadId(1), number, trunk, 0.0)
    with pytest.raises(UnsafeValue):
        at.switch.originate(attempt, DialOptions(ring_timeout_s=5, **options))
    assert await at.switch.live_channels() == []
    assert at.of(attempt.attempt_id) == []


@pytest.mark.parametrize("field", ["abandon_prompt", "lost_prompt"])
@pytest.mark.parametrize("path", ["/a,OUTPACE_RECORD=no", "/a&/b", "/a|b", "/a b", '/"a"', "/$[1]"])
async def test_a_message_that_would_not_be_played_is_refused_and_nothing_is_dialed(
    at: World, field: str, path: str
) -> None:
    attempt = Attempt(new_attempt_id(), CampaignId("c"), LeadId(1), PERSON, "trunk", 0.0)
    with pytest.raises(BadInput) as refused:
        at.switch.originate(attempt, DialOptions(ring_timeout_s=5, **{field: path}))
    assert refused.value.field == field
    assert await at.switch.live_channels() == []


async def test_an_unsafe_phone_is_refused(at: World) -> None:
    with pytest.raises(UnsafeValue):
        at.switch.call_agent(new_leg_id(), "1001\r\nAsync: true")


async def test_an_agents_phone_is_called_and_its_leg_stays(at: World) -> None:
    assert PHONE in await at.switch.reachable_phones()
    leg_id = await at.leg()
    (leg,) = await at.switch.live_channels()
    assert (leg.channel_id, leg.state, leg.bridge_id) == (leg_id, "Up", "")
    at.switch.whisper(leg_id)
    at.switch.hang_up(leg_id)
    assert (await at.until(ChannelHungUp, leg_id)).cause == 16


async def test_a_phone_that_is_not_there_is_said_at_once(at: World) -> None:
    leg_id = new_leg_id()
    at.switch.call_agent(leg_id, "4711")
    assert (await at.until(OriginateFailed, leg_id)).no_channel
    assert await at.switch.live_channels() == []


async def test_customer_and_leg_are_joined_until_the_customer_leaves(at: World) -> None:
    leg_id = await at.leg()
    attempt_id = at.dial(HASTY)
    assert await at.join(attempt_id, leg_id) is BridgeEnd.CUSTOMER_LEFT
    customer = await at.until(ChannelBridged, attempt_id)
    leg = await at.until(ChannelBridged, leg_id)
    assert customer.bridge_id == leg.bridge_id != ""
    await at.until(ChannelHungUp, attempt_id)
    assert [channel.channel_id for channel in await at.switch.live_channels()] == [leg_id]


async def test_a_leg_takes_one_customer_after_the_other(at: World) -> None:
    leg_id = await at.leg()
    for _ in range(2):
        attempt_id = at.dial(HASTY)
        assert await at.join(attempt_id, leg_id) is BridgeEnd.CUSTOMER_LEFT
        await at.until(ChannelHungUp, attempt_id)


async def test_a_leg_tells_each_time_that_it_can_be_joined(at: World) -> None:
    leg_id = await at.leg()
    await at.until(ChannelIdles, leg_id)
    attempt_id = at.dial(HASTY)
    at.told.clear()
    await at.join(attempt_id, leg_id)
    await at.until(ChannelIdles, leg_id)
    kinds = [type(event) for event in at.of(leg_id)]
    assert kinds == [ChannelBridged, ChannelIdles]


async def test_a_leg_that_leaves_gives_the_customer_back(at: World) -> None:
    leg_id = await at.leg()
    attempt_id = at.dial(PERSON)
    parted = at.join(attempt_id, leg_id)
    await at.until(ChannelBridged, leg_id)
    at.switch.hang_up(leg_id)
    assert await parted is BridgeEnd.LEG_LEFT
    await at.until(ChannelHungUp, leg_id)


@pytest.mark.parametrize("case", [str, str.lower])
async def test_a_leg_that_is_gone_is_not_there_and_none_is_taken_for_it(at: World, case) -> None:
    # Bridge matches a prefix and ignores case: with ids of one length there is none to match
    alive = await at.leg()
    gone = LegId(case(alive[:-1]) + ("1" if alive[-1] != "1" else "2"))
    attempt_id = at.dial(PERSON)
    assert await at.join(attempt_id, gone) is BridgeEnd.NO_LEG
    assert not any(isinstance(event, ChannelBridged) for event in at.of(alive))


async def test_without_a_session_nothing_is_sent_and_nothing_is_queued(at: World) -> None:
    at.told.clear()
    at.lose()
    await at.until(SwitchDown)
    assert not at.switch.connected
    with pytest.raises(SwitchUnavailable):
        at.dial(PERSON)
    with pytest.raises(SwitchUnavailable):
        at.switch.call_agent(new_leg_id(), PHONE)
    with pytest.raises(SwitchUnavailable):
        at.switch.hang_up(new_attempt_id())
    for ask in (at.switch.live_channels, at.switch.reachable_phones, at.switch.sessions):
        with pytest.raises(SwitchUnavailable):
            await ask()
    at.switch.whisper(new_leg_id())
    await at.until(SwitchUp)
    assert await at.switch.live_channels() == []
    assert [type(event) for event in at.told] == [SwitchDown, SwitchUp]


async def test_channels_outlive_the_session(at: World) -> None:
    up, ringing = at.dial(PERSON), at.dial(SILENT, ring_timeout_s=60)
    await at.until(ChannelUp, up)
    await at.until(ChannelRang, ringing)
    await at.lose_and_regain()
    assert {channel.channel_id for channel in await at.switch.live_channels()} == {up, ringing}


async def test_our_session_is_counted(at: World) -> None:
    assert await at.switch.sessions() == 1


async def test_the_journal_tells_what_happened_while_nobody_listened(at: World) -> None:
    leg_id = await at.leg()
    talk, busy = at.dial(HASTY), at.dial(BUSY)
    parted = at.join(talk, leg_id)
    await at.until(ChannelBridged, talk)
    await at.lose_and_regain()
    await parted
    async with asyncio.timeout(10):  # it is written a moment after the channel is gone
        while not all(
            read and read[-1].event == "HANGUP"
            for read in (at.journal.read({one}).get(one, []) for one in (talk, busy))
        ):
            await asyncio.sleep(0.02)
    read = at.journal.read({talk, busy})
    assert [entry.event for entry in read[busy]] == ["HANGUP"]
    assert read[busy][0].cause == 17
    events = [entry.event for entry in read[talk]]
    assert [event for event in events if event in ("ANSWER", "BRIDGE_ENTER", "HANGUP")] == [
        "ANSWER",
        "BRIDGE_ENTER",
        "HANGUP",
    ]
    times = [entry.at for entry in read[talk]]
    assert times == sorted(times)
    assert new_attempt_id() not in at.journal.read({talk})


async def test_a_round_trip_is_measured_while_there_is_a_session(at: World) -> None:
    assert 0 <= await at.switch.round_trip() < 2
    at.told.clear()
    at.lose()

    async def measured_until_it_fails() -> None:
        while True:
            await at.switch.round_trip()

    with pytest.raises((SwitchUnavailable, ReplyLost)):
        await measured_until_it_fails()
    await at.until(SwitchUp)
    assert 0 <= await at.switch.round_trip() < 2


async def test_a_trunk_that_answers_can_be_reached(at: World) -> None:
    async with asyncio.timeout(20):
        while "trunk" not in (reached := await at.switch.reachable_contacts()):
            await asyncio.sleep(0.2)  # the switch asks it now and then
    assert PHONE in reached
    assert "nobody" not in reached


async def test_audio_of_a_leg_is_counted_while_it_comes(at: World) -> None:
    leg_id = await at.leg()
    counts: list[int] = []
    async with asyncio.timeout(10):
        while len(set(counts)) < 4:
            packets = await at.switch.received(leg_id)
            assert packets is not None
            counts.append(packets)
            await asyncio.sleep(0.1)
    assert counts == sorted(counts)
    assert await at.switch.received(new_leg_id()) is None
    assert dict(await at.switch.pages()) == {}
