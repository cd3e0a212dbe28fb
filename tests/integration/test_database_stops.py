"""PostgreSQL goes away, or hangs, under a running campaign with live talks, and comes back.

Dialing pauses and goes on by itself; talks and answers never wait for the database; and when it is
back nothing is missing from the record.
"""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from campaign_record import record_of
from floor import CUSTOMER_HZ, FIRST_AGENT_HZ, Floor, floor, heard, longest_silence_s
from hanging_server import hanging
from stalls import Stalls, watched

from dialer.adapters.asterisk.installation import install
from dialer.domain.outcome import LIVE_ANSWERS
from simulation.postgres import FOR_TRIALS, PostgresServer
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call, CallLog
from simulation.sip.tones import ToneDetector

LAW_S = 2.0
GAP_S = 0.1
BACK_WITHIN_S = 3.0
"""When dialing must have gone on after the server answers again."""

COMMITTED_S = 0.3
"""An attempt committed in time is sent within 0.2 s of its decision; the rest is the network."""

AGENTS = 6
AHEAD = 3
"""Lines for each agent: so that persons answer while the server is away."""


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with (
        tempfile.TemporaryDirectory(prefix="outpace-pg-") as home,
        PostgresServer(Path(home), settings=FOR_TRIALS) as started,
    ):
        yield started


def person(invite: Invite) -> Behaviour:
    """The last digits say how long it rings and talks, so that answers come at all times."""
    last = int(invite.number[-2:])
    return Behaviour(ring_s=0.5 + last % 7 * 0.6, talk_s=1.5 + last % 4, tone_hz=CUSTOMER_HZ)


def ringing(log: CallLog) -> int:
    return sum(call.ok_sent is None and call.ended is None for call in log.invited)


@asynccontextmanager
async def away(server: PostgresServer, how: str) -> AsyncIterator[None]:
    """Have the server gone, or hanging, for the time of the block."""
    if how == "hangs":
        with hanging(server):
            yield
        return
    await asyncio.to_thread(server.kill)
    try:
        yield
    finally:
        await asyncio.to_thread(server.start)


async def survives(server: PostgresServer, folder: Path, how: str, for_s: float) -> str:
    """Run a campaign, take the database from it, and look at everything afterwards."""
    url = server.url()
    async with (
        watched() as stalls,
        floor(install(), folder, agents=AGENTS, behave=person, database_url=url) as world,
    ):
        await world.campaign(
            400,
            mode="power",
            power_ratio=AHEAD,
            ring_timeout_s=8,
            ring_min_s=0,
            wrap_up_limit_s=0.3,
            calls_per_second=10,
            recycling={"most_in_all": 1},
        )
        await world.start_engine()
        await world.log_in()
        await world.start_campaign()
        await world.until(lambda s: s["calls"]["talking"] >= AGENTS - 1)
        await world.customers.until(lambda log: len(log.invited) >= 2 * AGENTS)
        await world.customers.until(lambda log: ringing(log) >= 3)  # they answer meanwhile
        gone = time.time()
        async with away(server, how):
            await asyncio.sleep(for_s)
            returning = time.time()
        back = time.time()
        await world.customers.until(
            lambda log: any(call.invited.epoch_s > back for call in log.invited), 30
        )
        resumed_s = (
            min(
                call.invited.epoch_s
                for call in world.customers.invited
                if call.invited.epoch_s > back
            )
            - back
        )
        await asyncio.sleep(2.0)
        assert world.engine.poll() is None, "the engine ended"
        assert len(world.engines) == 1
        await world.ask("stop-all")
        await world.until(lambda s: not any(s["calls"].values()), 30)
        async with record_of(url) as record:
            async with asyncio.timeout(10):
                while any(row.ended_at is None for row in await record.attempts()) or (
                    set(await record.lead_states()) - {"done", "ready"}
                ):
                    await asyncio.sleep(0.1)
            rows, states = await record.attempts(), await record.lead_states()
        legs = {name: phone.calls for name, phone in world.phones.items()}
        log = (folder / "engine.log").read_text()
        told = Counter(
            word
            for line in log.splitlines()
            for word in ("pacing_refused", "attempts_not_recorded", "attempts_late")
            if word in line
        )
        return _checked(world, rows, states, legs, stalls, gone, returning, back, resumed_s, told)


