"""A node with agents whose phones are called for each customer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from node import ANN, Node, node

from dialer.domain.ids import AgentId
from dialer.domain.phone import Phone, PhoneLeg, ha1_of


async def called_on_demand(at: Node, *agents: AgentId) -> None:
    """Put phones on record that are called for each customer."""
    for agent_id in agents:
        phone = Phone(agent_id, ha1=ha1_of(agent_id, "secret"), leg=PhoneLeg.ON_DEMAND)
        await at.stores.phones.add(phone, by="test", at=0.0)


def legs(at: Node) -> list[str]:
    """Return the legs that live."""
    return [channel_id for channel_id in at.switch.channels if channel_id.startswith("ag-")]


@asynccontextmanager
async def demand_node(*more: AgentId, **settings: object) -> AsyncIterator[Node]:
    """Run a node on which Ann, and more, are logged in on demand, for one campaign."""
    async with node() as at:
        await at.campaign(**{"wrap_up_limit_s": 30.0, **settings})
        await called_on_demand(at, ANN, *more)
        await at.log_in(ANN, *more)
        yield at
