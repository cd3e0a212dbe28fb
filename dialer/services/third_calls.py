"""How a third comes into a talk: another agent is reserved, or an outside number is called.

Both are on record before anything happens. Refuses to know what is then done with the customer.
"""

from dataclasses import replace

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.call_record import CallRecord
from dialer.domain.dial_law import DialTerms
from dialer.domain.ids import AgentId, LegId
from dialer.domain.outcome import Outcome
from dialer.domain.outside import OutsidePolicy
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import BadInput, WrongState
from dialer.ports import Clock, OutsideCall, TalkControl
from dialer.services.agents import Agents
from dialer.services.any_talks import AnyTalks
from dialer.services.talk_records import TalkRecords
from dialer.services.thirds import Third, Thirds


class ThirdCalls:
    """Reserves and calls thirds."""

    def __init__(
        self,
        *,
        agents: Agents,
        any_talks: AnyTalks,
        thirds: Thirds,
        control: TalkControl,
        records: TalkRecords,
        policy: OutsidePolicy,
        clock: Clock,
        node: str,
    ) -> None:
        self._agents = agents
        self._calls = any_talks
        self._thirds = thirds
        self._control = control
        self._records = records
        self._policy = policy
        self._clock = clock
        self._node = node
        self._outside: dict[str, OutsideCall] = {}

    async def reserve(self, flow: TalkFlow, to: AgentId) -> Third:
        """Keep an idle agent for a customer, on record; returns once their leg is there.

        Raises:
            WrongState: they are not logged in, or not idle, or their phone does not answer.
            BadInput: they have this customer already.
        """
        if flow.agent_id == to:
            raise BadInput("to", f"{to!r} has this customer", "name another agent")
        agent = self._agents.get(to)
        if agent.state is not AgentState.IDLE:
            raise WrongState("to", f"{to!r} is {agent.state}, not idle", "choose who is idle")
        third = await self.bring(flow, agent)
        if third is None:
            raise WrongState("to", f"the phone of {to!r} did not answer", "choose another")
        return third

    async def bring(
        self, flow: TalkFlow, agent: Agent, *, queue: str | None = None, team: str = ""
    ) -> Third | None:
        """Keep this idle agent for a customer, on record; None: their phone does not answer.

        Args:
            flow: the talk.
            agent: who is idle.
            queue: of which they were asked for, if they were.
            team: the same.

        Raises:
            WrongState: their phone cannot be called, or the talk is over.
        """
        agent.home = None  # whoever counts on idle agents cannot count on this one
        reserved = self._agents.reserve(agent, flow.talk_id)
        leg_id = agent.leg_id
        if not reserved or leg_id is None:
            raise WrongState("to", f"{agent.agent_id!r} cannot be called now", "choose another")
        call = replace(self._call(flow, None, agent.agent_id), queue=queue, team=team)
        try:
            await self._records.begin(call)
            there = await self._agents.demand.brought(agent)
        except BaseException:
            self._agents.freed(leg_id, wrap_up_s=0.0)
            raise
        if not there:
            self._records.ended(call.call_id, Outcome.NO_ANSWER)
            return None
        return Third(flow.talk_id, leg_id, call.call_id, agent.agent_id)

    def take(self, flow: TalkFlow, agent: Agent) -> Third | None:
        """Give an idle agent a customer who waits for one; None: they are not idle any more.

        It goes on record behind them: nobody is called for it. Their leg may have to be summoned.
        """
        agent.home = None
        if not self._agents.reserve(agent, flow.talk_id):
            return None
        leg_id = agent.leg_id
        if leg_id is None:
            return None
        call = self._call(flow, None, agent.agent_id)
        self._records.begin_soon(call)
        return Third(flow.talk_id, leg_id, call.call_id, agent.agent_id)

    async def begin(
        self, flow: TalkFlow, number: str, way: tuple[str, DialTerms], *, blind: bool
    ) -> Third:
        """Put a call to an outside number on record; it is not dialed yet.

        Args:
            flow: the talk.
            number: as it was given.
            way: the trunk, and on what terms.
            blind: the person is handed over the moment it answers.

        Raises:
            BadInput: the number may not be reached.
        """
        trunk, terms = way
        wanted = self._policy.check(number, terms)
        call = replace(self._call(flow, wanted, flow.agent_id), trunk=trunk)
        await self._records.begin(call)
        outside = OutsideCall(call.call_id, wanted, trunk, terms.caller_id)
        self._outside[call.call_id] = outside
        return Third(flow.talk_id, LegId(call.call_id), call.call_id, blind=blind)

    def dial(self, third: Third) -> None:
        """Call the number that was put on record; raises as `TalkControl.call_outside`."""
        self._control.call_outside(self._outside[third.channel_id])

    def answered(self, third: Third) -> None:
        """They are there."""
        third.talked = True
        self._records.answered(third.call_id, third.agent_id)
        if third.agent_id is not None:
            self._agents.talk_began(third.agent_id, third.attempt_id)

    def placed(self, channel_id: str) -> bool:
        """Whether an outside line is one that we called."""
        return channel_id in self._outside

    def over(self, channel_id: str) -> None:
        """An outside line is gone."""
        self._outside.pop(channel_id, None)

    def _call(self, flow: TalkFlow, number: str | None, agent_id: AgentId | None) -> CallRecord:
        who = self._calls.facts(flow.talk_id)
        if who is None:
            raise WrongState("call", "is over", "see who is talking")
        return who.leg(
            number,
            agent_id=agent_id,
            before=self._thirds.row_of(flow.talk_id),
            at=self._clock.now(),
            node=self._node,
        )
