"""The first half of `make bench-engine`: originates a second through a real engine, and bare.

A network without audio, 60 agents on standing legs, an engine process that records each attempt
before it is sent; afterwards the same Asterisk with a loop that only originates. Measures; refuses
to know bars.
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from benchmarks.engine_phases import (
    HEADROOM,
    NEAR,
    RAMP_S,
    SETTLE_S,
    BareTold,
    Memory,
    RatePlan,
    RateRun,
    Watched,
    judge,
    judge_bare,
)
from benchmarks.load_carrier import read_record
from benchmarks.load_floor import LoadFloor, load_floor
from benchmarks.load_phones import DeafMedia, registered
from benchmarks.load_plan import BARE_CALLS, index_of
from benchmarks.load_process import Helper, Meter, rss_mb
from benchmarks.load_record import read_attempts, read_log
from dialer.adapters.asterisk.installation import Installation
from simulation.lab import HOST

AGENTS: Final = 60
LINES: Final = 1000
"""What the trunk allows: at 500 a second, 1,350 lines would be needed; 4 audio ports each."""
RING_TIMEOUT_S: Final = 5.0
DRAIN_S: Final = 20.0
SAMPLE_S: Final = 10.0
SHORTEST_TALK_S: Final = 0.5
"""With five packets a second, a shorter one may hold nothing that could be recorded."""


class RateBench:
    """The floor of the first half while it stands."""

    def __init__(
        self, floor: LoadFloor, carrier: Helper, home: Path, tell: Callable[[str], None]
    ) -> None:
        self._floor = floor
        self._carrier = carrier
        self._home = home
        self._tell = tell
        self._bare_calls = 0

    async def run_phase(self, plan: RatePlan) -> Watched:
        """Have the engine dial at a rate for some time."""
        floor = self._floor
        loop = asyncio.get_running_loop()
        self._tell(f"engine: {plan.cps:g} originates a second, to be held for {plan.seconds:g} s")
        await floor.ask("campaign.start", campaign=plan.campaign)
        began = loop.time()
        reached = await self._reach(plan)
        ramp_s = loop.time() - began
        self._tell(f"  {'reached' if reached else 'NOT reached'} after {ramp_s:.0f} s")
        await asyncio.sleep(SETTLE_S)
        meter = Meter({**floor.pids(), "carrier": self._carrier.pid, "bench": os.getpid()})
        from_s = time.time()
        memory = await self._watch_memory(plan.seconds)
        to_s = time.time()
        usage = meter.lap()
        await floor.ask("campaign.stop", campaign=plan.campaign)
        drained = await floor.until_no_lines(plan.campaign, DRAIN_S)
        found = await floor.ask("status")
        agents = Counter(str(agent["state"]) for agent in found["agents"])
        status = await floor.status(plan.campaign)
        return Watched(plan, from_s, to_s, ramp_s, reached, usage, memory, drained, status, agents)

    async def run_bare(self, cps: float, seconds: float) -> BareTold:
        """Originate at a rate with nobody thinking; the engine must have ended."""
        self._tell(f"bare loop: {cps:g} originates a second for {seconds:g} s")
        lab = self._floor.lab
        first = BARE_CALLS + self._bare_calls
        self._bare_calls += round(cps * seconds)
        arguments = (lab.ami_port, lab.agi_port, first, cps, seconds, self.handled(cps))
        async with Helper.started(
            "benchmarks.load_bare", *(str(argument) for argument in arguments)
        ) as helper:
            helper.tell(lab.ami_secret)
            pids = self._floor.pids()
            meter = Meter({**pids, "carrier": self._carrier.pid, "loop": helper.pid})
            await asyncio.sleep(seconds)
            usage = meter.lap()
            told = await helper.hear(seconds + 60.0)
        rate = told["sent"] / told["seconds"]
        return BareTold(cps, rate, told["sent"], told["ended"], usage)

    async def _reach(self, plan: RatePlan) -> bool:
        """Wait until the engine dials at the rate; False when it never does."""
        before, good = 0, 0
        loop = asyncio.get_running_loop()
        deadline = loop.time() + RAMP_S
        last = loop.time()
        while loop.time() < deadline and good < 2:
            await asyncio.sleep(1.0)
            dialed = int((await self._floor.status(plan.campaign)).get("dialed", 0))
            rate = (dialed - before) / (loop.time() - last)
            before, last = dialed, loop.time()
            good = good + 1 if rate >= NEAR * plan.cps else 0
        return good >= 2

    async def _watch_memory(self, seconds: float) -> list[Memory]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        pid = self._floor.engine.pid or 0
        found = [Memory(0.0, rss_mb(pid))]
        while (left := began + seconds - loop.time()) > 0:
            await asyncio.sleep(min(SAMPLE_S, left))
            found.append(Memory(loop.time() - began, rss_mb(pid)))
        return found

    def handled(self, cps: float) -> Path:
        """Return where the bare loop says when it handled which end."""
        return self._home / f"bare-{cps:g}.csv"


async def run_rates(
    installation: Installation,
    home: Path,
    plans: Sequence[RatePlan],
    bare: Sequence[tuple[float, float]],
    tell: Callable[[str], None],
) -> RateRun:
    """Run every phase with the engine, then the bare loop at some rates until one is not clean.

    Args:
        installation: the Asterisk to run.
        home: an empty folder.
        plans: the phases.
        bare: (calls a second, seconds) of the bare loop.
        tell: told how it goes on.
    """
    record = home / "carrier.csv"
    async with AsyncExitStack() as stack:
        carrier = await stack.enter_async_context(
            Helper.started("benchmarks.load_carrier", HOST, str(record), str(home / "outpace.db"))
        )
        port = int((await carrier.hear())["port"])
        floor = await stack.enter_async_context(
            load_floor(
                installation,
                home,
                agents=AGENTS,
                carrier_port=port,
                lines=LINES,
                cps=2 * max(plan.cps for plan in plans),
            )
        )
        bench = RateBench(floor, carrier, home, tell)
        watched = await _with_engine(floor, bench, plans)
        left = floor.channels()
        for line in left[:20]:
            tell(f"  left over: {line}")
        talks, missing = await asyncio.to_thread(_recordings, floor, plans)
        told = await _bare_until_too_much(bench, bare)
        counts = await carrier.last_words()
    calls = read_record(record)
    log = read_log(floor.log)
    bare_calls = [call for call in calls if index_of(call.number) >= BARE_CALLS]
    return RateRun(
        phases=[judge(seen, calls, floor.database, log) for seen in watched],
        bare=[judge_bare(each, bench.handled(each.cps), bare_calls) for each in told],
        carrier=counts,
        channels_left=len(left),
        talks=talks,
        recordings_missing=missing,
    )


def _recordings(floor: LoadFloor, plans: Sequence[RatePlan]) -> tuple[int, int]:
    """Count the talks worth the name, and those of them that have no finished recording."""
    names = [
        attempt.recording
        for plan in plans
        for attempt in read_attempts(floor.database, plan.campaign)
        if attempt.recording and (attempt.talk_s or 0.0) >= SHORTEST_TALK_S
    ]
    there = {path.name for path in floor.recordings.glob("*.wav")}
    return len(names), sum(name not in there for name in names)


async def _bare_until_too_much(
    bench: RateBench, rates: Sequence[tuple[float, float]]
) -> list[BareTold]:
    told: list[BareTold] = []
    for cps, seconds in rates:
        told.append(await bench.run_bare(cps, seconds))
        if not told[-1].clean:
            break
    return told


async def _with_engine(
    floor: LoadFloor, bench: RateBench, plans: Sequence[RatePlan]
) -> list[Watched]:
    async with _deaf_media() as media:
        registrar = (HOST, floor.lab.sip_port)
        async with registered(floor.lab.extra_agents, registrar, media) as phones:
            for plan in plans:
                await floor.add_campaign(
                    plan.campaign,
                    plan.first,
                    plan.leads,
                    mode="predictive",
                    calls_per_second=plan.cps * HEADROOM,
                    max_lines=LINES,
                    max_lines_per_agent=100,
                    wrap_up_limit_s=0,
                    ring_timeout_s=RING_TIMEOUT_S,
                )
            await floor.start_engine()
            await floor.log_in(phones, [plan.campaign for plan in plans])
            watched = [await bench.run_phase(plan) for plan in plans]
            await asyncio.to_thread(floor.engine.stop)
    # the legs end with their phones: within the time a silent one is noticed
    await floor.until_no_channels(DRAIN_S)
    return watched


@asynccontextmanager
async def _deaf_media() -> AsyncIterator[DeafMedia]:
    media = DeafMedia(HOST)
    try:
        yield media
    finally:
        media.close()
