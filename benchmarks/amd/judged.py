"""What a detector said of each recording, counted: the figures and tables of the bench.

Refuses to know detectors and where recordings come from.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.amd.corpus import Recording
from benchmarks.report import Figure
from dialer.domain.amd.bound import upper_bound
from dialer.domain.amd.law import Answerer
from dialer.domain.amd.trust import SCREENING_BY_S, Labelled, Origin


@dataclass(frozen=True, slots=True)
class Said:
    """One recording, and what one detector said of it."""

    recording: Recording
    answerer: Answerer
    reason: str
    after_s: float

    @property
    def right(self) -> bool:
        """Whether it was so."""
        return self.answerer.value == self.recording.kind


@dataclass(frozen=True, slots=True)
class Judged:
    """All that one detector said."""

    detector: str
    said: Sequence[Said]

    def of(self, wanted: Callable[[Recording], bool]) -> "Judged":
        """Return what it said of some recordings."""
        return Judged(self.detector, [one for one in self.said if wanted(one.recording)])

    @property
    def persons(self) -> list[Said]:
        """Of persons."""
        return [one for one in self.said if one.recording.kind == "person"]

    @property
    def machines(self) -> list[Said]:
        """Of machines."""
        return [one for one in self.said if one.recording.kind == "machine"]

    @property
    def false_positives(self) -> int:
        """Persons it took for machines."""
        return sum(one.answerer is Answerer.MACHINE for one in self.persons)

    @property
    def found(self) -> int:
        """Machines it took for machines."""
        return sum(one.right for one in self.machines)

    def labelled(self) -> Labelled:
        """Return the counts that trust is about."""
        in_time = sum(
            one.answerer is not Answerer.UNSURE and one.after_s <= SCREENING_BY_S
            for one in self.persons
        )
        return Labelled(Origin.SYNTHETIC, len(self.persons), self.false_positives, in_time)

    def figures(self) -> list[Figure]:
        """Return everything that is counted."""
        persons, machines = len(self.persons), len(self.machines)
        labelled = self.labelled()
        times = sorted(one.after_s for one in self.said if one.answerer is not Answerer.UNSURE)
        found = sorted(one.after_s for one in self.machines if one.right)
        missed = sum(one.answerer is Answerer.PERSON for one in self.machines)
        unsure = sum(one.answerer is Answerer.UNSURE for one in self.said)
        right = sum(one.right for one in self.said)
        errors = labelled.false_positives
        bound = 100 * labelled.false_positive_bound
        return [
            Figure("persons", persons, digits=0),
            Figure("machines", machines, digits=0),
            Figure("accuracy (unsure is wrong)", share(right, len(self.said)), "%"),
            Figure("persons called machines", errors, digits=0),
            Figure("share of persons called machines", share(errors, persons), "%", digits=2),
            Figure("its upper 95 % bound", bound, "%", digits=2),
            Figure("machines called machines", share(self.found, machines), "%"),
            Figure("machines called persons", share(missed, machines), "%"),
            Figure("unsure", share(unsure, len(self.said)), "%"),
            Figure("time to verdict, p50", at(times, 0.5), "s", digits=2),
            Figure("time to verdict, p95", at(times, 0.95), "s", digits=2),
            Figure("time until a machine is known, p50", at(found, 0.5), "s", digits=2),
            Figure("persons with a verdict by 1.5 s", share(labelled.in_time, persons), "%"),
        ]


def by_class(
    judged: Sequence[Judged], classes: Iterable[tuple[str, Callable[[Recording], bool]]]
) -> str:
    """Return a table: each class of recordings, right and false positives of each detector."""
    head = ["class", "persons", "machines"]
    for one in judged:
        head += [f"{one.detector}: right %", "persons called machines", "machines found %"]
    rows = [head, ["---"] * len(head)]
    for name, wanted in classes:
        parts = [one.of(wanted) for one in judged]
        if not parts[0].said:
            continue
        persons, machines = len(parts[0].persons), len(parts[0].machines)
        row = [name, str(persons), str(machines)]
        for part in parts:
            fp = part.false_positives
            bound = f" (<= {100 * upper_bound(fp, persons):.1f} %)" if persons else ""
            right = share(sum(said.right for said in part.said), len(part.said))
            found = f"{share(part.found, machines):.0f}" if machines else "-"
            row += [f"{right:.0f}", f"{fp}{bound}" if persons else "-", found]
        rows.append(row)
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def share(count: int, of: int) -> float:
    """Return per cent; not-a-number of nothing."""
    return 100 * count / of if of else float("nan")


def at(times: Sequence[float], rank: float) -> float:
    """Return a quantile of sorted times; not-a-number of none."""
    return times[min(len(times) - 1, int(rank * len(times)))] if times else float("nan")
