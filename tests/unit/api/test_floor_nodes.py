"""The agents of several engines are one floor; an engine that is lost hides nobody else's."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from databases import database
from floor_at_work import person

from api.agents.floor import floor_of, node_of
from api.bootstrap import life_of
from api.calls.routes import live
from api.feed.hub import Hub
from api.world import World
from dialer.domain.campaign import Campaign
from dialer.domain.ids import AgentId, CampaignId, TenantId
from dialer.domain.principal import Principal
from dialer.domain.roles import Role
from dialer.errors import EngineUnavailable
from dialer.ports import LiveFact
from dialer.settings import NodeSettings

MAIN, OTHER = TenantId("main"), TenantId("other")


class Engines:
    """Several engines that say what they were told to; None: lost."""

    def __init__(self, told: Mapping[str, Mapping[str, Any] | None]) -> None:
        self._told = told

    def nodes(self) -> Sequence[str]:
        return list(self._told)

    async def ask(self, do: str, *, node: str = "", **_arguments: object) -> Any:
        told = self._told[node]
        if told is None:
            raise EngineUnavailable(node, "it was lost")
        if do == "live":
            agents = [["agents", one["agent"], one] for one in told["status"]["agents"]]
            return {"epoch": "1", "seq": len(agents), "entries": agents, "after": None}
        return told[do]

    async def facts(self) -> AsyncIterator[LiveFact]:
        for node in self._told:
            yield LiveFact(node, "missed", {})


def agent(name: str, state: str) -> dict[str, Any]:
    return {"agent": name, "state": state, "since": 1.0, "campaigns": [], "talks": 0}


def call(name: str, campaign: str) -> dict[str, Any]:
    return {
        "attempt": name,
        "campaign": campaign,
        "lead": 1,
        "state": "ringing",
        "since": 1.0,
        "dialed_at": 1.0,
        "agent": None,
        "number": "+12*******00",
        "trunk": "trunk",
    }


FLOORS = {
    "east": {
        "status": {"agents": [agent("1", "offline"), agent("2", "idle"), agent("9", "idle")]},
        "calls": [call("at-2", "ca-mine"), call("at-9", "ca-theirs")],
    },
    "lost": None,
    "west": {
        "status": {"agents": [agent("1", "talking"), agent("2", "offline")]},
        "calls": [call("at-1", "ca-mine")],
    },
}


@asynccontextmanager
async def world_on(kind: str, folder: Path, engines: Engines) -> AsyncIterator[World]:
    """Open what the service works with, but for the engines."""
    async with database(kind, folder) as url:
        settings = NodeSettings(home=folder, database_url=url, _env_file=None)
        async with life_of(settings)() as world:
            yield replace(world, engines=engines, feed=Hub(engines))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_an_agent_is_where_it_is_logged_in(kind: str, tmp_path: Path) -> None:
    async with world_on(kind, tmp_path, Engines(FLOORS)) as world:
        stores = world.stores
        await person(stores, "9", tenant="other")
        await person(stores, "3", tenant="main")
        there = [("1", "west", "talking"), ("2", "east", "idle"), ("3", None, "offline")]
        for anew in (False, True):
            floor = await floor_of(world, MAIN, anew=anew)
            assert [(one.id, one.node, one.state.value) for one in floor.all()] == there
        assert [one.id for one in (await floor_of(world, OTHER)).all()] == ["9"]
        assert await node_of(world, AgentId("1")) == "west"
        assert await node_of(world, AgentId("2")) == "east"
        assert await node_of(world, AgentId("3")) == ""


async def test_calls_of_all_engines_are_listed_and_of_the_tenant_only(tmp_path: Path) -> None:
    async with world_on("sqlite", tmp_path, Engines(FLOORS)) as world:
        mine = Campaign(campaign_id=CampaignId("ca-mine"), name="mine", created_at=1.0)
        await world.stores.campaigns.create(mine)
        principal = Principal(MAIN, Role.SUPERVISOR, "ann")
        found = await live(world, principal)
        assert [(one.attempt, one.node) for one in found] == [("at-1", "west"), ("at-2", "east")]


async def test_when_every_engine_is_lost_nothing_is_said(tmp_path: Path) -> None:
    async with world_on("sqlite", tmp_path, Engines({"east": None})) as world:
        with pytest.raises(EngineUnavailable, match="none"):
            await floor_of(world, MAIN)
        with pytest.raises(EngineUnavailable, match="east"):
            await floor_of(world, MAIN, anew=True)
        with pytest.raises(EngineUnavailable, match="east"):
            await live(world, Principal(MAIN, Role.SUPERVISOR, "ann"))
