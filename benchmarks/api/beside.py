"""From an answer to two-way audio, first on a quiet floor, then beside everything else.

One node, with the people, agents and measure of `benchmarks.connect`. In the second half only
answers count that came and went while a list was being imported, reports were made and people
logged in. Refuses to know bars.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.api.everything import everything
from benchmarks.api.shape import Say, Service, Shape, apis, storage
from benchmarks.connect_measure import Answer, connects
from benchmarks.connect_people import HOST, People
from benchmarks.connect_run import Plan, company, node, undisturbed
from benchmarks.leads.importing import write_list
from benchmarks.load_floor import LoadFloor
from benchmarks.load_process import Meter, Usage
from dialer.adapters.asterisk.installation import Installation

AGENTS: Final = 20
RATE_CPS: Final = 5.0
WARM_UP: Final = 25
"""Answers of each half that do not count."""

QUIET: Final = "without"
BUSY: Final = "beside"

_SETTLE_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Half:
    """One half of the run."""

    usage: Usage
    late_ms: Sequence[float]
    """How late our own senders were, a value for each packet."""
    complete: bool
    """Whether every call was over in time."""
    until: float
    """When it was over, seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Both halves, and what went on in the second."""

    quiet: Half
    quiet_ms: Sequence[float]
    """From each counted 200 OK to both hearing each other; inf: they never did."""
    busy: Half
    busy_ms: Sequence[float]
    rows: int
    """Of the list."""
    taken: int
    """Leads that the import took."""
    import_s: float
    within_s: float
    """How long everything went on at once."""
    reports_s: Sequence[tuple[str, float]]
    log_ins_s: Sequence[float]
    refused: Sequence[int]
    """Statuses other than success."""


async def talk_beside(
    installation: Installation,
    home: Path,
    shape: Shape,
    *,
    answers: int,
    rows: int,
    attempts: int,
    say: Say,
) -> Beside:
    """Run both halves.

    Args:
        installation: the Asterisk to run.
        home: an empty folder.
        shape: where the parts of the service are.
        answers: of each half, besides a few that are not counted.
        rows: of the list that is imported.
        attempts: that are on record before, and reported.
        say: told how it goes on.
    """
    plan = Plan(answers=answers, warm_up=WARM_UP, agents=AGENTS, rate_cps=RATE_CPS, seed=3)
    home.mkdir(parents=True)
    listed = home / "import.csv"
    await asyncio.to_thread(write_list, listed, rows, seed=5)
    async with (
        People(plan.seed) as people,
        node(installation, home / "node", plan, people) as floor,
        storage(shape, floor, attempts) as (entrance, pids),
    ):
        try:
            await _staffed(floor, people, plan)
            async with apis(shape, floor, entrance, pids, say) as service:
                await asyncio.sleep(_SETTLE_S)
                say(f"  {plan.calls} answers, nothing else going on")
                quiet = await _half(QUIET, people, plan, service, say)
                say(f"  {plan.calls} answers, everything else going on")
                async with everything(service, listed) as going:
                    busy = await _half(BUSY, people, plan, service, say)
                    asked = await going.asked()
                    say("  waiting for the end of the import")
                    taken = await going.taken()
        finally:
            await asyncio.to_thread(floor.engine.stop)  # before its database
        say("  listening to what was received")
        legs, all_answers = people.legs(), people.answers(0)
    both_until = min(busy.until, going.ended_at)
    quiet_ones = _within(all_answers, 0.0, going.began_at)
    busy_ones = _within(all_answers, going.began_at, both_until)
    return Beside(
        quiet=quiet,
        quiet_ms=[one.two_way_ms for one in connects(quiet_ones, legs)],
        busy=busy,
        busy_ms=[one.two_way_ms for one in connects(busy_ones, legs)],
        rows=rows,
        taken=taken,
        import_s=going.ended_at - going.began_at,
        within_s=both_until - going.began_at,
        reports_s=[(name, seconds) for name, seconds in asked["reports"]],
        log_ins_s=asked["log_ins"],
        refused=asked["refused"],
    )


async def _staffed(floor: LoadFloor, people: People, plan: Plan) -> None:
    """Have the engine run, with both campaigns and every agent there."""
    await people.plug_in(floor.lab.extra_agents, (HOST, floor.lab.sip_port))
    for place, name in enumerate((QUIET, BUSY)):
        await floor.add_campaign(
            name,
            place * plan.calls,
            plan.calls,
            mode="power",
            power_ratio=1.0,
            calls_per_second=4 * plan.rate_cps,  # the trunk sets the pace
            ring_timeout_s=10,
            wrap_up_limit_s=0,
        )
    await floor.start_engine()
    await floor.log_in([agent.name for agent in floor.lab.extra_agents], [QUIET, BUSY])


async def _half(campaign: str, people: People, plan: Plan, service: Service, say: Say) -> Half:
    """Run a campaign to its end."""
    floor, before = service.floor, people.answered
    meter = Meter({**service.everybody(), "bench": os.getpid()})

    async def progress() -> None:
        while True:
            await asyncio.sleep(20.0)
            say(f"    {people.answered - before} of {plan.calls} answered")

    with undisturbed():
        async with company(floor.engine.watch(), progress()):
            people.pulse.forget()
            await floor.ask("campaign.start", campaign=campaign)
            complete = await people.until_gone(before + plan.calls, plan.within_s)
    late_ms = [1000 * late for late in people.pulse.late_s]
    if not complete:
        await floor.ask("campaign.stop", campaign=campaign)
    return Half(meter.lap(), late_ms, complete, time.time())


def _within(answers: Sequence[Answer], since: float, until: float) -> list[Answer]:
    """Return the answers of people who came and went within a time, without the first of them."""
    found = [one for one in answers if since <= one.ok_s and one.left_s <= until]
    return found[WARM_UP:]
