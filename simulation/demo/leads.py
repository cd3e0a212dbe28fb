"""The list of a demonstration: people out of a real campaign, with numbers kept for fiction.

Gives each lead its attributes (from the data that ships, see simulation/data/README.md) and its
line in the simulated network. Refuses to know how the list is imported and dialed.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from simulation.carrier.plan import Line, LineOutcome, fictional_numbers
from simulation.carrier.tones import customer_tone_hz
from simulation.demo.scenario import Law, LeadOutcome, Scenario

DATA: Final = Path(__file__).parent.parent / "data" / "bank-marketing-sample.csv"

HEADER: Final = ("phone", "age", "job", "month", "day_of_week", "contacts")
"""Columns of the list that is imported."""

_VOICES: Final = ("hello-1", "hello-2")
"""The short ones: a person who hangs up early still gets to their tone."""

_LINES: Final = {
    LeadOutcome.PERSON: LineOutcome.PERSON,
    LeadOutcome.EARLY_HANG_UP: LineOutcome.PERSON,
    LeadOutcome.MACHINE: LineOutcome.MACHINE,
    LeadOutcome.FAX: LineOutcome.FAX,
    LeadOutcome.BUSY: LineOutcome.BUSY,
    LeadOutcome.NO_ANSWER: LineOutcome.NO_ANSWER,
    LeadOutcome.INVALID: LineOutcome.INVALID,
    LeadOutcome.CONGESTION: LineOutcome.CONGESTION,
    LeadOutcome.REJECTED: LineOutcome.REJECTED,
}


@dataclass(frozen=True, slots=True)
class RealCall:
    """One call of a real campaign."""

    age: int
    job: str
    month: str
    day_of_week: str
    duration_s: int
    contacts: int
    agreed: bool


@dataclass(frozen=True, slots=True)
class DemoLead:
    """One lead, and what its line does when it is called."""

    line: Line
    attributes: Mapping[str, str]


def real_calls(path: Path = DATA) -> list[RealCall]:
    """Read the calls that ship."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            RealCall(
                age=int(row["age"]),
                job=row["job"],
                month=row["month"],
                day_of_week=row["day_of_week"],
                duration_s=int(row["duration"]),
                contacts=int(row["campaign"]),
                agreed=row["y"] == "yes",
            )
            for row in csv.DictReader(file)
        ]


def draw_leads(scenario: Scenario, calls: Sequence[RealCall]) -> list[DemoLead]:
    """Return the leads of a scenario, always the same for the same seed.

    Outcomes come in exactly the scenario's shares (to a whole lead), in an order by chance.
    """
    chance = Random(scenario.seed)
    people = list(calls)
    chance.shuffle(people)
    outcomes = shares_of(scenario.leads, scenario.outcomes)
    chance.shuffle(outcomes)
    scale = shortening([call.duration_s for call in calls], scenario.talk_s)
    numbers = fictional_numbers()
    leads: list[DemoLead] = []
    for index, outcome in enumerate(outcomes):
        person = people[index % len(people)]
        line = Line(
            number=next(numbers),
            outcome=_LINES[outcome],
            ring_ms=round(1000 * scenario.ring_s.draw(chance)),
            talk_ms=round(1000 * _stay_s(scenario, outcome, person, scale, chance)),
            voice=chance.choice(_VOICES),
            tone_hz=customer_tone_hz(index),
        )
        leads.append(DemoLead(line, _attributes(person)))
    return leads


def shares_of(count: int, shares: Mapping[LeadOutcome, float]) -> list[LeadOutcome]:
    """Divide `count` leads by shares; the largest remainders get what rounding leaves over."""
    exact = {outcome: count * share for outcome, share in shares.items()}
    whole = {outcome: int(number) for outcome, number in exact.items()}
    by_remainder = sorted(exact, key=lambda outcome: whole[outcome] - exact[outcome])
    for outcome in by_remainder[: count - sum(whole.values())]:
        whole[outcome] += 1
    return [outcome for outcome, number in whole.items() for _ in range(number)]


def shortening(durations_s: Sequence[float], law: Law) -> float:
    """Return the factor by which real durations, clipped to the law, have its mean."""
    low, high = 0.0, law.longest / max(min(durations_s), 0.1)
    for _ in range(60):
        middle = (low + high) / 2
        mean = sum(_clipped(duration * middle, law) for duration in durations_s)
        low, high = (middle, high) if mean < law.mean * len(durations_s) else (low, middle)
    return (low + high) / 2


def write_list(path: Path, leads: Sequence[DemoLead]) -> None:
    """Write the CSV that is imported, as a customer of ours would hand it over."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for lead in leads:
            writer.writerow([lead.line.number, *(lead.attributes[name] for name in HEADER[1:])])


def _stay_s(
    scenario: Scenario, outcome: LeadOutcome, person: RealCall, scale: float, chance: Random
) -> float:
    """Return how long after the answer this line hangs up."""
    if outcome is LeadOutcome.EARLY_HANG_UP:
        return scenario.early_hang_up_s.draw(chance)
    if outcome in (LeadOutcome.MACHINE, LeadOutcome.FAX):
        return scenario.machine_s.draw(chance)
    return _clipped(person.duration_s * scale, scenario.talk_s)


def _clipped(duration_s: float, law: Law) -> float:
    return min(law.longest, max(law.shortest, duration_s))


def _attributes(person: RealCall) -> dict[str, str]:
    return {
        "age": str(person.age),
        "job": person.job,
        "month": person.month,
        "day_of_week": person.day_of_week,
        "contacts": str(person.contacts),
    }
