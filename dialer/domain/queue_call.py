"""The law of one caller in a queue: events in, commands out. Pure; `at` is seconds since the epoch.

`MOVES` says which event is heard in which state and where it may lead; a function an event says
what follows. The line is ours until it is given back, or the switch says that it hung up. Refuses
to know Asterisk, who is chosen, and what is said to who waits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from dialer.domain.ids import AgentId, LegId
from dialer.domain.outcome import Outcome
from dialer.domain.queue_call_words import (
    AgentFound,
    Announce,
    BookAnswer,
    BookEnd,
    Bridged,
    CallBackAsked,
    CallBackDeclined,
    CallBackPromised,
    CallerLeft,
    FreeAgent,
    GiveBack,
    HungUp,
    Join,
    JoinFailed,
    LegLeft,
    LineLost,
    Miss,
    OfferCallBack,
    QueueCommand,
    QueueEvent,
    Seek,
    StopSeeking,
    Tick,
    Wait,
    WakeAt,
)


class QueueState(StrEnum):
    """Where a caller stands. After `closing` only the hang-up is seen, whoever has the line."""

    WAITING = "waiting"
    ASKED = "asked"  # whether to be called back: keeps the place, gets no agent meanwhile
    CONNECTING = "connecting"  # an agent's leg is being joined
    TALKING = "talking"
    CLOSING = "closing"  # they talked, or the caller is leaving: the hang-up is still to come
    ENDED = "ended"  # hung up, or given back as nobody came


S = QueueState

MOVES: Final[Mapping[tuple[QueueState, type], frozenset[QueueState]]] = {
    (S.WAITING, AgentFound): frozenset({S.CONNECTING}),
    (S.WAITING, Tick): frozenset({S.WAITING, S.ASKED, S.ENDED}),
    (S.WAITING, CallBackAsked): frozenset({S.ASKED}),
    (S.WAITING, LineLost): frozenset({S.CLOSING}),
    (S.WAITING, HungUp): frozenset({S.ENDED}),
    (S.ASKED, CallBackDeclined): frozenset({S.WAITING, S.ENDED}),
    (S.ASKED, CallBackPromised): frozenset({S.ENDED}),
    (S.ASKED, LineLost): frozenset({S.CLOSING}),
    (S.ASKED, HungUp): frozenset({S.ENDED}),
    (S.CONNECTING, Bridged): frozenset({S.TALKING}),
    (S.CONNECTING, JoinFailed): frozenset({S.WAITING}),
    (S.CONNECTING, LegLeft): frozenset({S.WAITING, S.CLOSING}),
    (S.CONNECTING, CallerLeft): frozenset({S.CLOSING}),
    (S.CONNECTING, HungUp): frozenset({S.ENDED}),
    (S.TALKING, LegLeft): frozenset({S.WAITING, S.CLOSING}),
    (S.TALKING, CallerLeft): frozenset({S.CLOSING}),
    (S.TALKING, HungUp): frozenset({S.ENDED}),
    (S.CLOSING, Bridged): frozenset({S.CLOSING}),
    (S.CLOSING, HungUp): frozenset({S.ENDED}),
}
"""The whole law: what is heard in which state, and where it may lead; all else changes nothing."""

TIMED_OUT: Final = "time_out"
HUNG_UP: Final = "hung_up"
"""Why nobody took a call: nobody came in time, or the caller left."""


@dataclass(slots=True)
class QueueCall:
    """One caller from the moment a queue is handed the line to the moment it is not its any more.

    Args:
        since: when the caller came.
        wait_s: how long they wait at most.
        announce_every_s: between two announcements; 0: none.
        ask_at_end: whether who has waited so long is asked about a call back.
    """

    since: float
    wait_s: float
    announce_every_s: float = 0.0
    ask_at_end: bool = False
    state: QueueState = QueueState.WAITING
    deadline: float = 0.0
    announce_at: float | None = None
    agent_id: AgentId | None = None
    leg_id: LegId | None = None
    joined_at: float | None = None
    connected_at: float | None = None
    first_connected_at: float | None = None
    reason: str = ""
    missed: bool = False

    @classmethod
    def adopted(cls, agent_id: AgentId, leg_id: LegId, at: float) -> "QueueCall":
        """Take over a talk from an engine that is gone: only its end will be seen."""
        call = cls(at, 0.0, state=S.TALKING, agent_id=agent_id, leg_id=leg_id)
        call.joined_at = call.connected_at = call.first_connected_at = at
        return call

    def begin(self) -> list[QueueCommand]:
        """The line is here: return what is to be done first."""
        self.deadline = self.since + self.wait_s
        commands: list[QueueCommand] = [Wait(), WakeAt(self.deadline)]
        if self.announce_every_s > 0:
            self.announce_at = self.since + self.announce_every_s
            commands.append(WakeAt(self.announce_at))
        return [*commands, Seek()]

    def handle(self, event: QueueEvent) -> list[QueueCommand]:
        """Apply one event; an event the state does not hear changes nothing."""
        allowed = MOVES.get((self.state, type(event)))
        if allowed is None:
            return []
        commands = LAWS[type(event)](self, event)
        if self.state not in allowed:
            raise AssertionError(f"{type(event).__name__} led to {self.state}, not in the law")
        return commands

    # -- waiting ---------------------------------------------------------------------------

    def _agent_found(self, event: AgentFound) -> list[QueueCommand]:
        self.state = S.CONNECTING
        self.agent_id, self.leg_id, self.joined_at = event.agent_id, event.leg_id, event.at
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

    def _line_lost(self, _event: LineLost) -> list[QueueCommand]:
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
        if self.state is S.CONNECTING:
            self.state = S.TALKING
            self.connected_at = event.at
        return self._answered(event.at)

    def _join_failed(self, event: JoinFailed) -> list[QueueCommand]:
        free = self._free(talked=False)
        return [*free, *self._wait_again(event.at, event.at)]

    def _leg_left(self, event: LegLeft) -> list[QueueCommand]:
        # the join came back whole: they talked, whether or not we were told of the bridge
        began = self.connected_at or self.joined_at or event.at
        answered = self._answered(began)
        free = self._free(talked=True)
        if event.leg_died:
            # heard a line that broke: first in the queue once more, with the time of before
            until = event.at + self.wait_s / 2
            return [*answered, *free, *self._wait_again(event.at, until)]
        self.state = S.CLOSING
        return [*answered, *free, GiveBack("")]

    def _caller_left(self, _event: CallerLeft) -> list[QueueCommand]:
        self.state = S.CLOSING
        talked = self.connected_at is not None
        self.reason = "" if talked else HUNG_UP
        missed = [] if talked else self._miss()
        return [*self._free(talked=talked), *missed, GiveBack(self.reason)]

    # -- the end ---------------------------------------------------------------------------

    def _hung_up(self, event: HungUp) -> list[QueueCommand]:
        commands: list[QueueCommand] = []
        if self.state is S.WAITING:
            commands = [StopSeeking()]
            self.reason = HUNG_UP
        elif self.state is S.ASKED:
            self.reason = HUNG_UP
        elif self.state in (S.CONNECTING, S.TALKING):
            talked = self.connected_at is not None
            commands = self._free(talked=talked)
            self.reason = "" if talked else HUNG_UP
        talked_ever = self.first_connected_at is not None
        missed = [] if talked_ever or self.missed else self._miss()
        self.state = S.ENDED
        outcome = Outcome.CONNECTED if talked_ever else Outcome.HUNG_UP_WAITING
        return [*commands, *missed, BookEnd(outcome, event.at), GiveBack(self.reason)]

    def _answered(self, at: float) -> list[QueueCommand]:
        if self.first_connected_at is not None or self.agent_id is None:
            return []
        self.first_connected_at = at
        return [BookAnswer(self.agent_id, at)]

    def _wait_again(self, at: float, until: float) -> list[QueueCommand]:
        self.state = S.WAITING
        self.connected_at = self.joined_at = None
        self.deadline = max(self.deadline, until)
        wake: list[QueueCommand] = [WakeAt(self.deadline)]
        if self.announce_at is not None:
            self.announce_at = at + self.announce_every_s
            wake.append(WakeAt(self.announce_at))
        return [Wait(), *wake, Seek()]

    def _miss(self) -> list[QueueCommand]:
        if self.missed or self.first_connected_at is not None:
            return []
        self.missed = True
        return [Miss()]

    def _free(self, *, talked: bool) -> list[QueueCommand]:
        agent_id, leg_id, self.leg_id = self.agent_id, self.leg_id, None
        return [] if agent_id is None or leg_id is None else [FreeAgent(agent_id, leg_id, talked)]


LAWS: Final[Mapping[type, Callable[[QueueCall, Any], list[QueueCommand]]]] = {
    AgentFound: QueueCall._agent_found,
    Tick: QueueCall._tick,
    LineLost: QueueCall._line_lost,
    Bridged: QueueCall._bridged,
    JoinFailed: QueueCall._join_failed,
    LegLeft: QueueCall._leg_left,
    CallerLeft: QueueCall._caller_left,
    CallBackAsked: QueueCall._ask,
    CallBackDeclined: QueueCall._declined,
    CallBackPromised: QueueCall._promised,
    HungUp: QueueCall._hung_up,
}
"""What follows from each event."""
