"""Agents who are there again without a log-in: taken over from a dead engine, or called anew.

Knows what record and switch say of them. Refuses to know when it is time to look.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress

import structlog

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.ids import AgentId, AttemptId, CampaignId
from dialer.errors import SwitchUnavailable
from dialer.ports import AgentRecord
from dialer.services.agent_book import AgentBook
from dialer.services.agent_moves import AgentMoves
from dialer.services.demand_legs import DemandLegs
from dialer.services.recalls import Recalls
from dialer.services.standing_legs import StandingLegs

log = structlog.get_logger(__name__)


class AgentReturns:
    """Takes agents over and recalls them.

    Args:
        agents: every agent of this node; those who are taken over are added.
        legs: whose each leg is.
        demand: legs of phones that are called for each customer.
        moves: changes what agents are doing.
        book: the record.
        recalls: who is to be called again.
        call_phone: calls an agent for a standing leg.
        log_in: lets an agent in whose phone is called on demand.
    """

    def __init__(
        self,
        agents: dict[AgentId, Agent],
        *,
        legs: StandingLegs,
        demand: DemandLegs,
        moves: AgentMoves,
        book: AgentBook,
        recalls: Recalls,
        call_phone: Callable[[Agent], None],
        log_in: Callable[[Agent], None],
    ) -> None:
        self._agents = agents
        self._legs = legs
        self._demand = demand
        self._moves = moves
        self._book = book
        self._recalls = recalls
        self._call_phone = call_phone
        self._log_in = log_in

    def adopt(
        self,
        record: AgentRecord,
        *,
        talking: AttemptId | None,
        home: CampaignId | None,
        wrap_up_s: float,
        on_demand: bool = False,
    ) -> None:
        """Take over an agent whose leg lives, from the record of an engine that is gone.

        Args:
            record: the last committed state.
            talking: the customer joined to the leg now, if any.
            home: the campaign of that customer, or of the last one.
            wrap_up_s: how long a wrap-up may still take, when there is one.
            on_demand: the phone is called for each customer: no leg is needed, and one without a
                customer ends.
        """
        if record.leg_id is None and not on_demand:
            return
        known = self._agents.get(record.agent_id)
        if known is not None and talking is None:
            return  # taken over at an earlier look
        agent = Agent(record.agent_id, record.campaigns, home=home, on_demand=on_demand)
        agent.leg_id, agent.since = record.leg_id, record.since
        self._agents[agent.agent_id] = agent
        if record.leg_id is not None:
            self._legs.adopt(record.leg_id, agent.agent_id)
            if on_demand:
                self._demand.adopt(record.leg_id)
        if talking is not None:
            agent.state, agent.attempt_id = AgentState.TALKING, talking
        elif record.state == AgentState.PAUSED:
            agent.state, agent.reason = AgentState.PAUSED, record.reason
        elif record.state in (AgentState.TALKING, AgentState.WRAP_UP) and wrap_up_s > 0:
            # the talk ended while no engine was there: the agent still has to write it up
            agent.state = AgentState.WRAP_UP
            self._moves.wrap_ups.begin(agent, record.attempt_id, wrap_up_s)
        else:
            agent.state = AgentState.IDLE
        if talking is None:
            self._demand.drop(agent)
        self._moves.changed(agent)
        self._book.session_began(agent.agent_id, record.since)  # unless it is on record

    def switch_lost(self, at: float) -> None:
        """The session with the switch broke: agents it takes down are called again afterwards.

        Not those whose phone alone was lost: nobody may be sitting there any more.
        """
        self._demand.switch_lost()
        self._recalls.switch_lost(self._agents.values(), at)

    def recall(self, phones: Iterable[str]) -> None:
        """Call these phones again if their agents lost their legs to a restart of the switch."""
        for phone in phones:
            agent = self._agents.get(AgentId(phone))
            if agent is None or not self._recalls.wants(agent) or not self._legs.can_be_called:
                continue
            log.info("agent_recalled", agent=agent.agent_id)
            if agent.on_demand:
                self._log_in(agent)
                continue
            with suppress(SwitchUnavailable):  # called again once it is back
                self._call_phone(agent)

    def session_settled(self) -> None:
        """The session is back: whoever still has a leg needs no call, and phones can be called."""
        self._recalls.session_settled(self._agents.values())
        for agent in list(self._agents.values()):
            if agent.on_demand and agent.state is AgentState.IDLE:
                self._moves.tell(agent)  # somebody may wait since it broke
