"""An agent's page in a bad network: far away behind a firewall, cut off, and Asterisk restarted."""

import asyncio
import time
from pathlib import Path

import pytest
from browser_desk import Desk, customer_hears, desk
from far_desk import far_desk
from floor import CUSTOMER_HZ, has_heard, heard
from playwright.async_api import expect

from dialer.services.comebacks import GREETED_S
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call

LAW_S = 2.0
FAR_S = 0.1
LOSS_RATE = 0.02
CUT_S = 10.0
BACK_S = 3.0
MOST = 0.75
"""Share of a time in which a tone is heard: a bad line leaves gaps (0.88 was seen)."""


def talker(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.4, tone_hz=CUSTOMER_HZ)


async def talking(at: Desk) -> Call:
    """Have the agent talk to the first customer; returns whom."""
    await at.log_in()
    await at.open_phone()
    await at.start_work()
    await at.world.start_campaign()
    return await in_talk(at, 0)


async def in_talk(at: Desk, done: int) -> Call:
    """Wait until the agent talks to the next customer; returns whom."""
    await at.world.customers.until(lambda log: len(log.answered) > done, 30)
    call = at.world.customers.answered[done]
    assert call.ok_sent is not None
    await at.heard_since(call.ok_sent.epoch_s)
    await at.shows_state("Talking")
    return call


async def both_hear(at: Desk, call: Call, from_s: float, to_s: float) -> None:
    """Wait until a time is over, and look whether both heard each other in it."""
    assert call.ok_sent is not None
    await has_heard(call, to_s - call.ok_sent.epoch_s)
    assert customer_hears(call, from_s, to_s)
    assert await at.heard_rate(from_s, to_s) > MOST


@pytest.mark.soak
async def test_an_agent_far_away_behind_a_firewall_talks_through_turn(tmp_path: Path) -> None:
    async with far_desk(
        tmp_path, through_turn=True, delay_s=FAR_S, loss_rate=LOSS_RATE, behave=talker
    ) as at:
        call = await talking(at.desk)
        assert call.ok_sent is not None
        answered = call.ok_sent.epoch_s
        sound = await at.desk.heard_since(answered)
        await both_hear(at.desk, call, answered + 1.0, answered + 6.0)
        assert await at.route() == "relay"
        assert at.far.nat.turned_away > 0  # it was tried without, too
        assert 0 < at.far.up.lost < 0.1 * at.far.up.sent
        assert at.desk.complaints == []
        print("first sound", round(sound - answered, 3))


@pytest.mark.parametrize("through_turn", [False, True])
@pytest.mark.soak
async def test_who_is_cut_off_for_ten_seconds_has_the_same_customer_afterwards(
    tmp_path: Path, through_turn: bool
) -> None:
    async with far_desk(
        tmp_path, through_turn=through_turn, behave=talker, wrap_up_limit_s=60
    ) as at:
        page, world = at.desk.page, at.desk.world
        call = await talking(at.desk)
        await has_heard(call, GREETED_S + 1.0)  # who heard less heard nobody: another law
        (agent,) = (await world.status())["agents"]
        at.far.cut()
        cut = time.time()
        await world.until(lambda s: s["agents"][0]["reason"] == "phone lost", LAW_S)
        old = page.get_by_text("No connection: what you see may be old")
        await old.wait_for(timeout=CUT_S * 1000)
        await asyncio.sleep(cut + CUT_S - time.time())
        at.far.mend()
        mended = time.time()
        back = await at.desk.heard_since(mended)
        assert back - mended < BACK_S
        await both_hear(at.desk, call, back + 1.0, back + 3.0)
        assert heard(call).longest_silence_s(cut, back + 3.0) < LAW_S
        (after,) = (await world.status())["agents"]
        assert (after["state"], after["attempt"]) == ("talking", agent["attempt"])
        assert after["reason"] == ""
        await expect(old).to_have_count(0)
        await expect(page.locator(".statebar .reason")).to_have_count(0)
        await at.desk.shows_state("Talking")
        await at.desk.shows_person(call)
        await page.keyboard.press("h")
        await at.desk.shows_state("Wrap-up")
        assert at.desk.complaints == []
        silence_s = heard(call).longest_silence_s(cut, back)
        print("back after", round(back - mended, 2), "longest silence", round(silence_s, 2))


async def test_after_a_restart_of_asterisk_all_come_back_by_themselves(tmp_path: Path) -> None:
    async with desk(tmp_path, behave=talker) as at:
        first = await talking(at)
        restarted = time.time()
        await asyncio.to_thread(at.world.lab.asterisk.stop)
        at.world.lab.asterisk.start()  # from this thread, with which it ends
        second = await in_talk(at, 1)
        print("in a talk after", round(time.time() - restarted, 1))
        assert second.number != first.number
        assert second.ok_sent is not None
        answered = second.ok_sent.epoch_s
        await both_hear(at, second, answered + 1.0, answered + 3.0)
        assert at.complaints == []
