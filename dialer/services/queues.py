"""Queues: callers who wait for an agent of this node, and the agents who take them.

Implements the `CallTaker` that flows hand callers to. Who waits is in memory, as agents are; who
took whom is put on record. Refuses to know how a call came in (flows do), who gets which agent
(`queue_seats`), and whom outbound people get (`seating`).
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

import structlog

from dialer.domain import call_commands as do
from dialer.domain import call_events as happened
from dialer.domain.agentflow import Agent
from dialer.domain.call_states import CallState as S
from dialer.domain.events import ChannelBridged, ChannelHungUp, SwitchEvent
from dialer.domain.ids import AgentId, AttemptId, CallId, LegId
from dialer.domain.queue import AfterWait, Queue
from dialer.domain.queue_call import TIMED_OUT, QueueCall
from dialer.domain.queue_call_words import (
    BookAnswer,
    BookCall,
    CallBackAsked,
    CallBackDeclined,
    CallBackPromised,
    GiveBack,
    Miss,
    OfferCallBack,
    QueueCommand,
    QueueEvent,
)
from dialer.domain.queue_order import Wish
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import SwitchUnavailable
from dialer.ports import (
    CallRecords,
    Clock,
    InboundLine,
    NamedStore,
    Switch,
    TalkControl,
)
from dialer.services.agents import Agents
from dialer.services.kept_places import CallBack, KeptPlaces, TurnTaker
from dialer.services.other_calls import OtherCalls
from dialer.services.queue_agents import QueueAgents
from dialer.services.queue_book import QueueBook
from dialer.services.queue_outlook import QueueOutlook
from dialer.services.queue_seats import QueueSeats
from dialer.services.queue_terms import AFTER, QueueTerms
from dialer.services.queue_view import queues_shown
from dialer.services.queued_call import QueuedCall
from dialer.services.recorder import Recorder
from dialer.services.seating import Seating

log = structlog.get_logger(__name__)

Missed = Callable[[QueuedCall, float], None]


class Queues:
    """The queues of one node.

    Args:
        switch: ends channels, plays the cue.
        control: moves within talks.
        agents: who is there.
        who: whose agents they are, and what they can do.
        seating: offers each agent who becomes idle.
        store: the queues' settings.
        records: of calls.
        recorder: writes in the background.
        others: hands on what the switch says of calls.
        clock: of the engine.
        prompts: folder of the node's prompts, as its switch sees it.
        call_back: asks a caller who would rather be called back, and promises it.
        turns: calls back whose place has come.
        missed: told of each caller whom nobody took, and when.
        spared: tells which idle agents are left to lines that ring, for a while.
    """

    def __init__(
        self,
        *,
        switch: Switch,
        control: TalkControl,
        agents: Agents,
        who: QueueAgents,
        seating: Seating,
        store: NamedStore[Queue],
        records: CallRecords,
        recorder: Recorder,
        others: OtherCalls,
        clock: Clock,
        prompts: Path,
        call_back: CallBack,
        turns: TurnTaker,
        missed: Missed = lambda _call, _at: None,
        spared: Callable[[], Collection[AgentId]] = frozenset,
    ) -> None:
        self._switch = switch
        self._control = control
        self._agents = agents
        self._who = who
        self.terms = QueueTerms(store=store, records=records, agents=agents, who=who, clock=clock)
        self._book = QueueBook(records, recorder)
        self._others = others
        self._clock = clock
        self._prompts = prompts
        self._missed = missed
        self._places = KeptPlaces(turns, self.serve_idle, call_back)
        self._change_listeners: list[Callable[[TalkFlow], None]] = []
        self._calls: dict[CallId, QueuedCall] = {}
        self.outlook = QueueOutlook(self._seeking, clock)
        self._seats = QueueSeats(
            agents=agents,
            who=who,
            seating=seating,
            places=self._places,
            outlook=self.outlook,
            seeking=self._seeking,
            seated=self.apply,
            spared=spared,
            clock=clock,
        )

    # -- CallTaker ---------------------------------------------------------------------------

    async def take(self, line: InboundLine, kind: str, to: str, wait_s: float) -> str:
        """Have a call taken, and return when that is over; see `CallTaker`."""
        wish = await self.terms.wish(line, kind, to)
        if isinstance(wish, str):
            return wish
        settings = wish.settings
        most_s = settings.longest_wait_s if wait_s <= 0 else min(wait_s, settings.longest_wait_s)
        asks = settings.after_wait is AfterWait.CALL_BACK and bool(settings.call_back_campaign)
        flow = QueueCall(wish.since, most_s, settings.announce_every_s, line.call_id, asks)
        call = QueuedCall(flow, wish, to if kind == "queue" else "", line)
        before = self._calls.get(line.call_id)
        if before is not None:  # handed on from one queue to another: the talk of before was one
            flow.first_connected_at = before.flow.first_connected_at
            self.forget(before)
        return await self._serve(call, line)

    # -- of talks, and of customers who were handed to a queue ------------------------------------

    def on_change(self, listener: Callable[[TalkFlow], None]) -> None:
        """Be told of each caller whose state changes, or who is known no more."""
        self._change_listeners.append(listener)

    def call(self, call_id: CallId) -> QueuedCall | None:
        """Return who waits or talks under an id."""
        return self._calls.get(call_id)

    def wait(self, call: QueuedCall) -> None:
        """Have somebody wait whose line is in other hands: they are told by its orders."""
        self._keep(call)
        self._carry_out_all(call, call.flow.begin())

    def idle_for(self, wish: Wish) -> Agent | None:
        """Return the idle agent whom somebody who came now would have; None: they would wait."""
        return self._seats.idle_for(wish)

    def move(self, call: QueuedCall, wish: Wish, queue: str) -> None:
        """What somebody waits for next, once they wait again."""
        call.wish, call.queue = wish, queue
        self.outlook.begin(call)
        if queue:
            self._book.queued(call)

    # -- inside: callers ------------------------------------------------------------------------

    async def _serve(self, call: QueuedCall, line: InboundLine) -> str:
        self._keep(call)
        line.gone.add_done_callback(lambda _: self.apply(call, happened.LineClosed(self._now())))
        if call.queue:
            self._book.queued(call)
        self._carry_out_all(call, call.flow.begin())
        while True:
            order = await call.next_order()
            if isinstance(order, OfferCallBack):
                promised = await self._places.offer(call, self.outlook.of(call)[1])
                told = CallBackPromised if promised else CallBackDeclined
                self.apply(call, told(self._now()))
                continue
            end = await call.carry_out(order, lambda: self.outlook.pieces(call), self._prompts)
            if end is not None:
                self.apply(call, await call.event_of(end, self._agents, self._clock))
            if isinstance(order, GiveBack):
                timed_out = order.reason == TIMED_OUT
                return AFTER[call.wish.settings.after_wait] if timed_out else order.reason

    # -- what the reaper asks ----------------------------------------------------------------

    def adopt(self, call_id: CallId, agent_id: AgentId, leg_id: LegId) -> None:
        """Take over a talk that an engine before us began; its end comes from the switch."""
        now = self._now()
        flow = QueueCall.adopted(agent_id, leg_id, now, call_id)
        tenant_id = self._who.tenant_of(agent_id)
        self._keep(QueuedCall(flow, Wish(call_id, tenant_id, now), ""))
        log.info("call_adopted", call=call_id, agent=agent_id)

    async def recall(self) -> None:
        """Learn from the record in which queues the callers were whose talks were taken over."""
        for call in [one for one in self._calls.values() if one.line is None]:
            await self.terms.recall(call)
            if call.queue:
                self.outlook.begin(call)

    def serve_idle(self) -> None:
        """Something changed that may let a caller have an agent who is idle."""
        self._seats.serve_idle()

    # -- what is looked at -------------------------------------------------------------------

    def live(self) -> Iterable[QueuedCall]:
        """Return the callers who wait or talk."""
        return list(self._calls.values())

    def shown(self) -> dict[str, dict[str, Any]]:
        """Return what goes on in each queue in which anybody waits or talks, or did lately."""
        return queues_shown(self.outlook.queues(), self._calls.values(), self.terms, self._who)

    # -- inside: the law's commands ----------------------------------------------------------

    def apply(self, call: QueuedCall, event: QueueEvent) -> None:
        """Feed one event to somebody's law, and carry out what follows."""
        before = call.flow.state
        self._carry_out_all(call, call.flow.handle(event))
        state = call.flow.state
        if state is S.TALKING and before in (S.CONNECTING, S.REJOINING):
            self._talk_began(call, anew=before is S.CONNECTING)
        if state is S.ENDED:
            self.forget(call)
        if state is not before and call.own_line:
            for listener in self._change_listeners:
                listener(call.flow)

    def _carry_out_all(self, call: QueuedCall, commands: Iterable[QueueCommand]) -> None:
        for command in commands:
            self._carry_out(call, command)

    def _carry_out(self, call: QueuedCall, command: QueueCommand) -> None:
        match command:
            case do.SeekAgent():
                self._seats.seek(call)
            case do.StopSeeking():
                self._seats.stop_seeking(call)
            case do.WakeAt(at):
                delay_s = max(0.0, at - self._now())
                loop = asyncio.get_running_loop()
                call.timers.append(loop.call_later(delay_s, self._tick, call, at))
            case do.FreeAgent(_, leg_id, talked):
                limit_s = call.wish.settings.wrap_up_limit_s
                self._agents.freed(leg_id, wrap_up_s=limit_s if talked else 0.0)
            case do.Part(leg_id):
                with suppress(SwitchUnavailable):
                    self._control.part(leg_id)
            case do.TakeBack(agent_id, leg_id):
                self._take_back(call, agent_id, leg_id)
            case Miss():
                self._missed(call, self._now())
            case BookAnswer(agent_id, at):
                self._book.answered(call, agent_id, at)
            case BookCall(outcome, at):
                self._book.ended(call, outcome, at)
            case _:
                call.order(command)

    def _take_back(self, call: QueuedCall, agent_id: AgentId, leg_id: LegId) -> None:
        now = self._now()
        if self._agents.take_back(agent_id, leg_id, AttemptId(call.wish.call_id)):
            self.apply(call, happened.Seated(agent_id, leg_id, now))
        else:
            self.apply(call, happened.LegGone(leg_id, now))

    def _tick(self, call: QueuedCall, at: float) -> None:
        self.apply(call, happened.Tick(max(at, self._now())))

    def _talk_began(self, call: QueuedCall, *, anew: bool) -> None:
        agent_id, leg_id = call.flow.agent_id, call.flow.leg_id
        if agent_id is None or leg_id is None:
            return
        self._agents.talk_began(agent_id, AttemptId(call.wish.call_id))
        self._who.talked(call.line.number if call.line is not None else "", agent_id)
        if anew:
            self._switch.whisper(leg_id)

    # -- inside: who is there ----------------------------------------------------------------

    def _keep(self, call: QueuedCall) -> None:
        self._calls[call.wish.call_id] = call
        call.sink = lambda event: self._switch_said(call, event)
        call.pressed = lambda: self.apply(call, CallBackAsked(self._now()))
        if call.own_line:
            self._others.register(call.wish.call_id, call.sink)
        if call.queue:
            self.outlook.begin(call)

    def forget(self, call: QueuedCall) -> None:
        """They have an agent, or are not to wait any more: the queue knows nothing of them."""
        call.stop()
        self._seats.hang_up(call)
        self._others.forget(call.wish.call_id, call.sink)
        if self._calls.get(call.wish.call_id) is call:
            del self._calls[call.wish.call_id]

    def _switch_said(self, call: QueuedCall, event: SwitchEvent) -> None:
        match event:
            case ChannelBridged(at=at):
                self.apply(call, happened.Bridged(at))
            case ChannelHungUp(cause=cause, tech_cause=tech_cause, at=at):
                self.apply(call, happened.HungUp(cause, tech_cause, at))
            case _:
                pass

    def _seeking(self) -> Iterable[QueuedCall]:
        """Return those who wait, and the places that are kept for who will be called back."""
        there = (call for call in self._calls.values() if call.seeking)
        return chain(there, self._places.seeking())

    def _now(self) -> float:
        return self._clock.now()
