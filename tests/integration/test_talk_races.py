"""Whoever hangs up in the very moment of a move within a talk: nothing and nobody is left over.

Each boundary is crossed several times, the hang-up coming a little earlier or later each time.
Afterwards Asterisk has no channel but idle legs, no agent is busy, and each attempt has one end.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from talk_floor import OUTSIDE, Talk, next_talk, talk

from dialer.control import ControlError

FEW, MANY = 5, 100
SEED = 20261127
FICTIONAL = 2000
"""Numbers there are for fiction (`simulation.carrier.plan`)."""

Step = Callable[[Talk], Awaitable[object]]


async def hold(at: Talk) -> None:
    await at.ask("hold")


async def hold_and_resume(at: Talk) -> None:
    await at.ask("hold")
    await at.ask("resume")


async def transfer(at: Talk) -> None:
    await at.ask("transfer", to=at.others[0])


async def park(at: Talk) -> None:
    await at.ask("park")


async def park_and_pick_up(at: Talk) -> None:
    told = await at.ask("park")
    await at.world.ask("call.pick-up", agent=at.others[0], slot=told["slot"])


async def queued(at: Talk) -> None:
    await at.ask("transfer", queue="loans")


async def outside(at: Talk) -> None:
    await at.ask("transfer", number=OUTSIDE)
    await asyncio.sleep(0.35)


async def consult_and_complete(at: Talk) -> None:
    await at.ask("consult", to=at.others[0])
    await at.ask("complete")


async def consult_and_cancel(at: Talk) -> None:
    await at.ask("consult", to=at.others[0])
    await at.ask("cancel")


async def three_and_leave(at: Talk) -> None:
    await at.ask("consult", to=at.others[0])
    await at.ask("three-way")
    await at.ask("leave")


async def three_and_drop(at: Talk) -> None:
    await at.ask("consult", to=at.others[0])
    await at.ask("three-way")
    await at.ask("drop")


async def consulted(at: Talk) -> None:
    """Wait until the outside number that was called is consulted."""
    while (company := (await at.ask("talk"))["company"]) != "consulting":
        if company == "alone":
            return  # it hung up, or never answered
        await asyncio.sleep(0.02)


async def outside_and_complete(at: Talk) -> None:
    await at.ask("consult", number=OUTSIDE)
    await consulted(at)
    await at.ask("complete")


async def outside_three_and_leave(at: Talk) -> None:
    await at.ask("consult", number=OUTSIDE)
    await consulted(at)
    await at.ask("three-way")
    await at.ask("leave")


OUTSIDE_MOVES = (outside, outside_and_complete, outside_three_and_leave)
MOVES = (
    hold,
    hold_and_resume,
    park,
    park_and_pick_up,
    queued,
    transfer,
    outside,
    consult_and_complete,
    consult_and_cancel,
    three_and_leave,
    three_and_drop,
)
LENGTHS_S = {
    hold: 0.06,
    hold_and_resume: 0.12,
    park: 0.06,
    park_and_pick_up: 0.12,
    queued: 0.15,
    transfer: 0.1,
    outside: 0.6,
    outside_and_complete: 0.6,
    outside_three_and_leave: 0.8,
}
"""About how long each takes; the hang-up comes anywhere in it."""


def customer_leaves(at: Talk) -> None:
    at.world.carrier.hang_up(at.customer)


def agent_leaves(at: Talk) -> None:
    at.world.phones[at.agent].hang_up()


def other_leaves(at: Talk) -> None:
    at.world.phones[at.others[0]].hang_up()


def outside_leaves(at: Talk) -> None:
    for call in list(at.world.carrier.calls.values()):
        if call.number == OUTSIDE.lstrip("+"):
            at.world.carrier.hang_up(call)


LEAVERS = (customer_leaves, agent_leaves, other_leaves)


async def race(at: Talk, move: Step, leave: Callable[[Talk], None], after_s: float) -> None:
    """Make a move, have somebody leave in the middle of it, and see everything come to rest."""

    async def moved() -> None:
        with suppress(ControlError):  # refused: somebody left first
            await move(at)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(moved())
        await asyncio.sleep(after_s)
        leave(at)
    if leave is not customer_leaves:
        await asyncio.sleep(0.4)
        at.world.carrier.hang_up(at.customer)
    await at.at_rest()
    for name in at.world.phones:
        if await at.world.agent_state(name) == "wrap_up":
            await at.world.ask("agent.ready", agent=name)
        if await at.world.agent_state(name) == "offline":
            await at.world.log_in(name)
    await at.world.until(lambda s: all(a["state"] == "idle" for a in s["agents"]))


async def race_all(
    tmp_path: Path,
    leave: Callable[[Talk], None],
    times: int,
    kinds: Sequence[Step] = MOVES,
) -> None:
    chance = random.Random(SEED)
    moves = [move for move in kinds for _ in range(times)]
    leads = min(2 * len(moves) + 100, FICTIONAL)  # some attempts are void, and made again
    async with talk(tmp_path, agents=2, leads=leads) as first:
        at = first
        await at.world.add_queue("loans")
        for turn, move in enumerate(moves):
            after_s = chance.uniform(0.0, LENGTHS_S.get(move, 0.3))
            await race(at, move, leave, after_s)
            if turn + 1 < len(moves):
                at = await next_talk(at.world)
        rows = await at.world.until_recorded(lambda rows: all(row.outcome for row in rows), 30)
        answered = [row.outcome for row in rows if row.answered_at is not None]
        assert answered == ["connected"] * len(moves)
        open_calls = "SELECT count(*) FROM calls WHERE ended_at IS NULL"
        await at.world.until(lambda _status: at.world.on_record(open_calls) == [(0,)])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("leave", LEAVERS, ids=lambda leave: leave.__name__)
async def test_somebody_hangs_up_in_the_middle_of_any_move(
    tmp_path: Path, leave: Callable[[Talk], None]
) -> None:
    await race_all(tmp_path, leave, FEW)


@pytest.mark.parametrize(
    "leave", [outside_leaves, customer_leaves, agent_leaves], ids=lambda leave: leave.__name__
)
async def test_somebody_hangs_up_in_the_middle_of_a_move_with_an_outside_number(
    tmp_path: Path, leave: Callable[[Talk], None]
) -> None:
    await race_all(tmp_path, leave, FEW, OUTSIDE_MOVES)


@pytest.mark.soak
@pytest.mark.timeout(2 * 3600)
@pytest.mark.parametrize("leave", LEAVERS, ids=lambda leave: leave.__name__)
async def test_somebody_hangs_up_in_the_middle_of_any_move_many_times(
    tmp_path: Path, leave: Callable[[Talk], None]
) -> None:
    await race_all(tmp_path, leave, MANY)


@pytest.mark.soak
@pytest.mark.timeout(2 * 3600)
@pytest.mark.parametrize(
    "leave", [outside_leaves, customer_leaves, agent_leaves], ids=lambda leave: leave.__name__
)
async def test_somebody_hangs_up_in_the_middle_of_a_move_with_an_outside_number_many_times(
    tmp_path: Path, leave: Callable[[Talk], None]
) -> None:
    await race_all(tmp_path, leave, MANY, OUTSIDE_MOVES)
