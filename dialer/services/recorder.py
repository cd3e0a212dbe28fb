"""Puts on record what has happened, without making a call wait for the database.

One task, in order, in groups; whoever must wait for a commit waits for its turn (`commit`).
Attempts, which are committed before they are sent, do not come this way. Refuses to know how facts
are stored.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from dialer.domain.ids import AgentId, AttemptId, LegId
from dialer.domain.lead import AttemptEnd
from dialer.ports import AgentRecord, AgentStore, AttemptStore

GROUP: Final = 500
"""Facts handed to the stores at once."""

FULL: Final = 5_000
"""Facts waiting; beyond it no new line is dialed until the record has caught up."""


class Recorder:
    """Books ends, talks and agents' states in the background."""

    def __init__(self, attempts: AttemptStore, agents: AgentStore) -> None:
        self._attempts = attempts
        self._agents = agents
        self._ends: list[AttemptEnd] = []
        self._writes: deque[Callable[[], Awaitable[None]]] = deque()
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def behind(self) -> bool:
        """Whether so much waits that dialing must wait too."""
        return len(self._ends) + len(self._writes) > FULL

    def book_end(self, end: AttemptEnd) -> None:
        """Record the end of an attempt."""
        self._ends.append(end)
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

    async def commit(self, write: Callable[[], Awaitable[None]]) -> None:
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
        # started in order, so the store's one writer sees them in order and groups them
        async with asyncio.TaskGroup() as tasks:
            for write in writes:
                tasks.create_task(_await(write()), name="record")
            if ends:
                tasks.create_task(_await(self._attempts.record_ends(ends)), name="record-ends")

    def _wake(self) -> None:
        self._idle.clear()
        self._work.set()


async def _await(work: Awaitable[None]) -> None:
    await work
