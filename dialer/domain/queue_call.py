"""The law of one caller in a queue: events in, commands out. Pure; `at` is seconds since the epoch.

`MOVES` says which event is heard in which state and where it may lead; a function an event says
what follows. The line is ours until it is given back, or the switch says that it hung up. Once an
agent has the caller, the moves within the talk are those of any talk (`talk_moves`). Refuses to
know Asterisk, who is chosen, and what is said to who waits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dialer.domain import talk_moves
from dialer.domain.call_commands import (
    CallCommand,
    Join,
    Part,
    PlayMusic,
    SeekAgent,
    StopSeeking,
    WakeAt,
)
from dialer.domain.call_events import (
    Bridged,
    CustomerLeft,
    HandedOver,
    HoldAsked,
    HungUp,
    JoinFailed,
    LegDied,
    LegGone,
    LegLeft,
    LegReplaced,
    LineClosed,
    QueueAsked,
    ResumeAsked,
    Seated,
    Tick,
)
from dialer.domain.call_states import CallState
from dialer.domain.ids import AgentId, AttemptId, CallId, LegId
from dialer.domain.outcome import Outcome
from dialer.domain.queue_call_words import (
    Announce,
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
from dialer.domain.talk_flow import TalkFlow

S = CallState

MOVES: Final[Mapping[tuple[CallState, type], frozenset[CallState]]] = {
    (S.WAITING, Seated): frozenset({S.CONNECTING}),
    (S.WAITING, Tick): frozenset({S.WAITING, S.ASKED, S.ENDED}),
    (S.WAITING, CallBackAsked): frozenset({S.ASKED}),
    (S.WAITING, LineClosed): frozenset({S.CLOSING}),
    (S.WAITING, HungUp): frozenset({S.ENDED}),
    (S.ASKED, CallBackDeclined): frozenset({S.WAITING, S.ENDED}),
    (S.ASKED, CallBackPromised): frozenset({S.ENDED}),
    (S.ASKED, LineClosed): frozenset({S.CLOSING}),
    (S.ASKED, HungUp): frozenset({S.ENDED}),
    (S.CONNECTING, Bridged): frozenset({S.TALKING}),
    (S.CONNECTING, JoinFailed): frozenset({S.WAITING}),
    (S.CONNECTING, LegLeft): frozenset({S.WAITING, S.CLOSING}),
    (S.CONNECTING, CustomerLeft): frozenset({S.CLOSING}),
    (S.CONNECTING, HungUp): frozenset({S.ENDED}),
    (S.TALKING, LegLeft): frozenset({S.HOLDING, S.WAITING, S.CLOSING}),
    (S.TALKING, LegDied): frozenset({S.TALKING}),
    (S.TALKING, CustomerLeft): frozenset({S.CLOSING}),
    (S.TALKING, HoldAsked): frozenset({S.TALKING, S.PARTING}),
    (S.TALKING, HandedOver): frozenset({S.PARTING}),
    (S.TALKING, QueueAsked): frozenset({S.PARTING}),
    (S.TALKING, HungUp): frozenset({S.ENDED}),
    (S.PARTING, LegLeft): frozenset({S.HOLDING, S.REJOINING, S.WAITING}),
    (S.PARTING, LegGone): frozenset({S.PARTING, S.WAITING}),
    (S.PARTING, LegDied): frozenset({S.PARTING}),
    (S.PARTING, LegReplaced): frozenset({S.PARTING}),
    (S.PARTING, CustomerLeft): frozenset({S.CLOSING}),
    (S.PARTING, HungUp): frozenset({S.ENDED}),
    (S.HOLDING, ResumeAsked): frozenset({S.HOLDING, S.REJOINING}),
    (S.HOLDING, HandedOver): frozenset({S.REJOINING}),
    (S.HOLDING, QueueAsked): frozenset({S.WAITING}),
    (S.HOLDING, LegGone): frozenset({S.HOLDING, S.WAITING}),
    (S.HOLDING, LegDied): frozenset({S.HOLDING}),
    (S.HOLDING, LegReplaced): frozenset({S.HOLDING}),
    (S.HOLDING, HungUp): frozenset({S.ENDED}),
    (S.REJOINING, Bridged): frozenset({S.TALKING}),
    (S.REJOINING, JoinFailed): frozenset({S.REJOINING, S.WAITING}),
    (S.REJOINING, Seated): frozenset({S.REJOINING}),
    (S.REJOINING, LegGone): frozenset({S.REJOINING, S.WAITING}),
    (S.REJOINING, LegLeft): frozenset({S.WAITING, S.CLOSING}),
    (S.REJOINING, CustomerLeft): frozenset({S.CLOSING}),
    (S.REJOINING, HungUp): frozenset({S.ENDED}),
    (S.CLOSING, Bridged): frozenset({S.CLOSING}),
    (S.CLOSING, HungUp): frozenset({S.ENDED}),
}
"""The whole law: what is heard in which state, and where it may lead; all else changes nothing.

