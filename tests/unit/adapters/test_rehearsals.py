"""The scenarios that ship are looked up by one process, however many ask."""

import asyncio
import os
from pathlib import Path

from dialer.adapters.rehearsals import Rehearsals
from simulation.demo.processes import children_of


async def test_many_who_ask_for_the_scenarios_at_once_start_one_process(tmp_path: Path) -> None:
    rehearsals = Rehearsals(tmp_path)
    before = set(children_of(os.getpid()))
    seen: set[int] = set()
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(rehearsals.scenarios()) for _ in range(4)]
        while not all(one.done() for one in asked):
            seen |= set(children_of(os.getpid())) - before
            await asyncio.sleep(0.01)
    assert len(seen) == 1
    assert all(one.result() == asked[0].result() for one in asked)
    assert asked[0].result()
