"""What has happened goes on record in its order, and a store that fails is heard."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from dialer.domain.ids import AgentId, AttemptId, LegId
from dialer.domain.lead import AttemptEnd
from dialer.domain.outcome import Outcome
from dialer.errors import StoreUnavailable
from dialer.ports import AgentRecord
from dialer.services.recorder import FULL, GROUP, TRY_AGAIN_S, Recorder
from dialer.testing.agents import MemoryAgentStore
from dialer.testing.attempts import MemoryAttemptStore
from dialer.testing.stores import MemoryStores
from dialer.testing.tables import Tables

VIRTUAL_TIME = True
ANN, LEG = AgentId("ann"), LegId("ag-1")


class Attempts(MemoryAttemptStore):
    """Keeps the order of what reached it; commits when the gate is open."""

    def __init__(self, told: list[str]) -> None:
        super().__init__(Tables())
        self.told = told
        self.gate = asyncio.Event()
        self.gate.set()
        self.broken = self.away = False
        self.groups: list[int] = []

    async def mark_connected(
        self, attempt_id: AttemptId, agent_id: AgentId, leg_id: LegId, at: float
    ) -> None:
        self.told.append(f"talk {attempt_id}")
        await self.gate.wait()

    async def record_ends(self, ends: Sequence[AttemptEnd]) -> None:
        if self.broken:
            raise OSError("disk full")
        if self.away:
            raise StoreUnavailable("no connection")
        self.groups.append(len(ends))
        self.told += [f"end {end.attempt_id}" for end in ends]
        await self.gate.wait()


class AgentStates(MemoryAgentStore):
    """Keeps the order too."""

    def __init__(self, told: list[str]) -> None:
        super().__init__(Tables())
        self.told = told

    async def save(self, record: AgentRecord) -> None:
        self.told.append(f"{record.agent_id} {record.state}")


class Book:
    def __init__(self) -> None:
        self.told: list[str] = []
        self.attempts = Attempts(self.told)
        self.recorder = Recorder(self.attempts, AgentStates(self.told), MemoryStores().leads)

    def end(self, name: str) -> None:
        self.recorder.book_end(AttemptEnd(AttemptId(name), Outcome.BUSY, 1.0))

    def talk(self, name: str) -> None:
        self.recorder.talk_began(AttemptId(name), ANN, LEG, 1.0)

    def agent(self, state: str) -> None:
        self.recorder.agent_is(AgentRecord(ANN, state, LEG, None, 1.0))


@asynccontextmanager
async def running() -> AsyncIterator[Book]:
    book = Book()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(book.recorder.run())
        yield book
        task.cancel()


async def test_facts_are_recorded_in_their_order_and_a_talk_before_its_end() -> None:
    async with running() as book:
        book.agent("reserved")
        book.talk("1")
        book.agent("talking")
        book.end("1")
        book.agent("idle")
        await book.recorder.settled()
        assert book.told == ["ann reserved", "talk 1", "ann talking", "ann idle", "end 1"]


async def test_what_comes_while_a_group_is_written_goes_into_the_next() -> None:
    async with running() as book:
        book.attempts.gate.clear()
        book.end("1")
        await asyncio.sleep(0.01)
        book.end("2")
        book.end("3")
        await asyncio.sleep(0.01)
        assert book.attempts.groups == [1]
        book.attempts.gate.set()
        await book.recorder.settled()
        assert book.attempts.groups == [1, 2]


async def test_the_record_is_behind_for_as_long_as_the_database_cannot_be_reached() -> None:
    async with running() as book:
        book.attempts.away = True
        book.end("1")
        await asyncio.sleep(TRY_AGAIN_S / 2)
        assert book.recorder.behind
        await asyncio.sleep(60)
        assert book.recorder.behind
        book.attempts.away = False
        await book.recorder.settled()
        assert not book.recorder.behind
        assert book.told == ["end 1"]


async def test_groups_are_bounded() -> None:
    async with running() as book:
        for number in range(2 * GROUP + 1):
            book.end(str(number))
        await book.recorder.settled()
        assert book.attempts.groups == [GROUP, GROUP, 1]


async def test_a_write_in_its_turn_comes_after_all_that_was_booked_before_it() -> None:
    async with running() as book:

        async def write() -> None:
            book.told.append("pause")

        book.agent("idle")
        committing = asyncio.get_running_loop().create_task(book.recorder.commit(write))
        await asyncio.sleep(0)
        book.agent("reserved")
        await committing
        assert book.told == ["ann idle", "pause", "ann reserved"]


async def test_whoever_waits_no_longer_for_a_commit_does_not_stop_it() -> None:
    async with running() as book:

        async def write() -> None:
            await book.attempts.gate.wait()
            book.told.append("pause")

        book.attempts.gate.clear()
        waiting = asyncio.get_running_loop().create_task(book.recorder.commit(write))
        await asyncio.sleep(0.01)
        waiting.cancel()
        book.attempts.gate.set()
        await book.recorder.settled()
        assert book.told == ["pause"]


async def test_settled_waits_for_the_commit_itself() -> None:
    async with running() as book:
        await book.recorder.settled()  # nothing is open
        book.attempts.gate.clear()
        book.end("1")
        settling = asyncio.get_running_loop().create_task(book.recorder.settled())
        await asyncio.sleep(1)
        assert not settling.done()
        book.attempts.gate.set()
        await settling


async def test_so_much_waits_that_dialing_must_wait_too() -> None:
    book = Book()
    for number in range(FULL):
        book.end(str(number))
    assert not book.recorder.behind
    book.agent("idle")
    assert book.recorder.behind
    await book.recorder.drain()
    assert not book.recorder.behind


async def test_what_is_left_at_the_end_is_written() -> None:
    book = Book()
    book.talk("1")
    book.end("1")
    await book.recorder.drain()
    assert book.told == ["talk 1", "end 1"]


async def test_a_store_that_fails_ends_the_recorder_loudly() -> None:
    book = Book()
    book.attempts.broken = True
    book.end("1")
    with pytest.RaisesGroup(pytest.RaisesExc(OSError, match="disk full")):
        await book.recorder.run()
