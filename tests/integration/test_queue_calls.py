"""Callers in a queue of a real Asterisk and a real engine: what they hear, and who takes them."""

import asyncio
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from floor import CAMPAIGN, CUSTOMER_HZ, FIRST_AGENT_HZ, heard
from queue_floor import CALLER_HZ, QueueFloor, queue_floor

from dialer.adapters.asterisk.installation import Installation, install
from simulation.sip.call import Call
from simulation.sip.rtp import RATE_HZ
from simulation.sip.tones import ToneDetector

AGENT_HZ = FIRST_AGENT_HZ
OTHER_HZ = 1900
TAKEN_S = 1.0
"""Within which an agent who is idle hears the caller."""


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


def longest_silence_s(call: Call, from_s: float, to_s: float) -> float:
    return heard(call).longest_silence_s(from_s, to_s)


def loud_above(call: Call, hz: float, from_s: float, to_s: float) -> bool:
    """Tell whether a caller heard anything above a frequency that the music has not."""
    samples = heard(call).cut(from_s, to_s).samples.astype(np.float64)
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    freqs = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    return float(power[freqs > hz].sum()) > 0.02 * float(power.sum())


async def test_a_caller_hears_music_until_an_agent_takes_them_and_then_only_the_agent(
    installation: Installation, tmp_path: Path
) -> None:
    async with queue_floor(installation, tmp_path) as at:
        await at.floor.ask("agent.pause", agent="a1")
        call = await at.call()
        assert call.ok_received is not None
        answered_at = call.ok_received.epoch_s
        await at.until(lambda: heard(call).end_s > answered_at + 4)
        # music at once and all the time, and no agent
        assert longest_silence_s(call, answered_at, answered_at + 3.5) < 1.0
        assert at.hears(call, AGENT_HZ, answered_at) is None
        (shown,) = (await at.floor.status())["queues"]
        assert (shown["queue"], shown["waiting"], shown["agents"]) == ("sales", 1, 0)

        asked_at = time.time()  # the clock of packets; an idle leg has no other
        await at.floor.ask("agent.resume", agent="a1")
        agent_hears_at = await at.until_hears(at.leg("a1"), CALLER_HZ, asked_at)
        caller_hears_at = await at.until_hears(call, AGENT_HZ, answered_at)
        assert agent_hears_at - asked_at < TAKEN_S
        assert abs(caller_hears_at - agent_hears_at) < 0.15
        await at.until(lambda: heard(call).end_s > caller_hears_at + 2)
        absence_s = heard(call).longest_absence_s(
            ToneDetector(AGENT_HZ), caller_hears_at + 0.1, caller_hears_at + 1.9
        )
        assert absence_s < 0.1  # no music into the talk
        await at.states("talking")

        at.hang_up(call)
        await at.states("idle")
        (row,) = await at.until_ended(1)
        assert (row["queue"], row["agent_id"], row["outcome"]) == ("sales", "a1", "connected")
        assert row["number"] == "+12025550111"
        assert row["began_at"] < row["answered_at"] < row["ended_at"]


async def test_an_idle_agent_is_joined_to_a_caller_at_once(
    installation: Installation, tmp_path: Path
) -> None:
    async with queue_floor(installation, tmp_path) as at:
        for hz in (1300, CALLER_HZ, 1700):
            call = await at.call(hz=hz)
            assert call.ok_received is not None
            hears_at = await at.until_hears(at.leg("a1"), hz)
            assert hears_at - call.ok_received.epoch_s < TAKEN_S
            at.hang_up(call)
            await at.states("idle")


async def test_callers_are_taken_in_their_order_and_vips_before_them(
    installation: Installation, tmp_path: Path
) -> None:
    vip = "+12025550155"
    async with queue_floor(installation, tmp_path, queue={"vip_numbers": (vip,)}) as at:
        await at.floor.ask("agent.pause", agent="a1")
        first = await at.call("+12025550121")
        second = await at.call("+12025550122")
        special = await at.call(vip)
        await at.floor.ask("agent.resume", agent="a1")
        for call in (special, first, second):
            await at.until_hears(call, AGENT_HZ)
            at.hang_up(call)
        rows = await at.until_ended(3)
        order = sorted(rows, key=lambda row: row["answered_at"])
        assert [row["number"] for row in order] == [vip, "+12025550121", "+12025550122"]


