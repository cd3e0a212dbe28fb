"""The law of one attempt: events in, commands out. Pure; `at` is seconds since the epoch.

The table `HEARD` says which event counts in which state; one function per event says what
follows. Only the switch's own hang-up (live or from its journal) ends an attempt. Refuses to know
Asterisk, sockets, databases and how agents are chosen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from dialer.domain import machine_moves, message_moves, park_moves, screening_moves, talk_moves
from dialer.domain.call_commands import (
    BookEnd,
    CallCommand,
    Drop,
    EndChannel,
    Join,
    PlayAndHangUp,
    SeekAgent,
    StopSeeking,
    WakeAt,
)
from dialer.domain.call_events import (
    AgentHangUp,
    Answered,
    Bridged,
    CallEvent,
    CancelAsked,
    CustomerLeft,
    HungUp,
    JoinFailed,
    LegLeft,
    LineClosed,
    MessageBegan,
    MessageOver,
    Rang,
    Refused,
    Seated,
    Tick,
    Vanished,
    Voided,
    WentUp,
)
from dialer.domain.call_limits import (
    DEAD_LEG_S,
    GRACE_S,
    LET_GO_AFTER_S,
    REFUSED_WAIT_S,
    SECOND_SEAT_S,
)
from dialer.domain.call_states import APART, HEARD, CallState
from dialer.domain.ids import AgentId, AttemptId, LegId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.outcome import Outcome, unanswered_outcome
from dialer.domain.talk_flow import TalkFlow

__all__ = [
    "DEAD_LEG_S",
    "GRACE_S",
    "HEARD",
    "LAWS",
    "LET_GO_AFTER_S",
    "REFUSED_WAIT_S",
    "SECOND_SEAT_S",
    "CallFlow",
    "CallState",
]

S = CallState

_JOINED: Final = APART | {S.CONNECTING, S.TALKING, S.REJOINING}
"""States in which the call has an agent, or is to have one again."""


@dataclass(slots=True)
class CallFlow(TalkFlow):
    """One attempt on its way from the dial to its one end."""

    attempt: Attempt
    state: CallState = field(default=CallState.DIALING, kw_only=True)
    rang_at: float | None = None
    up_at: float | None = None
    informed_at: float | None = None
    """When a broadcast's message began."""
    answered_at: float | None = None
    """When the person was there for an agent: of a broadcast, when the key was pressed."""
    joined_at: float | None = None
    charged: bool = False
    let_go: bool = False
    cancelled: bool = False
    line_open: bool = False
    refused: bool = False
    machine: Outcome | None = None
    """It was no person, and is let go as what it was, or left a message."""
    ended_by: str = ""
    deadline: float | None = None
    outcome: Outcome | None = None

    @property
    def talk_id(self) -> AttemptId:
        """The attempt's id."""
        return self.attempt.attempt_id

    def handle(self, event: CallEvent) -> list[CallCommand]:
        """Apply one event; an event the state does not hear changes nothing."""
        if type(event) not in HEARD[self.state]:
            return []
        return list(LAWS[type(event)](self, event))

    @classmethod
    def adopted(
        cls,
        attempt: Attempt,
        *,
        answered_at: float | None,
        connected_at: float | None = None,
        agent_id: AgentId | None = None,
        leg_id: LegId | None = None,
        informed_at: float | None = None,
    ) -> "CallFlow":
        """Take over a live call from an engine that is gone.

        A talk goes on as TALKING, also one that ends just now and has no agent any more. An
        answered call without a talk is in the dialplan's own hands, which let it go at 1.8 s: it
        is LETTING_GO. So does whoever heard a broadcast's message and has pressed no key: INFORMING
        still. Any other is still dialing.
        """
        attempt = replace(attempt, screened=False)  # nobody has listened from the answer on
        flow = cls(attempt, answered_at=answered_at, up_at=answered_at)
        if connected_at is not None:
            flow.state = S.TALKING
            flow.joined_at = flow.connected_at = connected_at
            flow.agent_id, flow.leg_id = agent_id, leg_id
        elif informed_at is not None:
            flow.state, flow.answered_at = S.INFORMING, None
            flow.informed_at = flow.up_at = informed_at
        elif answered_at is not None:
            flow.state = S.LETTING_GO
            flow.let_go = True
        return flow

    def to_machine(self) -> None:
        """The call that was taken over is a message that plays to a machine."""
        self.state, self.machine = S.LEAVING_MESSAGE, Outcome.MACHINE

    # -- before the answer -----------------------------------------------------------------

    def _rang(self, event: Rang) -> list[CallCommand]:
        self.state = S.RINGING
        self.rang_at = event.at
        return []

    def _went_up(self, event: WentUp) -> list[CallCommand]:
        self.up_at = event.at
        return []

    def _answered(self, event: Answered) -> list[CallCommand]:
        self.answered_at = event.at
        self.line_open = True
        self.deadline = event.at + LET_GO_AFTER_S
        if self.attempt.screened:
            return screening_moves.began(self, event)
        self.state = S.WAITING
        return [SeekAgent(), WakeAt(self.deadline)]

    def _cancel_asked(self, _event: CancelAsked) -> list[CallCommand]:
        if self.cancelled or self.up_at is not None:
            return []
        self.cancelled = True
        return [EndChannel()]

    def _refused(self, event: Refused) -> list[CallCommand]:
        if event.no_channel:
            return self._end(Outcome.FAILED, event.at)
        self.refused = True
        return [WakeAt(event.at + REFUSED_WAIT_S)]

    # -- from the answer to the talk -------------------------------------------------------

    def _seated(self, event: Seated) -> list[CallCommand]:
        self.agent_id, self.leg_id = event.agent_id, event.leg_id
        if self.state is S.REJOINING:
            return [Join(event.leg_id)]
        self.state = S.CONNECTING
        self.joined_at = event.at
        return [Join(event.leg_id)]

    def _tick(self, event: Tick) -> list[CallCommand]:
        if self.state is S.WAITING:
            if self.deadline is None or event.at < self.deadline or not self.line_open:
                return []
            return [StopSeeking(), *self.let_go_with("abandon")]
        if self.state is S.SCREENING:
            return screening_moves.waited(self, event)
        if self.state is S.AWAITING_BEEP:
            return machine_moves.waited(self, event)
        if self.state in (S.PARKED, S.RETURNING):
            return park_moves.waited(self, event)
        if self.refused and self.up_at is None:
            return self._end(Outcome.FAILED, event.at)
        return []

    def _line_closed(self, _event: LineClosed) -> list[CallCommand]:
        self.line_open = False
        return screening_moves.line_closed(self) if self.state is S.SCREENING else [StopSeeking()]

    def _bridged(self, event: Bridged) -> list[CallCommand]:
        if self.connected_at is None:
            self.connected_at = event.at
        if self.answered_at is None:
            # joined while no engine looked: told by the switch's journal
            self.answered_at = self.up_at if self.up_at is not None else event.at
        if self.state is not S.CLOSING:
            self.state, self.aside, self.talk_ended_at = S.TALKING, None, None
        return []

    def _join_failed(self, event: JoinFailed) -> list[CallCommand]:
        if self.state is S.REJOINING:
            return list(talk_moves.rejoin_failed(self, event))
        free = self.free(talked=False)
        self.line_open = True  # it says so itself
        self.state = S.WAITING
        self.joined_at = None
        deadline = max(self.deadline or event.at, event.at)
        self.deadline = deadline
        return [*free, SeekAgent(), WakeAt(deadline)]

    # -- from the talk to its end ----------------------------------------------------------

    def _leg_left(self, event: LegLeft) -> list[CallCommand]:
        self.line_open = True  # it says so itself
        if self.state in APART or self.awaited:
            return list(talk_moves.line_came_back(self, event))
        since = self.connected_at or self.joined_at or event.at
        free = self.free(talked=True)
        if event.at - since < DEAD_LEG_S and event.leg_died and not self.moved:
            self.charged = True
            self.state = S.WAITING
            self.connected_at = self.joined_at = None
            self.deadline = event.at + SECOND_SEAT_S
            return [*free, SeekAgent(), WakeAt(self.deadline)]
        self.talk_ended_at = event.at
        if event.leg_died and (self.agent_id is not None or not self.moved):
            self.connected_at = self.connected_at or self.joined_at
            return [*free, *self.let_go_with("lost", ended_by="agent_lost")]
        self.ended_by = self.ended_by or "agent"
        self.connected_at = self.connected_at or self.joined_at
        self.state = S.CLOSING
        return [*free, Drop()]

    def _customer_left(self, event: CustomerLeft) -> list[CallCommand]:
        self.talk_ended_at = event.at
        self.ended_by = self.ended_by or "customer"
        self.state = S.CLOSING
        return self.free(talked=self.connected_at is not None)

    def _agent_hang_up(self, _event: AgentHangUp) -> list[CallCommand]:
        self.ended_by = "agent"
        return [EndChannel()]

    def let_go_with(self, prompt: str, *, ended_by: str = "") -> list[CallCommand]:
        """Let this person go with a prompt."""
        self.state = S.LETTING_GO
        self.let_go = True
        self.ended_by = ended_by or self.ended_by or "dialer"
        return [PlayAndHangUp(prompt)]

    def free(self, *, talked: bool) -> list[CallCommand]:
        """Return that the agent has no customer any more, if there is one."""
        # nobody talked with a machine: no wrap-up
        return TalkFlow.free(self, talked=talked and self.machine is None)

    def came_back(self, at: float) -> list[CallCommand] | None:
        """The line asks: for the beep, or aside; None: a hold, or the next leg."""
        if self.leaves_message:
            return machine_moves.line_came_back(self, at)
        return park_moves.wait(self, at) if self.aside is not None else None

    def nobody_has(self, at: float) -> list[CallCommand]:
        """Say that the line broke; who is aside stays there."""
        if self.aside is not None:
            return park_moves.wait(self, at)
        self.talk_ended_at = self.talk_ended_at or at
        return self.let_go_with("lost", ended_by="agent_lost")

    # -- the end ---------------------------------------------------------------------------

    def _hung_up(self, event: HungUp) -> list[CallCommand]:
        commands: list[CallCommand] = []
        if self.state in _JOINED:
            self.talk_ended_at = self.talk_ended_at or event.at
            self.ended_by = self.ended_by or "customer"
            commands = self.free(talked=self.connected_at is not None)
        elif self.state is S.WAITING:
            commands = [StopSeeking()]
        end = self._end(self._outcome(event), event.at, event.cause, event.tech_cause)
        return [*commands, *end]

    def _voided(self, event: Voided) -> list[CallCommand]:
        commands = self._end(Outcome.CANCELLED, event.at)
        return [
            BookEnd(replace(command.end, undialed=True))
            if isinstance(command, BookEnd)
            else command
            for command in commands
        ]

    def _vanished(self, event: Vanished) -> list[CallCommand]:
        if self.answered_at is None and self.up_at is None:
            return self._end(Outcome.LOST, event.at)
        return self._hung_up(HungUp(0, "", event.at))

    def _outcome(self, event: HungUp) -> Outcome:
        if self.connected_at is not None:
            return self.machine or Outcome.CONNECTED
        if self.machine is not None and not self.charged:
            return self.machine  # known before it had an agent
        heard = message_moves.message_heard(self)
        if heard is not None:
            return heard
        answered_at = self.answered_at if self.answered_at is not None else self.up_at
        if answered_at is None:
            if self.cancelled:
                return Outcome.CANCELLED
            return unanswered_outcome(event.cause, event.tech_cause)
        self.answered_at = answered_at
        if self.cancelled:
            self.ended_by = "dialer"  # answered in the instant we took the call back
        # who is hung up on by us before a word was said did not leave by themselves
        by_us = self.let_go or self.charged or self.ended_by in ("dialer", "agent")
        if by_us or event.at - answered_at > GRACE_S:
            return Outcome.ABANDONED
        self.ended_by = self.ended_by or "customer"
        return Outcome.HUNG_UP_WAITING

    def _end(
        self, outcome: Outcome, at: float, cause: int | None = None, tech_cause: str = ""
    ) -> list[CallCommand]:
        self.state = S.ENDED
        self.outcome = outcome
        talked = self.connected_at is not None
        agent_id, leg_id = self.first or (self.agent_id, self.leg_id)
        if outcome is Outcome.CANCELLED:
            self.ended_by = "dialer"
        elif self.answered_at is None:
            self.ended_by = self.ended_by or "network"
        return [
            BookEnd(
                AttemptEnd(
                    attempt_id=self.attempt.attempt_id,
                    outcome=outcome,
                    ended_at=at,
                    rang_at=self.rang_at,
                    informed_at=self.informed_at,
                    answered_at=self.answered_at,
                    connected_at=self.connected_at,
                    talk_ended_at=self.talk_ended_at if talked else None,
                    agent_id=agent_id if talked else None,
                    leg_id=leg_id if talked else None,
                    cause=cause,
                    tech_cause=tech_cause,
                    ended_by=self.ended_by,
                    charged=self.charged or outcome is Outcome.ABANDONED,
                )
            )
        ]


LAWS: Final[Mapping[type, Callable[[CallFlow, Any], Sequence[CallCommand]]]] = {
    Rang: CallFlow._rang,
    WentUp: CallFlow._went_up,
    Answered: CallFlow._answered,
    MessageBegan: message_moves.message_began,
    MessageOver: message_moves.message_over,
    Seated: CallFlow._seated,
    Bridged: CallFlow._bridged,
    JoinFailed: CallFlow._join_failed,
    LegLeft: CallFlow._leg_left,
    CustomerLeft: CallFlow._customer_left,
    LineClosed: CallFlow._line_closed,
    Tick: CallFlow._tick,
    CancelAsked: CallFlow._cancel_asked,
    AgentHangUp: CallFlow._agent_hang_up,
    Refused: CallFlow._refused,
    Voided: CallFlow._voided,
    Vanished: CallFlow._vanished,
    HungUp: CallFlow._hung_up,
    **machine_moves.LAWS,
    **park_moves.LAWS,
    **screening_moves.LAWS,
    **talk_moves.LAWS,
}
"""What follows from each event."""
