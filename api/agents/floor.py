"""The agents of all engines as one floor, as a tenant may see it.

An agent belongs to the tenant of the user that it is; one that is nobody's user to the main tenant.
Any other tenant's agent does not exist. Refuses to know what is asked of an agent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from api.agents.schemas import AgentShown
from api.world import World
from dialer.adapters.sql.agent_people import AgentPerson, tenant_of
from dialer.domain.agentflow import AgentState
from dialer.domain.ids import AgentId, TenantId
from dialer.errors import EngineUnavailable, NoSuch
from dialer.services.board import AGENTS

_AWAY: Final = (AgentState.OFFLINE.value, "")


@dataclass(frozen=True, slots=True)
class Floor:
    """The agents of a tenant."""

    people: Mapping[AgentId, AgentPerson]
    """Users of the tenant who are agents."""
    places: Mapping[AgentId, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    """Of each agent that an engine knows: the node, and what it says."""

    def shown(self, agent_id: AgentId) -> AgentShown:
        """Return what is shown of an agent."""
        return AgentShown.of(agent_id, self.people.get(agent_id), self.places.get(agent_id))

    def all(self) -> list[AgentShown]:
        """Return the agents in the order of their ids; who left for good only while there."""
        known = {agent_id for agent_id, person in self.people.items() if person.active}
        return [self.shown(agent_id) for agent_id in sorted(known | self.places.keys())]


async def floor_of(world: World, tenant_id: TenantId, *, anew: bool = False) -> Floor:
    """Look at all engines that can be asked.

    Args:
        world: what there is.
        tenant_id: whose agents.
        anew: whether to ask the engines, as one was just told to change something.

    Raises:
        EngineUnavailable: none can be asked.
    """
    everybody = await world.stores.agent_people.all()
    places: dict[AgentId, tuple[str, Mapping[str, Any]]] = {}
    told = await _asked(world) if anew else await world.feed.seen(AGENTS)
    for node, agents in told.items():
        for name, agent in agents.items():
            agent_id = AgentId(name)
            if tenant_of(everybody.get(agent_id)) != tenant_id:
                continue
            # one node remembers whoever logged out there; the other has them now
            if agent_id not in places or agent["state"] not in _AWAY:
                places[agent_id] = (node, agent)
    people = {key: person for key, person in everybody.items() if person.tenant_id == tenant_id}
    return Floor(people, places)


async def _asked(world: World) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    found: dict[str, Mapping[str, Mapping[str, Any]]] = {}
    lost = EngineUnavailable("", "none runs")
    for node in world.engines.nodes():
        try:
            status = await world.engines.ask("status", node=node)
        except EngineUnavailable as error:
            lost = error
            continue
        found[node] = {agent["agent"]: agent for agent in status["agents"]}
    if not found:
        raise lost
    return found


async def node_of(world: World, agent_id: AgentId) -> str:
    """Return the node that an agent is on; empty when there is only one, or none has it."""
    nodes = world.engines.nodes()
    if len(nodes) <= 1:
        return ""
    for node in nodes:
        try:
            status = await world.engines.ask("status", node=node)
        except EngineUnavailable:
            continue
        for agent in status["agents"]:
            if agent["agent"] == agent_id and agent["state"] not in _AWAY:
                return node
    return ""


async def check_agent(world: World, tenant_id: TenantId, agent_id: str) -> AgentId:
    """Return an agent that a tenant may ask something of.

    Raises:
        NoSuch: it is another tenant's, or nobody's and not the main tenant asks.
    """
    person = (await world.stores.agent_people.all()).get(AgentId(agent_id))
    if tenant_of(person) != tenant_id:
        raise no_such_agent(agent_id)
    return AgentId(agent_id)


def no_such_agent(agent_id: str) -> NoSuch:
    """Return the error for an agent that is not to be seen."""
    return NoSuch("agent", f"{agent_id!r} does not exist", "see GET agents")
