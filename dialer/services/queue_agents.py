"""The agents of a node as queues see them: whose they are, what they can do, who is free next.

Reads people and skills from the record now and then. Refuses to know who waits.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

import structlog

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.ids import AgentId, TenantId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.queue_order import Server, Wish, may_serve
from dialer.errors import StoreUnavailable
from dialer.ports import AgentRoll, AgentRolls
from dialer.services.agents import Agents

log = structlog.get_logger(__name__)

LOOK_S: Final = 5.0
"""Between two looks at people and skills."""

NUMBERS: Final = 20_000
"""Numbers of which it is remembered who talked with them last, in this life of the engine."""

_SOON: Final = (
    AgentState.IDLE,
    AgentState.WRAP_UP,
    AgentState.TALKING,
    AgentState.RESERVED,
)
"""In the order in which they will probably be free for a caller."""

_STRANGER: Final = AgentRoll()


class QueueAgents:
    """Who may take callers.

    Args:
        agents: who is there.
        rolls: people and skills.
        blended: tells whether an agent takes calls that come in at all.
    """

    def __init__(
        self,
        agents: Agents,
        rolls: AgentRolls,
        *,
        blended: Callable[[Agent], bool] = lambda _agent: True,
    ) -> None:
        self._agents = agents
        self._rolls = rolls
        self._blended = blended
        self._known: Mapping[AgentId, AgentRoll] = {}
        self._last: OrderedDict[str, AgentId] = OrderedDict()
        self._new = asyncio.Event()
        self._told: list[Callable[[], None]] = []
        agents.listen(self._agent_changed)

    async def run(self) -> None:
        """Keep people and skills as they are on record, for ever."""
        while True:
            await self.look()
            self._new.clear()
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._new.wait()
            except TimeoutError:
                pass

    async def look(self) -> None:
        """Read people and skills once."""
        try:
            self._known = await self._rolls.all()
        except StoreUnavailable as lost:
            log.warning("skills_not_read", error=str(lost))
            return
        for listener in self._told:
            listener()

    def on_look(self, listener: Callable[[], None]) -> None:
        """Be told when people and skills were read again."""
        self._told.append(listener)

    def tenant_of(self, agent_id: AgentId) -> TenantId:
        """Return whose agent this is."""
        return self._known.get(agent_id, _STRANGER).tenant_id

    def server(self, agent: Agent) -> Server | None:
        """Return an agent as queues see them; None: this one takes no calls that come in."""
        if not self._blended(agent):
            return None
        roll = self._known.get(agent.agent_id, _STRANGER)
        return Server(agent.agent_id, roll.tenant_id, agent.since, roll.skills, roll.team)

    def servers(self, agents: Iterable[Agent]) -> list[Server]:
        """Return those of the agents who take calls that come in."""
        return [server for agent in agents if (server := self.server(agent)) is not None]

    def next_free(self) -> list[Server]:
        """Return who will be free next, in the order in which that is likely.

        Who is idle and spared, who writes up, who talks; of each who does so longest.
        """
        busy = [agent for agent in self._agents.all() if agent.state in _SOON and not agent.wish]
        busy.sort(key=lambda agent: (_SOON.index(agent.state), agent.since))
        return self.servers(busy)

    def count(self, wish: Wish, states: Collection[AgentState]) -> int:
        """Count the agents in some states who may serve a wish."""
        there = self.servers(one for one in self._agents.all() if one.state in states)
        return sum(1 for server in there if may_serve(wish, server))

    def any_in(self, wish: Wish) -> bool:
        """Tell whether somebody is on record who may serve a wish, logged in or not."""
        return any(
            may_serve(wish, Server(agent_id, roll.tenant_id, 0.0, roll.skills, roll.team))
            for agent_id, roll in self._known.items()
        )

    def last_with(self, number: str) -> AgentId | None:
        """Return who talked with a number last, as far as this engine knows."""
        return self._last.get(number)

    def talked(self, number: str, agent_id: AgentId) -> None:
        """An agent talked with a number."""
        if not number:
            return
        self._last.pop(number, None)
        self._last[number] = agent_id
        if len(self._last) > NUMBERS:
            self._last.popitem(last=False)

    def attempt_ended(self, attempt: Attempt, end: AttemptEnd) -> None:
        """An outbound call is over: whoever talked is remembered."""
        if end.agent_id is not None:
            self.talked(attempt.number, end.agent_id)

    def _agent_changed(self, agent: Agent) -> None:
        logs_in = agent.state is AgentState.CALLING or agent.on_demand
        if logs_in and agent.agent_id not in self._known:
            self._new.set()
