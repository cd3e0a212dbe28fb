"""What every record of calls without an attempt promises."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from durable_stores import KINDS, SPRING, Stores, durable, number
from two_tenants import ACME, ANN, BOB, ROCKETS, settle_in, talked

from dialer.domain.call_record import CallRecord, CallsWanted, Direction
from dialer.domain.ids import MAIN_TENANT, new_call_id
from dialer.domain.outcome import Outcome
from dialer.domain.verification import Verification, Verified
from dialer.errors import BadInput, NoSuch

pytestmark = pytest.mark.parametrize("kind", KINDS)


def came_in(index: int = 0, *, at: float = 10.0, node: str = "east") -> CallRecord:
    return CallRecord(new_call_id(), Direction.IN, number(index), at, node)


@asynccontextmanager
async def offices(kind: str, folder: Path) -> AsyncIterator[Stores]:
    async with durable(kind, folder) as stores:
        await settle_in(stores)
        yield stores


async def test_a_call_that_came_in_is_kept_whole_from_its_beginning_to_its_end(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        said = Verification(Verified.FAILED, "C")
        call = replace(
            came_in(), queue="help", campaign_id=SPRING, trunk="carrier", verification=said
        )
        await stores.calls.begin(call)
        assert await stores.calls.get(call.call_id) == call
        leg = replace(came_in(1), team="lawyers", parent_id=call.call_id)
        await stores.calls.begin(leg)
        assert await stores.calls.get(leg.call_id) == leg
        assert await stores.calls.answered(call.call_id, 14.5, agent_id=ANN)
        assert await stores.calls.ended(call.call_id, 80.25, Outcome.CONNECTED)
        assert await stores.calls.get(call.call_id) == replace(
            call, answered_at=14.5, agent_id=ANN, ended_at=80.25, outcome=Outcome.CONNECTED
        )


async def test_facts_that_are_written_twice_count_once_and_the_first_end_wins(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        call = came_in()
        await stores.calls.begin(call)
        await stores.calls.begin(replace(call, number=number(9), began_at=11.0))
        assert await stores.calls.answered(call.call_id, 14.0, agent_id=ANN)
        assert not await stores.calls.answered(call.call_id, 15.0, agent_id=BOB)
        assert await stores.calls.ended(call.call_id, 20.0, Outcome.CONNECTED)
        assert not await stores.calls.ended(call.call_id, 20.0, Outcome.CONNECTED)
        assert not await stores.calls.ended(call.call_id, 30.0, Outcome.LOST)
        await stores.calls.begin(call)  # again, after its end
        assert await stores.calls.newest(CallsWanted(number=number(0)), limit=9) == [
            replace(call, answered_at=14.0, agent_id=ANN, ended_at=20.0, outcome=Outcome.CONNECTED)
        ]
        assert await stores.calls.newest(CallsWanted(number=number(9)), limit=9) == []


async def test_of_many_ends_at_once_one_is_the_end(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        call = came_in()
        await stores.calls.begin(call)
        ends = [(20.0 + i, outcome) for i, outcome in enumerate(Outcome)]
        told = await asyncio.gather(*(stores.calls.ended(call.call_id, *end) for end in ends))
        assert sum(told) == 1
        kept = await stores.calls.get(call.call_id)
        assert kept is not None
        assert (kept.ended_at, kept.outcome) == ends[told.index(True)]


async def test_an_answer_that_is_told_late_counts_and_one_behind_the_end_does_not(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        call = replace(came_in(), agent_id=ANN)
        await stores.calls.begin(call)
        await stores.calls.ended(call.call_id, 20.0, Outcome.LOST)
        assert not await stores.calls.answered(call.call_id, 21.0)
        assert await stores.calls.answered(call.call_id, 15.0)
        kept = await stores.calls.get(call.call_id)
        assert kept is not None
        assert (kept.answered_at, kept.agent_id, kept.ended_at) == (15.0, ANN, 20.0)


async def test_what_is_not_on_record_neither_answers_nor_ends(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        stranger = new_call_id()
        assert not await stores.calls.answered(stranger, 1.0)
        assert not await stores.calls.ended(stranger, 2.0, Outcome.LOST)
        assert await stores.calls.get(stranger) is None


async def test_legs_of_a_transfer_hang_off_their_attempt_and_off_each_other(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        attempt_id = await talked(stores, ANN)
        first = replace(came_in(1, at=120.0), direction=Direction.OUT, attempt_id=attempt_id)
        second = replace(
            first, call_id=new_call_id(), number=number(2), began_at=125.0, parent_id=first.call_id
        )
        other = came_in(3)
        for call in (other, first, second):
            await stores.calls.begin(call)
        assert await stores.calls.of_attempt(attempt_id) == [first, second]
        assert await stores.calls.legs_of(first.call_id) == [second]
        assert await stores.calls.legs_of(second.call_id) == []


async def test_calls_of_a_number_come_newest_first_in_pages(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        made = [came_in(0, at=float(10 + i // 2)) for i in range(5)]  # two at a time
        for call in (*made, came_in(1)):
            await stores.calls.begin(call)
        wanted = sorted(made, key=lambda call: call.key, reverse=True)
        seen: list[CallRecord] = []
        while page := await stores.calls.newest(
            CallsWanted(number=number(0)), limit=2, before=seen[-1].key if seen else None
        ):
            assert len(page) <= 2
            seen += page
        assert seen == wanted


async def test_an_engine_that_starts_finds_what_it_left_open_and_closes_it_as_lost(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        over, left, there = came_in(0), came_in(1, at=9.0), came_in(2, node="west")
        theirs = replace(came_in(3, at=11.0), tenant_id=ACME, campaign_id=ROCKETS)
        for call in (over, left, there, theirs):
            await stores.calls.begin(call)
        await stores.calls.ended(over.call_id, 12.0, Outcome.CONNECTED)
        found = await stores.calls.open("east")
        assert found == [left, theirs]
        for call in found:
            assert await stores.calls.ended(call.call_id, 100.0, Outcome.LOST)
        assert await stores.calls.open("east") == []
        assert await stores.calls.open("west") == [there]


async def test_calls_of_another_tenant_are_as_if_there_were_none(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        attempt_id = await talked(stores, ANN)
        ours = replace(came_in(), direction=Direction.OUT, attempt_id=attempt_id)
        await stores.calls.begin(ours)
        leg = replace(came_in(1), parent_id=ours.call_id)
        await stores.calls.begin(leg)
        assert await stores.calls.get(ours.call_id, tenant_id=ACME) is None
        of_number = CallsWanted(number=number(0))
        assert await stores.calls.newest(of_number, limit=9, tenant_id=ACME) == []
        assert await stores.calls.of_attempt(attempt_id, tenant_id=ACME) == []
        assert await stores.calls.legs_of(ours.call_id, tenant_id=ACME) == []
        theirs = replace(came_in(2), tenant_id=ACME)
        out = replace(theirs, direction=Direction.OUT)
        for field, call in (
            ("parent", replace(theirs, parent_id=ours.call_id)),
            ("attempt", replace(out, attempt_id=attempt_id)),
            ("campaign", replace(theirs, campaign_id=SPRING)),
            ("queue", replace(theirs, queue="help")),
            ("queue", replace(theirs, queue="sales", tenant_id=MAIN_TENANT)),
            ("parent", replace(theirs, parent_id=new_call_id())),
        ):
            with pytest.raises(NoSuch, match="does not exist") as refused:
                await stores.calls.begin(call)
            assert refused.value.field == field
        assert await stores.calls.get(theirs.call_id, tenant_id=ACME) is None
        await stores.calls.begin(replace(theirs, queue="sales", campaign_id=ROCKETS))


async def test_what_is_no_call_is_refused_and_the_field_is_named(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        call = came_in()
        with pytest.raises(BadInput, match=r"^number: '911' is no number; write it as \+1202"):
            await stores.calls.begin(replace(call, number="911"))
        with pytest.raises(BadInput, match=r"^at: nan is no time"):
            await stores.calls.ended(call.call_id, float("nan"), Outcome.LOST)
        assert await stores.calls.open("east") == []


async def test_who_takes_a_call_is_recorded_though_it_was_answered_before(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        call = came_in()
        await stores.calls.begin(call)
        assert await stores.calls.answered(call.call_id, 11.0)  # by a flow
        assert await stores.calls.answered(call.call_id, 30.0, agent_id=ANN)
        assert not await stores.calls.answered(call.call_id, 40.0, agent_id=BOB)
        kept = await stores.calls.get(call.call_id)
        assert kept is not None
        assert (kept.answered_at, kept.agent_id) == (11.0, ANN)


async def test_the_queue_of_a_call_is_the_last_one_in_which_it_waited(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        call = came_in()
        await stores.calls.begin(call)
        assert await stores.calls.queued(call.call_id, "help")
        kept = await stores.calls.get(call.call_id)
        assert kept == replace(call, queue="help")
        with pytest.raises(NoSuch, match="queue"):
            await stores.calls.queued(call.call_id, "none")
        assert not await stores.calls.queued(new_call_id(), "help")


async def test_calls_are_found_by_all_that_is_known_of_them(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        queued = replace(came_in(0, at=20.0), queue="help", campaign_id=SPRING)
        direct = came_in(1, at=10.0)
        by_hand = replace(came_in(2, at=30.0), direction=Direction.OUT, agent_id=BOB)
        theirs = replace(came_in(3, at=40.0), tenant_id=ACME)
        for call in (queued, direct, by_hand, theirs):
            await stores.calls.begin(call)
        await stores.calls.answered(queued.call_id, 21.0, agent_id=ANN)
        await stores.calls.ended(queued.call_id, 25.0, Outcome.CONNECTED)

        async def found(**wanted: Any) -> list[str]:
            calls = await stores.calls.newest(CallsWanted(**wanted), limit=9)
            return [one.number for one in calls]

        zero, one, two = number(0), number(1), number(2)
        assert await found() == [two, zero, one]
        assert await found(direction=Direction.IN) == [zero, one]
        assert await found(agent_id=ANN) == await found(queue="help") == [zero]
        assert await found(campaign_id=SPRING) == [zero]
        assert await found(outcome=Outcome.CONNECTED) == [zero]
        assert await found(since=20.0) == [two, zero]
        assert await found(since=10.0, until=20.0) == [one]
        assert await found(queue="sales") == []  # another tenant's
