"""A node with queues, and people who call it."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from node import NODE, Node

from dialer.domain.agentflow import AgentState
from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.ids import AgentId
from dialer.domain.queue import Queue, QueueSettings
from dialer.domain.skill import Skill
from dialer.errors import BadInput
from dialer.testing.inbound_line import MemoryLine

CALLER, OTHER = "+12025550111", "+12025550122"


class Hall:
    """The node and its callers."""

    def __init__(self, at: Node) -> None:
        self.at = at
        self.results: dict[str, str] = {}
        self.tasks: list[asyncio.Task[None]] = []

    async def queue(self, name: str = "sales", **settings: Any) -> None:
        made = Queue(name, QueueSettings(**{"announce_every_s": 0.0, **settings}))
        for skill in made.settings.skills:
            with suppress(BadInput):  # there already
                await self.at.stores.skills.add(Skill(skill), by="test", at=0.0)
        await self.at.stores.queues.add(made, by="test", at=0.0)

    async def can(self, agent_id: AgentId, *skills: str, tenant_id: str = "main") -> None:
        levels = dict.fromkeys(skills, 1)
        await self.at.stores.rolls.give(agent_id, levels, by="test", at=0.0, tenant_id=tenant_id)
        await self.at.queue_agents.look()

    async def call(
        self,
        number: str = CALLER,
        to: str = "sales",
        *,
        kind: str = "queue",
        wait_s: float = 0.0,
        **line: Any,
    ) -> MemoryLine:
        """Somebody calls, and is put into a queue."""
        caller = MemoryLine(self.at.switch, number, **line)
        record = CallRecord(
            caller.call_id,
            Direction.IN,
            number,
            self.at.clock.now(),
            NODE,
            tenant_id=caller.tenant_id,
        )
        await self.at.stores.calls.begin(record)

        async def taken(taking: Coroutine[Any, Any, str]) -> None:
            self.results[caller.call_id] = await taking

        taking = self.at.queues.take(caller, kind, to, wait_s)
        self.at.tasks.create_task(taken(taking), name=f"caller-{number}")
        await self.at.settle()
        return caller

    def result(self, caller: MemoryLine) -> str:
        return self.results[caller.call_id]

    def record(self, caller: MemoryLine) -> CallRecord:
        return self.at.stores.calls.rows[caller.call_id]

    def talks_with(self, agent_id: AgentId) -> str | None:
        """Return the call or attempt an agent talks with."""
        agent = self.at.agent(agent_id)
        return agent.attempt_id if agent.state is AgentState.TALKING else None
