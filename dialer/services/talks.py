"""What is done within a talk: hold, resume, transfer, consult, three-way, and back.

Puts laws and ports in order: one request of a talk at a time, each judged by `company`; what a
switch tells of thirds and legs at any moment. Refuses to know who may ask, and AMI's words.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog

from dialer.domain import call_events as happened
from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.call_states import ASIDE, CallState
from dialer.domain.company import Company, check_request
from dialer.domain.events import ChannelHungUp, ChannelIdles, OriginateFailed, SwitchEvent
from dialer.domain.ids import AgentId, AttemptId, LegId, is_call_id
from dialer.domain.outcome import unanswered_outcome
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import NoSuch, SwitchUnavailable, WrongState
from dialer.ports import Clock, Switch, TalkControl
from dialer.services.agents import Agents
from dialer.services.any_talks import AnyTalks
from dialer.services.third_calls import ThirdCalls
from dialer.services.thirds import Third, Thirds

log = structlog.get_logger(__name__)

SETTLED_WITHIN_S: Final = 2.0
"""How long a request waits for the customer's line to come to rest; some 40 ms are usual."""

Reserve = Callable[[TalkFlow], Awaitable[Third]]
"""Keeps an agent for a customer, on record; see `ThirdCalls.reserve`."""

_MOVING: Final = frozenset({CallState.PARTING, CallState.REJOINING})


