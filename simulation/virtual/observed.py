"""What was observed of a campaign, and the scenario that is like it.

Durations become laws of samples, ends become shares, hours become a rate over the day. Refuses to
know where the observations were read.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from dialer.errors import BadInput
from simulation.virtual.laws import Constant, Law, Sample
from simulation.virtual.scenario import (
    Calls,
    Crew,
    Machines,
    OtherEnd,
    RatePoint,
    Scenario,
)

LEAST_DIALS: Final = 100
LEAST_CONVERSATIONS: Final = 30
"""A law of talks from fewer would be a matter of luck."""

MOST_VALUES: Final = 2_000
"""Values of a sample; more are thinned to as many quantiles."""

DAY_H: Final = 8.0

_LEAST_DIALS_AN_HOUR: Final = 200
_DOUBT: Final = 100.0
"""Dials at the mean rate that each hour is mixed with."""
_OTHER: Final = ("busy", "no_answer", "machine", "invalid", "congestion", "failed")


@dataclass
class Observations:
    """Of one campaign; durations in seconds."""

    dials: list[tuple[float, bool]] = field(default_factory=list)
    """Since the start of its day in seconds, and whether something live answered."""
    rings_s: list[float] = field(default_factory=list)
    """From dial to answer."""
    ends: list[tuple[str, float]] = field(default_factory=list)
    """Outcome of each dial that was not answered, and seconds until then."""
    talks_s: list[float] = field(default_factory=list)
    wrap_ups_s: list[float] = field(default_factory=list)
    machine_talks_s: list[float] = field(default_factory=list)
    """Of machines that reached an agent."""
    machine_wrap_ups_s: list[float] = field(default_factory=list)
    agents: float = 1.0
    """Present in the mean."""


def scenario_like(seen: Observations, title: str) -> Scenario:
    """Return the scenario of a day like those observed.

    Raises:
        BadInput: too little was observed; says how much is needed.
    """
    talks = len(seen.talks_s)
    if len(seen.dials) < LEAST_DIALS or talks < LEAST_CONVERSATIONS:
        raise BadInput(
            "--like",
            f"{title} has {len(seen.dials)} calls and {talks} conversations on record",
            f"at least {LEAST_DIALS} and {LEAST_CONVERSATIONS} are needed to learn from",
        )
    answers = sum(answered for _, answered in seen.dials)
    rate = min(max(answers / len(seen.dials), 0.001), 0.98)
    machines = None
    if seen.machine_talks_s:
        machines = Machines(
            share=len(seen.machine_talks_s) / (len(seen.machine_talks_s) + talks),
            talk=_law(seen.machine_talks_s),
            wrap_up=_law(seen.machine_wrap_ups_s),
        )
    return Scenario(
        title=f"like {title}"[:80],
        hours=DAY_H,
        crew=Crew(agents=min(max(1, round(seen.agents)), 5_000)),
        calls=Calls(
            answer_rate=rate,
            ring=_law(seen.rings_s, least_s=0.1),
            other=_others(seen.ends),
            talk=_law(seen.talks_s),
            wrap_up=_law(seen.wrap_ups_s),
            machines=machines,
            rate_over_day=_rate_over_day(seen.dials, rate),
        ),
    )


def _law(values: Sequence[float], *, least_s: float = 0.0) -> Law:
    if not values:
        return Constant(law="constant", seconds=least_s)
    array = np.clip(np.array(values, dtype=np.float64), least_s, 86_400.0)
    if len(array) > MOST_VALUES:
        array = np.quantile(array, (np.arange(MOST_VALUES) + 0.5) / MOST_VALUES)
    return Sample(law="sample", values=tuple(array.round(3).tolist()))


def _others(ends: Sequence[tuple[str, float]]) -> tuple[OtherEnd, ...]:
    by_outcome: dict[str, list[float]] = defaultdict(list)
    for outcome, after_s in ends:
        by_outcome[outcome].append(after_s)
    known = [outcome for outcome in _OTHER if by_outcome[outcome]]
    if not known:  # everybody answered
        by_outcome["no_answer"], known = [25.0], ["no_answer"]
    count = sum(len(by_outcome[outcome]) for outcome in known)
    return tuple(
        OtherEnd.model_validate(
            {
                "outcome": outcome,
                "share": len(by_outcome[outcome]) / count,
                "after": _law(by_outcome[outcome], least_s=0.1),
            }
        )
        for outcome in known
    )


def _rate_over_day(dials: Sequence[tuple[float, bool]], rate: float) -> tuple[RatePoint, ...]:
    """The rate of each hour that has enough dials, drawn towards the mean by `_DOUBT`."""
    hours: dict[int, list[bool]] = defaultdict(list)
    for at_s, answered in dials:
        hours[int(at_s // 3600.0)].append(answered)
    points = [
        RatePoint(
            at_h=hour + 0.5,
            factor=min(max((sum(a) + _DOUBT * rate) / (len(a) + _DOUBT) / rate, 0.05), 10.0),
        )
        for hour, a in sorted(hours.items())
        if len(a) >= _LEAST_DIALS_AN_HOUR and hour < 168
    ]
    return tuple(points) if len(points) > 1 else ()