async def test_place_is_announced_and_a_time_out_gives_the_line_back(
    installation: Installation, tmp_path: Path
) -> None:
    settings = {"announce_every_s": 10.0, "longest_wait_s": 14.0}
    async with queue_floor(installation, tmp_path, queue=settings) as at:
        await at.floor.ask("agent.pause", agent="a1")
        call = await at.call()
        assert call.ok_received is not None
        at_s = call.ok_received.epoch_s
        await at.until(lambda: call.ended is not None, 40)  # the dialplan's message, then its end
        assert longest_silence_s(call, at_s, at_s + 14.0) < 1.0
        # speech is not the low notes of the music: it holds what the music has not, above 600 Hz
        assert loud_above(call, 600, at_s + 10.0, at_s + 11.5)
        assert not loud_above(call, 600, at_s + 5.0, at_s + 9.5)
        assert loud_above(call, 600, at_s + 14.3, at_s + 17.0)
        (row,) = at.calls()
        assert (row["queue"], row["agent_id"]) == ("sales", None)


async def test_who_presses_the_key_is_called_back_by_the_agent_whose_turn_it_is(
    installation: Installation, tmp_path: Path
) -> None:
    settings = {"call_back_key": "5", "call_back_campaign": CAMPAIGN}
    async with queue_floor(installation, tmp_path, queue=settings) as at:
        await at.floor.ask("agent.pause", agent="a1")
        await at.floor.start_campaign()
        call = await at.call()
        assert call.ok_received is not None
        begun = call.ok_received.epoch_s
        await at.until(lambda: heard(call).end_s > begun + 2)
        assert longest_silence_s(call, begun, begun + 2) < 1.0  # music, though keys are heard
        pressed = time.time()
        call.press("5")
        await at.until(lambda: heard(call).end_s > pressed + 3)
        assert loud_above(call, 600, pressed + 0.5, pressed + 3)  # the offer is speech
        call.press("1")
        await at.until(lambda: call.ended is not None, 15)
        assert at.floor.on_record("SELECT number, state FROM callbacks") == [
            ("+12025550111", "promised")
        ]
        await asyncio.sleep(15.5)  # nobody is called who has just hung up
        await at.floor.ask("agent.resume", agent="a1")
        resumed = time.time()
        await at.until_hears(at.leg("a1"), CUSTOMER_HZ, resumed)
        (row,) = at.floor.attempts()
        assert (row.number, row.agent_id) == ("+12025550111", "a1")
        for one in list(at.floor.carrier.calls.values()):
            at.hang_up(one)
        await at.until(lambda: at.floor.on_record("SELECT state FROM callbacks") == [("kept",)])


@pytest.mark.parametrize("who", ["caller", "agent"])
async def test_hang_ups_at_any_moment_leave_no_agent_taken_and_no_call_open(
    installation: Installation, tmp_path: Path, who: str
) -> None:
    chance = random.Random(22)
    async with queue_floor(installation, tmp_path, agents=2) as at:
        for _ in range(5):
            for moment in ("waiting", "connecting", "talking"):
                await one_hang_up(at, who, moment, chance.uniform(0, 0.08))
                await at.states("idle", "idle")
        await at.until(lambda: not at.floor.carrier.calls)
        await at.floor.until(lambda status: waiting(status) == 0)
        talked = [row for row in at.calls() if row["agent_id"] is not None]
        assert talked


def waiting(status: dict[str, Any]) -> int:
    """Count the callers who wait."""
    return sum(one["waiting"] for one in status["queues"])


async def one_hang_up(at: QueueFloor, who: str, moment: str, jitter_s: float) -> None:
    """Somebody hangs up while a caller waits, is being joined, or talks."""
    if moment == "waiting":
        for name in at.floor.phones:
            await at.floor.ask("agent.pause", agent=name)
    call = await at.call()
    if moment == "waiting":
        await at.floor.until(lambda status: waiting(status) == 1)
        for name in at.floor.phones:
            await at.floor.ask("agent.resume", agent=name)
    elif moment == "talking":
        await at.floor.until(
            lambda status: any(one["state"] == "talking" for one in status["agents"])
        )
    await asyncio.sleep(jitter_s)
    if who == "caller":
        at.hang_up(call)
        return
    status = await at.floor.status()
    busy = [one["agent"] for one in status["agents"] if one["state"] in ("reserved", "talking")]
    for name in busy:
        at.floor.phones[name].hang_up()
    if not busy:
        at.hang_up(call)
        return
    await at.until(lambda: call.ended is not None)
    await at.floor.until(
        lambda status: all(
            one["state"] == "offline" for one in status["agents"] if one["agent"] in busy
        )
    )
    for name in busy:
        await at.floor.ask("agent.login", agent=name, campaigns=[CAMPAIGN])


