"""Every live attempt of this node: feeds each its events, carries out its commands.

Implements the `CallDesk` that the AGI handlers ask. An answered call is served from memory alone:
no event of the switch, no database in its way. Refuses to know why a line was dialed.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

import structlog

from dialer.domain import call_commands as do
from dialer.domain import call_events as happened
from dialer.domain.call_commands import CallCommand
from dialer.domain.call_events import CallEvent
from dialer.domain.call_states import APART
from dialer.domain.callflow import HEARD, CallFlow, CallState
from dialer.domain.ids import AgentId, AttemptId, LegId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.outcome import Outcome
from dialer.errors import SwitchUnavailable
from dialer.ports import (
    AttemptStore,
    AwaitBeep,
    BridgeEnd,
    Clock,
    ConnectTo,
    Feed,
    HangUp,
    Hold,
    LetGo,
    LineOrder,
    Recordings,
    Switch,
    TalkControl,
)
from dialer.services.agents import Agents
from dialer.services.call_telling import CallTelling
from dialer.services.campaign_run import CampaignRun
from dialer.services.early_lines import EarlyLines
from dialer.services.live_call import SILENT, LiveCall
from dialer.services.recorder import Recorder
from dialer.services.seating import Seating

log = structlog.get_logger(__name__)

LEG_FATE_S: Final = 0.25
"""How long to wait for the switch to say how an agent's leg ended."""


