"""Agents whose page was reloaded, or is lost, come back to the call they had.

A page that is gone leaves its channel behind, which sends and hears nothing. The customer hears
music meanwhile; the page that comes is called anew, and the customer is joined with it. Knows pages
by their contacts, and whether audio comes from them: a page that lost its socket goes on as it is
while it is heard, and one whose network was cut has its customer back once it is heard again.
Refuses to know Asterisk, and phones that are no pages
(`phone_comebacks`).
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import structlog

from dialer.domain import call_events as happened
from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.call_states import CallState
from dialer.domain.ids import AgentId, AttemptId
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import SwitchUnavailable
from dialer.ports import Clock
from dialer.services.agents import Agents
from dialer.services.any_talks import AnyTalks

log = structlog.get_logger(__name__)

MISSED_AFTER_S: Final = 1.2
"""A socket that is back by then was no more than a socket; nobody hears silence for 2 s."""

GRACE_S: Final = 15.0
"""How long a customer hears music for an agent who may come back."""

BREAKS_S: Final = 3.0
"""Silence after which a talk breaks whose customer cannot be given music: as with any phone."""

GREETED_S: Final = 0.5
"""Who heard less of an agent than this heard nobody; more than the time between two looks."""


@dataclass(slots=True)
class _Page:
    """The page that is an agent's phone."""

    contact: str
    timer: asyncio.TimerHandle | None = None
    held: AttemptId | None = None
    """The customer whom we have put on hold."""
    coming: bool = False
    """It is being called."""
    kept: bool = False
    """The agent was idle, and is kept from customers until the page is back."""
    gone: bool = False
    """It is not registered any more."""
    away: bool = False
    """It is waited for."""
    heard: bool | None = None
    """Whether audio comes from it; None: none came yet, or nobody has listened."""

    def stop(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self.timer = None


class Comebacks:
    """The pages of one node's agents.

    Args:
        agents: whose pages they are.
        talks: with their customers.
        clock: of the engine.
    """

    def __init__(self, agents: Agents, talks: AnyTalks, clock: Clock) -> None:
        self._agents = agents
        self._calls = talks
        self._clock = clock
        self._pages: dict[AgentId, _Page] = {}
        agents.on_new_leg(self._joined)
        talks.on_change(self._call_changed)

    def page_changed(self, agent_id: AgentId, contact: str, *, reachable: bool) -> None:
        """A page registered, or is gone.

        Args:
            agent_id: whose phone it is.
            contact: tells one page from another.
            reachable: whether it registered.
        """
        page = self._pages.setdefault(agent_id, _Page(contact))
        agent = self._agents.find(agent_id)
        if agent is None or agent.leg_id is None or not agent.logged_in:
            if reachable:
                page.stop()
                page.contact = contact
            return
        if not reachable:
            if contact != page.contact:
                return
            page.gone = True
            if page.timer is None:
                loop = asyncio.get_running_loop()
                page.timer = loop.call_later(MISSED_AFTER_S, self._missed, agent, page)
            return
        page.gone = False
        if contact != page.contact:
            page.contact = contact
            self._call_anew(agent, page)
        elif page.timer is not None and not page.coming and page.heard is not False:
            self._seen_again(agent, page)

    def is_page(self, agent_id: AgentId) -> bool:
        """Tell whether an agent's phone is a page."""
        return agent_id in self._pages

    def pages(self) -> Iterable[Agent]:
        """Iterate over the agents whose phone is a page, and has a leg that is not replaced."""
        for agent_id, page in self._pages.items():
            agent = self._agents.find(agent_id)
            if agent is None or agent.leg_id is None or page.coming:
                continue
            if agent.state is not AgentState.CALLING:
                yield agent

    def heard(self, agent: Agent) -> None:
        """Audio comes from a page."""
        page = self._pages[agent.agent_id]
        before, page.heard = page.heard, True
        if not before and page.away and not page.coming:
            self._seen_again(agent, page)

    def unheard(self, agent: Agent, for_s: float) -> None:
        """Nothing comes from a page, for so many seconds by now; told again and again."""
        page = self._pages[agent.agent_id]
        if page.heard:
            page.heard = False
        if page.away:
            page.kept |= self._agents.hold(agent)  # a wrap-up may have ended meanwhile
            return
        flow, talking = self._flow_of(agent), agent.state is AgentState.TALKING
        if talking and flow is None and for_s < BREAKS_S:
            return
        if agent.state is AgentState.IDLE and not page.gone:
            page.kept = self._agents.hold(agent)
            self._wait_for(agent, page)
        elif talking and flow is not None and self._dead_when_joined(flow, page, for_s):
            page.stop()
            self._agents.lost(agent.agent_id)
        elif talking or agent.state in (AgentState.IDLE, AgentState.WRAP_UP, AgentState.PAUSED):
            page.stop()
            self._missed(agent, page)

    def _dead_when_joined(self, flow: TalkFlow, page: _Page, for_s: float) -> bool:
        """Whether a customer never heard a page that had been heard: another agent takes them."""
        if page.heard is None or flow.moved or flow.connected_at is None:
            return False
        return self._clock.now() - for_s <= flow.connected_at + GREETED_S

    # -- what follows ------------------------------------------------------------------------

    def _missed(self, agent: Agent, page: _Page) -> None:
        """A page is gone, and none came in its place so far."""
        page.timer = None
        if page.heard:
            log.info("page_only_heard", agent=agent.agent_id, state=agent.state.value)
            return
        log.info("page_missed", agent=agent.agent_id, state=agent.state.value)
        flow = self._flow_of(agent)
        on_call = agent.state is AgentState.TALKING and flow is not None
        if not on_call and agent.state not in (AgentState.WRAP_UP, AgentState.PAUSED):
            self._agents.lost(agent.agent_id)  # nobody is joined with a page that is not there
            return
        self._hold(agent, page, flow)
        self._wait_for(agent, page)

    def _wait_for(self, agent: Agent, page: _Page) -> None:
        page.stop()
        page.away = True
        self._agents.out_of_sight(agent.agent_id, away=True)
        loop = asyncio.get_running_loop()
        page.timer = loop.call_later(GRACE_S, self._given_up, agent, page)

    def _given_up(self, agent: Agent, page: _Page) -> None:
        page.timer, page.held, page.coming = None, None, False
        page.away, page.kept, page.heard = False, False, None
        log.warning("page_given_up", agent=agent.agent_id)
        self._agents.lost(agent.agent_id)

    def _call_anew(self, agent: Agent, page: _Page) -> None:
        self._hold(agent, page, self._flow_of(agent))
        page.kept = agent.state is AgentState.IDLE and self._agents.hold(agent)
        page.coming = True
        page.stop()
        loop = asyncio.get_running_loop()
        page.timer = loop.call_later(GRACE_S, self._given_up, agent, page)
        try:
            self._agents.call_anew(agent)
        except SwitchUnavailable:
            log.warning("page_not_called", agent=agent.agent_id)

    def _joined(self, agent: Agent) -> None:
        """The page that came is called, and its leg stands."""
        page = self._pages.get(agent.agent_id)
        if page is None:
            return
        page.coming, page.heard = False, None
        log.info("page_came_back", agent=agent.agent_id, leg=agent.leg_id)
        flow = self._flow_of(agent)
        if flow is not None and flow.agent_id == agent.agent_id and agent.leg_id is not None:
            replaced = happened.LegReplaced(agent.leg_id, self._clock.now())
            self._calls.handle(flow.talk_id, replaced)
        self._seen_again(agent, page)

    def _seen_again(self, agent: Agent, page: _Page) -> None:
        page.stop()
        page.away = False
        self._agents.out_of_sight(agent.agent_id, away=False)
        if page.kept:
            page.kept = False
            self._agents.let_go(agent.agent_id)
        flow = self._flow_of(agent)
        if flow is not None:
            self._resume(flow, page)

    def _hold(self, agent: Agent, page: _Page, flow: TalkFlow | None) -> None:
        if flow is None or flow.state is not CallState.TALKING or flow.agent_id != agent.agent_id:
            return
        page.held = flow.talk_id
        self._calls.handle(page.held, happened.HoldAsked(self._clock.now()))

    def _resume(self, flow: TalkFlow, page: _Page) -> None:
        """Join the customer whom we put on hold; one who is still on the way there comes later."""
        if page.held != flow.talk_id or page.timer is not None:
            return
        if flow.state is CallState.HOLDING:
            page.held = None
            resumed = happened.ResumeAsked(self._clock.now())
            self._calls.handle(flow.talk_id, resumed)

    def _call_changed(self, flow: TalkFlow) -> None:
        if flow.state is not CallState.HOLDING:
            return
        loop = asyncio.get_running_loop()
        for page in self._pages.values():
            if page.held == flow.talk_id:
                loop.call_soon(self._resume, flow, page)  # whoever tells of it is not done yet

    def _flow_of(self, agent: Agent) -> TalkFlow | None:
        if agent.attempt_id is None:
            return None
        return self._calls.flow(agent.attempt_id)
