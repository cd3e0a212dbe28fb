"""The engine dies, stops or stalls while people answer: nobody hears more than 2 s of silence."""

import asyncio
from pathlib import Path

import pytest
from floor import CUSTOMER_HZ, FIRST_AGENT_HZ, Floor, floor, has_heard, hears, longest_silence_s

from dialer.adapters.asterisk.installation import Installation, install
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour

LAW_S = 2.0


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


def slow_person(_: Invite) -> Behaviour:
    return Behaviour(ring_s=1.5, tone_hz=CUSTOMER_HZ)


async def all_ring(world: Floor, count: int) -> None:
    await world.customers.until(lambda log: len(log.invited) >= count)


async def all_answered(world: Floor, count: int) -> None:
    await world.customers.until(lambda log: len(log.answered) >= count)


async def ready(world: Floor, leads: int, **settings: object) -> None:
    await world.campaign(leads, **settings)
    await world.start_engine()
    await world.log_in()
    await world.start_campaign()


async def test_engine_killed_while_lines_ring(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=3, behave=slow_person) as world:
        await ready(world, 3)
        await all_ring(world, 3)
        world.kill_engine()
        await all_answered(world, 3)
        await asyncio.sleep(3.0)
        for call in world.customers.answered:
            assert longest_silence_s(call, 3.0) < LAW_S

        # the next engine books what happened, and dials nobody twice
        await world.start_engine()
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows))
        assert [row.outcome for row in rows] == ["abandoned"] * 3
        assert len({row.number for row in rows}) == 3
        assert len(world.customers.invited) == 3


async def test_engine_killed_in_talks(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=2) as world:
        await ready(world, 2)
        await world.until(lambda s: s["calls"]["talking"] == 2)
        world.kill_engine()
        await asyncio.sleep(1.0)
        await world.start_engine()

        # the talks went on, and the new engine knows who talks to whom
        floor_now = await world.status()
        assert sorted(a["state"] for a in floor_now["agents"]) == ["talking", "talking"]
        calls = list(world.customers.answered)
        for call in calls:
            assert longest_silence_s(call, 3.0) < LAW_S
            world.carrier.hang_up(call)
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows))
        assert [row.outcome for row in rows] == ["connected"] * 2
        assert {row.agent_id for row in rows} == set(world.phones)
        await world.until(lambda s: all(a["state"] == "idle" for a in s["agents"]))


async def test_engine_stopped_for_ten_seconds(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=3, behave=slow_person) as world:
        await ready(world, 3)
        await all_ring(world, 3)
        with world.stopped():
            await all_answered(world, 3)
            await asyncio.sleep(10.0)
        for call in world.customers.answered:
            assert longest_silence_s(call, 4.0) < LAW_S
            world.carrier.hang_up(call)
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows))
        assert [row.outcome for row in rows] == ["abandoned"] * 3
        await world.until(lambda s: s and all(a["state"] == "idle" for a in s["agents"]))


async def test_engine_stalled_for_a_second(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=3, behave=slow_person) as world:
        await ready(world, 3)
        await all_ring(world, 3)
        await asyncio.sleep(1.3)
        with world.stopped():
            await asyncio.sleep(1.0)
        await all_answered(world, 3)
        await world.until(lambda s: s["calls"]["talking"] == 3)
        for call in world.customers.answered:
            assert call.ok_sent is not None
            await has_heard(call, 2.5)
            assert longest_silence_s(call, 2.5) < LAW_S
            assert any(
                hears(call, FIRST_AGENT_HZ + 100 * index, after_s=call.ok_sent.epoch_s)
                for index in range(3)
            )
