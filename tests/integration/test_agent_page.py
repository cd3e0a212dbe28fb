"""The agent's page in Chromium, with calls that are heard on both ends."""

import asyncio
import statistics
from pathlib import Path

from browser_desk import Desk, customer_hears, desk
from floor import CUSTOMER_HZ, has_heard

from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call

FIRST_SOUND_P50_S = 0.080
CALLS = 5


def talker(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.4, tone_hz=CUSTOMER_HZ)


async def next_customer(at: Desk, done: int) -> Call:
    await at.world.customers.until(lambda log: len(log.answered) > done, 20)
    return at.world.customers.answered[done]


async def test_an_agent_takes_calls_in_the_page_and_writes_them_up_by_keys(tmp_path: Path) -> None:
    async with desk(tmp_path, behave=talker, wrap_up_limit_s=60) as at:
        await at.log_in()
        await at.open_phone()
        await at.start_work()
        await at.world.start_campaign()
        delays = []
        for done in range(CALLS):
            call = await next_customer(at, done)
            assert call.ok_sent is not None
            answered = call.ok_sent.epoch_s
            delays.append(await at.heard_since(answered) - answered)
            await at.shows_state("Talking")
            await at.page.get_by_text(f"lead {done}", exact=True).wait_for()
            await has_heard(call, 1.5)
            assert customer_hears(call, answered + 0.7, answered + 1.5)
            await at.page.keyboard.press("h")
            await at.shows_state("Wrap-up")
            if done == 0:  # a sale asks for its amount, where the keys go by themselves
                await at.page.keyboard.press("1")
                await at.page.keyboard.type("250")
            else:
                await at.page.keyboard.press("3")
            await at.page.keyboard.press("Enter")
        rows = await at.world.until_recorded(
            lambda rows: sum(row.outcome == "connected" for row in rows) >= CALLS
        )
        assert {row.agent_id for row in rows if row.outcome == "connected"} == {"a1"}
        assert at.complaints == []
        print("first sound", [round(one, 3) for one in delays], statistics.median(delays))
        await asyncio.sleep(0)
