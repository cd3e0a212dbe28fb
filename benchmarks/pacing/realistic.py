"""The parts on realistic campaigns: against the rule told the truth, and after a jump.

Knows which figures are compared with which. Refuses to know how days are run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.pacing import bars
from benchmarks.pacing.campaigns import steered, stopped
from benchmarks.pacing.paced import BLIND, CAP, MEAN, RUNNING, TOLD, Policy, scenario
from benchmarks.pacing.part import Part
from benchmarks.pacing.plan import Plan
from benchmarks.pacing.runs import Floats, Result, Runs, Wanted
from benchmarks.pacing.table import Row
from benchmarks.report import Figure
from simulation.virtual.scenario import Scenario

NAMES: Final = (
    "real-talks",
    "mixed-sales",
    "drift",
    "list-doubles",
    "list-halves",
    "lunch",
    "interviews",
)
JUMPS: Final = ("list-doubles", "list-halves")
_AFTER_MIN: Final = 60
"""Minutes that are watched after a jump."""
_WINDOW_MIN: Final = 10
_BUSY_WITHIN: Final = 0.02
"""Back on target: so close to the share of busy agents of the rule told the truth."""


def place_of(name: str, plan: Plan) -> Scenario:
    """Return a scenario; on a shorter day all that happens comes earlier."""
    place = scenario(name)
    scale = plan.hours / place.hours
    points = [
        point.model_copy(update={"at_h": scale * point.at_h}) for point in place.calls.rate_over_day
    ]
    absences = [
        each.model_copy(update={"from_h": scale * each.from_h, "for_s": scale * each.for_s})
        for each in place.crew.absences
    ]
    changes = {
        "hours": plan.hours,
        "calls": place.calls.model_copy(update={"rate_over_day": tuple(points)}),
        "crew": place.crew.model_copy(update={"absences": tuple(absences)}),
    }
    return place.model_copy(update=changes)


def realistic(runs: Runs, plan: Plan) -> Part:
    """Our rule against the rule told the true laws, and against every baseline."""
    places = [place_of(name, plan) for name in NAMES]
    others = steered(runs, plan, places)
    seeds, few = range(plan.compared_seeds), range(plan.baseline_seeds)
    wanted: list[Wanted] = []
    for place, baselines in zip(places, others, strict=True):
        wanted += [(ours, place, seeds) for ours in (MEAN, TOLD, RUNNING)]
        wanted.append((BLIND, place, range(plan.blind_seeds)))
        wanted += [(other, place, few) for other in baselines]
    runs.fetch(wanted)
    figures: list[Figure] = []
    tables = []
    for place, baselines in zip(places, others, strict=True):
        ours = runs.of(MEAN, place, seeds)
        found = {other.name: runs.of(other, place, few) for other in baselines}
        guarded = runs.of(RUNNING, place, seeds)
        told = runs.of(TOLD, place, seeds)
        figures += [
            _of_told(place.title, ours, told, plan),
            _ahead(place.title, ours[: len(few)], found, plan),
            bars.percent(
                f"{place.title}: points that running costs",
                [a.utilisation - b.utilisation for a, b in zip(ours, guarded, strict=True)],
                plan,
                at_most=bars.RUNNING_COSTS if plan.exact else None,
            ),
            stopped(f"{place.title}, running", guarded, plan),
        ]
        rows = [Row.of(MEAN.name, ours), Row.of(RUNNING.name, guarded)]
        rows.append(Row.of(BLIND.name, runs.of(BLIND, place, range(plan.blind_seeds))))
        rows.append(Row.of(TOLD.name, told))
        rows += [Row.of(name, days) for name, days in found.items()]
        tables.append((f"{place.title}, {place.crew.agents} agents", rows))
    text = (
        "Of the truth: utilisation with guard mean / that of the same rule told the true laws,"
        " on the same leads; both aim at the cap (the tables say what they abandoned). Ahead of:"
        " points above the best baseline that abandons no more than"
        f" {bars.MEAN_ABANDONED:.2%} on average. AMD off: 28 % of answers are machines that cost"
        " an agent 8 s and 2 s of wrap-up."
    )
    return Part("Realistic campaigns", text, figures, tables)


def jump(runs: Runs, plan: Plan) -> Part:
    """What a sudden change of the answer rate costs, and for how long."""
    seeds = range(plan.jump_seeds)
    places = [place_of(name, plan) for name in JUMPS]
    watched = (MEAN, RUNNING, TOLD)
    runs.fetch((policy, place, seeds) for policy in watched for place in places)
    figures: list[Figure] = []
    for place in places:
        at_s = 3600.0 * place.calls.rate_over_day[-1].at_h
        afters = {policy.name: After.of(runs.of(policy, place, seeds), at_s) for policy in watched}
        truth = afters[TOLD.name]
        for policy in watched:
            figures += _jump_figures(place, policy, afters[policy.name], truth, plan)
    text = (
        "Beyond budget: abandons less 3 % of the live answers since the jump, the highest it"
        f" comes to within {_AFTER_MIN} minutes (mean over seeds). Back on target: from then on"
        f" {_WINDOW_MIN} minutes pooled over all seeds abandon no more than the cap (within two"
        " standard errors) and the share of busy agents is within 2 points of the rule told the"
        " truth."
    )
    return Part("A jump of the answer rate", text, figures)


def _of_told(name: str, ours: Sequence[Result], told: Sequence[Result], plan: Plan) -> Figure:
    truth = float(np.mean([day.utilisation for day in told]))
    return bars.percent(
        f"{name}: of the truth",
        [day.utilisation / truth for day in ours],
        plan,
        at_least=bars.OF_TOLD,
    )


def _ahead(name: str, ours: Sequence[Result], found: dict[str, list[Result]], plan: Plan) -> Figure:
    keeping = {
        other: float(np.mean([day.utilisation for day in days]))
        for other, days in found.items()
        if np.mean([day.abandon_rate for day in days]) <= bars.MEAN_ABANDONED
    }
    best = max(keeping, key=lambda other: keeping[other])
    gains = [a.utilisation - b.utilisation for a, b in zip(ours, found[best], strict=True)]
    return bars.percent(f"{name}: ahead of {best}", gains, plan, at_least=0.0)


@dataclass(frozen=True, slots=True)
class After:
    """The hour after a jump, minute by minute, over all seeds."""

    excess: Floats
    """Abandons beyond budget since the jump, mean over seeds."""
    live: Floats
    """Live answers of each minute, all seeds."""
    lost: Floats
    """Abandons of each minute, all seeds."""
    busy: Floats
    """Busy agents of each minute, all seeds."""
    present: Floats

    @classmethod
    def of(cls, days: Sequence[Result], at_s: float) -> "After":
        """Count the minutes after `at_s` seconds."""
        edges = at_s + 60.0 * np.arange(_AFTER_MIN + 1)
        live, lost = np.zeros(_AFTER_MIN), np.zeros(_AFTER_MIN)
        busy, present = np.zeros(_AFTER_MIN), np.zeros(_AFTER_MIN)
        first = round(at_s / 60.0)
        for day in days:
            live += np.histogram(day.settled_at_s, edges)[0]
            lost += np.histogram(day.settled_at_s[day.settled_abandoned], edges)[0]
            minutes = slice(first, first + _AFTER_MIN)
            here = day.busy[minutes].astype(np.float64)
            busy[: len(here)] += here
            present[: len(here)] += here + day.idle[minutes]
        excess = np.cumsum(lost - CAP * live) / len(days)
        return cls(excess, live, lost, busy, present)

    def back_after(self, truth: "After") -> float:
        """Return the minutes until it is back on target; infinite when it is not."""
        for minute in range(_AFTER_MIN - _WINDOW_MIN):
            window = slice(minute, minute + _WINDOW_MIN)
            live, lost = self.live[window].sum(), self.lost[window].sum()
            error = (CAP * (1.0 - CAP) / max(live, 1.0)) ** 0.5
            busy = self.busy[window].sum() / max(self.present[window].sum(), 1.0)
            aim = truth.busy[window].sum() / max(truth.present[window].sum(), 1.0)
            if lost <= (CAP + 2.0 * error) * live and busy >= aim - _BUSY_WITHIN:
                return float(minute)
        return float("inf")


def _jump_figures(
    place: Scenario, policy: Policy, after: After, truth: After, plan: Plan
) -> list[Figure]:
    name = f"{place.title}, {policy.name}"
    beyond, back = f"{name}: abandons beyond budget", f"{name}: minutes until back"
    most = max(float(after.excess.max()), 0.0)
    if policy is TOLD:
        return [Figure(beyond, most)]
    return [
        bars.counted(beyond, most, plan, at_most=bars.JUMP_ABANDONS, digits=1),
        bars.counted(back, after.back_after(truth), plan, at_most=bars.JUMP_MINUTES),
    ]
