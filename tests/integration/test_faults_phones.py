"""Agents' phones die, are unplugged or hang up; customers hang up in the instant of connecting."""

import asyncio
import random
import time
from pathlib import Path

import pytest
from floor import CUSTOMER_HZ, FIRST_AGENT_HZ, Floor, floor, heard, hears, longest_silence_s

from dialer.adapters.asterisk.installation import Installation, install
from dialer.services.comebacks import GRACE_S
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour

OFFLINE_WITHIN_S = 5.0


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


async def ready(world: Floor, leads: int, *agents: str, **settings: object) -> None:
    await world.campaign(leads, **settings)
    await world.start_engine()
    await world.log_in(*agents)


async def until_offline(world: Floor, name: str, since: float) -> None:
    await world.until(
        lambda s: any(a["agent"] == name and a["state"] == "offline" for a in s["agents"])
    )
    assert time.monotonic() - since < OFFLINE_WITHIN_S


async def test_the_phone_of_an_idle_agent_dies(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=2) as world:
        await ready(world, 2)
        world.phones["a1"].die()
        await until_offline(world, "a1", time.monotonic())

        # no call goes to the dead phone: both leads are served by the other agent
        await world.start_campaign()
        await world.until(lambda s: s["calls"]["talking"] == 1)
        world.carrier.hang_up(world.customers.answered[0])
        await world.customers.until(lambda log: len(log.answered) == 2)
        await world.until(lambda s: s["calls"]["talking"] == 1)
        world.carrier.hang_up(world.customers.answered[1])
        rows = await world.until_recorded(
            lambda rows: [r.outcome for r in rows] == ["connected"] * 2
        )
        assert {row.agent_id for row in rows} == {"a2"}
        assert not any(row.charged for row in rows)


async def test_a_customer_joined_to_a_dead_phone_gets_another_agent_and_is_charged(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=2) as world:
        await ready(world, 1, "a1")
        await world.start_campaign()
        await world.customers.until(lambda log: len(log.invited) == 1)
        died = time.monotonic()
        world.phones["a1"].die()
        await world.customers.until(lambda log: len(log.answered) == 1)
        await world.log_in("a2")
        await until_offline(world, "a1", died)
        await world.until(lambda s: s["calls"]["talking"] == 1)
        (call,) = world.customers.answered
        assert call.ok_sent is not None
        await asyncio.sleep(0.5)
        assert hears(call, FIRST_AGENT_HZ + 100, after_s=call.ok_sent.epoch_s)
        world.carrier.hang_up(call)
        row = await world.until_one_recorded()
        assert (row.outcome, row.agent_id, row.charged) == ("connected", "a2", True)


async def test_a_customer_joined_to_a_dead_phone_with_nobody_else_gets_the_message(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=1) as world:
        await ready(world, 1)
        await world.start_campaign()
        await world.customers.until(lambda log: len(log.invited) == 1)
        world.phones["a1"].die()
        await world.customers.until(lambda log: len(log.ended) == 1, 30)
        row = await world.until_one_recorded()
        assert (row.outcome, row.charged) == ("abandoned", True)
        (call,) = world.customers.answered
        assert call.ok_sent is not None
        assert call.ended is not None
        # silence until the switch noticed, then the message until we hung up
        assert longest_silence_s(call, 8.0) < OFFLINE_WITHIN_S


async def test_a_phone_is_unplugged_in_a_talk_and_is_not_back_in_time(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=1) as world:
        await ready(world, 1)
        await world.start_campaign()
        await world.until(lambda s: s["calls"]["talking"] == 1)
        await asyncio.sleep(5.0)  # they have talked for longer than a dead leg would last
        pulled = time.monotonic()
        pulled_at = time.time()
        world.phones["a1"].unplug()
        await world.until(lambda s: s["calls"]["letting_go"] == 1, GRACE_S + OFFLINE_WITHIN_S)
        waited_s = time.monotonic() - pulled
        assert await world.agent_state("a1") == "offline"
        assert GRACE_S < waited_s < GRACE_S + OFFLINE_WITHIN_S
        await world.customers.until(lambda log: len(log.ended) == 1, 30)
        (call,) = world.customers.ended
        told = heard_from(call, pulled_at + 0.5)  # music, as the phone may come back
        assert told is not None
        assert told - pulled_at < OFFLINE_WITHIN_S
        assert heard(call).longest_silence_s(told, pulled_at + waited_s + 1.0) < 1.0
        row = await world.until_one_recorded()
        assert (row.outcome, row.ended_by, row.charged) == ("connected", "agent_lost", False)


def heard_from(call: object, after_s: float) -> float | None:
    """Return when the customer heard anything again after a time."""
    hearing = heard(call)  # type: ignore[arg-type]
    for step in range(100):
        at = after_s + step * 0.1
        if hearing.longest_silence_s(at, at + 0.1) < 0.1:
            return at
    return None


async def test_an_agent_who_hangs_up_the_phone_ends_the_call_and_is_offline(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=1) as world:
        await ready(world, 1)
        await world.start_campaign()
        await world.until(lambda s: s["calls"]["talking"] == 1)
        world.phones["a1"].hang_up()
        await world.customers.until(lambda log: len(log.ended) == 1)
        row = await world.until_one_recorded()
        assert (row.outcome, row.ended_by, row.charged) == ("connected", "agent", False)
        assert await world.agent_state("a1") == "offline"


async def test_customers_who_hang_up_in_the_instant_of_connecting(
    installation: Installation, tmp_path: Path
) -> None:
    chance = random.Random(7)

    def hasty(_: Invite) -> Behaviour:
        return Behaviour(ring_s=0.1, talk_s=chance.uniform(0.0, 0.06), tone_hz=CUSTOMER_HZ)

    async with floor(installation, tmp_path, agents=3, behave=hasty) as world:
        await ready(world, 60)
        await world.start_campaign()
        rows = await world.until_recorded(
            lambda rows: len(rows) == 60 and all(row.outcome for row in rows), 60
        )
        assert {row.outcome for row in rows} <= {"connected", "hung_up_waiting"}
        await world.until(lambda s: all(a["state"] == "idle" for a in s["agents"]))
        assert len(world.customers.invited) == 60
        floor_now = await world.status()
        assert floor_now["campaigns"][0]["faults"] == 0
