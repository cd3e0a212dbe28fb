"""The trunks of a node as they stand: lines in use, calls per second, and who is taken out.

Each call tells something of its carrier, once: that it rang, or how it failed. Counts what came of
the calls of each trunk. Refuses to know which trunk a call takes (`dialer.domain.trunk_choice`),
and why it is dialed.
"""

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from dialer.domain.breaker import Breaker, BreakerState, Verdict, verdict_of
from dialer.domain.callflow import CallFlow, CallState
from dialer.domain.ids import AttemptId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.rate_table import NO_RATES, RateTable
from dialer.domain.sharing import CALLS_BURST_S
from dialer.domain.trunk_choice import TrunkStanding
from dialer.ports import Clock
from dialer.services.calls import Calls
from pacing.limits import CallRate

log = structlog.get_logger(__name__)

SHORT_CALL_S: Final = 6.0
"""An answered call that ended sooner is a short one: carriers charge for many of them."""

RECENT: Final = 200
"""Ended calls of which the recent answer rate is made."""

_CARRIED: Final = frozenset(
    {
        CallState.RINGING,
        CallState.INFORMING,
        CallState.SCREENING,
        CallState.WAITING,
        CallState.CONNECTING,
        CallState.TALKING,
        CallState.LETTING_GO,
    }
)


@dataclass(frozen=True, slots=True)
class TrunkLimits:
    """What a trunk's carrier allows, and takes."""

    max_lines: int
    calls_per_second: float
    rates: RateTable = NO_RATES


@dataclass(slots=True)
class TrunkTally:
    """What came of a trunk's calls since the engine started."""

    ended: int = 0
    answered: int = 0
    short: int = 0
    faults: int = 0
    """Calls that failed by the carrier's fault."""
    recent: deque[bool] = field(default_factory=lambda: deque(maxlen=RECENT))
    """Of the last calls that ended: whether they were answered."""

    @property
    def answer_rate(self) -> float | None:
        """Answered / ended of the last calls; None: there were none."""
        return sum(self.recent) / len(self.recent) if self.recent else None


