"""An engine after another one, on the same stores and the same switch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from node import NODE, Node

from dialer.domain.agentflow import AgentState
from dialer.domain.ids import AttemptId
from dialer.domain.lead import AttemptEnd

VIRTUAL_TIME = True
A = AgentState


@asynccontextmanager
async def successor(old: Node) -> AsyncIterator[Node]:
    """Another engine on the same switch and record; the old one is dead and hears nothing."""
    old.switch.forget_everyone()
    async with asyncio.TaskGroup() as tasks:
        new = Node(tasks, stores=old.stores, switch=old.switch)
        recording = tasks.create_task(new.recorder.run())
        await new.stores.leads.release_all(NODE)
        await new.campaigns.load()
        new.calls.early_lines.settling()
        await new.queue_agents.look()
        await new.reaper.at_start()
        await new.queues.recall()
        new.calls.early_lines.settled()
        await new.settle()
        for run in new.campaigns.runs():
            await run.refill()
        new.seating.rehome()
        yield new
        new.sound()
        for channel_id in list(new.switch.channels):
            new.switch.end(channel_id)
        await new.settle()
        recording.cancel()


def ends(at: Node) -> dict[AttemptId, AttemptEnd | None]:
    return {key: entry.end for key, entry in at.stores.tables.attempts.items()}
