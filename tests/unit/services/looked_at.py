"""What tests of a node look at and do, beyond what `node` offers: legs, talks, states of calls."""

from node import ANN, Node

from dialer.domain.callflow import CallState
from dialer.domain.ids import AgentId, AttemptId, LegId
from dialer.ports import AgentRecord

CUSTOMER = AttemptId("at-customer")


def leg(at: Node, agent_id: AgentId = ANN) -> LegId:
    """Return an agent's standing leg."""
    leg_id = at.agent(agent_id).leg_id
    assert leg_id is not None
    return leg_id


def reserve(at: Node, agent_id: AgentId = ANN) -> LegId:
    """Keep an agent for the customer, past seating; returns the leg."""
    assert at.agents.reserve(at.agent(agent_id), CUSTOMER)
    return leg(at, agent_id)


def talk(at: Node, agent_id: AgentId = ANN) -> LegId:
    """Have an agent talk to the customer; returns the leg."""
    leg_id = reserve(at, agent_id)
    at.agents.talk_began(agent_id, CUSTOMER)
    return leg_id


async def on_record(at: Node, agent_id: AgentId = ANN) -> AgentRecord:
    """Return the committed state of an agent."""
    await at.settle()
    return at.stores.tables.agents[agent_id]


def state(at: Node, attempt_id: AttemptId) -> CallState | None:
    """Return the state of a live call; None if it is over."""
    flows = {flow.attempt.attempt_id: flow.state for flow in at.calls.live()}
    return flows.get(attempt_id)