async def test_a_talk_outlives_the_engine_and_the_next_one_frees_the_agent(
    installation: Installation, tmp_path: Path
) -> None:
    async with queue_floor(installation, tmp_path, agents=2) as at:
        await at.floor.ask("agent.pause", agent="a2")
        talks = await at.call("+12025550121")
        waits = await at.call("+12025550122", hz=OTHER_HZ)
        await at.until_hears(at.leg("a1"), CALLER_HZ)
        await at.until(lambda: any(row["agent_id"] for row in at.calls()))
        at.floor.kill_engine()
        killed_at = time.time()
        await at.floor.start_engine()
        await at.states("talking", "paused")
        # who waited hears the dialplan's message, and is let go
        await at.until(lambda: waits.ended is not None, 30)
        # the talk went on all the while
        end_s = heard(talks).end_s
        absence_s = heard(talks).longest_absence_s(ToneDetector(AGENT_HZ), killed_at + 0.2, end_s)
        assert absence_s < 0.1
        at.hang_up(talks)
        await at.states("idle", "paused")
        number = "+12025550121"
        await at.until(
            lambda: any(row["number"] == number and row["ended_at"] for row in at.calls())
        )
        rows = {row["number"]: row for row in at.calls()}
        assert rows[number]["outcome"] == "connected"
        # and takes the next caller
        call = await at.call("+12025550123")
        await at.until_hears(call, AGENT_HZ)


async def test_a_campaign_starts_no_lines_for_agents_whom_callers_have_taken(
    installation: Installation, tmp_path: Path
) -> None:
    async with queue_floor(
        installation, tmp_path, agents=4, leads=60, settings={"mode": "progressive"}
    ) as at:
        callers = [await at.call(f"+1202555013{number}") for number in range(3)]
        await at.states("idle", "talking", "talking", "talking")
        await at.floor.start_campaign()
        assert await most_lines(at, looks=30) == 1
        for call in callers:
            at.hang_up(call)
        await at.floor.until(lambda status: status["campaigns"][0]["lines"] == 4)
        await at.floor.ask("campaign.stop", campaign=CAMPAIGN)
        for call in list(at.floor.carrier.calls.values()):
            at.floor.carrier.hang_up(call)
        rows = await at.floor.until_recorded(lambda rows: all(row.outcome for row in rows))
        assert "abandoned" not in {row.outcome for row in rows}
        hearing = [at.hears(at.leg(name), CUSTOMER_HZ, 0.0) for name in at.floor.phones]
        assert any(heard_at is not None for heard_at in hearing)


async def most_lines(at: QueueFloor, *, looks: int) -> int:
    """Look at a campaign's lines again and again; returns the most there were."""
    most = 0
    for _ in range(looks):
        most = max(most, (await at.floor.status())["campaigns"][0]["lines"])
        await asyncio.sleep(0.05)
    return most


async def test_a_caller_on_hold_hears_music_and_is_handed_to_another_agent_and_back_to_the_queue(
    installation: Installation, tmp_path: Path
) -> None:
    async with queue_floor(installation, tmp_path, agents=2) as at:
        call = await at.call()
        await at.states("idle", "talking")
        (first,) = [a for a in (await at.floor.status())["agents"] if a["state"] == "talking"]
        agent = first["agent"]
        other = "a2" if agent == "a1" else "a1"
        tone = {"a1": FIRST_AGENT_HZ, "a2": FIRST_AGENT_HZ + 100}

        async def only(hz: int | None) -> None:
            """The caller hears this tone of the agents' and no other from now on."""
            began = time.time() + 0.15
            await at.until(lambda: heard(call).end_s > began + 0.5)
            for one in tone.values():
                cut = heard(call).cut(began, began + 0.5).samples
                present = ToneDetector(one, window_s=0.02, share_rate=0.15).presence(cut).mean()
                assert bool(present > 0.6) is (one == hz), one

        await only(tone[agent])
        told = await at.floor.ask("call.hold", agent=agent)
        assert (told["state"], told["agent"]) == ("holding", agent)
        await only(None)
        end_s = heard(call).end_s
        assert longest_silence_s(call, end_s - 0.6, end_s) < 0.3  # music
        told = await at.floor.ask("call.resume", agent=agent)
        assert told["state"] == "talking"
        await only(tone[agent])
        told = await at.floor.ask("call.transfer", agent=agent, to=other)
        assert (told["state"], told["agent"]) == ("talking", other)
        await only(tone[other])
        assert at.hears(at.leg(other), CALLER_HZ, time.time() - 0.4) is not None
        await at.states("idle", "talking")
        told = await at.floor.ask("call.transfer", agent=other, queue="sales")
        await at.floor.until(lambda s: sum(a["state"] == "talking" for a in s["agents"]) == 1)
        taker = next(
            one["agent"] for one in (await at.floor.status())["agents"] if one["state"] == "talking"
        )
        await only(tone[taker])
        at.hang_up(call)
        await at.states("idle", "idle")
        rows = await at.until_ended(2)
        assert [row["outcome"] for row in rows] == ["connected", "connected"]
        assert [row["agent_id"] for row in rows] == [agent, other]
        assert rows[1]["parent_id"] == rows[0]["id"]
