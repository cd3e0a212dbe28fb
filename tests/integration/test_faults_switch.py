"""The AMI session is cut or goes half-open during calls, and Asterisk restarts under them."""

import asyncio
from pathlib import Path

import pytest
from floor import CUSTOMER_HZ, Floor, floor, longest_silence_s
from tcp_proxy import TcpProxy

from dialer.adapters.asterisk.installation import Installation, install
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour

LAW_S = 2.0


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


def rings_for_three_seconds(_: Invite) -> Behaviour:
    return Behaviour(ring_s=3.0, tone_hz=CUSTOMER_HZ)


async def ready(world: Floor, leads: int, **settings: object) -> None:
    await world.campaign(leads, **settings)
    await world.start_engine()
    await world.log_in()
    await world.start_campaign()


async def hang_up_all(world: Floor) -> None:
    for call in list(world.customers.answered):
        world.carrier.hang_up(call)


async def all_end_connected(world: Floor, count: int) -> None:
    rows = await world.until_recorded(
        lambda rows: len(rows) == count and all(row.outcome for row in rows), 30
    )
    assert [row.outcome for row in rows] == ["connected"] * count
    assert len({row.number for row in rows}) == count
    assert len(world.customers.invited) == count
    assert not any(row.charged for row in rows)


@pytest.mark.parametrize("how", ["cut", "half-open"])
async def test_a_session_lost_while_lines_ring(
    how: str, installation: Installation, tmp_path: Path
) -> None:
    proxy = TcpProxy()

    async with (
        proxy,
        floor(
            installation, tmp_path, agents=3, behave=rings_for_three_seconds, ami_port=proxy.to
        ) as world,
    ):
        await ready(world, 3)
        await world.customers.until(lambda log: len(log.invited) == 3)
        if how == "cut":
            proxy.cut()
        else:
            proxy.swallow()
        await world.until(lambda s: not s["switch"])
        if how == "half-open":
            proxy.heal()
        # answered without a session: served all the same, in time
        await world.customers.until(lambda log: len(log.answered) == 3)
        await world.until(lambda s: s["switch"])
        await world.until(lambda s: s["calls"]["talking"] == 3)
        for call in world.customers.answered:
            assert longest_silence_s(call, 1.5) < LAW_S
        await hang_up_all(world)
        await all_end_connected(world, 3)
        await world.until(lambda s: all(a["state"] == "idle" for a in s["agents"]))


async def test_talks_that_end_while_there_is_no_session_are_booked_from_the_journal(
    installation: Installation, tmp_path: Path
) -> None:
    proxy = TcpProxy()
    async with proxy, floor(installation, tmp_path, agents=2, ami_port=proxy.to) as world:
        await ready(world, 2)
        await world.until(lambda s: s["calls"]["talking"] == 2)
        proxy.refuse()
        proxy.cut()
        await world.until(lambda s: not s["switch"])
        await hang_up_all(world)
        await world.until(lambda s: all(a["state"] == "idle" for a in s["agents"]))
        proxy.heal()
        await all_end_connected(world, 2)


async def test_asterisk_restarts_under_ringing_lines_and_talks(
    installation: Installation, tmp_path: Path
) -> None:
    talks: list[str] = []

    def first_two_answer(invite: Invite) -> Behaviour:
        talks.append(invite.number)
        return Behaviour(ring_s=0.3 if len(talks) <= 2 else 30.0, tone_hz=CUSTOMER_HZ)

    async with floor(installation, tmp_path, agents=4, behave=first_two_answer) as world:
        await ready(world, 4)
        await world.until(lambda s: s["calls"]["talking"] == 2 and s["calls"]["ringing"] == 2)
        await asyncio.to_thread(world.lab.asterisk.rx, "core restart now")
        await world.until(lambda s: s["switch"], 30)
        rows = await world.until_recorded(
            lambda rows: len(rows) == 4 and all(row.outcome for row in rows), 30
        )
        outcomes = sorted(row.outcome or "" for row in rows)
        assert outcomes[:2] == ["connected", "connected"]
        assert set(outcomes[2:]) <= {"lost", "no_answer", "failed", "congestion"}
        # nobody was dialed twice, and the agents' phones are called again by themselves
        assert len(world.customers.invited) == 4
        for phone in world.phones.values():
            await phone.register()
        await world.until(lambda s: all(a["state"] == "idle" for a in s["agents"]), 30)
