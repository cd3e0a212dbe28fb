"""Whoever hangs up around the answer, the join, a whisper or the message: nothing is left over.

The moves within a talk (hold, transfer, consult, three-way) are in `test_talk_races`. Each hang-up
comes a little earlier or later each time. Afterwards Asterisk has no channel but idle legs, no
agent is busy, and each attempt has one end.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from floor import CUSTOMER_HZ, Floor, floor
from talk_floor import Talk, next_talk

from dialer.adapters.asterisk.installation import install
from dialer.control import ControlError
from dialer.domain.callflow import LET_GO_AFTER_S
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour

FEW, MANY = 5, 100
SEED = 20261127
SUPERVISOR = "a2"
WHO = {"phone": SUPERVISOR, "by": "sue", "role": "supervisor", "tenant": "main"}
LATEST_S = {"answer": 0.06, "join": 0.25}
"""After the 200 OK: some 20 ms until they are joined, the cue some 150 ms later."""
MOST_S = 2.0
"""Who was let wait longer was abandoned: 47 CFR 64.1200(a)(7)."""

TIMES = [FEW, pytest.param(MANY, marks=(pytest.mark.soak, pytest.mark.timeout(3600)))]


def person(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.4, tone_hz=CUSTOMER_HZ)


def soon_gone(chance: random.Random, latest_s: float) -> Callable[[Invite], Behaviour]:
    """Return what customers do who hang up so long after their answer at the latest."""
    return lambda _invite: Behaviour(ring_s=0.2, talk_s=chance.uniform(0.0, latest_s))


async def rest(world: Floor) -> None:
    """Wait until there is nothing but idle legs, and nobody is busy."""
    await world.until(
        lambda s: (
            bool(s)
            and not sum(s["calls"].values())
            and all(a["state"] in ("idle", "offline", "paused") for a in s["agents"])
            and all("!BridgeWait!agents" in row for row in world.channels())
        ),
        20,
    )


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("boundary", ["answer", "join"])
async def test_customers_hang_up_around_the_answer_and_the_join(
    tmp_path: Path, boundary: str, times: int
) -> None:
    behave = soon_gone(random.Random(SEED), LATEST_S[boundary])
    async with floor(install(), tmp_path, agents=2, behave=behave) as world:
        await world.campaign(times + 20)
        await world.start_engine()
        await world.log_in()
        await world.start_campaign()
        await world.until_recorded(
            lambda rows: sum(row.answered_at is not None for row in rows) >= times, 20 + 5 * times
        )
        with suppress(ControlError):  # refused: every lead was dialed meanwhile
            await world.ask("campaign.pause", campaign="faults")
        await rest(world)
        assert {a["state"] for a in (await world.status())["agents"]} == {"idle"}
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows), 10)
    answered = [row.outcome for row in rows if row.answered_at is not None]
    assert len(answered) >= times
    assert set(answered) <= {"connected", "hung_up_waiting"}


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("boundary", ["answer", "join"])
async def test_agents_hang_up_around_the_answer_and_the_join(
    tmp_path: Path, boundary: str, times: int
) -> None:
    """Who was not joined yet gets another agent or the message, and is told that the line broke."""
    chance = random.Random(SEED)
    async with floor(install(), tmp_path, agents=1, behave=person) as world:
        await world.campaign(4 * times + 50)
        await world.start_engine()
        for _ in range(times):
            await log_in(world, "a1")
            before = len(world.customers.answered)
            await world.start_campaign()
            try:
                await world.customers.until(lambda log, n=before: len(log.answered) > n)  # type: ignore[misc]
            except TimeoutError:
                raise AssertionError(await world.status()) from None
            await asyncio.sleep(chance.uniform(0.0, LATEST_S[boundary]))
            world.phones["a1"].hang_up()
            await world.ask("campaign.pause", campaign="faults")
            for call in list(world.carrier.calls.values()):
                world.carrier.hang_up(call)
            await rest(world)
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows), 30)
        answered = [row for row in rows if row.answered_at is not None]
        assert len(answered) >= times
        assert {row.outcome for row in answered} <= {"connected", "abandoned", "hung_up_waiting"}


def customer_leaves(at: Talk) -> None:
    at.world.carrier.hang_up(at.customer)


def agent_leaves(at: Talk) -> None:
    at.world.phones[at.agent].hang_up()


def supervisor_leaves(at: Talk) -> None:
    at.world.phones[SUPERVISOR].hang_up()


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize(
    "leave",
    [customer_leaves, agent_leaves, supervisor_leaves],
    ids=lambda leave: getattr(leave, "__name__", None),
)
async def test_somebody_hangs_up_while_a_supervisor_begins_to_whisper_or_turns_to_barge(
    tmp_path: Path, leave: Callable[[Talk], None], times: int
) -> None:
    chance = random.Random(SEED)
    async with floor(install(), tmp_path, agents=2, behave=person) as world:
        await world.campaign(3 * times + 20)
        await world.start_engine()
        for turn in range(times):
            await log_in(world, "a1")
            at = await next_talk(world)

            async def supervise(at: Talk = at, turn: int = turn) -> None:
                with suppress(ControlError):  # refused: somebody left first
                    await world.ask("supervise.whisper", agent=at.agent, **WHO)
                    if turn % 2:
                        await world.ask("supervise.barge", agent=at.agent, **WHO)

            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(supervise())
                await asyncio.sleep(chance.uniform(0.0, 0.4))
                leave(at)
            world.carrier.hang_up(at.customer)
            await rest(world)
            assert await world.ask("supervise.list", **WHO) == []
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows), 30)
        answered = [row.outcome for row in rows if row.answered_at is not None]
        assert answered == ["connected"] * times
        begun = world.audit("supervise_whisper")
        await world.until(lambda _: len(world.audit("supervise_end")) >= len(begun))


async def log_in(world: Floor, name: str) -> None:
    if await world.agent_state(name) != "idle":
        await world.log_in(name)


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("who", ["customer", "agent comes back"])
async def test_somebody_moves_around_the_begin_of_the_message(
    tmp_path: Path, who: str, times: int
) -> None:
    """A customer whom nobody serves leaves, or an agent is back, when they are let go."""
    chance = random.Random(SEED)
    async with floor(install(), tmp_path, agents=1, behave=person) as world:
        await world.campaign(3 * times + 20)
        await world.start_engine()
        await world.log_in()
        for _ in range(times):
            invited, answered = len(world.customers.invited), len(world.customers.answered)
            await world.start_campaign()
            await world.customers.until(lambda log, n=invited: len(log.invited) > n)  # type: ignore[misc]
            await world.ask("agent.pause", agent="a1")
            await world.ask("campaign.pause", campaign="faults")
            await world.customers.until(lambda log, n=answered: len(log.answered) > n)  # type: ignore[misc]
            call = world.customers.answered[-1]
            await asyncio.sleep(chance.uniform(LET_GO_AFTER_S - 0.15, LET_GO_AFTER_S + 0.3))
            if who == "customer":
                world.carrier.hang_up(call)
                await rest(world)
                await world.ask("agent.resume", agent="a1")
            else:
                await world.ask("agent.resume", agent="a1")
                await asyncio.sleep(chance.uniform(0.0, 0.3))
                world.carrier.hang_up(call)
            await rest(world)
            assert await world.agent_state("a1") == "idle"
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows), 30)
        outcomes = {row.outcome for row in rows if row.answered_at is not None}
        assert sum(row.answered_at is not None for row in rows) == times
        # an agent in time is a talk, unless the customer left before the join
        in_time = {"connected"} if who == "agent comes back" else set()
        assert outcomes <= {"abandoned", "hung_up_waiting"} | in_time
        left = "SELECT ended_at - answered_at FROM attempts WHERE outcome = 'hung_up_waiting'"
        assert all(waited_s <= MOST_S for (waited_s,) in world.on_record(left))
