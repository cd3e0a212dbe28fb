"""Samples of what pacers decided, and reasons of agents' states, as rows."""

from pathlib import Path

import pytest
from sqlalchemy import select
from stored import KINDS, SPRING, rows, stored

from dialer.adapters.sql.tables.audit import pacing_decisions
from dialer.adapters.sql.tables.people import agent_log
from dialer.domain.ids import AgentId
from dialer.ports import AgentRecord, DecisionSample

pytestmark = pytest.mark.parametrize("kind", KINDS)


async def test_a_sample_is_a_row_with_its_forecast(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        sample = DecisionSample(SPRING, 10.0, 3, "abandon budget", {"beta": 0.02})
        await stores.decisions.record([sample])
        (row,) = await rows(stores, select(pacing_decisions))
        assert (row.at, row.lines, row.limited_by) == (10.0, 3, "abandon budget")
        assert row.forecast == {"beta": 0.02}


async def test_the_code_of_a_pause_is_in_the_log_and_the_present_state(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        ann = AgentRecord(AgentId("ann"), "paused", None, None, 10.0, (), "lunch")
        await stores.agents.save(ann)
        assert await stores.agents.load() == [ann]
        (row,) = await rows(stores, select(agent_log))
        assert row.reason == "lunch"
