"""The engine of a running campaign is killed at random instants and started again at once.

Told by the carrier's own log and the database afterwards: nobody is dialed twice or off the record,
every attempt has one end, no lead is stuck, and talks go on as if nothing had happened.
"""

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from campaign_record import CampaignRecord, record_of
from databases import database
from floor import CUSTOMER_HZ, FIRST_AGENT_HZ, Floor, floor, longest_silence_s
from stalls import Stalls, watched

from dialer.adapters.asterisk.installation import install
from dialer.domain.outcome import LIVE_ANSWERS
from simulation.sip.agent import Invite
from simulation.sip.behaviour import FOREVER, Behaviour
from simulation.sip.call import Call
from simulation.sip.hearing import Hearing
from simulation.sip.jitter import hear
from simulation.sip.signals import CallEnd
from simulation.sip.tones import ToneDetector

LAW_S = 2.0
EARLIEST_S, LATEST_S = 0.05, 2.5
"""When an engine is killed, after it was started or after it served."""

SETTLING_S = 0.3
"""At a talk's two edges: what the ear needs to tell a tone."""

GAP_S = 0.1
"""Longest pause in a talk's tone that is none: the cue, and a packet that came late."""

AGENTS = 4


@dataclass
class Kill:
    """One kill: when, and how far the engine had come."""

    at: float
    served: bool


@dataclass
class Run:
    """A campaign that is through, and what the world saw of it."""

    world: Floor
    kills: list[Kill]
    rows: Sequence[Any]
    lead_states: Counter[str]
    stalls: Stalls
    agents: dict[str, str] = field(default_factory=dict)
    legs: dict[str, list[Call]] = field(default_factory=dict)


def network(chance: random.Random) -> Any:
    def mixed(_: Invite) -> Behaviour:
        draw = chance.random()
        ring_s = chance.uniform(0.2, 1.5)
        if draw < 0.55:
            return Behaviour(ring_s=ring_s, talk_s=chance.uniform(1, 5), tone_hz=CUSTOMER_HZ)
        if draw < 0.65:  # hangs up soon, with or without an agent
            return Behaviour(ring_s=ring_s, talk_s=chance.uniform(0.2, 2), tone_hz=CUSTOMER_HZ)
        if draw < 0.85:
            return Behaviour(ring_s=ring_s, code=chance.choice([486, 404, 503]), rtp=False)
        return Behaviour(ring_s=FOREVER, rtp=False)

    return mixed


async def killed_campaign(
    kind: str, folder: Path, *, kills: int, leads: int, seed: int, patience_s: float
) -> Run:
    """Run a campaign through with so many kills; nobody logs in again."""
    chance = random.Random(seed)
    async with (
        watched() as stalls,
        database(kind, folder) as url,
        floor(
            install(),
            folder,
            agents=AGENTS,
            behave=network(random.Random(seed + 1)),
            database_url=url,
        ) as world,
    ):
        await world.campaign(
            leads,
            mode="power",
            power_ratio=1.5,
            ring_timeout_s=3,
            wrap_up_limit_s=0.5,
            calls_per_second=20,
            recycling={"most_in_all": 1},
        )
        await world.start_engine()
        await world.log_in()
        await world.start_campaign()
        done: list[Kill] = []
        async with record_of(url) as record:
            for _ in range(kills):
                served = chance.random() < 0.6
                if served and done:
                    await world.engine_serves()
                await asyncio.sleep(chance.uniform(EARLIEST_S, LATEST_S))
                done.append(Kill(time.time(), served))
                await asyncio.to_thread(_kill_and_start, world)
            await world.engine_serves()
            await _through(world, record, patience_s)
            rows, states = await record.attempts(), await record.lead_states()
        status = await world.status()
        agents = {agent["agent"]: agent["state"] for agent in status["agents"]}
        legs = {name: phone.calls for name, phone in world.phones.items()}
        return Run(world, done, rows, states, stalls, agents, legs)


def _kill_and_start(world: Floor) -> None:
    world.kill_engine()
    world.spawn_engine()


async def _through(world: Floor, record: CampaignRecord, patience_s: float) -> None:
    """Wait until the campaign is finished and all its agents are free."""
    try:
        async with asyncio.timeout(patience_s):
            while await record.campaign_states() != ["finished"]:
                await asyncio.sleep(0.2)
        await world.until(lambda s: all(a["state"] == "idle" for a in s["agents"]), 10)
    except TimeoutError:
        status = await world.status()
        open_ones = [row.id for row in await record.attempts() if row.outcome is None]
        pytest.fail(
            f"not through: {await record.lead_states()}, without an end {open_ones}, {status}"
        )


