"""SIP phones whose leg died in a talk come back to the same talk.

A phone without power or network ends its leg, once the switch hears nothing from it. The person
hears music meanwhile, and the phone is called anew until it answers or the grace is over. Knows
which legs are worth waiting for. Refuses to know pages, whose legs outlive their network
(`comebacks`), and phones that are called on demand.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from dialer.domain import call_events as happened
from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.call_limits import DEAD_LEG_S
from dialer.domain.call_states import CallState
from dialer.domain.ids import AgentId, AttemptId, LegId
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import SwitchUnavailable
from dialer.ports import Clock
from dialer.services.agents import Agents
from dialer.services.any_talks import AnyTalks
from dialer.services.comebacks import GRACE_S

log = structlog.get_logger(__name__)

SETTLES_S: Final = 0.2
"""Between two looks whether the person's line is on hold; some 10 ms are usual."""

AGAIN_S: Final = 2.0
"""From one call of a phone to the next: whoever has it back waits no longer for it to ring."""

RING_S: Final = 1.9
"""How long a phone may ring: the switch has ended one call when the next begins."""

_TALKS: Final = frozenset({CallState.TALKING, CallState.PARTING, CallState.HOLDING})


@dataclass(slots=True)
class _Lost:
    """An agent who is waited for."""

    talk_id: AttemptId
    resumes: bool
    """They talked; else they had put the person on hold themselves."""
    call: asyncio.TimerHandle | None = None
    grace: asyncio.TimerHandle | None = None

    def stop(self) -> None:
        for timer in (self.call, self.grace):
            if timer is not None:
                timer.cancel()


class PhoneComebacks:
    """The SIP phones of one node's agents that are lost in a talk.

    Args:
        agents: whose phones they are.
        talks: with their customers.
        clock: of the engine.
        is_page: tells whether an agent's phone is a page.
        alone: tells whether nobody but the agent is in a talk, or consulted in it.
    """

    def __init__(
        self,
        agents: Agents,
        talks: AnyTalks,
        clock: Clock,
        *,
        is_page: Callable[[AgentId], bool] = lambda _agent_id: False,
        alone: Callable[[AttemptId], bool] = lambda _talk_id: True,
    ) -> None:
        self._agents = agents
        self._talks = talks
        self._clock = clock
        self._is_page = is_page
        self._alone = alone
        self._lost: dict[AgentId, _Lost] = {}
        agents.on_leg_death(self._leg_died)
        agents.on_new_leg(self._joined)
        agents.listen(self._agent_changed)

    def waits_for(self, agent_id: AgentId) -> bool:
        """Tell whether an agent's phone is lost, and called anew."""
        return agent_id in self._lost

    # -- what follows ------------------------------------------------------------------------

    def _leg_died(self, agent: Agent) -> bool:
        flow, leg_id = self._flow_of(agent), agent.leg_id
        if flow is None or leg_id is None or not self._worth_waiting(agent, flow):
            return False
        # a talk that was on its way back to the same agent, from one of three, goes on
        held = flow.state is CallState.HOLDING or (
            flow.state is CallState.PARTING and not flow.onward
        )
        self._lost[agent.agent_id] = lost = _Lost(flow.talk_id, resumes=not held)
        loop = asyncio.get_running_loop()
        lost.grace = loop.call_later(GRACE_S, self._given_up, agent)
        lost.call = loop.call_later(SETTLES_S, self._call, agent, leg_id, lost)
        self._talks.handle(flow.talk_id, happened.LegDied(leg_id, self._clock.now()))
        log.info("phone_missed", agent=agent.agent_id, leg=leg_id, talk=flow.talk_id)
        self._agents.out_of_sight(agent.agent_id, away=True)
        return True

    def _worth_waiting(self, agent: Agent, flow: TalkFlow) -> bool:
        """Whether this agent has a talk that has gone on, for which their phone can be called."""
        if (
            agent.on_demand
            or self._is_page(agent.agent_id)
            or agent.state is not AgentState.TALKING
        ):
            return False
        theirs = (flow.agent_id, flow.leg_id) == (agent.agent_id, agent.leg_id)
        if not theirs or flow.state not in _TALKS or flow.connected_at is None:
            return False
        # else the leg was dead when it was joined: the person heard nobody
        went_on = flow.moved or self._clock.now() - flow.connected_at >= DEAD_LEG_S
        return went_on and self._alone(flow.talk_id)

    def _call(self, agent: Agent, dead: LegId, lost: _Lost) -> None:
        flow = self._talks.flow(lost.talk_id)
        on_hold = flow is not None and flow.state is CallState.HOLDING and flow.leg_id == dead
        if on_hold:
            try:
                self._agents.call_anew(agent, ring_s=RING_S)
            except SwitchUnavailable:
                log.warning("phone_not_called", agent=agent.agent_id)
        wait_s = AGAIN_S if on_hold else SETTLES_S
        loop = asyncio.get_running_loop()
        lost.call = loop.call_later(wait_s, self._call, agent, dead, lost)

    def _joined(self, agent: Agent) -> None:
        """The phone answered: its new leg stands."""
        lost = self._lost.pop(agent.agent_id, None)
        if lost is None or agent.leg_id is None:
            return
        lost.stop()
        log.info("phone_came_back", agent=agent.agent_id, leg=agent.leg_id)
        now = self._clock.now()
        self._talks.handle(lost.talk_id, happened.LegReplaced(agent.leg_id, now))
        self._agents.out_of_sight(agent.agent_id, away=False)
        if lost.resumes:
            self._talks.handle(lost.talk_id, happened.ResumeAsked(now))

    def _given_up(self, agent: Agent) -> None:
        log.warning("phone_given_up", agent=agent.agent_id)
        self._agents.lost(agent.agent_id)

    def _agent_changed(self, agent: Agent) -> None:
        """The person left, or somebody else has them: the agent is not waited for any more."""
        if agent.state is AgentState.TALKING:
            return
        lost = self._lost.pop(agent.agent_id, None)
        if lost is not None:
            lost.stop()

    def _flow_of(self, agent: Agent) -> TalkFlow | None:
        return None if agent.attempt_id is None else self._talks.flow(agent.attempt_id)
