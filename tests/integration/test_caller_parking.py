"""Parked callers on a real Asterisk: what they hear, who picks them up, who has them back."""

import time
from pathlib import Path

import pytest
from floor import FIRST_AGENT_HZ, heard
from queue_floor import CALLER_HZ, QueueFloor, queue_floor

from dialer.adapters.asterisk.installation import install
from dialer.control import ControlError
from simulation.sip.call import Call
from simulation.sip.continuity import violations
from simulation.sip.tones import ToneDetector, level_dbfs

TONE = {"a1": FIRST_AGENT_HZ, "a2": FIRST_AGENT_HZ + 100}
HEARD_S = 0.5
TURNED_WITHIN_S = 3.0


async def span(at: QueueFloor, call: Call) -> tuple[float, float]:
    """Return a stretch of time from now on, once it has passed at the caller's ear."""
    began = time.time() + 0.15
    await at.until(lambda: heard(call).end_s > began + HEARD_S)
    return began, began + HEARD_S


def tones(ear: Call, began: float, ended: float) -> set[int]:
    """Return which tones of agents and callers somebody heard."""
    samples = heard(ear).cut(began, ended).samples
    return {
        hz
        for hz in (*TONE.values(), CALLER_HZ)
        if ToneDetector(hz, window_s=0.02, share_rate=0.15).presence(samples).mean() > 0.6
    }


async def hears(at: QueueFloor, call: Call, wanted: set[int], ear: Call | None = None) -> None:
    """Wait until the caller, or another ear, has heard just these tones for a stretch of time."""
    until = time.time() + TURNED_WITHIN_S
    while (found := tones(ear or call, *(now := await span(at, call)))) != wanted:
        assert now[0] < until, f"{sorted(found)} Hz is heard, not {sorted(wanted)}"


async def hears_music(at: QueueFloor, call: Call) -> None:
    """Wait until the caller has heard sound without a break, and nobody's tone."""
    await hears(at, call, set())
    began, ended = await span(at, call)
    assert level_dbfs(heard(call).cut(began, ended).samples) > -40
    assert heard(call).longest_silence_s(began, ended) < 0.3


def assert_never_back(call: Call) -> None:
    """The clock leaps a little where music begins and ends, never back: that deafens phones."""
    steps = [breach.ts_step for breach in violations(call.capture.packets())]
    assert all(0 < step < 1600 for step in steps)


async def talking_agent(at: QueueFloor) -> str:
    await at.floor.until(lambda s: sum(one["state"] == "talking" for one in s["agents"]) == 1)
    agents = (await at.floor.status())["agents"]
    return str(next(one["agent"] for one in agents if one["state"] == "talking"))


async def test_a_parked_caller_hears_music_and_is_picked_up_by_another_agent(
    tmp_path: Path,
) -> None:
    async with queue_floor(install(), tmp_path, agents=2) as at:
        call = await at.call()
        first = await talking_agent(at)
        second = "a2" if first == "a1" else "a1"
        await hears(at, call, {TONE[first]})
        told = await at.floor.ask("call.park", agent=first, slot="blue")
        assert (told["state"], told["agent"], told["slot"]) == ("parked", None, "blue")
        await at.states("idle", "idle")
        await hears_music(at, call)
        await hears(at, call, set(), at.leg(first))
        (shown,) = await at.floor.ask("call.parked", agent=second)
        assert (shown["slot"], shown["attempt"], shown["by"]) == ("blue", told["attempt"], first)
        told = await at.floor.ask("call.pick-up", agent=second, slot="blue")
        assert (told["state"], told["agent"], told["slot"]) == ("talking", second, None)
        await hears(at, call, {TONE[second]})
        await hears(at, call, {CALLER_HZ}, at.leg(second))
        await hears(at, call, set(), at.leg(first))
        assert_never_back(call)
        await at.floor.ask("call.park", agent=second, slot="red")
        at.hang_up(call)
        await at.floor.until(
            lambda _s: all("!BridgeWait!agents" in row for row in at.floor.channels())
        )
        assert await at.floor.ask("call.parked", agent=first) == []
        with pytest.raises(ControlError, match="nobody is parked in 'red'"):
            await at.floor.ask("call.pick-up", agent=first, slot="red")
        rows = await at.until_ended(2)
        assert [(row["agent_id"], row["outcome"]) for row in rows] == [
            (first, "connected"),
            (second, "connected"),
        ]
        assert [row["parent_id"] for row in rows] == [None, rows[0]["id"]]


async def test_nobody_came_so_a_parked_caller_is_back_with_who_parked_them(tmp_path: Path) -> None:
    queue = {"park_limit_s": 10.0}
    async with queue_floor(install(), tmp_path, agents=2, queue=queue) as at:
        call = await at.call()
        first = await talking_agent(at)
        await at.floor.ask("call.hold", agent=first)
        await at.floor.ask("call.park", agent=first)
        began = heard(call).end_s
        await at.states("idle", "idle")
        assert await talking_agent(at) == first
        await hears(at, call, {TONE[first]})
        assert heard(call).longest_silence_s(began, heard(call).end_s) < 0.5
        assert_never_back(call)
        at.hang_up(call)
        rows = await at.until_ended(2)
        assert [(row["agent_id"], row["outcome"]) for row in rows] == [(first, "connected")] * 2


async def test_who_parked_is_away_so_a_caller_waits_in_the_queue_and_hears_music_all_the_while(
    tmp_path: Path,
) -> None:
    queue = {"park_limit_s": 10.0}
    async with queue_floor(install(), tmp_path, agents=2, queue=queue) as at:
        call = await at.call()
        first = await talking_agent(at)
        second = "a2" if first == "a1" else "a1"
        await at.floor.ask("agent.pause", agent=second)
        await at.floor.ask("call.park", agent=first)
        await at.floor.ask("agent.pause", agent=first)
        began = heard(call).end_s
        await at.floor.until(lambda s: [one["waiting"] for one in s["queues"]] == [1])
        await hears_music(at, call)
        await at.floor.ask("agent.resume", agent=second)
        assert await talking_agent(at) == second
        await hears(at, call, {TONE[second]})
        assert heard(call).longest_silence_s(began, heard(call).end_s) < 0.5


async def test_an_engine_killed_while_a_caller_is_parked_leaves_nobody_in_silence(
    tmp_path: Path,
) -> None:
    async with queue_floor(install(), tmp_path, agents=1) as at:
        call = await at.call()
        agent = await talking_agent(at)
        await at.floor.ask("call.park", agent=agent)
        await hears_music(at, call)
        killed = heard(call).end_s
        at.floor.kill_engine()
        await at.until(lambda: call.ended is not None, 30)  # told that the line broke, as who waits
        assert heard(call).longest_silence_s(killed, killed + 2.0) < 1.0
        await at.floor.start_engine()
        await at.states("idle")
        assert await at.floor.ask("call.parked", agent=agent) == []
        await at.until_ended(1)