After `closing` only the hang-up is seen, whoever has the line; `ended` is hung up, or given back as
nobody came.
"""

_TAKEN: Final = frozenset({S.CONNECTING, S.TALKING, S.PARTING, S.HOLDING, S.REJOINING})
"""An agent has the caller, or is to have them."""

NO_CALL: Final = CallId("")

TIMED_OUT: Final = "time_out"
HUNG_UP: Final = "hung_up"
"""Why nobody took a call: nobody came in time, or the caller left."""


@dataclass(slots=True)
class QueueCall(TalkFlow):
    """One caller from the moment a queue is handed the line to the moment it is not its any more.

    Args:
        since: when the caller came.
        wait_s: how long they wait at most.
        announce_every_s: between two announcements; 0: none.
        call_id: of the call.
        ask_at_end: whether who has waited so long is asked about a call back.
    """

    since: float
    wait_s: float
    announce_every_s: float = 0.0
    call_id: CallId = NO_CALL
    ask_at_end: bool = False
    state: CallState = field(default=S.WAITING, kw_only=True)
    deadline: float = 0.0
    announce_at: float | None = None
    joined_at: float | None = None
    first_connected_at: float | None = None
    reason: str = ""
    missed: bool = False

    @classmethod
    def adopted(
        cls, agent_id: AgentId, leg_id: LegId, at: float, call_id: CallId = NO_CALL
    ) -> "QueueCall":
        """Take over a talk from an engine that is gone: only its end will be seen."""
        call = cls(at, 0.0, call_id=call_id, state=S.TALKING, agent_id=agent_id, leg_id=leg_id)
        call.joined_at = call.connected_at = call.first_connected_at = at
        return call

    @property
    def talk_id(self) -> AttemptId:
        """The call's id."""
        return AttemptId(self.call_id)

    def begin(self) -> list[QueueCommand]:
        """The line is here: return what is to be done first."""
        self.deadline = self.since + self.wait_s
        commands: list[QueueCommand] = [PlayMusic(), WakeAt(self.deadline)]
        if self.announce_every_s > 0:
            self.announce_at = self.since + self.announce_every_s
            commands.append(WakeAt(self.announce_at))
        return [*commands, SeekAgent()]

    def handle(self, event: QueueEvent) -> Sequence[QueueCommand]:
        """Apply one event; an event the state does not hear changes nothing."""
        allowed = MOVES.get((self.state, type(event)))
        if allowed is None:
            return []
        commands = LAWS[type(event)](self, event)
        if self.state not in allowed:
            raise AssertionError(f"{type(event).__name__} led to {self.state}, not in the law")
        return commands

    # -- waiting ---------------------------------------------------------------------------

    def _seated(self, event: Seated) -> list[QueueCommand]:
        self.agent_id, self.leg_id, self.joined_at = event.agent_id, event.leg_id, event.at
        if self.state is S.WAITING:
            self.state = S.CONNECTING
        return [Join(event.leg_id)]

    def _tick(self, event: Tick) -> list[QueueCommand]:
        if event.at >= self.deadline:
            if self.ask_at_end:
                return self._ask()
            return [StopSeeking(), *self._time_out()]
        if self.announce_at is None or event.at < self.announce_at:
            return []
        self.announce_at = event.at + self.announce_every_s
        return [Announce(), WakeAt(self.announce_at)]

    def _line_closed(self, _event: LineClosed) -> list[QueueCommand]:
        seeking = [StopSeeking()] if self.state is S.WAITING else []
        self.state, self.reason = S.CLOSING, HUNG_UP
        return [*seeking, *self._miss(), GiveBack(HUNG_UP)]

    def _time_out(self) -> list[QueueCommand]:
        self.state, self.reason = S.ENDED, TIMED_OUT
        return [*self._miss(), GiveBack(TIMED_OUT)]

    # -- a call back instead ---------------------------------------------------------------

    def _ask(self, _event: CallBackAsked | None = None) -> list[QueueCommand]:
        self.state, self.ask_at_end = S.ASKED, False
        return [StopSeeking(), OfferCallBack()]

    def _declined(self, event: CallBackDeclined) -> list[QueueCommand]:
        if event.at >= self.deadline:
            return self._time_out()
        return self._wait_again(event.at, event.at)

    def _promised(self, _event: CallBackPromised) -> list[QueueCommand]:
        self.state, self.missed = S.ENDED, True  # not missed: it is promised
        return [GiveBack("")]

    # -- with an agent ---------------------------------------------------------------------

    def _bridged(self, event: Bridged) -> list[QueueCommand]:
        if self.state is not S.CLOSING:
            self.state = S.TALKING
            self.connected_at = event.at
        return self._answered(event.at)

    def _join_failed(self, event: JoinFailed) -> Sequence[CallCommand | QueueCommand]:
        if self.state is S.REJOINING:
            return talk_moves.rejoin_failed(self, event)
        return [*self.free(talked=False), *self._wait_again(event.at, event.at)]

    def _leg_left(self, event: LegLeft) -> Sequence[CallCommand | QueueCommand]:
        if self.state is S.PARTING or self.awaited:
            return talk_moves.line_came_back(self, event)
        # the join came back whole: they talked, whether or not we were told of the bridge
        began = self.connected_at or self.joined_at or event.at
        answered = self._answered(began)
        free = self.free(talked=True)
        if event.leg_died and self.agent_id is not None:
            # heard a line that broke: first in the queue once more, with the time of before
            return [*answered, *free, *self.nobody_has(event.at)]
        self.state = S.CLOSING
        return [*answered, *free, GiveBack("")]

    def _customer_left(self, _event: CustomerLeft) -> Sequence[CallCommand | QueueCommand]:
        self.state = S.CLOSING
        talked = self.connected_at is not None
        self.reason = "" if talked else HUNG_UP
        missed = [] if talked else self._miss()
        return [*self.free(talked=talked), *missed, GiveBack(self.reason)]

    def came_back(self, at: float) -> Sequence[CallCommand | QueueCommand] | None:
        """Who was handed to a queue waits there once the line asks."""
        return self._wait_in_queue(at) if self.aside is S.QUEUED else None

    def nobody_has(self, at: float) -> Sequence[CallCommand | QueueCommand]:
        """Whose line broke waits again, with the time of before and some to spare."""
        return self._wait_again(at, at + self.wait_s / 2)

    def _queue_asked(self, event: QueueAsked) -> Sequence[CallCommand | QueueCommand]:
        """Another queue: its terms are set before this is told."""
        leg_id, held = self.leg_id, self.state is S.HOLDING
        freed = self.part_with_agent(event.at, talked=True)
        if held:
            return [*freed, *self._wait_in_queue(event.at)]
        self.state, self.aside = S.PARTING, S.QUEUED
        return [Part(leg_id), *freed] if leg_id is not None else freed

    # -- the end ---------------------------------------------------------------------------

    def _hung_up(self, event: HungUp) -> Sequence[CallCommand | QueueCommand]:
        commands: list[CallCommand | QueueCommand] = []
        if self.state is S.WAITING:
            commands = [StopSeeking()]
            self.reason = HUNG_UP
        elif self.state is S.ASKED:
            self.reason = HUNG_UP
        elif self.state in _TAKEN:
            talked = self.connected_at is not None
            commands = [*self.free(talked=talked)]
            self.reason = "" if talked else HUNG_UP
        talked_ever = self.first_connected_at is not None
        missed = [] if talked_ever or self.missed else self._miss()
        self.state = S.ENDED
        outcome = Outcome.CONNECTED if talked_ever else Outcome.HUNG_UP_WAITING
        return [*commands, *missed, BookCall(outcome, event.at), GiveBack(self.reason)]

    def _answered(self, at: float) -> list[QueueCommand]:
        if self.first_connected_at is not None or self.agent_id is None:
            return []
        self.first_connected_at = at
        return [BookAnswer(self.agent_id, at)]

    def _wait_in_queue(self, at: float) -> list[QueueCommand]:
        self.since, self.deadline = at, at + self.wait_s
        self.announce_at = at if self.announce_every_s > 0 else None
        return self._wait_again(at, self.deadline)

    def _wait_again(self, at: float, until: float) -> list[QueueCommand]:
        self.state, self.aside = S.WAITING, None
        self.leg_lost = self.awaited = False
        self.agent_id = self.leg_id = self.connected_at = self.joined_at = None
        self.deadline = max(self.deadline, until)
        wake: list[QueueCommand] = [WakeAt(self.deadline)]
        if self.announce_at is not None:
            self.announce_at = at + self.announce_every_s
            wake.append(WakeAt(self.announce_at))
        return [PlayMusic(), *wake, SeekAgent()]

    def _miss(self) -> list[QueueCommand]:
        if self.missed or self.first_connected_at is not None:
            return []
        self.missed = True
        return [Miss()]


LAWS: Final[Mapping[type, Callable[[QueueCall, Any], Sequence[Any]]]] = {
    Seated: QueueCall._seated,
    Tick: QueueCall._tick,
    LineClosed: QueueCall._line_closed,
    Bridged: QueueCall._bridged,
    JoinFailed: QueueCall._join_failed,
    LegLeft: QueueCall._leg_left,
    CustomerLeft: QueueCall._customer_left,
    CallBackAsked: QueueCall._ask,
    CallBackDeclined: QueueCall._declined,
    CallBackPromised: QueueCall._promised,
    HungUp: QueueCall._hung_up,
    QueueAsked: QueueCall._queue_asked,
    **talk_moves.LAWS,
}
"""What follows from each event."""
