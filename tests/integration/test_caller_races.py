"""Whoever hangs up in the very moment of a move in a caller's talk: nothing is left over.

As `test_talk_races` for people whom we called. Afterwards Asterisk has no channel but idle legs, no
agent is busy, and each call that came in has one end.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from queue_floor import QueueFloor, queue_floor

from dialer.adapters.asterisk.installation import install
from dialer.control import ControlError
from simulation.sip.call import Call

FEW, MANY = 5, 100
SEED = 20261128
TIMES = [
    pytest.param(FEW, marks=pytest.mark.timeout(300)),
    pytest.param(MANY, marks=(pytest.mark.soak, pytest.mark.timeout(2 * 3600))),
]


@dataclass
class CallerTalk:
    """A caller, who has them, and who idles."""

    at: QueueFloor
    call: Call
    agent: str
    other: str

    async def ask(self, do: str, **arguments: object) -> None:
        await self.at.floor.ask(f"call.{do}", agent=self.agent, **arguments)


async def hold(talk: CallerTalk) -> None:
    await talk.ask("hold")


async def hold_and_resume(talk: CallerTalk) -> None:
    await talk.ask("hold")
    await talk.ask("resume")


async def transfer(talk: CallerTalk) -> None:
    await talk.ask("transfer", to=talk.other)


async def to_the_queue(talk: CallerTalk) -> None:
    await talk.ask("transfer", queue="sales")


async def park(talk: CallerTalk) -> None:
    await talk.ask("park")


async def park_and_pick_up(talk: CallerTalk) -> None:
    told = await talk.at.floor.ask("call.park", agent=talk.agent)
    await talk.at.floor.ask("call.pick-up", agent=talk.other, slot=told["slot"])


async def hold_and_park(talk: CallerTalk) -> None:
    await talk.ask("hold")
    await talk.ask("park")


async def three_and_drop(talk: CallerTalk) -> None:
    await talk.ask("consult", to=talk.other)
    await talk.ask("three-way")
    await talk.ask("drop")


MOVES: tuple[Callable[[CallerTalk], Awaitable[None]], ...] = (
    hold,
    hold_and_resume,
    transfer,
    to_the_queue,
    park,
    park_and_pick_up,
    hold_and_park,
    three_and_drop,
)


def caller_leaves(talk: CallerTalk) -> None:
    talk.at.hang_up(talk.call)


def agent_leaves(talk: CallerTalk) -> None:
    talk.at.floor.phones[talk.agent].hang_up()


def other_leaves(talk: CallerTalk) -> None:
    talk.at.floor.phones[talk.other].hang_up()


async def next_talk(at: QueueFloor) -> CallerTalk:
    """Have somebody call, and an agent talk with them."""
    call = await at.call()
    await at.states("idle", "talking")
    agents = (await at.floor.status())["agents"]
    by_state = {one["state"]: one["agent"] for one in agents}
    return CallerTalk(at, call, by_state["talking"], by_state["idle"])


async def race(
    talk: CallerTalk,
    move: Callable[[CallerTalk], Awaitable[None]],
    leave: Callable[[CallerTalk], None],
    after_s: float,
) -> None:
    """Make a move, have somebody leave in the middle of it, and see everything come to rest."""

    async def moved() -> None:
        with suppress(ControlError):  # refused: somebody left first
            await move(talk)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(moved())
        await asyncio.sleep(after_s)
        leave(talk)
    if leave is not caller_leaves:
        await asyncio.sleep(0.4)
        talk.at.hang_up(talk.call)
    floor = talk.at.floor
    await floor.until(
        lambda s: (
            bool(s)
            and not sum(one["waiting"] + one["talking"] for one in s["queues"])
            and all(a["state"] in ("idle", "offline") for a in s["agents"])
            and all("!BridgeWait!agents" in row for row in floor.channels())
        )
    )
    for name in floor.phones:
        if await floor.agent_state(name) == "offline":
            await floor.log_in(name)
    await talk.at.states("idle", "idle")


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize(
    "leave", [caller_leaves, agent_leaves, other_leaves], ids=lambda leave: leave.__name__
)
async def test_somebody_hangs_up_in_the_middle_of_a_move_with_a_caller(
    tmp_path: Path, leave: Callable[[CallerTalk], None], times: int
) -> None:
    chance = random.Random(SEED)
    async with queue_floor(install(), tmp_path, agents=2) as at:
        for move in [one for one in MOVES for _ in range(times)]:
            await race(await next_talk(at), move, leave, chance.uniform(0.0, 0.15))
        await at.until(lambda: all(row["ended_at"] is not None for row in at.calls()))
        came_in = [row for row in at.calls() if row["direction"] == "in"]
        assert [row["outcome"] for row in came_in] == ["connected"] * len(MOVES) * times
