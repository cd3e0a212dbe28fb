"""Who is parked: each in a slot of their tenant, until somebody picks them up.

Who is not picked up in time is for the agent who parked them, if idle. Else a customer is for the
first of their campaign who is free, and pacing is told who that will be; a caller waits in their
queue again. Refuses to know the law of the call.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import structlog

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.call_events import HandedOver, ParkAsked, QueueOver
from dialer.domain.call_states import CallState
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LegId, TenantId
from dialer.domain.park_slot import slot_for
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import NoSuch, WrongState
from dialer.ports import Clock
from dialer.services.agents import Agents
from dialer.services.any_talks import AnyTalks
from dialer.services.seating import Seating
from dialer.services.talks import Talks
from dialer.services.third_calls import ThirdCalls
from dialer.services.thirds import Third, Thirds

log = structlog.get_logger(__name__)

S = CallState

_OVER: Final = frozenset({S.CLOSING, S.LETTING_GO, S.ENDED})
_IN_QUEUE: Final = frozenset({S.WAITING, S.CONNECTING})
"""Of a caller who was parked for too long: they may have an agent the moment they wait."""
_ALONE: Final = frozenset({S.PARKED, S.RETURNING}) | _IN_QUEUE
_SOON: Final = (AgentState.IDLE, AgentState.WRAP_UP, AgentState.TALKING, AgentState.RESERVED)
"""In the order in which they will probably be free."""


@dataclass(slots=True)
class Parked:
    """One of them."""

    slot: str
    tenant_id: TenantId
    campaign_id: CampaignId | None
    """None: they called us."""
    by: AgentId
    since: float
    taker: Third | None = None
    """Who is being joined with the customer."""
    called: Third | None = None
    """Whose phone is called, to be joined then."""


class Parking:
    """The slots of one node."""

    def __init__(
        self,
        *,
        agents: Agents,
        any_talks: AnyTalks,
        talks: Talks,
        thirds: Thirds,
        third_calls: ThirdCalls,
        seating: Seating,
        tenant_of: Callable[[CampaignId], TenantId],
        clock: Clock,
    ) -> None:
        self._agents = agents
        self._calls = any_talks
        self._talks = talks
        self._thirds = thirds
        self._third_calls = third_calls
        self._tenant_of = tenant_of
        self._clock = clock
        self._parked: dict[AttemptId, Parked] = {}
        self._telling = False
        seating.on_idle(self.offer)
        any_talks.on_change(self._changed)
        agents.listen(self._agent_changed)

    # -- what is asked -----------------------------------------------------------------------

    async def park(self, attempt_id: AttemptId, slot: str = "") -> TalkFlow:
        """Park who is on the line; the agent is free at once.

        Args:
            attempt_id: the talk, of a customer or a caller.
            slot: name of the slot; "": the lowest number that is free.

        Raises:
            BadInput: the slot has no such name.
            WrongState: somebody is in it.
        """
        async with self._talks.turn(attempt_id, "park") as flow:
            who = self._calls.facts(attempt_id)
            if who is None or flow.agent_id is None:
                raise WrongState("call", "has no agent", "see who is talking")
            now = self._clock.now()
            taken = {one.slot for one in self._parked.values() if one.tenant_id == who.tenant_id}
            parked = Parked(
                slot_for(slot, taken), who.tenant_id, who.campaign_id, flow.agent_id, now
            )
            self._parked[attempt_id] = parked
            log.info("call_parked", attempt=attempt_id, slot=parked.slot, agent=parked.by)
            self._thirds.gave_back(attempt_id)
            self._calls.handle(attempt_id, ParkAsked(now + who.park_limit_s, now))
            return await self._talks.rest(flow)

    async def pick_up(self, agent_id: AgentId, slot: str) -> TalkFlow:
        """Give an idle agent the customer of a slot of their tenant.

        Raises:
            NoSuch: nobody is parked there.
            WrongState: the agent is not idle, or somebody else was faster.
        """
        tenant_id = self._tenant(self._agents.get(agent_id))
        attempt_id = next(
            (
                key
                for key, one in self._parked.items()
                if one.slot == slot and one.tenant_id == tenant_id
            ),
            None,
        )
        if attempt_id is None:
            raise NoSuch("slot", f"nobody is parked in {slot!r}", "see who is parked")
        async with self._talks.turn(attempt_id, "pick-up") as flow:
            agent = self._agents.get(agent_id)
            if agent.state is not AgentState.IDLE:
                raise WrongState("agent", f"is {agent.state}, not idle", "finish that first")
            if not self._give(flow, agent):
                raise WrongState("slot", "the customer is taken by somebody else", "see the slots")
            return await self._talks.rest(flow)

    def returns(self, attempt_id: AttemptId, by: AgentId) -> None:
        """A customer whom nobody took elsewhere is about to come back to who handed them over."""
        who = self._calls.facts(attempt_id)
        if who is not None:
            self._parked[attempt_id] = Parked(
                "", who.tenant_id, who.campaign_id, by, self._clock.now()
            )

    def slot_of(self, attempt_id: AttemptId) -> str | None:
        """Return where a customer is parked."""
        parked = self._parked.get(attempt_id)
        return parked.slot or None if parked is not None else None

    def shown(self, agent_id: AgentId) -> list[dict[str, Any]]:
        """Return who is parked where an agent may pick up, the longest first."""
        tenant_id = self._tenant(self._agents.get(agent_id))
        parked = self._parked.items()
        mine = [(key, one) for key, one in parked if one.tenant_id == tenant_id and one.slot]
        return [
            {
                "slot": one.slot,
                "attempt": key,
                "campaign": one.campaign_id or "",
                "by": one.by,
                "since": one.since,
                "returning": self._state(key) is S.RETURNING,
            }
            for key, one in sorted(mine, key=lambda found: found[1].since)
        ]

    # -- who comes back ------------------------------------------------------------------------

    def offer(self, agent: Agent, contested: bool) -> bool:
        """Have an idle agent take who was parked for too long; False: nobody was."""
        if contested or self._telling:
            return False  # whoever answered a call of ours has 1.8 s, and goes first
        mine = [
            (one.by != agent.agent_id, one.since, key)
            for key, one in self._returning()
            if one.by == agent.agent_id or one.campaign_id in agent.campaigns
        ]
        flow = self._calls.flow(min(mine)[2]) if mine else None
        return flow is not None and self._give(flow, agent)

    def _come_back(self, flow: TalkFlow, parked: Parked) -> None:
        idle = [one for one in self._servers(parked) if one.state is AgentState.IDLE]
        log.info("parked_call_returns", attempt=flow.talk_id, slot=parked.slot)
        given = bool(idle) and self._give(flow, idle[0])
        if not given and parked.called is None and parked.campaign_id is None:
            self._calls.handle(flow.talk_id, QueueOver(self._clock.now()))
        self._claim()

    def _give(self, flow: TalkFlow, agent: Agent) -> bool:
        parked = self._parked.get(flow.talk_id)
        if parked is None or parked.called is not None:
            return False
        if flow.state not in (S.PARKED, S.RETURNING):
            return False
        third = self._third_calls.take(flow, agent)
        if third is None:
            return False
        parked.called = third
        self._agents.demand.summon(agent, lambda leg_id: self._came(flow, parked, leg_id))
        return True

    def _came(self, flow: TalkFlow, parked: Parked, leg_id: LegId | None) -> None:
        """The leg of who takes a customer is there, or does not come."""
        third, parked.called = parked.called, None
        if third is None:
            return  # the customer left meanwhile
        if leg_id is None:
            self._thirds.failed(third)
            if flow.state is S.RETURNING:
                self._come_back(flow, parked)
            return
        parked.taker = third
        self._thirds.hand_over(third)
        handed = HandedOver(third.agent_id, third.channel_id, self._clock.now())
        self._calls.handle(flow.talk_id, handed)

    def _servers(self, parked: Parked) -> list[Agent]:
        """Return who may take a customer who returns, who is free first at the beginning."""
        there = [
            agent
            for agent in self._agents.all()
            if agent.state in _SOON
            and (agent.agent_id == parked.by or parked.campaign_id in agent.campaigns)
        ]
        return sorted(
            there,
            key=lambda one: (_SOON.index(one.state), one.agent_id != parked.by, one.since),
        )

    def _claim(self) -> None:
        """Tell pacing which agents the customers who return take next."""
        if self._telling:
            return
        self._telling = True  # an agent of whom this is told is not offered for it
        try:
            wanted: set[AgentId] = set()
            for _, parked in self._returning():
                free = (one.agent_id for one in self._servers(parked))
                wanted.update([next((one for one in free if one not in wanted), parked.by)])
            self._agents.claim(wanted, by="parking")
        finally:
            self._telling = False

    # -- what happens ----------------------------------------------------------------------------

    def _changed(self, flow: TalkFlow) -> None:
        attempt_id = flow.talk_id
        parked = self._parked.get(attempt_id)
        if parked is None:
            return
        if flow.state in _ALONE and parked.taker is not None:
            self._thirds.failed(parked.taker)
            parked.taker = None
        if flow.state is S.RETURNING:
            self._come_back(flow, parked)
        elif flow.state is S.TALKING or flow.state in _OVER or flow.state in _IN_QUEUE:
            del self._parked[attempt_id]
            called, parked.called = parked.called, None
            if called is not None:
                self._thirds.failed(called)
                self._agents.freed(called.channel_id, wrap_up_s=0.0)
            if flow.state is S.TALKING and parked.taker is not None:
                self._third_calls.answered(parked.taker)
            self._claim()

    def _agent_changed(self, _agent: Agent) -> None:
        if any(True for _ in self._returning()):
            self._claim()

    def _returning(self) -> Iterable[tuple[AttemptId, Parked]]:
        """Return the customers who wait for whoever is free first."""
        return [
            (key, one)
            for key, one in self._parked.items()
            if one.campaign_id is not None and self._state(key) is S.RETURNING
        ]

    def _state(self, attempt_id: AttemptId) -> CallState | None:
        flow = self._calls.flow(attempt_id)
        return flow.state if flow is not None else None

    def _tenant(self, agent: Agent) -> TenantId | None:
        return self._tenant_of(agent.campaigns[0]) if agent.campaigns else None
