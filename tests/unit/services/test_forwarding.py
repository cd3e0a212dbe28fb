"""Callers who are passed on to an outside number."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from node import NODE, Node, node

from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.dial_law import DialTerms
from dialer.domain.outcome import Outcome
from dialer.domain.outside import OutsidePolicy
from dialer.services.forwarding import Forwarding
from dialer.testing.inbound_line import MemoryLine
from dialer.testing.switch import FarEnd

VIRTUAL_TIME = True
NIGHT, OTHER, OURS = "+12025550177", "+12025550178", "+12025550199"


class Desk:
    def __init__(self, at: Node) -> None:
        self.at = at
        self.results: list[str] = []
        self.forwarding = Forwarding(
            control=at.control,
            switch=at.switch,
            records=at.stores.calls,
            recorder=at.recorder,
            others=at.others,
            policy=OutsidePolicy(("+1202555*",)),
            terms=DialTerms(),
            trunk="trunk",
            is_ours=lambda number: number == OURS,
            clock=at.clock,
            node=NODE,
        )

    async def call(self, to: str = NIGHT, wait_s: float = 20.0) -> MemoryLine:
        line = MemoryLine(self.at.switch, "+12025550123")
        begun = CallRecord(line.call_id, Direction.IN, line.number, self.at.clock.now(), NODE)
        await self.at.stores.calls.begin(begun)

        async def forwarded() -> None:
            self.results.append(await self.forwarding.forward(line, to, wait_s))

        self.at.tasks.create_task(forwarded(), name="forwarded")
        await self.at.settle()
        return line

    def outside(self) -> CallRecord:
        """The call to the number, on record."""
        (found,) = [
            one for one in self.at.stores.calls.rows.values() if one.direction is Direction.OUT
        ]
        return found


@asynccontextmanager
async def desk(far: FarEnd | None = None) -> AsyncIterator[Desk]:
    async with node(numbers={} if far is None else {NIGHT: far}) as at:
        yield Desk(at)


async def test_a_caller_hears_music_until_the_number_answers_and_is_joined_then() -> None:
    async with desk(FarEnd(answers_at_s=5.0)) as at:
        line = await at.call()
        assert line.heard == ["music"]
        await asyncio.sleep(6)
        assert line.heard == ["music", "silence", "agent"]
        (call,) = at.at.control.outside
        assert (call.number, call.trunk, call.caller_id) == (NIGHT, "trunk", line.our_number)
        line.hang_up()
        await at.at.settle()
        assert at.results == [""]
        assert at.at.switch.channels == {}
        row = at.outside()
        assert (row.parent_id, row.outcome) == (line.call_id, Outcome.CONNECTED)
        assert row.answered_at is not None


async def test_who_is_passed_on_and_hangs_up_at_the_far_end_ends_the_call() -> None:
    async with desk(FarEnd(answers_at_s=5.0)) as at:
        await at.call()
        await asyncio.sleep(6)
        at.at.switch.end(at.outside().call_id)
        await at.at.settle()
        assert at.results == [""]


async def test_a_number_that_does_not_answer_is_given_up_and_the_caller_comes_back() -> None:
    async with desk() as at:
        line = await at.call(wait_s=20.0)
        await asyncio.sleep(21)
        await at.at.settle()
        assert at.results == ["nobody answered"]
        assert line.heard == ["music", "silence"]
        assert set(at.at.switch.channels) == {line.call_id}
        assert at.outside().ended_at is not None


async def test_a_number_that_is_busy_is_no_dead_air() -> None:
    async with desk(FarEnd(ends_at_s=1.0, cause=17, tech_cause="486")) as at:
        await at.call()
        await asyncio.sleep(2)
        assert at.results == ["nobody answered"]
        assert at.outside().outcome is Outcome.BUSY


async def test_a_caller_who_leaves_while_it_rings_takes_the_other_line_along() -> None:
    async with desk() as at:
        line = await at.call()
        line.hang_up()
        await at.at.settle()
        assert at.at.switch.channels == {}
        assert at.outside().outcome is Outcome.CANCELLED


async def test_what_may_not_be_reached_and_our_own_numbers_are_not_called() -> None:
    async with desk() as at:
        for number in ("+442079460000", "+19005550100", OURS):
            await at.call(number)
        assert len(at.results) == 3
        assert all(at.results)
        assert at.at.control.outside == []


async def test_without_a_switch_nobody_is_called_and_nothing_stays_open() -> None:
    async with desk() as at:
        at.at.switch.lose()
        await at.call()
        assert at.results[0]
        await at.at.settle()
        assert at.outside().outcome is Outcome.FAILED
