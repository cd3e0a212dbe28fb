"""What every AgentStore promises."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from durable_stores import AUTUMN, KINDS, SPRING, durable

from dialer.domain.ids import AgentId, new_attempt_id, new_leg_id
from dialer.ports import AgentRecord

pytestmark = pytest.mark.parametrize("kind", KINDS)

ANN = AgentRecord(AgentId("ann"), "READY", new_leg_id(), None, 10.0, (SPRING, AUTUMN))
BOB = AgentRecord(AgentId("bob"), "OFFLINE", None, None, 11.0)


async def test_nobody_has_a_state_at_first(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        assert await stores.agents.load() == []


async def test_the_last_state_of_every_agent_is_kept_whole(kind: str, tmp_path: Path) -> None:
    talking = replace(ANN, state="TALKING", attempt_id=new_attempt_id(), since=12.5)
    async with durable(kind, tmp_path) as stores:
        await stores.agents.save(BOB)
        await stores.agents.save(ANN)
        await stores.agents.save(talking)
        assert await stores.agents.load() == [talking, BOB]


async def test_states_saved_at_once_hold_in_the_order_they_were_begun(
    kind: str, tmp_path: Path
) -> None:
    states = [replace(ANN, state=f"S{i}", since=float(i)) for i in range(20)]
    async with durable(kind, tmp_path) as stores:
        await asyncio.gather(*(stores.agents.save(state) for state in states))
        assert await stores.agents.load() == [states[-1]]