class Talks:
    """The moves within this node's talks."""

    def __init__(
        self,
        *,
        agents: Agents,
        any_talks: AnyTalks,
        thirds: Thirds,
        third_calls: ThirdCalls,
        switch: Switch,
        control: TalkControl,
        clock: Clock,
    ) -> None:
        self._calls = any_talks
        self._thirds = thirds
        self._third_calls = third_calls
        self._switch = switch
        self._control = control
        self._clock = clock
        self._turns: dict[AttemptId, asyncio.Lock] = {}
        self._waits: dict[AttemptId, list[asyncio.Future[None]]] = {}
        agents.listen(self._agent_changed)
        agents.demand.on_left(self._leg_left)
        any_talks.on_change(self._changed)

    # -- what is asked -----------------------------------------------------------------------

    async def hold(self, attempt_id: AttemptId) -> TalkFlow:
        """Put the customer on hold."""
        async with self.turn(attempt_id, "hold") as flow:
            self._tell(attempt_id, happened.HoldAsked(self._clock.now()))
            return await self.rest(flow)

    async def resume(self, attempt_id: AttemptId) -> TalkFlow:
        """Come back to the customer."""
        async with self.turn(attempt_id, "resume") as flow:
            self._tell(attempt_id, happened.ResumeAsked(self._clock.now()))
            return await self.rest(flow)

    async def transfer_to_agent(self, attempt_id: AttemptId, to: AgentId) -> TalkFlow:
        """Hand the customer to another agent, unannounced.

        Raises:
            WrongState: the agent is not idle.
        """
        async with self.turn(attempt_id, "transfer") as flow:
            third = await self._third_calls.reserve(flow, to)
            self._still(flow, "transfer", third)
            self._hand_over(flow, third)
            await self.rest(flow)
            if flow.agent_id != to:
                self._thirds.failed(third)
            elif flow.state is CallState.TALKING:
                self._third_calls.answered(third)
            return flow

    async def transfer_to_number(self, attempt_id: AttemptId, number: str) -> TalkFlow:
        """Hand the customer to an outside number once it answers; till then they hear music.

        Raises:
            BadInput: the number may not be reached.
        """
        return await self._call_number(attempt_id, number, "transfer", blind=True)

    async def consult_number(self, attempt_id: AttemptId, number: str) -> TalkFlow:
        """Call an outside number while the customer is on hold; returns while it rings.

        Raises:
            BadInput: the number may not be reached.
        """
        return await self._call_number(attempt_id, number, "consult", blind=False)

    async def consult_agent(self, attempt_id: AttemptId, to: AgentId) -> TalkFlow:
        """Talk to another agent while the customer is on hold.

        Raises:
            WrongState: the agent is not idle.
        """
        return await self.consult(attempt_id, lambda flow: self._third_calls.reserve(flow, to))

    async def consult(self, attempt_id: AttemptId, reserve: Reserve) -> TalkFlow:
        """Talk to the agent who is reserved for it while the customer is on hold.

        Raises:
            WrongState: nobody could be reserved: the customer stays as they are.
        """
        async with self.turn(attempt_id, "consult") as flow:
            third = await reserve(flow)
            self._still(flow, "consult", third)
            await self._on_hold(flow, third)
            self._thirds.add(third)
            third.move("call")
            self._consult(flow, third)
            return flow

    async def complete(self, attempt_id: AttemptId) -> TalkFlow:
        """Hand the customer to who was consulted."""
        async with self.turn(attempt_id, "complete") as flow:
            third = self._third(flow)
            self._hand_over(flow, third)
            await self.rest(flow)
            if flow.leg_id != third.channel_id:
                self._thirds.failed(third)
            return flow

    async def cancel(self, attempt_id: AttemptId) -> TalkFlow:
        """Send away who was called or consulted, and come back to the customer."""
        async with self.turn(attempt_id, "cancel") as flow:
            self._thirds.send_away(self._third(flow))
            self._tell(attempt_id, happened.ResumeAsked(self._clock.now()))
            return await self.rest(flow)

    async def three_way(self, attempt_id: AttemptId) -> TalkFlow:
        """Have customer, agent and who was consulted hear each other."""
        async with self.turn(attempt_id, "three-way") as flow:
            third = self._third(flow)
            self._tell(attempt_id, happened.ResumeAsked(self._clock.now()))
            await self.rest(flow)
            if self._thirds.of(attempt_id) is not third:
                return flow  # they, or the customer, left meanwhile
            try:
                if flow.state is not CallState.TALKING or flow.leg_id is None:
                    raise WrongState("call", f"is {flow.state}", "consult them again")
                self._control.join_third(third.channel_id, flow.leg_id)
            except (WrongState, SwitchUnavailable):
                self._thirds.send_away(third)
                raise
            third.move("joined")
            return flow

    async def leave(self, attempt_id: AttemptId) -> TalkFlow:
        """Leave a talk of three: the other two go on."""
        async with self.turn(attempt_id, "leave") as flow:
            self._leave_to(flow, self._third(flow))
            return await self.rest(flow)

    async def drop(self, attempt_id: AttemptId) -> TalkFlow:
        """Send the third of a talk of three away."""
        async with self.turn(attempt_id, "drop") as flow:
            self._thirds.send_away(self._third(flow))
            self._join_anew(flow)
            return await self.rest(flow)

    # -- what the switch says ------------------------------------------------------------------

    def take(self, event: SwitchEvent) -> None:
        """Hear what becomes of legs and outside lines."""
        match event:
            case ChannelIdles(channel_id=channel_id):
                self._line_idles(channel_id)
            case ChannelHungUp(channel_id=channel_id):
                self._channel_gone(channel_id, event)
            case OriginateFailed(channel_id=channel_id, no_channel=True):
                self._channel_gone(channel_id, event)
            case _:
                pass

    def _line_idles(self, channel_id: str) -> None:
        third = self._thirds.on(channel_id)
        if third is None or third.company is not Company.CALLED:
            if third is None and self._third_calls.placed(channel_id):
                with suppress(SwitchUnavailable):
                    self._switch.hang_up(channel_id)  # whom it was for is gone
            return
        flow = self._calls.flow(third.attempt_id)
        if flow is None or flow.leg_id is None:
            self._thirds.send_away(third)
            return
        if third.blind:
            self._third_calls.answered(third)
            self._hand_over(flow, third)
        else:
            self._consult(flow, third)

    def _channel_gone(self, channel_id: str, event: ChannelHungUp | OriginateFailed) -> None:
        third = self._thirds.on(channel_id)
        if third is not None:
            self._third_gone(third, event)
        self._third_calls.over(channel_id)

    def _third_gone(self, third: Third, event: SwitchEvent | None) -> None:
        was, flow = third.company, self._calls.flow(third.attempt_id)
        if was is Company.ALONE:
            return  # they have the customer: their line says so
        outcome = None
        if was is Company.CALLED and isinstance(event, ChannelHungUp):
            outcome = unanswered_outcome(event.cause, event.tech_cause)
        self._thirds.gone(third, outcome)
        if flow is None:
            return
        if was is Company.THREE:
            self._join_anew(flow)
        elif third.blind:
            self._tell(third.attempt_id, happened.ResumeAsked(self._clock.now()))

    def _agent_changed(self, agent: Agent) -> None:
        """An agent who is offline lost their leg, also one that nobody saw go."""
        if agent.state is not AgentState.OFFLINE:
            return
        third = self._thirds.with_agent(agent.agent_id)
        if third is not None:
            self._third_gone(third, None)
        for flow in list(self._calls.live()):
            if flow.agent_id == agent.agent_id and flow.leg_id is not None:
                self._agent_gone(flow, flow.leg_id)

    def _leg_left(self, agent: Agent, leg_id: LegId) -> None:
        """An agent hung up the leg that was called for a customer, and stays logged in."""
        for flow in list(self._calls.live()):
            if flow.agent_id == agent.agent_id and flow.leg_id == leg_id:
                self._agent_gone(flow, leg_id)

    def _agent_gone(self, flow: TalkFlow, leg_id: LegId) -> None:
        attempt_id = flow.talk_id
        third = self._thirds.of(attempt_id)
        if third is not None and third.company is Company.THREE:
            self._leave_to(flow, third)
            return
        if third is not None:
            self._thirds.send_away(third)
        self._tell(attempt_id, happened.LegGone(leg_id, self._clock.now()))

    def _ended(self, attempt_id: AttemptId) -> None:
        self._thirds.customer_gone(attempt_id)
        self._turns.pop(attempt_id, None)

    # -- inside --------------------------------------------------------------------------------

    async def _call_number(
        self, attempt_id: AttemptId, number: str, request: str, *, blind: bool
    ) -> TalkFlow:
        async with self.turn(attempt_id, request) as flow:
            if flow.leg_id is None:
                raise WrongState("call", "has no agent", "pick the customer up first")
            way = await self._calls.way_out(attempt_id)
            third = await self._third_calls.begin(flow, number, way, blind=blind)
            self._still(flow, request, third)
            await self._on_hold(flow, third)
            self._thirds.add(third)
            third.move("call")
            try:
                self._third_calls.dial(third)
            except SwitchUnavailable:
                self._thirds.failed(third)
                raise
            return flow

    async def _on_hold(self, flow: TalkFlow, third: Third) -> None:
        if flow.state is CallState.TALKING:
            self._tell(flow.talk_id, happened.HoldAsked(self._clock.now()))
            await self.rest(flow)
        if flow.state is not CallState.HOLDING or flow.leg_id is None:
            self._send_back(third)
            raise WrongState("call", f"is {flow.state}", "the customer or the agent left")

    def _consult(self, flow: TalkFlow, third: Third) -> None:
        if flow.leg_id is None:
            return
        self._control.consult(flow.leg_id, third.channel_id)
        third.move("answered")
        self._third_calls.answered(third)

    def _hand_over(self, flow: TalkFlow, third: Third) -> None:
        self._thirds.hand_over(third)
        self._tell(
            flow.talk_id,
            happened.HandedOver(third.agent_id, third.channel_id, self._clock.now()),
        )

    def _leave_to(self, flow: TalkFlow, third: Third) -> None:
        # the bridge of three cannot shrink to two: its timestamps step back, and a strict phone
        # falls deaf. So the customer is joined anew.
        with suppress(SwitchUnavailable):
            self._control.part(third.channel_id)
        self._hand_over(flow, third)

    def _join_anew(self, flow: TalkFlow) -> None:
        if flow.leg_id is not None:
            again = happened.HandedOver(flow.agent_id, flow.leg_id, self._clock.now())
            self._tell(flow.talk_id, again)

    @asynccontextmanager
    async def turn(self, attempt_id: AttemptId, request: str) -> AsyncIterator[TalkFlow]:
        """Wait for one's turn in a talk, and see that a request is lawful in it now.

        Raises:
            NoSuch, WrongState, SwitchUnavailable: it is not.
        """
        if self._calls.flow(attempt_id) is None:
            raise NoSuch("call", f"{attempt_id!r} is not live", "see GET calls")
        async with self._turns.setdefault(attempt_id, asyncio.Lock()):
            flow = self._calls.flow(attempt_id)
            if flow is None or (flow.leg_id is None and flow.state not in ASIDE):
                raise WrongState("call", "is over, or has no agent", "see who is talking")
            if not self._switch.connected:
                raise SwitchUnavailable("no session with the switch; nothing was done")
            check_request(request, flow.state, self._thirds.company(attempt_id))
            yield flow

    def _still(self, flow: TalkFlow, request: str, third: Third) -> None:
        """Look again after something was committed: the customer may have left meanwhile."""
        try:
            check_request(request, flow.state, self._thirds.company(flow.talk_id))
        except WrongState:
            self._send_back(third)
            raise

    def _send_back(self, third: Third) -> None:
        self._thirds.send_away(third)
        self._third_calls.over(third.channel_id)

    def _third(self, flow: TalkFlow) -> Third:
        third = self._thirds.of(flow.talk_id)
        if third is None:
            raise WrongState("call", "has no third", "consult somebody first")
        return third

    def _tell(self, attempt_id: AttemptId, event: happened.CallEvent) -> None:
        self._calls.handle(attempt_id, event)

    async def rest(self, flow: TalkFlow) -> TalkFlow:
        """Wait until the customer's line is at rest again, or the call is over."""
        attempt_id = flow.talk_id
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLED_WITHIN_S):
                while flow.state in _MOVING:
                    change = asyncio.get_running_loop().create_future()
                    self._waits.setdefault(attempt_id, []).append(change)
                    await change
        return flow

    def _changed(self, flow: TalkFlow) -> None:
        for change in self._waits.pop(flow.talk_id, ()):
            if not change.done():
                change.set_result(None)
        if flow.state is CallState.ENDED:
            self._ended(flow.talk_id)
        elif flow.state is CallState.CLOSING and is_call_id(flow.talk_id):
            self._thirds.customer_gone(flow.talk_id)  # whoever led the caller here has them again
