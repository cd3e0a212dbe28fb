"""An agent's page in a bad network: far away behind a firewall, cut off, and Asterisk restarted."""

import time
from pathlib import Path

import pytest
from browser_desk import Desk, customer_hears
from far_desk import far_desk
from floor import CUSTOMER_HZ, has_heard

from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call

FAR_S = 0.1
LOSS_RATE = 0.02


def talker(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.4, tone_hz=CUSTOMER_HZ)


async def talking(at: Desk) -> Call:
    """Have the agent talk to the first customer; returns whom."""
    await at.log_in()
    await at.open_phone()
    await at.start_work()
    await at.world.start_campaign()
    await at.world.customers.until(lambda log: log.answered, 20)
    call = at.world.customers.answered[0]
    assert call.ok_sent is not None
    await at.heard_since(call.ok_sent.epoch_s)
    await at.shows_state("Talking")
    return call


@pytest.mark.soak
async def test_an_agent_far_away_behind_a_firewall_talks_through_turn(tmp_path: Path) -> None:
    async with far_desk(
        tmp_path, through_turn=True, delay_s=FAR_S, loss_rate=LOSS_RATE, behave=talker
    ) as at:
        call = await talking(at.desk)
        assert call.ok_sent is not None
        answered = call.ok_sent.epoch_s
        heard_at = await at.desk.heard_since(answered)
        await has_heard(call, 5.0)
        assert customer_hears(call, answered + 1.0, answered + 5.0)
        assert await at.route() == "relay"
        assert at.desk.complaints == []
        print("first sound after", round(heard_at - answered, 3), time.time())
        print("lost", at.far.up.lost / at.far.up.sent, at.far.down.lost / at.far.down.sent, at.far.nat.turned_away)
