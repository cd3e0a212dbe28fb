"""Puts on record what has happened, without making a call wait for the database.

One task, in order, in groups; whoever must wait for a commit waits for its turn (`commit`).
Attempts, which are committed before they are sent, do not come this way. Refuses to know how facts
are stored.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from dialer.domain.ids import AgentId, AttemptId, LeadId, LegId
from dialer.domain.lead import AttemptEnd
from dialer.errors import StoreUnavailable
from dialer.ports import AgentRecord, AgentStore, AttemptStore, LeadStore

GROUP: Final = 500
"""Facts handed to the stores at once."""

Write = Callable[[], Awaitable[None]]

TRY_AGAIN_S: Final = 0.2
"""Wait before facts are handed in again to a database that could not be reached."""

FULL: Final = 5_000
"""Facts waiting; beyond it no new line is dialed until the record has caught up."""


class Recorder:
    """Books ends, talks and agents' states in the background."""

    def __init__(self, attempts: AttemptStore, agents: AgentStore, leads: LeadStore) -> None:
        self._attempts = attempts
        self._agents = agents
        self._leads = leads
        self._ends: list[AttemptEnd] = []
        self._writes: deque[Write] = deque()
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._unreachable = False
        self._recorded_listeners: list[Callable[[Sequence[AttemptEnd]], None]] = []

    def on_recorded(self, listener: Callable[[Sequence[AttemptEnd]], None]) -> None:
        """Be told of ends of attempts once they are committed."""
        self._recorded_listeners.append(listener)

    @property
    def behind(self) -> bool:
        """Whether dialing must wait: the database cannot be reached, or so much waits for it."""
        return self._unreachable or self.backlog > FULL

    @property
    def backlog(self) -> int:
        """Count the facts that wait to be written."""
        return len(self._ends) + len(self._writes)

    @property
    def available(self) -> bool:
        """Whether the last facts could be written."""
        return not self._unreachable

    @property
    def away(self) -> bool:
        """Whether the database could not be reached when something was last handed to it."""
        return self._unreachable

    def book_end(self, end: AttemptEnd) -> None:
        """Record the end of an attempt."""
        self._ends.append(end)
        self._wake()

    def give_back(self, lead_ids: Sequence[LeadId]) -> None:
        """Have leads released whose attempts were not recorded."""
        self._writes.append(lambda: self._leads.release(lead_ids))
        self._wake()

    def talk_began(
        self, attempt_id: AttemptId, agent_id: AgentId, leg_id: LegId, at: float
    ) -> None:
        """Record who talks to whom, so that a crash does not forget it."""
        self._writes.append(lambda: self._attempts.mark_connected(attempt_id, agent_id, leg_id, at))
        self._wake()

    def agent_is(self, record: AgentRecord) -> None:
        """Record an agent's state."""
        self._writes.append(lambda: self._agents.save(record))
        self._wake()

    def book(self, write: Write) -> None:
        """Carry out a write in its turn; nobody waits for it. It may be carried out twice."""
        self._writes.append(write)
        self._wake()

    def note(self, write: Write) -> None:
        """As `book`, for what is only good to know: left out when the record is behind."""
        if not self.behind:
            self.book(write)

    async def commit(self, write: Write) -> None:
        """Carry out a write in its turn, after all that was booked before it; wait for it."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def in_turn() -> None:
            await write()
            if not done.done():
                done.set_result(None)

        self._writes.append(in_turn)
        self._wake()
        await done

    async def settled(self) -> None:
        """Wait until everything booked so far is committed."""
        await self._idle.wait()

    async def run(self) -> None:
        """Write for ever; an error of the store stops the engine, loudly."""
        while True:
            await self._work.wait()
            self._work.clear()
            while self._writes or self._ends:
                await self._write_group()
            self._idle.set()

    async def drain(self) -> None:
        """At the end of the engine: write what is left."""
        while self._writes or self._ends:
            await self._write_group()

    async def _write_group(self) -> None:
        ends, self._ends = self._ends[:GROUP], self._ends[GROUP:]
        writes = [self._writes.popleft() for _ in range(min(GROUP, len(self._writes)))]
        works = list(writes)
        if ends:
            works.append(lambda: self._record(ends))
        failed: list[Write] = []
        # started in order, so the store's one writer sees them in order and groups them
        async with asyncio.TaskGroup() as tasks:
            for work in works:
                tasks.create_task(_attempted(work, failed), name="record")
        self._unreachable = bool(failed)
        if failed:
            # what was written all the same is written once more: each of them may be
            self._writes.extendleft(reversed([work for work in works if work in failed]))
            await asyncio.sleep(TRY_AGAIN_S)

    async def _record(self, ends: Sequence[AttemptEnd]) -> None:
        await self._attempts.record_ends(ends)
        for listener in self._recorded_listeners:
            listener(ends)

    def _wake(self) -> None:
        self._idle.clear()
        self._work.set()


async def _attempted(work: Write, failed: list[Write]) -> None:
    try:
        await work()
    except StoreUnavailable:
        failed.append(work)
