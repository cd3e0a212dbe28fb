"""When a carrier is taken out, and when it is tried again: a circuit breaker. Pure.

Only what is the carrier's fault counts: that it refuses calls because it is full or broken, or
cannot be reached. Busy, no answer, and numbers that do not exist are the called party's. The
states and what moves between them are one table. Refuses to know who chooses among carriers.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dialer.domain.outcome import Outcome

LOOKED_AT: Final = 20
"""Calls by which a carrier is judged: the newest ones."""

FEWEST: Final = 5
"""Fewer faults than this take nobody out."""

FAULT_RATE: Final = 0.5
"""Share of faults among the calls looked at that takes a carrier out."""

FORGOTTEN_S: Final = 120.0
"""A call that ended longer ago says nothing of the carrier now."""

FIRST_PAUSE_S: Final = 5.0
LONGEST_PAUSE_S: Final = 300.0
"""From the opening to the next trial; twice as long after each trial that failed."""


class Verdict(StrEnum):
    """What one call says of its carrier."""

    CARRIED = "carried"  # it rang, was answered, or the network told of the called party
    FAULT = "fault"
    UNTOLD = "untold"  # could be either: refused without a reason, or silence until we gave up


FAULT_STATUS: Final = frozenset({"401", "402", "407", "408", "500", "502", "503", "504"})
"""SIP answers to an INVITE that nobody heard ring which speak of the carrier and our account there:
who we are, that we have not paid, that it is full or broken, that it did not answer at all."""

_BY_OUTCOME: Final[Mapping[Outcome, Verdict]] = {
    Outcome.BUSY: Verdict.CARRIED,
    Outcome.INVALID: Verdict.CARRIED,
    Outcome.CONGESTION: Verdict.FAULT,
    Outcome.NO_ANSWER: Verdict.UNTOLD,
    Outcome.FAILED: Verdict.UNTOLD,
}


def verdict_of(
    outcome: Outcome, *, rang: bool, answered: bool, cause: int | None, tech_cause: str
) -> Verdict | None:
    """Return what the end of a call says of its carrier; None: nothing, as we ended it.

    Args:
        outcome: of the attempt.
        rang: the far end was heard to ring.
        answered: it was answered.
        cause: Q.850 cause of its hang-up; None: there was never a channel.
        tech_cause: SIP status of the same, "" if not known.
    """
    if rang or answered:
        return Verdict.CARRIED
    if outcome in (Outcome.CANCELLED, Outcome.LOST):
        return None
    if tech_cause in FAULT_STATUS:
        return Verdict.FAULT
    if outcome is Outcome.FAILED and cause is None:
        return Verdict.FAULT  # the switch found no way to the carrier: nothing was sent
    return _BY_OUTCOME.get(outcome, Verdict.UNTOLD)


class BreakerState(StrEnum):
    """Where a carrier stands."""

    CLOSED = "closed"  # calls flow
    OPEN = "open"  # taken out
    HALF_OPEN = "half_open"  # one call tries it


class BreakerEvent(StrEnum):
    """What moves a breaker."""

    FAILING = "failing"  # too many of its calls were its fault
    UNREACHABLE = "unreachable"  # it does not answer OPTIONS
    PAUSE_OVER = "pause_over"
    REACHABLE = "reachable"  # it answers OPTIONS again
    TRIAL_CARRIED = "trial_carried"
    TRIAL_FAILED = "trial_failed"


_S, _E = BreakerState, BreakerEvent

MOVES: Final[Mapping[tuple[BreakerState, BreakerEvent], BreakerState]] = {
    (_S.CLOSED, _E.FAILING): _S.OPEN,
    (_S.CLOSED, _E.UNREACHABLE): _S.OPEN,
    (_S.OPEN, _E.PAUSE_OVER): _S.HALF_OPEN,
    (_S.OPEN, _E.REACHABLE): _S.HALF_OPEN,
    (_S.HALF_OPEN, _E.TRIAL_CARRIED): _S.CLOSED,
    (_S.HALF_OPEN, _E.TRIAL_FAILED): _S.OPEN,
    (_S.HALF_OPEN, _E.UNREACHABLE): _S.OPEN,
}
"""Any other event in a state changes nothing."""


@dataclass(slots=True)
class Breaker:
    """The breaker of one carrier; all times are seconds since the epoch."""

    state: BreakerState = BreakerState.CLOSED
    since: float = 0.0
    reason: str = ""
    """Why it is not closed, for people."""
    pause_s: float = FIRST_PAUSE_S
    reachable: bool = True
    opened: int = 0
    """How often it was taken out."""
    trial: str = ""
    """The call that tries it; "" while there is none."""
    _seen: deque[tuple[float, Verdict]] = field(default_factory=lambda: deque(maxlen=LOOKED_AT))

    def allows(self, now: float) -> bool:
        """Return whether one more call may be sent there now."""
        if self.state is _S.OPEN and self.reachable and now >= self.tried_at:
            self._move(_E.PAUSE_OVER, now)
        if self.state is _S.HALF_OPEN:
            return not self.trial
        return self.state is _S.CLOSED

    @property
    def tried_at(self) -> float:
        """When it is tried again, if it is out and answers."""
        return self.since + self.pause_s

    def sent(self, call: str) -> None:
        """A call was sent there; the first one in half-open is the trial."""
        if self.state is _S.HALF_OPEN and not self.trial:
            self.trial = call

    def unsent(self, call: str) -> None:
        """A call was not made after all, or says nothing: another one may be the trial."""
        if self.trial == call:
            self.trial = ""

    def told(self, call: str, verdict: Verdict, now: float) -> None:
        """A call has said something of the carrier; each says one thing."""
        if self.state is _S.HALF_OPEN and call == self.trial:
            self.trial = ""
            carried = verdict is Verdict.CARRIED
            self.reason = "" if carried else f"the call that tried it: {verdict.value}"
            self._move(_E.TRIAL_CARRIED if carried else _E.TRIAL_FAILED, now)
            return
        if self.state is not _S.CLOSED:
            return  # of a call from before it was taken out
        self._seen.append((now, verdict))
        problem = self._problem(now)
        if problem:
            self.reason = problem
            self._move(_E.FAILING, now)

    def answers(self, reachable: bool, now: float) -> None:
        """The switch has asked the carrier, by OPTIONS, whether it is there."""
        if reachable == self.reachable:
            return
        self.reachable = reachable
        if not reachable:
            self.reason = "it does not answer OPTIONS"
        self._move(_E.REACHABLE if reachable else _E.UNREACHABLE, now)

    def _problem(self, now: float) -> str:
        seen = [verdict for at, verdict in self._seen if now - at <= FORGOTTEN_S]
        faults = seen.count(Verdict.FAULT)
        if faults >= FEWEST and faults >= FAULT_RATE * len(seen):
            return f"{faults} of the last {len(seen)} calls failed by its fault"
        if len(seen) == LOOKED_AT and Verdict.CARRIED not in seen:
            return f"none of the last {LOOKED_AT} calls came through"
        return ""

    def _move(self, event: BreakerEvent, now: float) -> None:
        after = MOVES.get((self.state, event))
        if after is None:
            return
        if after is _S.OPEN:
            self.opened += 1
            again = self.state is _S.HALF_OPEN
            self.pause_s = min(LONGEST_PAUSE_S, self.pause_s * 2) if again else FIRST_PAUSE_S
        if after is _S.CLOSED:
            self.reason, self.pause_s = "", FIRST_PAUSE_S
        self._seen.clear()
        self.trial = ""
        self.state, self.since = after, now
