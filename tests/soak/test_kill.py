"""The engine is killed at random instants of a campaign, again and again: nothing is dialed twice,
every attempt has one end, no lead is stuck, and talks go on. Minutes long: `make soak`.
"""

import asyncio
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from floor import CUSTOMER_HZ, Floor, floor, longest_silence_s

from dialer.adapters.asterisk.installation import install
from simulation.sip.agent import Invite
from simulation.sip.behaviour import FOREVER, Behaviour

KILLS = 25
LEADS = 1500


@pytest.mark.soak
@pytest.mark.timeout(1200)
async def test_killed_at_random_instants(tmp_path: Path) -> None:
    chance = random.Random(11)

    def mixed(_: Invite) -> Behaviour:
        draw = chance.random()
        ring_s = chance.uniform(0.2, 1.5)
        if draw < 0.5:
            return Behaviour(ring_s=ring_s, talk_s=chance.uniform(1, 4), tone_hz=CUSTOMER_HZ)
        if draw < 0.8:
            return Behaviour(ring_s=ring_s, code=486, rtp=False)
        return Behaviour(ring_s=FOREVER, rtp=False)

    async with floor(install(), tmp_path, agents=8, behave=mixed) as world:
        await world.campaign(
            LEADS,
            mode="power",
            power_ratio=2,
            ring_timeout_s=3,
            wrap_up_limit_s=1,
            calls_per_second=20,
            abandon_rate_target=0.03,
        )
        await world.start_engine()
        await world.log_in()
        await world.start_campaign()
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.5, 4.0))
            world.kill_engine()
            await asyncio.sleep(chance.uniform(0.0, 2.5))
            await world.start_engine()
            await log_in_missing(world)
        await world.ask("stop-all")
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows), 60)

    dialed = Counter(call.number for call in world.customers.invited)
    recorded = Counter(row.number.removeprefix("+") for row in rows)
    assert max(dialed.values()) == 1
    assert max(recorded.values()) == 1
    assert set(dialed) <= set(recorded)
    # none is stuck: "leased" and "dialing" are over
    assert set(world.lead_states()) <= {"ready", "done", "waiting", "callback"}
    for call in world.customers.answered:
        assert call.ok_sent is not None
        assert call.ended is not None
        heard_for = min(3.0, call.ended.epoch_s - call.ok_sent.epoch_s)
        assert longest_silence_s(call, heard_for) < 2.0
    print(f"{KILLS} kills, {len(rows)} attempts: {Counter(row.outcome for row in rows)}")


async def log_in_missing(world: Floor) -> None:
    floor_now = await world.status()
    there = {a["agent"] for a in floor_now["agents"] if a["state"] != "offline"}
    missing = set(world.phones) - there
    if missing:
        await world.log_in(*missing)
