"""What agent and customer hear from talk to talk on one standing leg, by a strict listener."""

from pathlib import Path

from floor import CUSTOMER_HZ, FIRST_AGENT_HZ, floor, heard

from dialer.adapters.asterisk.installation import install
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour
from simulation.sip.continuity import violations
from simulation.sip.tones import ToneDetector

SOON_S = 0.5
"""Far above what is measured (some 20 ms), far below a phone that has fallen deaf."""


def short_talk(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.3, talk_s=1.0, tone_hz=CUSTOMER_HZ)


async def test_every_recorded_talk_is_heard_at_once_on_a_leg_that_stays(tmp_path: Path) -> None:
    async with floor(install(), tmp_path, agents=1, behave=short_talk) as world:
        await world.campaign(4, wrap_up_limit_s=1, record=True)
        await world.start_engine()
        await world.log_in()
        await world.start_campaign()
        rows = await world.until_recorded(
            lambda rows: len(rows) == 4 and all(row.outcome for row in rows), 40
        )
        assert [row.outcome for row in rows] == ["connected"] * 4

        (leg,) = world.phones["a1"].calls
        assert violations(leg.capture.packets()) == []
        agent_hears = heard(leg)
        for call in world.customers.answered:
            assert call.ok_sent is not None
            answered = call.ok_sent.epoch_s
            to_agent = agent_hears.first_heard_s(ToneDetector(CUSTOMER_HZ), answered)
            to_customer = heard(call).first_heard_s(ToneDetector(FIRST_AGENT_HZ), answered)
            assert to_agent is not None
            assert to_customer is not None
            assert to_agent - answered < SOON_S
            assert to_customer - answered < SOON_S
            assert violations(call.capture.packets()) == []
