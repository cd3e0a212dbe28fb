"""Days of a policy in a scenario, many seeds side by side in processes, each run only once.

Keeps of each day what figures need. Refuses to know what the figures mean.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from benchmarks.pacing.paced import Policy, grace_s
from simulation.virtual.campaign import VirtualCampaign
from simulation.virtual.day import Day
from simulation.virtual.pacing_port import Pacing
from simulation.virtual.scenario import Scenario

Floats = NDArray[np.float64]

Wanted = tuple[Policy, Scenario, Sequence[int]]
"""A policy, a scenario and seeds."""

_OURS_COSTS: Final = 10.0
"""How much longer a day of ours takes than one of a baseline."""


@dataclass(frozen=True, slots=True)
class Result:
    """One day."""

    seed: int
    hours: float
    utilisation: float
    abandon_rate: float
    live_answers: int
    abandoned: int
    conversations_per_hour: float
    dials_per_hour: float
    waits_s: NDArray[np.float32]
    settled_at_s: NDArray[np.float32]
    settled_abandoned: NDArray[np.bool_]
    idle: NDArray[np.int16]
    """Each minute."""
    busy: NDArray[np.int16]
    decided: int
    deciding_s: float

    @classmethod
    def of(cls, seed: int, day: Day) -> Self:
        """Keep what is needed of a day."""
        return cls(
            seed=seed,
            hours=day.hours,
            utilisation=day.utilisation,
            abandon_rate=day.abandon_rate,
            live_answers=day.live_answers,
            abandoned=day.abandoned,
            conversations_per_hour=day.conversations_per_hour,
            dials_per_hour=day.dials_per_hour,
            waits_s=np.array(day.waits_s, dtype=np.float32),
            settled_at_s=np.array(day.settled_at_s, dtype=np.float32),
            settled_abandoned=np.array(day.settled_abandoned, dtype=np.bool_),
            idle=np.array(day.minutes.idle, dtype=np.int16),
            busy=np.array(day.minutes.busy, dtype=np.int16),
            decided=day.decided,
            deciding_s=day.deciding_s,
        )

    def running_rates(self) -> Floats:
        """Return the abandon rate since the start after each live answer."""
        lost = np.cumsum(self.settled_abandoned, dtype=np.float64)
        rates: Floats = lost / np.arange(1.0, len(lost) + 1.0)
        return rates

    def over(self, cap: float, after: int) -> float:
        """Return the share of time the running rate is above a cap, once `after` answered.

        It is the chance that someone who stops the campaign at a random instant finds it so.
        """
        rates = self.running_rates()
        if len(rates) <= after:
            return 0.0
        ends = np.append(self.settled_at_s[after:].astype(np.float64), 3600.0 * self.hours)
        lasted = np.diff(ends)
        return float(lasted[rates[after:] > cap + 1e-12].sum() / max(lasted.sum(), 1e-9))


def timed(pacing: Pacing, now: float, day: Day) -> int:
    """Ask for a decision and take its processor time."""
    began = time.thread_time()
    lines = pacing.decide(now).lines
    day.deciding_s += time.thread_time() - began
    day.decided += 1
    return lines


def run_day(policy: Policy, scenario: Scenario, seed: int) -> Result:
    """Run one day here and now."""
    campaign = VirtualCampaign(
        scenario,
        policy.make(scenario),
        seed=seed,
        grace_s=grace_s(scenario),
        tick_s=policy.tick_s,
        asking=timed,
    )
    return Result.of(seed, campaign.run())


class Runs:
    """Runs days in processes, and remembers them."""

    def __init__(self, processes: int) -> None:
        """Take the number of processes."""
        self._known: dict[tuple[str, str], dict[int, Result]] = {}
        self._begun: dict[tuple[Any, ...], Future[Any]] = {}
        self._pool = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=error is None, cancel_futures=True)

    def fetch(self, wanted: Iterable[Wanted]) -> None:
        """Run what is not known yet, the longest days first."""
        tasks: list[tuple[float, Policy, Scenario, int]] = []
        for policy, scenario, seeds in wanted:
            known = self._cell(policy, scenario)
            cost = scenario.crew.most * scenario.hours * (_OURS_COSTS if policy.ours else 1.0)
            tasks += [(cost, policy, scenario, seed) for seed in seeds if seed not in known]
        tasks.sort(key=lambda task: -task[0])
        pending: dict[Future[Result], tuple[Policy, Scenario]] = {
            self._pool.submit(run_day, policy, scenario, seed): (policy, scenario)
            for _, policy, scenario, seed in tasks
        }
        for future in as_completed(pending):
            result = future.result()
            self._cell(*pending[future])[result.seed] = result

    def of(self, policy: Policy, scenario: Scenario, seeds: Sequence[int]) -> list[Result]:
        """Return days in the order of the seeds; runs those that are not known yet."""
        self.fetch([(policy, scenario, seeds)])
        known = self._cell(policy, scenario)
        return [known[seed] for seed in seeds]

    def each(self, work: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]) -> list[Any]:
        """Call a function for each tuple of arguments, in the processes; results in order."""
        return [future.result() for future in [self._pool.submit(work, *a) for a in arguments]]

    def begin(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Begin something long beside the rest; asked again, the same work is returned."""
        key = (work, *arguments)
        if key not in self._begun:
            self._begun[key] = self._pool.submit(work, *arguments)
        return self._begun[key]

    def _cell(self, policy: Policy, scenario: Scenario) -> dict[int, Result]:
        return self._known.setdefault((policy.name, scenario.model_dump_json()), {})
