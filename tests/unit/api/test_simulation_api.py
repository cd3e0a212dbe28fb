"""Rehearsals over REST: what can be rehearsed, what comes of it, and what it may cost."""

import asyncio
from pathlib import Path

import pytest
from record import campaign_with
from service import service

from dialer.adapters.rehearsals import Rehearsals
from dialer.errors import BadInput

SHORT = {"scenario": "memoryless", "agents": 3, "hours": 0.25, "seeds": 2}


async def test_a_scenario_is_rehearsed_and_a_campaign_once_it_has_a_record(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        names = [one["name"] for one in await at.done("GET", "/simulation/scenarios")]
        assert {"memoryless", "insurance"} <= set(names)
        told = await at.done("POST", "/simulation", json=SHORT, role="supervisor")
        assert (told["seeds"], len(told["columns"])) == ([1, 2], 1)
        (column,) = told["columns"]
        assert (column["agents"], column["hours"]) == (3, 0.25)
        assert 0 < column["figures"]["utilisation"]["mean"] <= 1
        other = {"mode": "progressive", "max_lines": 2}
        told = await at.done("POST", "/simulation", json={**SHORT, "seeds": 1, "instead": other})
        as_it_is, instead = told["columns"]
        assert (as_it_is["label"], instead["label"]) == ("as it is", "progressive, 2 lines")
        assert instead["figures"]["most_lines"]["mean"] <= 2 < as_it_is["figures"]["dials"]["mean"]
        assert as_it_is["agents"] == instead["agents"] == 3
        assert instead["against_first"].keys() == instead["figures"].keys()
        campaign, _ = await campaign_with(at, {})
        wanted = {"campaign": campaign, "seeds": 1}
        problem = await at.refused("POST", "/simulation", 422, json=wanted)
        assert problem["field"] == "campaign"
        assert problem["fix"]
        theirs = await at.refused("POST", "/simulation", 404, json=wanted, tenant="other")
        assert (theirs["field"], theirs["fix"]) == ("campaign", "see GET campaigns")


async def test_what_cannot_be_rehearsed_is_named_with_the_fix(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        for wanted, status, field in (
            ({}, 422, "scenario"),
            ({"scenario": "memoryless", "campaign": "x"}, 422, "scenario"),
            ({"scenario": "none"}, 404, "scenario"),
            ({"scenario": "../etc"}, 422, "body.scenario"),
            ({"scenario": "--home"}, 404, "scenario"),
            ({"scenario": "memoryless", "agents": 501}, 422, "body.agents"),
            ({"scenario": "memoryless", "hours": 25}, 422, "body.hours"),
            ({"scenario": "memoryless", "seeds": 51}, 422, "body.seeds"),
            ({"scenario": "memoryless", "mode": "power"}, 422, "body.mode"),
            ({"scenario": "memoryless", "instead": {"mode": "preview"}}, 422, "body.instead.mode"),
            ({"scenario": "memoryless", "instead": {"seeds": 9}}, 422, "body.instead.seeds"),
        ):
            problem = await at.refused("POST", "/simulation", status, json=wanted)
            assert problem["field"] == field, wanted
            assert problem["fix"]
        await at.refused("POST", "/simulation", 403, json=SHORT, role="qa")


async def test_a_rehearsal_that_takes_too_much_cpu_is_ended(tmp_path: Path) -> None:
    rehearsals = Rehearsals(tmp_path, cpu_s=2)
    with pytest.raises(BadInput) as refused:
        await rehearsals.run(scenario="r1", agents=200, seeds=50)
    assert str(refused.value).startswith("seeds: it took more than 2 s of CPU")
    assert rehearsals.wanted == 0


async def test_one_rehearsal_runs_at_a_time_and_few_wait(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await at.done("GET", "/simulation/scenarios")
        long = {"scenario": "memoryless", "agents": 2, "hours": 0.05, "seeds": 1}
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(at.ask("POST", "/simulation", json=long), name=f"asked-{n}")
                for n in range(6)
            ]
            answered = asyncio.as_completed(asked)
            late = [await next(answered) for _ in range(2)]
            first = await next(answered)
            for one in asked:
                one.cancel()
        assert [answer.status_code for answer in late] == [429, 429]
        assert late[0].headers["retry-after"] == "30"
        assert first.status_code == 200