def _checked(
    world: Floor,
    rows: list[Any],
    states: Counter[str],
    legs: dict[str, list[Call]],
    stalls: Stalls,
    gone: float,
    returning: float,
    back: float,
    resumed_s: float,
    told: Counter[str],
) -> str:
    by_number = {row.number.removeprefix("+"): row for row in rows if not row.undialed}
    calls = {call.number.removeprefix("+"): call for call in world.customers.invited}
    assert len(calls) == len(world.customers.invited), "a number was called twice"
    assert set(calls) == set(by_number), "what was dialed is not what is on record"
    meanwhile = [c for c in calls.values() if gone + COMMITTED_S < c.invited.epoch_s < returning]
    assert meanwhile == [], "dialed without a record"
    assert resumed_s < BACK_WITHIN_S, f"dialing went on after {resumed_s:.1f} s"
    assert told["pacing_refused"] == 0
    assert set(states) <= {"done", "ready"}

    answered = through = given = 0
    for number, call in calls.items():
        row = by_number[number]
        assert (call.ok_sent is not None) == (row.outcome in LIVE_ANSWERS), (row.outcome, number)
        if call.ok_sent is None or call.ended is None:
            continue
        length_s = call.ended.epoch_s - call.ok_sent.epoch_s
        assert longest_silence_s(call, min(3.0, length_s)) < LAW_S
        if gone < call.ok_sent.epoch_s < returning:
            answered += 1
            given += row.outcome == "connected"
        if row.outcome == "connected":
            through += _heard_all_along(call, row, legs, stalls, gone - 0.5, back + 1.0)
    assert answered
    assert given, "nobody who answered meanwhile got an agent"
    assert through, "nobody talked"
    return (
        f"away {returning - gone:.1f} s, up again after {back - returning:.1f} s more, "
        f"dialing again {resumed_s:.2f} s later; {len(calls)} INVITEs, {len(rows)} attempts, "
        f"{through} talks meanwhile, {answered} answered meanwhile, {given} of them got an agent; "
        f"{dict(told)} {dict(Counter(row.outcome for row in rows))}"
    )


def _heard_all_along(
    call: Call,
    row: Any,
    legs: dict[str, list[Call]],
    stalls: Stalls,
    since: float,
    until: float,
) -> int:
    assert call.ended is not None
    start = max(since, row.connected_at + 0.3)
    end = min(until, call.ended.epoch_s - 0.3)
    if end - start < 0.3:
        return 0
    agent = ToneDetector(FIRST_AGENT_HZ + 100 * (int(row.agent_id.removeprefix("a")) - 1))
    most_s = GAP_S + stalls.within(start, end)
    assert heard(call).longest_absence_s(agent, start, end) < most_s
    (leg,) = legs[row.agent_id]
    assert heard(leg).longest_absence_s(ToneDetector(CUSTOMER_HZ), start, end) < most_s
    return 1


@pytest.mark.parametrize("how", ["stops", "hangs"])
async def test_a_campaign_survives_its_database(
    server: PostgresServer, how: str, tmp_path: Path
) -> None:
    print(await survives(server, tmp_path, how, 3.0))


@pytest.mark.soak
@pytest.mark.timeout(300)
@pytest.mark.parametrize("how", ["stops", "hangs"])
async def test_a_campaign_survives_half_a_minute_without_its_database(
    server: PostgresServer, how: str, tmp_path: Path
) -> None:
    print(await survives(server, tmp_path, how, 30.0))
