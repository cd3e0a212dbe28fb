"""A soak of a mixed floor: warmed up, brought to rest, weighed, soaked, brought to rest, weighed.

Afterwards everything must add up; the test that runs it prints what was seen.
"""

import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from floor import CAMPAIGN
from mixed_books import Record, channels_in, compare
from mixed_figures import Soaked
from mixed_floor import MixedFloor, mixed_floor
from mixed_people import People, customers

from benchmarks.load_process import Meter
from dialer.adapters.asterisk.installation import install
from dialer.settings import load_settings

SEED = 20261127


@dataclass(frozen=True, slots=True)
class Soak:
    """How long and how much."""

    seconds: float
    warm_up_s: float
    agents: int
    dialed_cps: float
    inbound_cps: float
    flow_cps: float
    moves_per_s: float
    growth_mb: float
    """How much engine and Asterisk together may hold more at the end than when warm."""

    @property
    def leads(self) -> int:
        """Enough for the campaign not to run dry."""
        return round(1.5 * self.dialed_cps * (self.seconds + self.warm_up_s)) + 50


async def soak(
    folder: Path, wanted: Soak, told: Callable[[Soaked], object] = lambda _soaked: None
) -> None:
    """Run one; raises AssertionError with all that is wrong, once it has told what it measured."""
    chance = random.Random(SEED)
    async with mixed_floor(install(), folder, customers(chance), agents=wanted.agents) as at:
        await at.furnish(
            wanted.leads,
            mode="power",
            power_ratio=2,
            ring_timeout_s=3,
            ring_min_s=1,
            wrap_up_limit_s=1,
            calls_per_second=wanted.dialed_cps,
        )
        await at.floor.start_engine()
        await at.log_in()
        faults = 0
        people = People(
            at,
            chance,
            inbound_cps=wanted.inbound_cps,
            flow_cps=wanted.flow_cps,
            moves_per_s=wanted.moves_per_s,
        )
        for seconds in (wanted.warm_up_s, wanted.seconds):
            await at.log_in()
            await at.floor.start_campaign()
            meter = Meter(at.pids() | {"people": os.getpid()})
            before = calls_of(people, at)
            await people.live(seconds)
            usage = meter.lap()
            cps = (calls_of(people, at) - before) / usage.seconds
            faults = sum(run["faults"] for run in (await at.floor.status())["campaigns"])
            await at.floor.ask("campaign.drain", campaign=CAMPAIGN)
            await at.at_rest()
            await at.log_in()
            await at.at_rest()
            at.weigh()
        await at.floor.ask("stop-all")
        await at.log_out()
        left = [*at.floor.channels(), *at.bridges()]
        await at.floor.until_recorded(lambda rows: all(row.outcome for row in rows))
        home, settings = at.floor.home, load_settings(at.floor.home)
        books = compare(channels_in(settings.journal), Record.of(home / "outpace.db"))
        errors = errors_in(home / "engine.log")
        problems = [*books.problems, *left, *errors]
        if faults:
            problems.append(f"{faults} events refused by the pacer")
        problems += heavier(at, wanted.growth_mb)
        cores = {name: f"{usage.core_rate(name):.2f}" for name in usage.cpu_s}
        print(
            f"{wanted.agents} agents, {cps:.1f} calls/s for {usage.seconds:.0f} s;"
            f" cores used: {cores}, all of the machine {usage.machine_rate:.2f}"
        )
        print(story(at, people, books.told()))
        warm, last = at.weights[0], at.weights[-1]
        told(
            Soaked(
                agents=wanted.agents,
                cps=cps,
                usage=usage,
                done=people.done,
                books=books,
                warm=warm.rss_mb,
                last=last.rss_mb,
                more_handles=sum(
                    abs(last.handles[name] - count) for name, count in warm.handles.items()
                ),
                growth_mb=wanted.growth_mb,
                left=len(left),
                errors=len(errors),
                faults=faults,
            )
        )
    assert not problems, "\n".join(problems)


def calls_of(people: People, at: MixedFloor) -> int:
    """Return how many calls there were so far, both ways."""
    came_in = people.done["call to the queue"] + people.done["call to the flow"]
    return came_in + len(at.floor.attempts())


def errors_in(log: Path) -> list[str]:
    """Return the errors of an engine's log."""
    found = []
    for line in log.read_text().splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            found.append(line)
            continue
        if said.get("level") in ("error", "critical"):
            found.append(line)
    return found


def heavier(at: MixedFloor, growth_mb: float) -> list[str]:
    """Return what the node holds more of than when it was warm."""
    warm, last = at.weights[0], at.weights[-1]
    grown_mb = sum(last.rss_mb.values()) - sum(warm.rss_mb.values())
    found = [f"memory grew by {grown_mb:.1f} MB"] if grown_mb > growth_mb else []
    if last.handles != warm.handles:
        found.append(f"handles were {warm.handles}, are {last.handles}")
    return found


def story(at: MixedFloor, people: People, books: str) -> str:
    """Return what was seen, for people."""
    weights = [
        "  "
        + ", ".join(f"{name} {mb:.1f} MB" for name, mb in one.rss_mb.items())
        + f", handles {one.handles}"
        for one in at.weights
    ]
    done = [f"  {count} {what}" for what, count in sorted(people.done.items())]
    refused = [f"  {count} refused: {what}" for what, count in people.refused.most_common()]
    network = [f"  {count} {what}" for what, count in sorted(at.network.ends.items())]
    return "\n".join(
        [
            "held, warm and at the end:",
            *weights,
            "done:",
            *done,
            *refused,
            "seen by the network:",
            *network,
            "the books:",
            books,
        ]
    )
