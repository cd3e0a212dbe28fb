"""Calls in both directions for 25 minutes: the cap on abandons holds, and callers are taken."""

import asyncio
import random

from hall import Hall
from node import CROWD, Node, node

from dialer.domain.ids import CallId
from dialer.testing.switch import FarEnd

VIRTUAL_TIME = True

LASTS_S = 1500.0
LEADS = 700
ROUND_S = 0.2
"""Between two decisions: as the loop of a busy engine, to be quick."""
AGENTS = CROWD[:16]
CALLER_EVERY_S = 7.0
TALK_S = (40.0, 80.0)
ANSWERED = 0.4


def far_ends(chance: random.Random) -> dict[str, FarEnd]:
    """Return how each lead behaves: four of ten answer and talk, the others ring."""
    ends = {}
    for index in range(LEADS):
        if chance.random() < ANSWERED:
            answers_at_s = chance.uniform(3.0, 15.0)
            ends_at_s = answers_at_s + chance.uniform(*TALK_S)
            ends[f"+1202{index:07}"] = FarEnd(0.5, answers_at_s, ends_at_s)
        else:
            ends[f"+1202{index:07}"] = FarEnd(0.5)
    return ends


async def dials(at: Node) -> None:
    """Decide and dial, for ever."""
    while True:
        await at.dialing.round()
        await asyncio.sleep(ROUND_S)


async def callers(hall: Hall, chance: random.Random) -> None:
    """People call one after the other, talk for a while, and hang up."""
    at = hall.at
    for number in range(10_000):
        await asyncio.sleep(chance.expovariate(1 / CALLER_EVERY_S))
        caller = await hall.call(f"+1303{number:07}")
        at.tasks.create_task(hangs_up(hall, caller.call_id, chance.uniform(*TALK_S)))


async def hangs_up(hall: Hall, call_id: CallId, talk_s: float) -> None:
    """A caller hangs up so long after they were taken."""
    record = hall.at.stores.calls.rows
    while record[call_id].answered_at is None:
        if record[call_id].ended_at is not None:
            return  # nobody took the call before the test was over
        await asyncio.sleep(0.5)
    await asyncio.sleep(talk_s)
    hall.at.switch.end(call_id)


async def test_the_cap_holds_and_callers_are_taken_soon_while_both_want_the_same_agents() -> None:
    chance = random.Random(7)
    async with node(numbers=far_ends(chance), max_lines=200) as at:
        hall = Hall(at)
        run = await at.campaign(
            mode="predictive", leads=LEADS, wrap_up_limit_s=5.0, abandon_rate_target=0.03
        )
        await hall.queue(wrap_up_limit_s=5.0, longest_wait_s=600.0)
        await at.log_in(*AGENTS)
        working = [
            at.tasks.create_task(dials(at)),
            at.tasks.create_task(callers(hall, chance)),
        ]
        await asyncio.sleep(LASTS_S)
        for task in working:
            task.cancel()
        waits = sorted(
            row.answered_at - row.began_at
            for row in at.stores.calls.rows.values()
            if row.answered_at is not None
        )
        assert run.tally.answered > 80
        assert run.tally.abandon_rate <= 0.03
        assert len(waits) > 150
        assert waits[len(waits) * 9 // 10] < 25.0
        await finish(at)


async def finish(at: Node) -> None:
    """Everybody hangs up."""
    for channel_id in list(at.switch.channels):
        if not channel_id.startswith("ag-"):
            at.switch.end(channel_id)
    await at.settle()
