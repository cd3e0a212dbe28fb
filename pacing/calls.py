"""The lines of a campaign: where each call stands, and what may happen to it next.

The law is the table `MOVES`; `CallBook.check` applies it before anything is changed. Knows calls
in flight and, for a while, those that are over (late verdicts come minutes later). Refuses to know
agents, laws of chance and caps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from pacing.clocks import NOT_RUNNING, OWN_RATE_UNKNOWN
from pacing.errors import PacingError


class Phase(StrEnum):
    """Where a call stands."""

    DIALED = "dialed"
    RINGING = "ringing"
    WAITING = "waiting"  # a person answered and needs an agent
    CONNECTED = "connected"
    TALKED = "talked"  # the agent is out of it; the line may still be up
    ABANDONED = "abandoned"  # the line may still be up, for the message
    LEFT = "left"  # hung up while waiting
    FAILED = "failed"  # ended before a person answered
    MACHINE = "machine"  # judged a machine before an agent had it


class Event(StrEnum):
    """What is told of a call."""

    RANG = "rang"
    ANSWERED = "answered"
    CONNECTED = "connected"
    ABANDONED = "abandoned"
    FAILED = "failed"
    MACHINE = "machine"
    HUNG_UP = "hung up"
    TALK_ENDED = "talk ended"
    LINE_ENDED = "line ended"


_P, _E = Phase, Event

MOVES: Final[Mapping[tuple[Phase, Event], Phase]] = {
    (_P.DIALED, _E.RANG): _P.RINGING,
    (_P.RINGING, _E.RANG): _P.RINGING,
    (_P.DIALED, _E.ANSWERED): _P.WAITING,
    (_P.RINGING, _E.ANSWERED): _P.WAITING,
    (_P.DIALED, _E.FAILED): _P.FAILED,
    (_P.RINGING, _E.FAILED): _P.FAILED,
    (_P.DIALED, _E.MACHINE): _P.MACHINE,
    (_P.RINGING, _E.MACHINE): _P.MACHINE,
    (_P.WAITING, _E.MACHINE): _P.MACHINE,
    (_P.WAITING, _E.CONNECTED): _P.CONNECTED,
    (_P.WAITING, _E.ABANDONED): _P.ABANDONED,
    (_P.WAITING, _E.HUNG_UP): _P.LEFT,
    # the agent's phone was dead: the person heard silence, and goes to another agent or is let go
    (_P.CONNECTED, _E.CONNECTED): _P.CONNECTED,
    (_P.CONNECTED, _E.ABANDONED): _P.ABANDONED,
    (_P.TALKED, _E.CONNECTED): _P.CONNECTED,
    (_P.TALKED, _E.ABANDONED): _P.ABANDONED,
    (_P.CONNECTED, _E.TALK_ENDED): _P.TALKED,
    (_P.CONNECTED, _E.LINE_ENDED): _P.TALKED,
    (_P.TALKED, _E.LINE_ENDED): _P.TALKED,
    (_P.ABANDONED, _E.LINE_ENDED): _P.ABANDONED,
    (_P.LEFT, _E.LINE_ENDED): _P.LEFT,
    (_P.FAILED, _E.LINE_ENDED): _P.FAILED,
    (_P.MACHINE, _E.LINE_ENDED): _P.MACHINE,
}

OPEN: Final = frozenset({Phase.DIALED, Phase.RINGING, Phase.WAITING, Phase.CONNECTED})
"""Phases in which a call always holds a line."""

REMEMBER_ANSWERED_S: Final = 7200.0
"""How long an answered call that is over can still be reclassified."""
REMEMBER_FAILED_S: Final = 60.0
"""How long a call that failed is still known, so that its end, told twice, is a contradiction."""
REMEMBER_AT_MOST: Final = 10_000
"""Calls remembered of either kind: memory stays flat, however many lines a second start."""


@dataclass(slots=True)
class Call:
    """One dial."""

    call_id: str
    dialed_at: float
    own_rate: float = OWN_RATE_UNKNOWN
    phase: Phase = Phase.DIALED
    answered_at: float = 0.0
    rang_at: float | None = None
    """When the far end began to ring; None: nobody said so."""
    agent_id: str = ""
    closed_at: float = 0.0
    holds_line: bool = True
    booked_at: float | None = None
    """When the ledgers counted it as a live answer; None: they do not."""
    booked_abandoned: bool = False
    machine: bool = False
    """The latest verdict says that no person answered."""
    clock: int = NOT_RUNNING

    def rang_for_s(self, now: float) -> float | None:
        """Return for how long it has rung at `now`, in seconds; None: nobody said that it does."""
        return None if self.rang_at is None else now - self.rang_at

    def to_row(self) -> list[Any]:
        """Return the call as JSON values."""
        return [
            self.call_id,
            self.dialed_at,
            self.own_rate,
            self.phase.value,
            self.answered_at,
            self.rang_at,
            self.agent_id,
            self.closed_at,
            self.holds_line,
            self.booked_at,
            self.booked_abandoned,
            self.machine,
        ]

    @classmethod
    def from_row(cls, row: list[Any]) -> "Call":
        """Make a call again from `to_row`."""
        call_id, dialed_at, own_rate, phase, *rest = row
        return cls(call_id, dialed_at, own_rate, Phase(phase), *rest)


class CallBook:
    """Open calls, and those over that may still be spoken of."""

    def __init__(self) -> None:
        self.open: dict[str, Call] = {}
        self.waiting = 0
        """Answered people without an agent."""
        self.in_flight = 0
        """Lines dialed and not yet answered or failed."""
        self.ends_reported = False
        """Whether the caller tells when lines end; until it does, they end with the talk."""
        self._lingering: dict[str, Call] = {}
        self._answered: dict[str, Call] = {}
        self._failed: dict[str, Call] = {}

    def lines(self, now: float, linger_max_s: float) -> int:
        """Count the lines in use: in flight, with a person, or outliving their agent's talk."""
        lingering = self._lingering
        while lingering:
            oldest = next(iter(lingering.values()))
            if oldest.closed_at + linger_max_s > now:
                break
            self._free_line(oldest)
        return len(self.open) + len(lingering)

    def find(self, call_id: str) -> Call | None:
        """Return a call that is open or over and remembered."""
        return self.open.get(call_id) or self._answered.get(call_id) or self._failed.get(call_id)

    def check(self, call_id: str, event: Event) -> tuple[Call, Phase]:
        """Return the call and the phase the event leads to; changes nothing.

        Raises:
            PacingError: the call is unknown, or the event contradicts its past.
        """
        call = self.find(call_id) if isinstance(call_id, str) else None
        if call is None:
            raise PacingError(
                f"call {call_id!r} {event.value}, but was never dialed or is long over",
                call_id=call_id,
                event=event.value,
            )
        phase = MOVES.get((call.phase, event))
        if phase is None:
            raise PacingError(
                f"call {call_id!r} {event.value}, but it is {call.phase.value}",
                call_id=call_id,
                event=event.value,
                phase=call.phase.value,
            )
        return call, phase

    def add(self, call: Call) -> None:
        """Enter a call that was just dialed."""
        self.open[call.call_id] = call
        self.in_flight += 1

    def move(self, call: Call, phase: Phase, now: float) -> None:
        """Put a call into the phase that `check` returned."""
        before, call.phase = call.phase, phase
        self.in_flight -= before in _IN_FLIGHT and phase not in _IN_FLIGHT
        self.waiting += (phase is Phase.WAITING) - (before is Phase.WAITING)
        if before in OPEN and phase not in OPEN:
            self._close(call, now)
        elif before not in OPEN and phase in OPEN:
            self._forget(call)
            call.holds_line = True
            self.open[call.call_id] = call

    def end_line(self, call: Call) -> None:
        """Free the line of a call that is over."""
        self.ends_reported = True
        self._free_line(call)

    def _close(self, call: Call, now: float) -> None:
        del self.open[call.call_id]
        call.closed_at = now
        if call.phase in (Phase.TALKED, Phase.ABANDONED) and self.ends_reported:
            self._lingering[call.call_id] = call
        else:
            call.holds_line = False
        if call.phase is Phase.FAILED:
            _remember(self._failed, call, now - REMEMBER_FAILED_S)
        else:
            _remember(self._answered, call, now - REMEMBER_ANSWERED_S)

    def _free_line(self, call: Call) -> None:
        self._lingering.pop(call.call_id, None)
        call.holds_line = False

    def _forget(self, call: Call) -> None:
        self._answered.pop(call.call_id, None)
        self._lingering.pop(call.call_id, None)

    def to_rows(self) -> dict[str, Any]:
        """Return the book as JSON values."""
        return {
            "open": [call.to_row() for call in self.open.values()],
            "answered": [call.to_row() for call in self._answered.values()],
            "failed": [call.to_row() for call in self._failed.values()],
            "lingering": list(self._lingering),
            "ends_reported": self.ends_reported,
        }

    @classmethod
    def from_rows(cls, rows: Mapping[str, Any]) -> "CallBook":
        """Make a book again from `to_rows`; clocks are not started."""
        book = cls()
        for name, calls in (
            ("open", book.open),
            ("answered", book._answered),
            ("failed", book._failed),
        ):
            calls.update((row[0], Call.from_row(row)) for row in rows[name])
        book._lingering.update((key, book._answered[key]) for key in rows["lingering"])
        book.ends_reported = bool(rows["ends_reported"])
        book.waiting = sum(call.phase is Phase.WAITING for call in book.open.values())
        book.in_flight = sum(call.phase in _IN_FLIGHT for call in book.open.values())
        return book


_IN_FLIGHT: Final = frozenset({Phase.DIALED, Phase.RINGING})


def _remember(calls: dict[str, Call], call: Call, forget_before: float) -> None:
    calls[call.call_id] = call
    while True:
        oldest = next(iter(calls.values()))
        old = oldest.closed_at < forget_before or len(calls) > REMEMBER_AT_MOST
        if not old or oldest.holds_line:
            return
        del calls[oldest.call_id]
