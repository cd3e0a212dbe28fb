"""A simulated agent at a real service: logs in, waits, writes up, has a break, is ready again.

Only the switch is in memory.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "api"))
from floor_at_work import dialing, talking, until, until_shown
from service import Service, service
from serving import served

from outpace.client import Problem
from simulation.demo.agents import BREAK, BREAK_AFTER, DISPOSITIONS, SimulatedAgent
from simulation.demo.scenario import Law

BRIEF = Law(shortest=0.1, mean=0.11, longest=0.12)
PASSWORD = "a password for tests"


def agent(*, sale_rate: float = 1.0, wrap_up_s: Law = BRIEF) -> SimulatedAgent:
    return SimulatedAgent(
        "1001", PASSWORD, wrap_up_s=wrap_up_s, break_s=BRIEF, sale_rate=sale_rate, chance=Random(1)
    )


@asynccontextmanager
async def at_work(
    folder: Path, who: SimulatedAgent, **settings: object
) -> AsyncIterator[tuple[Service, str]]:
    """An agent at a desk of a service with a campaign that dials."""
    async with service(folder, api_behind_tls=False) as at, served(at.app) as address:
        await at.done("POST", "/pause-codes", json={"code": BREAK, "label": "Coffee"})
        user = {"login": who.name, "role": "agent", "agent": who.name, "password": who.password}
        await at.done("POST", "/users", json=user)
        campaign = await dialing(at, record=False, **settings)
        url = "http://" + address.removesuffix("/api/v1")
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(who.work([url], campaign))
            await who.present.wait()
            yield at, campaign
            work.cancel()


async def said(at: Service, attempt: str) -> str:
    told = await at.done("GET", f"/attempts/{attempt}")
    return str(told["disposition"])


def pauses(report: dict[str, Any]) -> list[str]:
    return [code for row in report["agents"] for code in row["pauses_s"]]


async def test_an_agent_logs_in_waits_for_a_talk_to_end_and_writes_it_up(tmp_path: Path) -> None:
    one = agent()
    async with at_work(tmp_path, one) as (at, _campaign):
        async with talking(at) as attempt:
            pass
        await until(lambda: one.written_up == 1)

        assert await said(at, attempt) == DISPOSITIONS[0]
        await until_shown(at, "/agents/1001", lambda me: me["state"] in ("idle", "reserved"))


async def test_an_agent_has_a_break_after_some_talks_and_comes_back(tmp_path: Path) -> None:
    one = agent(sale_rate=0.0)
    async with at_work(tmp_path, one, leads=BREAK_AFTER + 1) as (at, _campaign):
        for number in range(BREAK_AFTER):
            async with talking(at, number) as attempt:
                pass
            await until(lambda done=number + 1: one.written_up == done)  # type: ignore[misc]
        assert await said(at, attempt) == DISPOSITIONS[-1]

        await until_shown(at, "/reports/agents", lambda told: BREAK in pauses(told))
        await until_shown(at, "/agents/1001", lambda me: me["state"] in ("idle", "reserved"))


async def test_a_wrap_up_that_was_ended_for_the_agent_is_no_fault(tmp_path: Path) -> None:
    one = agent(wrap_up_s=Law(shortest=0.5, mean=0.51, longest=0.52))
    async with at_work(tmp_path, one, wrap_up_limit_s=0.05, leads=2) as (at, _campaign):
        for number in range(2):
            async with talking(at, number):
                pass
        assert one.written_up == 0


async def test_whoever_does_not_know_the_password_does_not_work(tmp_path: Path) -> None:
    async with service(tmp_path, api_behind_tls=False) as at, served(at.app) as address:
        with pytest.raises(Problem, match="wrong"):
            await agent().work(["http://" + address.removesuffix("/api/v1")], "ca-none")
