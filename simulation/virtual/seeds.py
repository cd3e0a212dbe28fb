"""The same campaign over many seeds, side by side in processes, and what it comes to on average.

Refuses to know what paces: it is made anew for each seed by a function that can be pickled.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import stats

from simulation.virtual.campaign import TICK_S, VirtualCampaign
from simulation.virtual.day import Day
from simulation.virtual.pacing_port import Pacing
from simulation.virtual.scenario import Scenario

CONFIDENCE: Final = 0.95

MakePacing = Callable[[Scenario], Pacing]


@dataclass(frozen=True)
class Job:
    """One run; everything in it can be pickled."""

    scenario: Scenario
    make: MakePacing
    seed: int
    grace_s: float = 2.0
    tick_s: float = TICK_S
    key: Any = None
    """Whatever tells the caller which job it was."""

    def run(self) -> Day:
        """Run it here and now."""
        return VirtualCampaign(
            self.scenario,
            self.make(self.scenario),
            seed=self.seed,
            grace_s=self.grace_s,
            tick_s=self.tick_s,
        ).run()


def run_jobs(jobs: Sequence[Job], processes: int | None = None) -> Iterator[tuple[Job, Day]]:
    """Run jobs and yield each with its result as it ends, in no certain order.

    Args:
        jobs: the jobs.
        processes: how many at once; None: one for each processor; 1: in this process.
    """
    wanted = min(processes or os.cpu_count() or 1, len(jobs))
    if wanted <= 1:
        for job in jobs:
            yield job, job.run()
        return
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(wanted, mp_context=context, initializer=_end_on_interrupt) as pool:
        # Ctrl-C in a terminal reaches every process: those that only begin wait with it
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            pending = {pool.submit(job.run): job for job in jobs}
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        try:
            for future in as_completed(pending):
                yield pending[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in set(multiprocessing.active_children()) - others:
                child.terminate()
            raise


def _end_on_interrupt() -> None:
    """End without a word, now or when it comes."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over seeds."""

    mean: float
    half_width: float
    """Of its 95 % confidence interval (Student's t); infinite for one seed."""

    @classmethod
    def of(cls, values: Sequence[float]) -> "Estimate":
        """Estimate from one value a seed."""
        count = len(values)
        mean = float(np.mean(values))
        if count < 2:
            return cls(mean, float("inf"))
        spread = float(np.std(values, ddof=1)) / count**0.5
        return cls(mean, spread * float(stats.t.ppf(0.5 + CONFIDENCE / 2.0, count - 1)))
