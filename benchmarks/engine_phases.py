"""What a phase of originates comes to: its plan, what was seen, and the verdict of three accounts.

Values, and how they are put side by side. Refuses to know processes and bars.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.load_carrier import Dialed
from benchmarks.load_plan import RATE_LEADS, index_of
from benchmarks.load_process import Usage
from benchmarks.load_record import (
    Accounts,
    EngineLog,
    compare,
    handled_at,
    lags_s,
    read_attempts,
    shares_s,
)

RAMP_S: Final = 90.0
"""How long the pacing may take from nothing to the rate: it starts carefully."""
NEAR: Final = 0.97
"""Share of the rate at which the ramp is over, and with which the bare loop has kept up."""
SETTLE_S: Final = 6.0
"""From then on until every line of the first seconds has rung out."""
HEADROOM: Final = 1.08
"""The campaign may dial this much more than it is measured against: it never exceeds its rate in
any one second, so on average it stays 6 % below."""


@dataclass(frozen=True, slots=True)
class RatePlan:
    """One phase with the engine."""

    cps: float
    seconds: float

    @property
    def campaign(self) -> str:
        """The campaign's name and id."""
        return f"rate-{self.cps:g}"

    @property
    def first(self) -> int:
        """Index of its first lead."""
        return RATE_LEADS + round(self.cps) * 10_000

    @property
    def leads(self) -> int:
        """Leads that last for ramp, measurement and some more."""
        return round(self.cps * HEADROOM * (self.seconds + RAMP_S + 2 * SETTLE_S))


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of the engine at one time."""

    at_s: float
    """Seconds since the phase was measured from."""
    engine_mb: float


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen while a phase ran."""

    plan: RatePlan
    began_s: float
    """Begin and end of the measurement, seconds since the epoch."""
    ended_s: float
    ramp_s: float
    reached: bool
    usage: Usage
    memory: Sequence[Memory]
    drained: bool
    status: Mapping[str, Any]
    """The campaign's part of the engine's status at the end."""
    agents: Mapping[str, int]
    """Agents by state at the end."""


@dataclass(frozen=True, slots=True)
class RatePhase:
    """What a phase came to."""

    watched: Watched
    rate_cps: float
    """INVITEs a second at the network while it was measured."""
    slowest_cps: float
    """The same in the slowest ten seconds."""
    lags_s: Sequence[float]
    """From the network's BYE or 486 to the end being handled, sorted."""
    cancel_lags_s: Sequence[float]
    """From the CANCEL's arrival at the network, sent by the switch itself; sorted."""
    switch_lags_s: Sequence[float]
    """The part of `lags_s` until Asterisk stamped its event, sorted."""
    engine_lags_s: Sequence[float]
    """The rest of it, sorted."""
    dial_lags_s: Sequence[float]
    """From the decision to dial to the INVITE at the network, commit included; sorted."""
    burst: int
    """Most INVITEs within a twentieth of a second."""
    accounts: Accounts
    complaints: Counter[str]


@dataclass(frozen=True, slots=True)
class BarePhase:
    """What the bare loop came to at one rate."""

    told: "BareTold"
    lags_s: Sequence[float]


@dataclass(frozen=True, slots=True)
class BareTold:
    """What the bare loop says of itself."""

    cps: float
    """Wanted."""
    rate_cps: float
    """Sent."""
    sent: int
    ended: int
    usage: Usage

    @property
    def clean(self) -> bool:
        """Whether every call was sent in time and ended."""
        return self.ended == self.sent and self.rate_cps >= NEAR * self.cps


@dataclass(frozen=True, slots=True)
class RateRun:
    """The whole first half."""

    phases: Sequence[RatePhase]
    bare: Sequence[BarePhase]
    carrier: Mapping[str, int]
    """The network's own counts."""
    channels_left: int
    """Channels of the node's Asterisk when engine and phones are gone."""
    talks: int
    """Of 0.5 s or more."""
    recordings_missing: int
    """Talks whose recording was no WAV file when the engine had ended."""


def judge(watched: Watched, calls: Sequence[Dialed], database: Path, log: EngineLog) -> RatePhase:
    """Put the three accounts of a phase side by side."""
    plan = watched.plan
    attempts = read_attempts(database, plan.campaign)
    mine = [call for call in calls if plan.first <= index_of(call.number) < plan.first + plan.leads]
    handled = handled_at(attempts, log)
    measured = [
        call
        for call in mine
        if call.ended_s is not None and watched.began_s <= call.ended_s <= watched.ended_s
    ]
    arrivals = sorted(
        call.invited_s - watched.began_s
        for call in mine
        if watched.began_s <= call.invited_s < watched.ended_s
    )
    decided = {attempt.number: attempt.dialed_at for attempt in attempts}
    seconds = watched.ended_s - watched.began_s
    by_switch, by_engine = shares_s(attempts, measured, handled)
    return RatePhase(
        watched=watched,
        rate_cps=len(arrivals) / seconds,
        slowest_cps=_slowest(arrivals, seconds),
        lags_s=lags_s(measured, handled),
        cancel_lags_s=lags_s(measured, handled, sent_by_network=False),
        switch_lags_s=by_switch,
        engine_lags_s=by_engine,
        dial_lags_s=sorted(c.invited_s - decided[c.number] for c in mine if c.number in decided),
        burst=max(Counter(int(20 * at) for at in arrivals).values(), default=0),
        accounts=compare(attempts, mine, log),
        complaints=log.complaints,
    )


def judge_bare(told: BareTold, handled: Path, calls: Sequence[Dialed]) -> BarePhase:
    """Put the bare loop's account (lines `number,time`) beside the network's."""
    rows = (line.split(",") for line in handled.read_text(encoding="ascii").splitlines())
    return BarePhase(told, lags_s(calls, {dialed: float(at) for dialed, at in rows}))


def _slowest(arrivals: Sequence[float], seconds: float) -> float:
    """Return the rate of the slowest whole ten seconds."""
    width = min(10.0, seconds)
    bins = Counter(int(at / width) for at in arrivals)
    whole = int(seconds / width)
    return min(bins[place] for place in range(whole)) / width
