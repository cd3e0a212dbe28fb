"""What supervisors and agents do on a running floor: pause, stop, log out; and do-not-call."""

import asyncio
from pathlib import Path

import pytest
from floor import CUSTOMER_HZ, Floor, floor, longest_silence_s

from dialer.adapters.asterisk.installation import Installation, install
from dialer.control import ControlError
from simulation.sip.agent import Invite
from simulation.sip.behaviour import FOREVER, Behaviour


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


def never_answers(_: Invite) -> Behaviour:
    return Behaviour(ring_s=FOREVER, tone_hz=CUSTOMER_HZ)


def rings_for_long(_: Invite) -> Behaviour:
    return Behaviour(ring_s=3.0, tone_hz=CUSTOMER_HZ)  # long enough for a pause to be on record


async def ready(world: Floor, leads: int, **settings: object) -> None:
    await world.campaign(leads, **settings)
    await world.start_engine()
    await world.log_in()
    await world.start_campaign()


async def test_the_last_agent_pauses_and_lines_past_the_ring_minimum_are_taken_back(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=2, behave=never_answers) as world:
        await ready(world, 4, ring_min_s=1.0)
        await world.until(lambda s: s["calls"]["ringing"] == 2)
        await asyncio.sleep(1.2)
        await world.ask("agent.pause", agent="a1", code="break")
        assert (await world.status())["calls"]["ringing"] == 2
        await world.ask("agent.pause", agent="a2", code="break")
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows))
        assert [row.outcome for row in rows] == ["cancelled"] * 2
        assert len(world.customers.invited) == 2


async def test_younger_lines_ring_on_and_get_the_message(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=1, behave=rings_for_long) as world:
        await ready(world, 1, ring_min_s=15.0)
        await world.customers.until(lambda log: len(log.invited) == 1)
        await world.ask("agent.pause", agent="a1")
        await world.customers.until(lambda log: len(log.ended) == 1, 30)
        row = await world.until_one_recorded()
        assert (row.outcome, row.charged) == ("abandoned", True)
        (call,) = world.customers.answered
        assert longest_silence_s(call, 4.0) < 2.0


async def test_one_command_stops_every_campaign(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=2, behave=never_answers) as world:
        await ready(world, 10, ring_min_s=0.0)
        await world.until(lambda s: s["calls"]["ringing"] == 2)
        assert (await world.ask("stop-all"))["stopped"] == ["faults"]
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows))
        assert [row.outcome for row in rows] == ["cancelled"] * 2
        assert world.lead_states().count("ready") == 8


async def test_the_do_not_call_key_is_committed_before_the_hang_up(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=1, behave=rings_for_long) as world:
        await ready(world, 1)
        await world.customers.until(lambda log: len(log.invited) == 1)
        await world.ask("agent.pause", agent="a1")
        await world.customers.until(lambda log: len(log.answered) == 1)
        (call,) = world.customers.answered
        # engine or dialplan lets go first, at 1.8 s each; the message plays from then on
        await world.until(lambda s: s["calls"]["letting_go"] + s["calls"]["waiting"] == 1)
        await asyncio.sleep(2.3)
        call.press("9")
        await world.customers.until(lambda log: len(log.ended) == 1, 30)
        assert world.do_not_call() == [world.attempts()[0].number]


async def test_an_agent_ends_the_talk_and_logs_out_after_it(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=1) as world:
        await ready(world, 1, wrap_up_limit_s=30)
        await world.until(lambda s: s["calls"]["talking"] == 1)
        await world.ask("agent.logout", agent="a1")
        assert await world.agent_state("a1") == "talking"
        await world.ask("agent.hangup", agent="a1")
        await world.until(lambda s: s["agents"][0]["state"] == "wrap_up")
        await world.ask("agent.ready", agent="a1", disposition="sale", amount=20.0)
        await world.until(lambda s: s["agents"][0]["state"] == "offline")
        row = await world.until_one_recorded()
        assert (row.outcome, row.ended_by) == ("connected", "agent")
        await world.until_empty()


async def test_a_campaign_without_its_message_cannot_start(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=1) as world:
        await world.campaign(1, mode="predictive", abandon_prompt="/nowhere/message")
        await world.start_engine()
        with pytest.raises(ControlError, match="abandon_prompt"):
            await world.start_campaign()