class TrunkLines:
    """The lines of all trunks of this node.

    Args:
        limits: of each trunk, by name.
        calls: tells of each call.
        clock: of the engine.
    """

    def __init__(self, limits: Mapping[str, TrunkLimits], calls: Calls, clock: Clock) -> None:
        self.limits = dict(limits)
        self._calls = calls
        self._clock = clock
        self._rates = {n: CallRate(t.calls_per_second, CALLS_BURST_S) for n, t in limits.items()}
        self.breakers = {name: Breaker() for name in limits}
        self.tallies = {name: TrunkTally() for name in limits}
        self._told: set[AttemptId] = set()
        calls.on_change(self._changed)
        calls.on_booked(self._booked)

    def free(self, trunk: str, now: float) -> int:
        """Return how many lines may be started on a trunk now, by its limits."""
        limits = self.limits.get(trunk)
        if limits is None:
            return 0
        free = limits.max_lines - self._calls.lines(trunk)
        by_rate = self._rates[trunk].allowed(now)
        return max(0, free if by_rate is None else min(free, by_rate))

    def allowed(self, trunk: str, now: float) -> bool:
        """Return whether a trunk is not taken out."""
        breaker = self.breakers.get(trunk)
        return breaker is not None and breaker.allows(now)

    def any_free(self, trunks: Collection[str], now: float) -> bool:
        """Return whether a line may be started on any of some trunks."""
        return any(self.free(t, now) > 0 and self.allowed(t, now) for t in trunks)

    def standing(self, trunk: str, number: str, now: float, *, barred: str) -> TrunkStanding:
        """Return how a trunk stands for a number (E.164)."""
        rates = self.limits[trunk].rates
        beginning = rates.beginning_of(number)
        return TrunkStanding(
            free=self.free(trunk, now),
            out="" if self.allowed(trunk, now) else self.breakers[trunk].reason or "being tried",
            barred=barred,
            price=None if beginning is None else rates.per_minute[beginning],
        )

    def take(self, trunk: str, attempt_id: AttemptId, now: float) -> None:
        """A line is started."""
        self._rates[trunk].sent(now, 1)
        self.breakers[trunk].sent(attempt_id)

    def answers(self, trunk: str, *, reachable: bool) -> None:
        """The switch tells whether a trunk answers OPTIONS; other names are no trunk's."""
        breaker = self.breakers.get(trunk)
        if breaker is not None:
            before = breaker.state
            breaker.answers(reachable, self._clock.now())
            self._moved(trunk, before)

    def looked(self, reachable: Collection[str]) -> None:
        """The switch was asked which trunks answer: an event that one is back may have been missed.

        That one is not among them takes nobody out: its own event, or its calls, do.
        """
        for trunk in self.limits:
            if trunk in reachable:
                self.answers(trunk, reachable=True)

    def shown(self) -> list[dict[str, Any]]:
        """Return each trunk as it stands, for people and machines."""
        now = self._clock.now()
        return [self._shown(name, now) for name in self.limits]

    # -- inside ------------------------------------------------------------------------------

    def _shown(self, name: str, now: float) -> dict[str, Any]:
        breaker, tally = self.breakers[name], self.tallies[name]
        breaker.allows(now)
        out = breaker.state is BreakerState.OPEN
        return {
            "trunk": name,
            "lines": self._calls.lines(name),
            "max_lines": self.limits[name].max_lines,
            "calls_per_second": self.limits[name].calls_per_second,
            "state": breaker.state.value,
            "since": breaker.since,
            "reason": breaker.reason,
            "tried_at": breaker.tried_at if out and breaker.reachable else None,
            "reachable": breaker.reachable,
            "opened": breaker.opened,
            "ended": tally.ended,
            "answered": tally.answered,
            "answer_rate": tally.answer_rate,
            "short_calls": tally.short,
            "faults": tally.faults,
        }

    def _changed(self, flow: CallFlow) -> None:
        attempt = flow.attempt
        if attempt.trunk not in self.breakers:
            return
        if flow.state in _CARRIED and attempt.attempt_id not in self._told:
            self._told.add(attempt.attempt_id)
            self._tell(attempt, Verdict.CARRIED)
        elif flow.state is CallState.DIALING and not self._calls.knows(attempt.attempt_id):
            self.breakers[attempt.trunk].unsent(attempt.attempt_id)  # the law held it

    def _booked(self, attempt: Attempt, end: AttemptEnd) -> None:
        breaker, tally = self.breakers.get(attempt.trunk), self.tallies.get(attempt.trunk)
        told = attempt.attempt_id in self._told
        self._told.discard(attempt.attempt_id)
        if breaker is None or tally is None or end.undialed:
            if breaker is not None:
                breaker.unsent(attempt.attempt_id)
            return
        answered = end.answered_at is not None
        tally.ended += 1
        tally.answered += answered
        tally.recent.append(answered)
        if end.carried_from is not None and end.ended_at - end.carried_from < SHORT_CALL_S:
            tally.short += 1
        verdict = verdict_of_end(end)
        tally.faults += verdict is Verdict.FAULT
        if verdict is None:
            breaker.unsent(attempt.attempt_id)
        elif not told:
            self._tell(attempt, verdict)

    def _tell(self, attempt: Attempt, verdict: Verdict) -> None:
        breaker = self.breakers[attempt.trunk]
        before = breaker.state
        breaker.told(attempt.attempt_id, verdict, self._clock.now())
        self._moved(attempt.trunk, before)

    def _moved(self, trunk: str, before: BreakerState) -> None:
        breaker = self.breakers[trunk]
        if breaker.state is before:
            return
        if breaker.state is BreakerState.OPEN:
            log.warning("trunk_out", trunk=trunk, reason=breaker.reason, again_in_s=breaker.pause_s)
        elif breaker.state is BreakerState.CLOSED:
            log.info("trunk_back", trunk=trunk)


def verdict_of_end(end: AttemptEnd) -> Verdict | None:
    """Return what the end of an attempt says of its carrier."""
    return verdict_of(
        end.outcome,
        rang=end.rang_at is not None,
        answered=end.answered_at is not None,
        cause=end.cause,
        tech_cause=end.tech_cause,
    )
