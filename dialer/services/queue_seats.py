"""Which agent gets which caller of a queue, and which agents pacing cannot count on for that.

A phone that is called on demand is called for the caller, who hears music until its leg is there.
Refuses to know the law of a caller, the record, and who is best for whom
(`dialer.domain.queue_order`).
"""

import asyncio
from collections.abc import Callable, Collection, Iterable

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.call_events import Seated
from dialer.domain.ids import AgentId, AttemptId, LegId
from dialer.domain.queue_order import (
    YIELD_S,
    Wish,
    best_agent,
    next_caller,
    spoken_for,
    yields,
)
from dialer.ports import Clock
from dialer.services.agents import Agents
from dialer.services.kept_places import KeptPlaces
from dialer.services.queue_agents import QueueAgents
from dialer.services.queue_outlook import QueueOutlook
from dialer.services.queued_call import QueuedCall
from dialer.services.seating import Seating


class QueueSeats:
    """Matches the callers of one node's queues with agents who are free.

    Args:
        agents: who is there.
        who: whose agents they are, and what they can do.
        seating: offers each agent who becomes idle.
        places: of callers who will be called back.
        outlook: told who is taken, and who leaves.
        seeking: returns all who wait for an agent.
        seated: told of each caller who gets an agent.
        spared: tells which idle agents are left to lines that ring, for a while.
        clock: of the engine.
    """

    def __init__(
        self,
        *,
        agents: Agents,
        who: QueueAgents,
        seating: Seating,
        places: KeptPlaces,
        outlook: QueueOutlook,
        seeking: Callable[[], Iterable[QueuedCall]],
        seated: Callable[[QueuedCall, Seated], None],
        spared: Callable[[], Collection[AgentId]],
        clock: Clock,
    ) -> None:
        self._agents = agents
        self._who = who
        self._places = places
        self._outlook = outlook
        self._seeking = seeking
        self._seated = seated
        self._spared = spared
        self._clock = clock
        self._claiming = False
        seating.on_idle(self.offer)
        agents.listen(self._agent_changed)
        who.on_look(self.serve_idle)

    # -- agents look for callers -------------------------------------------------------------

    def offer(self, agent: Agent, contested: bool) -> bool:
        """Have an idle agent take who is next; False: nobody is, or they let another go first."""
        server = self._who.server(agent)
        if server is None or self._claiming:
            return False
        while True:
            seeking = {call.wish.call_id: call for call in self._seeking()}
            wish = next_caller(server, (call.wish for call in seeking.values()))
            if wish is None or (contested and yields(wish, self._clock.now())):
                return False
            next_one = seeking[wish.call_id]
            if self._seat(next_one, agent):
                return True
            if next_one.promised is None:
                return False

    def serve_idle(self) -> None:
        """Something changed that may let a caller have an agent who is idle."""
        if self._claiming or not any(True for _ in self._seeking()):
            return
        if not any(agent.state is AgentState.IDLE for agent in self._agents.all()):
            return
        spared = self._spared()
        for call in sorted(self._seeking(), key=lambda one: one.wish.rank):
            if self._seat_idle(call, spared):
                spared = self._spared()

    # -- callers look for agents -------------------------------------------------------------

    def seek(self, call: QueuedCall) -> None:
        """Give a caller an agent, at once or later."""
        call.seeking = True
        loop = asyncio.get_running_loop()
        call.timers.append(loop.call_later(YIELD_S, self.serve_idle))
        if not self._seat_idle(call, self._spared()):
            self._claim()

    def idle_for(self, wish: Wish) -> Agent | None:
        """Return the idle agent whom somebody with this wish would have now; None: nobody."""
        return self._best_idle(wish, self._spared())

    def stop_seeking(self, call: QueuedCall) -> None:
        """A caller waits no more, without an agent."""
        call.seeking = False
        self.hang_up(call)
        self._outlook.left(call)
        self._claim()

    def hang_up(self, call: QueuedCall) -> None:
        """End the phone that rings for a caller, if one does."""
        leg_id, call.rings = call.rings, None
        if leg_id is not None:
            self._agents.freed(leg_id, wrap_up_s=0.0)

    # -- inside ------------------------------------------------------------------------------

    def _seat_idle(self, call: QueuedCall, spared: Collection[AgentId]) -> bool:
        """Give a caller the best of the idle agents, but none who is left to lines that ring."""
        best = self._best_idle(call.wish, spared)
        return best is not None and self._seat(call, best)

    def _best_idle(self, wish: Wish, spared: Collection[AgentId]) -> Agent | None:
        patient = yields(wish, self._clock.now())
        idle = {
            agent.agent_id: agent
            for agent in self._agents.all()
            if agent.state is AgentState.IDLE
            and self._agents.demand.can_be_called(agent)
            and not (patient and agent.agent_id in spared)
        }
        best = best_agent(wish, self._who.servers(idle.values()))
        return idle[best.agent_id] if best is not None else None

    def _seat(self, call: QueuedCall, agent: Agent) -> bool:
        if call.promised is not None:
            self._outlook.taken(call)
            seated = self._places.seat(call, agent)
            self._claim()
            return seated
        agent.home = None  # pacers count this agent elsewhere
        if not self._agents.reserve(agent, AttemptId(call.wish.call_id)):
            return False
        call.seeking, call.rings = False, agent.leg_id
        self._agents.demand.summon(agent, lambda leg_id: self._came(call, agent, leg_id))
        self._claim()
        return True

    def _came(self, call: QueuedCall, agent: Agent, leg_id: LegId | None) -> None:
        """The agent's leg can be joined, or does not come; the caller may have left meanwhile."""
        if call.rings is None:
            return
        call.rings = None
        if leg_id is None:
            self.seek(call)
            return
        self._outlook.taken(call)
        self._seated(call, Seated(agent.agent_id, leg_id, self._clock.now()))

    def _claim(self) -> None:
        """Tell pacing which agents callers take next."""
        if self._claiming:
            return
        self._claiming = True  # an agent of whom this is told is not offered for it
        try:
            wishes = [call.wish for call in self._seeking()]
            free = self._who.next_free() if wishes else []
            self._agents.claim(spoken_for(wishes, free), by="queues")
        finally:
            self._claiming = False

    def _agent_changed(self, agent: Agent) -> None:
        if agent.claimed or any(True for _ in self._seeking()):
            self._claim()