class Calls:
    """The node's live attempts."""

    def __init__(
        self,
        *,
        switch: Switch,
        agents: Agents,
        seating: Seating,
        recorder: Recorder,
        attempts: AttemptStore,
        feed: Feed,
        clock: Clock,
        recordings: Recordings,
        control: TalkControl,
    ) -> None:
        self._switch = switch
        self._control = control
        self._agents = agents
        self._seating = seating
        self._recorder = recorder
        self._attempts = attempts
        self._clock = clock
        self._recordings = recordings
        self._telling = CallTelling(
            switch=switch, agents=agents, recorder=recorder, feed=feed, clock=clock
        )
        self._calls: dict[str, LiveCall] = {}
        self._lines: Counter[str] = Counter()
        self._end_listeners: list[Callable[[AttemptEnd], None]] = []
        self._booked_listeners: list[Callable[[Attempt, AttemptEnd], None]] = []
        self._change_listeners: list[Callable[[CallFlow], None]] = []
        self.early_lines = EarlyLines(clock)
        """Lines that ask while the calls of an engine before us are being adopted."""

    # -- who is there ----------------------------------------------------------------------

    def on_end(self, listener: Callable[[AttemptEnd], None]) -> None:
        """Be told of the end of each attempt."""
        self._end_listeners.append(listener)

    def on_booked(self, listener: Callable[[Attempt, AttemptEnd], None]) -> None:
        """Be told of the end of each attempt, and of the attempt."""
        self._booked_listeners.append(listener)

    def on_change(self, listener: Callable[[CallFlow], None]) -> None:
        """Be told of each attempt that begins, changes its state, or is known no more."""
        self._change_listeners.append(listener)

    def begin(self, attempt: Attempt, run: CampaignRun) -> None:
        """Take charge of an attempt that is recorded and about to be sent."""
        private = attempt.agent_guaranteed
        broadcast = "" if private else attempt.terms.broadcast
        self._keep(LiveCall(CallFlow(attempt), run, private=private, broadcast=broadcast))

    def withdraw(self, attempt_id: AttemptId) -> None:
        """Forget an attempt that could not be recorded, so was never made."""
        call = self._forget(attempt_id)
        if call.private:
            return
        now = self._clock.now()
        call.run.failed(attempt_id, Outcome.CANCELLED, now)
        call.run.ended(attempt_id, now, tell=False)

    def adopt(self, adopted: CallFlow, run: CampaignRun, *, silently: bool = False) -> None:
        """Take charge of a call that an engine before us started.

        Args:
            adopted: the call as far as it is known.
            run: its campaign.
            silently: it is over already; the pacer shall learn nothing from it but the ledger's
                share, which is rebuilt from the record.
        """
        private = adopted.attempt.agent_guaranteed
        broadcast = "" if private else run.campaign.settings.broadcast
        call = LiveCall(adopted, run, private=private, broadcast=broadcast)
        self._keep(call)
        self.early_lines.answer(adopted.attempt.attempt_id, adopted=True)
        if silently:
            call.told = SILENT
            return
        if not call.private:
            run.dialed(adopted.attempt.attempt_id, self._clock.now())
        if adopted.answered_at is not None:
            call.tell_answered(self._clock.now())
        if adopted.connected_at is not None and adopted.agent_id is not None:
            self._telling.connected(call, adopted.connected_at)

    def flow(self, channel_id: str) -> CallFlow | None:
        """Return a live attempt's flow, to be looked at."""
        call = self._calls.get(channel_id)
        return call.flow if call is not None else None

    def run_of(self, channel_id: str) -> CampaignRun | None:
        """Return the campaign of a live attempt."""
        call = self._calls.get(channel_id)
        return call.run if call is not None else None

    def broadcast_of(self, channel_id: str) -> str:
        """Return the flow that leads a live attempt until a key is pressed; "": none."""
        call = self._calls.get(channel_id)
        return call.broadcast if call is not None else ""

    def knows(self, channel_id: str) -> bool:
        """Whether this attempt is live in memory."""
        return channel_id in self._calls

    def live(self) -> Iterable[CallFlow]:
        """Return the flows of all live attempts."""
        return [call.flow for call in self._calls.values()]

    def lines(self, trunk: str) -> int:
        """Count the lines in use on a trunk."""
        return self._lines[trunk]

    # -- what the switch and the engine tell -------------------------------------------------

    def say(self, channel_id: str, paths: Sequence[str]) -> None:
        """Have a customer who hears music hear prompts (paths without extension), then music."""
        call = self._calls.get(channel_id)
        if call is not None:
            call.say(paths)

    def handle(self, channel_id: str, event: CallEvent) -> None:
        """Feed one event to an attempt; unknown ones are of calls that ended already."""
        call = self._calls.get(channel_id)
        if call is not None:
            self._apply(call, event)

    def cancel_rung(self, run: CampaignRun) -> int:
        """Nobody is left to take calls: take back lines that rang the minimum; returns how many.

        Younger lines ring on: a called person's phone is not rung for less than the law asks.
        """
        now = self._clock.now()
        cancelled = 0
        for attempt_id in list(run.live):
            call = self._calls.get(attempt_id)
            if call is None or call.flow.state not in (CallState.DIALING, CallState.RINGING):
                continue
            since = call.flow.rang_at or call.flow.attempt.dialed_at
            if now - since >= run.ring_min_s:
                self._apply(call, happened.CancelAsked(now))
                cancelled += 1
        return cancelled

    def end_talk(self, attempt_id: AttemptId) -> None:
        """The agent ends the talk."""
        self.handle(attempt_id, happened.AgentHangUp(self._clock.now()))

    # -- CallDesk ----------------------------------------------------------------------------

    async def customer_answered(self, channel_id: str, at: float) -> LineOrder:
        """A customer's line asks what to do; see `CallDesk`."""
        call = self._calls.get(channel_id)
        if call is None and await self.early_lines.adoption(channel_id):
            call = self._calls.get(channel_id)
        if call is None:
            # ended, or given up by us: the message is the lawful answer
            log.warning("answer_of_unknown_call", attempt=channel_id)
            return LetGo("abandon")
        return await self._ask(call, happened.Answered(at))

    async def bridge_returned(self, channel_id: str, end: BridgeEnd) -> LineOrder:
        """A join came back; see `CallDesk`."""
        call = self._calls.get(channel_id)
        if call is None:
            return HangUp()
        now = self._clock.now()
        leg_id = call.flow.leg_id
        match end:
            case BridgeEnd.NO_LEG:
                if leg_id is not None:
                    self._agents.leg_gone(leg_id, None)
                return await self._ask(call, happened.JoinFailed(now))
            case BridgeEnd.LEG_LEFT:
                # we parted it ourselves: the music must not wait for how it ended
                by_us = call.flow.state in APART
                died = False if by_us else await self._leg_died(leg_id)
                return await self._ask(call, happened.LegLeft(died, now))
            case BridgeEnd.CUSTOMER_LEFT:
                self._apply(call, happened.CustomerLeft(now))
                return HangUp()

    async def held(self, channel_id: str) -> LineOrder:
        """Music plays on a customer's line; see `CallDesk`."""
        call = self._calls.get(channel_id)
        if call is None:
            return HangUp()
        return await call.asks()

    def line_closed(self, channel_id: str) -> None:
        """A customer's line takes no more orders; see `CallDesk`."""
        self.early_lines.answer(channel_id, adopted=False)  # the dialplan's own clock was faster
        call = self._calls.get(channel_id)
        if call is None:
            return
        self._apply(call, happened.LineClosed(self._clock.now()))
        call.give(HangUp())

    async def do_not_call(self, channel_id: str, number: str) -> None:
        """Commit a do-not-call entry for the number of this attempt; see `CallDesk`."""
        call = self._calls.get(channel_id)
        wanted = call.flow.attempt.number if call is not None else number
        if wanted:
            await self._attempts.add_do_not_call(
                wanted, source=f"key pressed in {channel_id}", at=self._clock.now()
            )
            campaign = call.flow.attempt.campaign_id if call is not None else None
            log.info("do_not_call", attempt=channel_id, campaign=campaign, number=wanted)

    # -- inside ------------------------------------------------------------------------------

    def _keep(self, call: LiveCall) -> None:
        attempt = call.flow.attempt
        self._calls[attempt.attempt_id] = call
        self._lines[attempt.trunk] += 1
        self._tell_of(call)

    def _forget(self, attempt_id: AttemptId) -> LiveCall:
        call = self._calls.pop(attempt_id)
        self._lines[call.flow.attempt.trunk] -= 1
        self._tell_of(call)
        return call

    def _tell_of(self, call: LiveCall) -> None:
        for listener in self._change_listeners:
            listener(call.flow)

    async def _leg_died(self, leg_id: LegId | None) -> bool:
        if leg_id is None:
            return True
        cause = await self._agents.leg_end(leg_id, wait_s=LEG_FATE_S)
        return cause not in (16, 31)

    async def _ask(self, call: LiveCall, event: CallEvent) -> LineOrder:
        if type(event) not in HEARD[call.flow.state]:
            # asked too late: the dialplan, or an engine before us, has decided already
            letting_go = call.flow.state is CallState.LETTING_GO
            return LetGo("abandon") if letting_go else HangUp()
        call.next_order = None
        order = call.asks()
        self._apply(call, event)
        return HangUp() if call.flow.state is CallState.ENDED else await order

    def _apply(self, call: LiveCall, event: CallEvent) -> None:
        before = call.flow.state
        was_connected = call.flow.connected_at
        was_charged = call.flow.charged
        commands = call.flow.handle(event)
        self._telling.of(call, before, was_connected, was_charged)
        for command in commands:
            self._carry_out(call, command)
        if before is not call.flow.state:
            self._tell_of(call)
            self._telling.publish(call)

    def _carry_out(self, call: LiveCall, command: CallCommand) -> None:
        attempt = call.flow.attempt
        match command:
            case do.SeekAgent():
                self._seating.seek(
                    attempt.attempt_id,
                    attempt.campaign_id,
                    call.flow.answered_at or self._clock.now(),
                    lambda agent_id, leg_id: self._seated(call, agent_id, leg_id),
                    counted=not call.private,
                )
            case do.StopSeeking():
                self._seating.stop_seeking(attempt.attempt_id)
            case do.WakeAt(at):
                delay_s = max(0.0, at - self._clock.now())
                call.timers.append(
                    asyncio.get_running_loop().call_later(delay_s, self._tick, call, at)
                )
            case do.Join(leg_id):
                call.give(ConnectTo(leg_id))
            case do.PlayAndHangUp(prompt):
                call.give(LetGo(prompt))
            case do.Drop():
                call.give(HangUp())
            case do.EndChannel():
                self._to_switch(attempt, lambda: self._switch.hang_up(attempt.attempt_id))
            case do.FreeAgent(_, leg_id, talked):
                settings = call.run.campaign.settings
                self._agents.freed(leg_id, wrap_up_s=settings.wrap_up_limit_s if talked else 0.0)
            case do.BookEnd(end):
                self._book(call, end)
            case _:
                self._move(call, command)

    def _move(self, call: LiveCall, command: CallCommand) -> None:
        match command:
            case do.Part(leg_id):
                self._to_switch(call.flow.attempt, lambda: self._control.part(leg_id))
            case do.PlayMusic():
                call.give(Hold())
            case do.ListenForBeep():
                call.give(AwaitBeep(call.run.campaign.settings.machine_message))
            case do.TakeBack(agent_id, leg_id):
                self._take_back(call, agent_id, leg_id)

    def _seated(self, call: LiveCall, agent_id: AgentId, leg_id: LegId) -> None:
        self._apply(call, happened.Seated(agent_id, leg_id, self._clock.now()))

    def _tick(self, call: LiveCall, at: float) -> None:
        self._apply(call, happened.Tick(max(at, self._clock.now())))

    def _take_back(self, call: LiveCall, agent_id: AgentId, leg_id: LegId) -> None:
        now, attempt_id = self._clock.now(), call.flow.attempt.attempt_id
        if self._agents.take_back(agent_id, leg_id, attempt_id):
            self._apply(call, happened.Seated(agent_id, leg_id, now))
        else:
            self._apply(call, happened.LegGone(leg_id, now))

    def _to_switch(self, attempt: Attempt, command: Callable[[], None]) -> None:
        try:
            command()
        except SwitchUnavailable:
            log.warning("not_sent", attempt=attempt.attempt_id, campaign=attempt.campaign_id)

    def _book(self, call: LiveCall, end: AttemptEnd) -> None:
        for timer in call.timers:
            timer.cancel()
        self._forget(end.attempt_id)
        call.give(HangUp())
        if call.flow.attempt.ground and end.answered_at is not None:
            if end.connected_at is not None:
                end = replace(end, recording=self._recordings.finish(end.attempt_id))
            else:
                self._recordings.discard(end.attempt_id)
        self._recorder.book_end(end)
        for listener in self._end_listeners:
            listener(end)
        for told in self._booked_listeners:
            told(call.flow.attempt, end)
        call.tell_line_free(self._clock.now())
        log.info(
            "attempt_ended",
            attempt=end.attempt_id,
            campaign=call.flow.attempt.campaign_id,
            outcome=end.outcome.value,
            cause=end.cause,
            tech_cause=end.tech_cause,
            agent=end.agent_id,
        )
