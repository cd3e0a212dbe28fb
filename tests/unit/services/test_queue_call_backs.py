"""Callers who are called back instead of waiting, and keep their place."""

import asyncio

from hall import CALLER, OTHER, Hall
from node import ANN, BOB, SPRING, Node, node

from dialer.domain.agentflow import AgentState
from dialer.domain.queue import AfterWait
from dialer.testing.inbound_line import MemoryLine

VIRTUAL_TIME = True
WITH_KEY = {"call_back_key": "5", "call_back_campaign": SPRING, "longest_wait_s": 3600.0}


async def press(at: Node, line: MemoryLine, *keys: str) -> None:
    for key in keys:
        line.press(key)
        await asyncio.sleep(0.5)
    await at.settle()


def prompts(line: MemoryLine) -> list[str]:
    """What a caller heard, but for music."""
    return [one for one in line.heard if one not in ("music", "silence")]


async def asks(at: Node, hall: Hall, number: str = CALLER) -> MemoryLine:
    """Somebody calls, asks to be called back, and hangs up."""
    line = await hall.call(number)
    await press(at, line, "5", "1")
    await asyncio.sleep(2.0)
    assert prompts(line)[-1] == "call-back-promised"
    assert hall.result(line) == ""
    line.hang_up()
    await at.settle()
    return line


async def test_who_presses_the_key_is_promised_a_call_back_and_the_line_is_over() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(**WITH_KEY)
        line = await asks(at, hall)
        assert prompts(line) == ["call-back-own", "call-back-promised"]
        (promised,) = at.promises.open.values()
        assert (promised.number, promised.campaign_id) == (CALLER, SPRING)
        assert at.missed == []
        entry = at.stores.tables.leads[promised.call.lead_id]
        assert entry.lead.attributes["call_back_queue"] == "sales"
        assert entry.lead.attributes["list"] == "callers to call back"


async def test_the_first_agent_calls_back_whose_place_was_first_and_the_next_takes_who_waits() -> (
    None
):
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(**WITH_KEY)
        await asks(at, hall)
        waits = await hall.call(OTHER)
        await asyncio.sleep(20)
        await at.log_in(ANN)
        await at.settle()
        assert at.agent(ANN).state is AgentState.HELD
        await at.callbacks.round()
        (attempt,) = at.switch.calls
        assert (attempt.number, attempt.agent_guaranteed) == (CALLER, True)
        await at.log_in(BOB)
        await at.settle()
        assert hall.talks_with(BOB) == waits.call_id
        at.switch.ring(attempt.attempt_id)
        at.switch.answer(attempt.attempt_id)
        await at.settle()
        assert hall.talks_with(ANN) == attempt.attempt_id


async def test_an_agent_who_is_idle_calls_back_at_once_but_not_a_phone_just_hung_up() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(**WITH_KEY, skills=("greek",))
        await at.log_in(ANN)
        await hall.can(ANN)  # not greek
        await asks(at, hall)
        await asyncio.sleep(20)
        assert at.agent(ANN).state is AgentState.IDLE
        await hall.can(ANN, "greek")
        assert at.agent(ANN).state is AgentState.HELD


async def test_who_waits_counts_the_places_that_are_kept() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(**WITH_KEY, announce_every_s=30.0)
        await asks(at, hall)
        await asyncio.sleep(20)
        second = await hall.call(OTHER)
        await asyncio.sleep(36)
        assert second.heard[1:] == [
            "silence",
            "you-are-number",
            "2",
            "call-back-press",
            "5",
            "music",
        ]


async def test_a_key_within_an_announcement_counts() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(**WITH_KEY, announce_every_s=30.0)
        line = await hall.call()
        await asyncio.sleep(30.5)
        await press(at, line, "5")
        assert prompts(line) == ["you-are-number", "call-back-own"]


async def test_who_declines_waits_on_in_the_same_place_and_is_taken() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(**WITH_KEY)
        line = await hall.call()
        await hall.call(OTHER)
        await press(at, line, "5", "3")
        assert line.heard == ["music", "silence", "call-back-own", "music"]
        await at.log_in(ANN)
        await at.settle()
        assert hall.talks_with(ANN) == line.call_id


async def test_what_cannot_be_promised_is_said_and_the_caller_waits_on() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(**{**WITH_KEY, "call_back_campaign": "nowhere"})
        line = await hall.call()
        await press(at, line, "5", "1")
        await asyncio.sleep(2)
        assert prompts(line) == ["call-back-own", "call-back-failed"]
        assert line.heard[-1] == "music"
        at.stores.tables.enter_do_not_call(OTHER, "test", 0.0)
        await hall.queue("other", **WITH_KEY)
        listed = await hall.call(OTHER, "other")
        await press(at, listed, "5", "1")
        await asyncio.sleep(2)
        assert listed.heard[-2:] == ["call-back-failed", "music"]


async def test_who_hangs_up_while_asked_is_promised_nothing_and_was_missed() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(**WITH_KEY)
        line = await hall.call()
        await press(at, line, "5")
        line.hang_up()
        await asyncio.sleep(10)
        assert hall.result(line) == "hung_up"
        assert at.promises.open == {}
        assert at.missed == [CALLER]


async def test_who_has_waited_too_long_is_asked_where_the_queue_says_call_back() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(
            longest_wait_s=40.0, after_wait=AfterWait.CALL_BACK, call_back_campaign=SPRING
        )
        yes, no = await hall.call(), await hall.call(OTHER)
        await asyncio.sleep(40.2)
        await press(at, yes, "1")
        await asyncio.sleep(10)
        assert (hall.result(yes), hall.result(no)) == ("", "call_back")
        assert [one.number for one in at.promises.open.values()] == [CALLER]


async def test_a_flood_of_keys_is_one_wish() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(**WITH_KEY)
        line = await hall.call()
        for _ in range(500):
            line.press("5")
        await asyncio.sleep(60)
        assert len(at.promises.open) == 0
        assert line.heard[-1] == "music"
