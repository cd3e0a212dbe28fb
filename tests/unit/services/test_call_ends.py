"""Calls that are no attempts: who is told of their events, and how those end nobody saw end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from dialer.domain.booking import JournalEntry
from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.events import ChannelHungUp, ChannelUp, LiveChannel, OriginateFailed
from dialer.domain.ids import CallId, new_call_id
from dialer.domain.outcome import Outcome
from dialer.services.call_ends import CallEnds
from dialer.services.other_calls import ChannelEvent, OtherCalls
from dialer.services.recorder import Recorder
from dialer.testing.clock import START, SetClock
from dialer.testing.stores import MemoryStores
from dialer.testing.switch import MemorySwitch


class Listing(MemorySwitch):
    """A switch on which these channels live, however they came there."""

    def __init__(self) -> None:
        super().__init__(SetClock())
        self.live: set[str] = set()

    async def live_channels(self) -> list[LiveChannel]:
        return [LiveChannel(one, "Up", "", 1.0) for one in self.live]


@dataclass
class World:
    stores: MemoryStores = field(default_factory=MemoryStores)
    others: OtherCalls = field(default_factory=OtherCalls)
    switch: Listing = field(default_factory=Listing)

    def __post_init__(self) -> None:
        stores = self.stores
        self.recorder = Recorder(stores.attempts, stores.agents, stores.leads)
        self.ends = CallEnds(
            switch=self.switch,
            calls=stores.calls,
            others=self.others,
            journal=self.switch.journal,
            recorder=self.recorder,
            clock=SetClock(START + 60),
            node="node",
        )

    async def came_in(self, node: str = "node") -> CallId:
        call_id = new_call_id()
        record = CallRecord(call_id, Direction.IN, "+12025550123", START, node)
        await self.stores.calls.begin(record)
        return call_id

    async def outcome(self, call_id: CallId) -> Outcome | None:
        await self.recorder.settled()
        found = await self.stores.calls.get(call_id)
        assert found is not None
        return found.outcome


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    opened = World()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(opened.recorder.run())
        yield opened
        running.cancel()


def test_events_of_a_call_go_to_whoever_has_it_up_to_its_hang_up() -> None:
    others, told = OtherCalls(), list[ChannelEvent]()
    ours, gone, strange = new_call_id(), new_call_id(), new_call_id()
    others.register(ours, told.append)
    others.register(gone, told.append)
    events = [
        ChannelUp(ours, 1.0),
        ChannelUp(strange, 1.0),
        OriginateFailed(ours, "busy", 2.0),
        ChannelHungUp(ours, 16, "", 3.0),
    ]
    for event in events:
        others.take(event)
    others.take(ChannelHungUp(ours, 16, "", 4.0))
    refused = OriginateFailed(gone, "no", 5.0, no_channel=True)
    others.take(refused)
    assert told == [events[0], events[2], events[3], refused]
    assert others.live() == set()


async def test_calls_of_a_dead_engine_end_when_their_channel_is_gone_or_goes() -> None:
    async with world() as at:
        gone, alive, elsewhere = (
            await at.came_in(),
            await at.came_in(),
            await at.came_in("another"),
        )
        at.switch.live = {alive}
        await at.ends.at_start()
        assert await at.outcome(gone) is Outcome.LOST
        assert await at.outcome(alive) is None
        at.others.take(ChannelHungUp(alive, 16, "", START + 70))
        assert await at.outcome(alive) is Outcome.NO_ANSWER  # it was never answered
        assert await at.outcome(elsewhere) is None


async def test_an_answer_that_died_with_its_engine_is_told_by_the_journal() -> None:
    async with world() as at:
        alive = await at.came_in()
        at.switch.live = {alive}
        at.switch.journal.write(JournalEntry("ANSWER", alive, START + 1))
        await at.ends.at_start()
        at.others.take(ChannelHungUp(alive, 16, "", START + 70))
        assert await at.outcome(alive) is Outcome.CONNECTED


async def test_calls_that_ended_while_no_engine_ran_end_as_the_journal_says() -> None:
    async with world() as at:
        answered, given_up = await at.came_in(), await at.came_in()
        at.switch.journal.write(JournalEntry("ANSWER", answered, START + 1, 0, ""))
        at.switch.journal.write(JournalEntry("HANGUP", answered, START + 5, 16, ""))
        at.switch.journal.write(JournalEntry("HANGUP", given_up, START + 2, 0, ""))
        await at.ends.at_start()
        ends = []
        for call_id in (answered, given_up):
            assert await at.outcome(call_id) is not None
            found = await at.stores.calls.get(call_id)
            assert found is not None
            ends.append((found.ended_at, found.outcome))
        assert ends == [(START + 5, Outcome.CONNECTED), (START + 2, Outcome.NO_ANSWER)]
        assert at.others.live() == set()


async def test_calls_that_ended_while_the_session_was_lost_are_told_of_their_end() -> None:
    async with world() as at:
        told: list[ChannelEvent] = []
        gone, alive = new_call_id(), new_call_id()
        at.others.register(gone, told.append)
        at.others.register(alive, told.append)
        at.switch.live = {alive}
        await at.ends.after_loss()
        assert told == [ChannelHungUp(gone, 0, "", START + 60)]
        assert at.others.live() == {alive}
