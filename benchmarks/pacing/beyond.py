"""The part on being told more: each lead's own answer rate, and that a number rings.

Knows which figures are compared with which. Refuses to know how days are run.
"""

from collections.abc import Sequence
from typing import Final

from benchmarks.pacing import bars, closed_form
from benchmarks.pacing.paced import CAP, MEAN, scenario
from benchmarks.pacing.part import Part
from benchmarks.pacing.plan import Plan
from benchmarks.pacing.runs import Result, Runs
from benchmarks.pacing.table import Row
from benchmarks.report import Figure
from simulation.virtual.scenario import LeadRates, Scenario

_ALPHA: Final = 1.2
_BETA: Final = 3.6
_RATE: Final = 0.25


def beyond(runs: Runs, plan: Plan) -> Part:
    """What being told is worth, on the same leads."""
    seeds = range(plan.beyond_seeds)
    untold = scenario("lead-rates", hours=plan.hours)
    told = _told_rates(untold)
    ringing = scenario("ringing", hours=plan.hours)
    silent = _silent(ringing)
    runs.fetch((MEAN, place, seeds) for place in (untold, told, ringing, silent))
    known, unknown = runs.of(MEAN, told, seeds), runs.of(MEAN, untold, seeds)
    rung, unheard = runs.of(MEAN, ringing, seeds), runs.of(MEAN, silent, seeds)
    figures = [
        _gain("gain of each lead's own rate", known, unknown, plan),
        Figure("  as the closed form predicts", 100.0 * _predicted(10), "%", digits=2),
        _gain("gain of being told that it rings", rung, unheard, plan),
    ]
    tables = [
        ("Leads that differ, 10 agents", [Row.of("rates told", known), Row.of("not", unknown)]),
        ("A third never rings, 10 agents", [Row.of("rings told", rung), Row.of("not", unheard)]),
    ]
    text = (
        "Guard mean; points of utilisation, the same leads with and without. Lead rates: R1 with"
        f" Beta({_ALPHA:g}, {_BETA:g}), mean {_RATE:g}. Rings: a fifth of the numbers answer; of"
        " the others 35 % are invalid or busy, take 4 to 12 s to say so, and never ring."
    )
    return Part("Being told more", text, figures, tables)


def _told_rates(untold: Scenario) -> Scenario:
    rates = LeadRates(alpha=_ALPHA, told=True)
    return untold.model_copy(
        update={"calls": untold.calls.model_copy(update={"lead_rates": rates})}
    )


def _silent(ringing: Scenario) -> Scenario:
    calls = ringing.calls.model_copy(update={"ringing_after": None})
    return ringing.model_copy(update={"calls": calls})


def _gain(name: str, told: Sequence[Result], not_told: Sequence[Result], plan: Plan) -> Figure:
    gains = [a.utilisation - b.utilisation for a, b in zip(told, not_told, strict=True)]
    return bars.percent(name, gains, plan, at_least=0.0)


def _predicted(agents: int) -> float:
    """Gain of knowing each lead's rate, as the closed form has it for the memoryless campaign."""
    known = closed_form.rate_of_answering(_ALPHA, _BETA)
    with_it, without = (
        closed_form.utilisation(agents, rate, cap=CAP, ring_s=12.0, handle_s=150.0)
        for rate in (known, _RATE)
    )
    return with_it - without
