"""An agent's own day over REST: figures and rank, wrap-up made longer, promises kept now."""

import time
from pathlib import Path
from typing import Any

from floor_at_work import dialing, logged_in, talking, until, user
from service import Service, service

from api.session.today import Days, Today
from dialer.adapters.sql.agent_people import AgentPerson
from dialer.adapters.sql.reports.agents import AgentFigures
from dialer.adapters.sql.reports.tally import Tally
from dialer.domain.ids import AgentId, TenantId


def state_of(at: Service) -> str:
    return str(at.engine.agents.get(AgentId("1001")).state.value)


def agent(name: str, *, sales: int, talks: int) -> AgentFigures:
    tally = Tally(sales=sales)
    return AgentFigures(AgentId(name), state_ms={"idle": 1}, talks=talks, tally=tally)


async def test_a_talk_is_in_the_figures_of_the_day_and_its_wrap_up_can_be_made_longer(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as at:
        await user(at, "1001", name="Ann")
        campaign = await dialing(at, leads=2, wrap_up_limit_s=60.0)
        await at.refused("POST", "/session/extend", 409, role="agent")
        await logged_in(at, campaign)
        async with talking(at):
            pass
        await until(lambda: state_of(at) == "wrap_up")
        until_before = at.engine.agents.get(AgentId("1001")).wrap_up_until
        await at.done("POST", "/session/extend", role="agent")
        until_after = at.engine.agents.get(AgentId("1001")).wrap_up_until
        assert until_before is not None
        assert until_after is not None
        assert 59 < until_after - until_before < 61
        said = {"disposition": "sale", "amount": 12.5}
        await at.done("POST", "/session/ready", role="agent", json=said)
        params = {"zone": "Asia/Kathmandu"}
        day = await at.done("GET", "/session/today", role="agent", params=params)
        assert (day["talks"], day["sales"], day["amount"]) == (1, 1, 12.5)
        assert (day["rank"], day["of"], day["team"]) == (1, 1, None)
        assert day["since"] % 86_400 == 86_400 - (5 * 3600 + 45 * 60)
        assert 0 < day["wrap_up_s"] <= day["logged_in_s"] < time.time() - day["since"]
        await at.refused("GET", "/session/today", 422, role="agent", params={"zone": "Moon"})
        await at.refused("GET", "/session/today", 403, role="qa")


async def test_figures_are_counted_once_for_all_who_ask_within_a_moment(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        days: Days = at.app.state.world.days
        first = await days.figures(TenantId("main"), 0.0, 1000.0)
        assert await days.figures(TenantId("main"), 0.0, 1010.0) is first
        assert await days.figures(TenantId("main"), 0.0, 1030.0) is not first


def test_the_rank_is_that_among_those_of_the_team_who_were_there() -> None:
    def person(team: str | None) -> AgentPerson:
        return AgentPerson(TenantId("main"), "login", "", team, active=True)

    figures: dict[AgentId, Any] = {
        one.agent_id: one
        for one in (
            agent("a", sales=2, talks=9),
            agent("b", sales=3, talks=5),
            agent("c", sales=9, talks=9),
            AgentFigures(AgentId("d")),
        )
    }
    people = {AgentId(name): person("day") for name in "abd"} | {AgentId("c"): person("night")}
    day = Today.of_agent(AgentId("a"), figures, people, 0.0)
    assert (day.rank, day.of, day.team) == (2, 2, "day")
    assert Today.of_agent(AgentId("x"), figures, people, 0.0).of == 1
