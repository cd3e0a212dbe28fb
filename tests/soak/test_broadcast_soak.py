"""A broadcast to ten agents beside a live-answer campaign of the same size, on a real Asterisk.

A quarter of the people answer, three in ten of these press the key, a talk and its wrap-up take
about a minute: simulation/virtual/scenarios/broadcast.toml, with the same people in the same order.
Twenty minutes after a warm-up, unless BROADCAST_S says otherwise, in seconds: `make soak`. What a
whole one measured is put on docs/benchmarks/telephony.md.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from scipy import stats

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from paced_soak import Watched, watch

from benchmarks.report import Figure, Section
from benchmarks.telephony import keep
from dialer.adapters.asterisk.installation import install
from dialer.domain.call_limits import GRACE_S
from pacing import Pacer
from simulation.virtual.campaign import VirtualCampaign
from simulation.virtual.day import Day
from simulation.virtual.scenario import Scenario, load_scenario

WHOLE_S = 1200.0
SECONDS = float(os.environ.get("BROADCAST_S", str(WHOLE_S)))
WARM_UP_S = min(240.0, SECONDS / 4)
SEED = 20261128
CAP = 0.03
SURE = 0.99
"""A campaign that loses exactly 3 % loses more than was allowed in one run of a hundred."""
TEXT = (
    "The people of `simulation/virtual/scenarios/broadcast.toml` on a real Asterisk: 25 % answer,"
    " 30 % of these press a key after a message, a talk and its wrap-up take 60 s. The live-answer"
    " campaign is the same without the message. Counts are of the whole time, warm-up included; a"
    " wait is from the key as the person pressed it, else from the answer, until an agent is there."
    " The cap counts as broken when more were abandoned than one run of a hundred would lose by"
    " chance at exactly 3 %."
)
VIRTUAL_DAYS = 5
"""Of virtual time, each with other people, to compare with."""


def virtual(scenario: Scenario) -> list[Day]:
    """Return what comes of a scenario in virtual time."""
    return [
        VirtualCampaign(scenario, Pacer(scenario.settings()), seed=SEED + day).run()
        for day in range(VIRTUAL_DAYS)
    ]


def allowed(live_answers: int) -> int:
    """Return how many may be lost of so many before the sample says that the cap was broken."""
    return int(stats.binom.ppf(SURE, live_answers, CAP))


def figures(name: str, seen: Watched, days: list[Day]) -> Iterator[Figure]:
    """Yield what is told of one campaign."""
    at = f"{name}: "
    yield Figure(f"{at}utilisation after the warm-up", 100 * seen.utilisation, "%")
    mean = sum(day.utilisation for day in days) / len(days)
    yield Figure(f"{at}the same in virtual time, warm-up included", 100 * mean, "%")
    yield Figure(f"{at}talks after the warm-up", seen.talks_after, digits=0)
    yield Figure(f"{at}dials", seen.dials, digits=0)
    yield Figure(f"{at}persons who answered", seen.answers, digits=0)
    if seen.presses:
        yield Figure(f"{at}persons who pressed the key", seen.presses, digits=0)
    yield Figure(f"{at}persons who needed an agent", seen.live_answers, digits=0)
    yield Figure(f"{at}of them abandoned", seen.abandoned, digits=0)
    yield Figure(f"{at}abandon rate", 100 * seen.abandon_rate, "%", at_most=100 * CAP, digits=2)
    longest_s = max(seen.waits_s, default=float("nan"))
    yield Figure(f"{at}longest wait of a talk", 1e3 * longest_s, "ms", at_most=1e3 * GRACE_S)
    lines = max(day.most_lines for day in days)
    yield Figure(f"{at}most lines at once", seen.most_lines, at_most=2 * lines, digits=0)
    yield Figure(f"{at}most lines at once in virtual time", lines, digits=0)
    wrong = sum(len(of) for of in seen.books.problems.values())
    for what, count in (
        ("events that the pacer refused", seen.faults),
        ("errors in the engine's log", len(seen.errors)),
        ("channels and bridges that were left", len(seen.remains)),
        ("channels or records without their counterpart", wrong),
    ):
        yield Figure(f"{at}{what}", count, at_most=0, digits=0)


def wrong(seen: Watched, days: list[Day]) -> list[str]:
    """Return what must not be."""
    found = [*seen.remains, *seen.errors]
    found += [f"{kind}: {of}" for kind, of in seen.books.problems.items()]
    if seen.faults:
        found.append(f"{seen.faults} events refused by the pacer")
    if seen.abandoned > (most := allowed(seen.live_answers)):
        found.append(f"{seen.abandoned} of {seen.live_answers} abandoned, {most} would be chance")
    if max(seen.waits_s) > GRACE_S:
        found.append(f"somebody waited {max(seen.waits_s):.2f} s")
    if seen.most_lines > (most := 2 * max(day.most_lines for day in days)):
        found.append(f"{seen.most_lines} lines at once, more than {most}")
    return found


@pytest.mark.soak
@pytest.mark.timeout(SECONDS + 1200)
async def test_a_broadcasts_lines_follow_its_agents_and_its_cap_holds(tmp_path: Path) -> None:
    hours = (WARM_UP_S + SECONDS) / 3600
    broadcast = load_scenario("broadcast").model_copy(update={"hours": hours})
    calls = broadcast.calls.model_copy(update={"message": None})
    live = broadcast.model_copy(update={"calls": calls})
    installation = install()
    seen = await asyncio.gather(
        *(
            watch(
                installation,
                tmp_path / name,
                scenario,
                warm_up_s=WARM_UP_S,
                seconds=SECONDS,
                seed=SEED,
            )
            for name, scenario in (("b", broadcast), ("l", live))
        )
    )
    days = [virtual(broadcast), virtual(live)]
    names = ("broadcast", "live answers")
    section = Section(
        "A broadcast beside a live-answer campaign",
        [
            Figure("time, of each of two floors side by side", SECONDS, "s", digits=0),
            Figure("warm-up before it", WARM_UP_S, "s", digits=0),
            Figure("agents, of each", broadcast.crew.most, digits=0),
            *(figure for one in zip(names, seen, days, strict=True) for figure in figures(*one)),
        ],
        TEXT,
    )
    print("\n".join(section.lines()))
    print(seen[0].books.told(), seen[1].books.told(), sep="\n\n")
    if SECONDS >= WHOLE_S:
        keep(section)
    problems = [
        f"{name}: {problem}"
        for name, one, of in zip(names, seen, days, strict=True)
        for problem in wrong(one, of)
    ]
    assert not problems, "\n".join(problems)