def check(run: Run) -> str:
    """Compare the carrier's log with the record; returns the figures."""
    by_number = {row.number: row for row in run.rows if not row.undialed}
    calls: dict[str, list[Call]] = defaultdict(list)
    for call in run.world.customers.invited:
        calls["+" + call.number.removeprefix("+")].append(call)

    # one call for each number, never two at once, none off the record
    for number, made in calls.items():
        assert number in by_number, f"{number} was called and is not on record"
        ordered = sorted(made, key=lambda call: call.invited.epoch_s)
        for first, second in pairwise(ordered):
            assert first.ended is not None
            assert first.ended.epoch_s <= second.invited.epoch_s, f"two calls at once to {number}"
        assert len(made) == 1, f"{number} was dialed {len(made)} times"
    dialed = Counter(row.lead_id for row in run.rows if not row.undialed)
    assert max(dialed.values()) == 1
    assert [row.id for row in run.rows if row.ended_at is None or not row.outcome] == []
    assert set(run.lead_states) == {"done"}
    assert run.agents == dict.fromkeys(run.agents, "idle")
    assert len(run.agents) == AGENTS

    # who answered is on record as one who did, and nobody else
    talks = waited = 0
    for number, (call,) in calls.items():
        row = by_number[number]
        if call.ok_sent is None:
            assert row.outcome not in LIVE_ANSWERS, (row.outcome, number)
            continue
        assert row.outcome in LIVE_ANSWERS, (row.outcome, number)
        assert call.ended is not None
        length_s = call.ended.epoch_s - call.ok_sent.epoch_s
        assert longest_silence_s(call, min(3.0, length_s)) < LAW_S
        if row.outcome != "connected":
            waited += 1
            assert row.connected_at is None
            continue
        talks += 1
        assert call.end is CallEnd.BYE_SENT, f"the talk of {number} was cut"
    through = sum(_went_on(run, kill.at, calls, by_number) for kill in run.kills)
    unheard = sum(row.outcome == "lost" for row in run.rows)
    outcomes = ", ".join(f"{n} {what}" for what, n in Counter(r.outcome for r in run.rows).items())
    return (
        f"{len(run.kills)} kills ({sum(not kill.served for kill in run.kills)} while starting), "
        f"{len(run.rows)} attempts, {len(run.world.customers.invited)} INVITEs, {talks} talks, "
        f"{through} of them under a kill, {waited} answered without a talk, {unheard} lost, "
        f"our phones stood still for {run.stalls.longest_s:.2f} s at most; "
        f"{outcomes}"
    )


def _went_on(run: Run, at: float, calls: dict[str, list[Call]], by_number: dict[str, Any]) -> int:
    """Listen to the talks in which an engine was killed; returns how many there were."""
    count = 0
    for number, (call,) in calls.items():
        row = by_number[number]
        if row.outcome != "connected" or call.ended is None:
            continue
        began, ended = row.connected_at + SETTLING_S, call.ended.epoch_s - SETTLING_S
        if not began < at < ended:
            continue
        count += 1
        start, end = max(began, at - 1.0), min(ended, at + LATEST_S)
        agent = int(row.agent_id.removeprefix("a"))
        theirs = ToneDetector(FIRST_AGENT_HZ + 100 * (agent - 1))
        ours_s = run.stalls.within(start, end)
        pause_s = _hearing(call, start, end).longest_absence_s(theirs, start, end)
        assert pause_s < GAP_S + ours_s, f"{number} did not hear the agent for {pause_s:.2f} s"
        (leg,) = run.legs[row.agent_id]
        customers = ToneDetector(CUSTOMER_HZ)
        pause_s = _hearing(leg, start, end).longest_absence_s(customers, start, end)
        assert pause_s < GAP_S + ours_s, f"{row.agent_id} did not hear {number} for {pause_s:.2f} s"
    return count


def _hearing(call: Call, start: float, end: float) -> Hearing:
    packets = call.capture.packets(from_s=start - SETTLING_S, to_s=end + SETTLING_S)
    return Hearing.of(hear(packets))


async def test_seven_kills_lose_nothing_on_sqlite(tmp_path: Path) -> None:
    run = await killed_campaign("sqlite", tmp_path, kills=7, leads=28, seed=11, patience_s=60)
    print(check(run))


async def test_three_kills_lose_nothing_on_postgresql(tmp_path: Path) -> None:
    run = await killed_campaign("postgresql", tmp_path, kills=3, leads=17, seed=12, patience_s=60)
    print(check(run))


@pytest.mark.soak
@pytest.mark.timeout(2400)
@pytest.mark.parametrize(("kind", "seed"), [("sqlite", 21), ("postgresql", 22)])
async def test_a_hundred_kills_lose_nothing(kind: str, seed: int, tmp_path: Path) -> None:
    run = await killed_campaign(kind, tmp_path, kills=100, leads=320, seed=seed, patience_s=900)
    print(check(run))
