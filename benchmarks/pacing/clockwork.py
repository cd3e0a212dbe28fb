"""The part on what pacing itself costs: processor time of a decision and of a day, and memory.

Times are taken in this process, alone. Refuses to know how good decisions are.
"""

import gc
import sys
import time
from collections.abc import Iterable, Sequence
from types import FunctionType, ModuleType
from typing import Any, Final

import numpy as np

from benchmarks.pacing import bars
from benchmarks.pacing.paced import MEAN, RUNNING, Policy, grace_s, scenario
from benchmarks.pacing.part import Part
from benchmarks.pacing.plan import Plan
from benchmarks.pacing.runs import Runs, run_day
from benchmarks.report import Figure
from simulation.virtual.campaign import VirtualCampaign
from simulation.virtual.day import Day
from simulation.virtual.pacing_port import Pacing
from simulation.virtual.scenario import Scenario

_LINES: Final = ((50, 0.066, 150, 0.0), (1_000, 0.050, 4_000, 0.5))
"""Agents, an answer rate that makes for about so many lines, and the time between decisions (0:
after each event)."""
_FILLED: Final = 0.25
"""Share of the time in which the floor fills; decisions are measured from then on."""
_WEIGHED: Final = 12
"""How often a pacer is weighed in a long day."""
_MEMORY_TICK_S: Final = 2.0


class Timed:
    """Asks at most once in `period_s` seconds, and keeps the processor time of each answer."""

    def __init__(self, period_s: float, from_s: float = 0.0) -> None:
        self.took_s: list[float] = []
        self._period_s = period_s
        self._from_s = from_s
        self._next = 0.0

    def __call__(self, pacing: Pacing, now: float, day: Day) -> int:
        if now < self._next:
            return 0
        self._next = now + self._period_s
        began = time.thread_time()
        lines = pacing.decide(now).lines
        if now >= self._from_s:  # until then the floor only fills
            self.took_s.append(time.thread_time() - began)
        day.decided += 1
        return lines


class Weighed(Timed):
    """The same, and weighs the pacer now and then."""

    def __init__(self, period_s: float, weigh_every_s: float) -> None:
        super().__init__(period_s)
        self.bytes: list[int] = []
        self._weigh_every_s = weigh_every_s

    def __call__(self, pacing: Pacing, now: float, day: Day) -> int:
        if now >= self._weigh_every_s * (len(self.bytes) + 1):
            self.bytes.append(size_of(pacing))
        self.took_s.clear()
        return super().__call__(pacing, now, day)


def clockwork(runs: Runs, plan: Plan) -> Part:
    """Time decisions and a day here, once the processes rest."""
    weights = runs.begin(weigh, plan).result()
    figures: list[Figure] = []
    for agents, answer_rate, wanted, period_s in _LINES:
        place = _floor(agents, answer_rate, plan.decide_minutes / 60.0)
        asking = Timed(period_s, _FILLED * 60.0 * plan.decide_minutes)
        day = _run(place, asking, MEAN)
        minutes = slice(round(_FILLED * plan.decide_minutes), None)
        lines = np.array(day.minutes.busy[minutes]) + np.array(day.minutes.in_flight[minutes])
        p50, p99 = 1_000.0 * np.quantile(asking.took_s, [0.5, 0.99])
        figures += [
            Figure(
                f"{agents:,} agents, {wanted:,} lines: decide, p99",
                float(p99),
                "ms",
                at_most=bars.DECIDE_MS[agents],
                digits=2,
            ),
            Figure(f"  p50 of {len(asking.took_s):,} decisions", float(p50), "ms", digits=2),
            Figure("  lines, mean", float(lines.mean()), digits=0),
        ]
    place = scenario("r1-20", hours=plan.hours)
    began = time.process_time()
    run_day(MEAN, place, 1)
    took_s = (time.process_time() - began) * 8.0 / plan.hours
    name = "an 8 h day of 20 agents, of one core"
    figures.append(Figure(name, took_s, "s", at_most=bars.DAY_S))
    figures += _memory(weights, plan)
    text = (
        "Processor time, with nothing else of ours running. At 50 agents a decision after every"
        " event, at 1,000 one each half second. Memory: all that a pacer holds, weighed"
        f" {_WEIGHED} times in {plan.memory_hours:g} h of {plan.memory_agents:,} agents, from its"
        " first third on."
    )
    return Part("What pacing costs", text, figures)


def size_of(thing: Any) -> int:
    """Return the bytes of all that is reachable from a thing, but code."""
    seen: set[int] = set()
    total, found = 0, [thing]
    while found:
        each = found.pop()
        if id(each) in seen or isinstance(each, type | ModuleType | FunctionType):
            continue
        seen.add(id(each))
        total += sys.getsizeof(each)
        found.extend(_held(each))
    return total


def _held(thing: Any) -> Iterable[Any]:
    if isinstance(thing, np.ndarray):
        return [] if thing.base is None else [thing.base]
    return gc.get_referents(thing)


def weigh(plan: Plan) -> list[int]:
    """Return the bytes of a pacer, weighed now and then in a long day of many agents."""
    place = _floor(plan.memory_agents, 0.25, plan.memory_hours)
    asking = Weighed(_MEMORY_TICK_S, 3600.0 * plan.memory_hours / _WEIGHED * 0.999)
    _run(place, asking, RUNNING)
    return asking.bytes


def _memory(weights: Sequence[int], plan: Plan) -> list[Figure]:
    settled = weights[_WEIGHED // 3 - 1]
    growth = weights[-1] / settled - 1.0
    return [
        Figure(
            f"{plan.memory_hours:g} h of {plan.memory_agents:,} agents: growth of the pacer",
            100.0 * growth,
            "%",
            at_most=100.0 * bars.MEMORY_GROWTH if plan.exact else None,
        ),
        Figure("  at the end", weights[-1] / 2**20, "MiB"),
    ]


def _floor(agents: int, answer_rate: float, hours: float) -> Scenario:
    place = scenario("r1-50", hours=hours)
    calls = place.calls.model_copy(update={"answer_rate": answer_rate})
    crew = place.crew.model_copy(update={"agents": agents})
    return place.model_copy(update={"calls": calls, "crew": crew})


def _run(place: Scenario, asking: Timed, policy: Policy) -> Day:
    return VirtualCampaign(
        place,
        policy.make(place),
        seed=1,
        grace_s=grace_s(place),
        tick_s=policy.tick_s,
        asking=asking,
    ).run()
