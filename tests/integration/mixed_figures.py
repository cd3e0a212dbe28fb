"""What a soak of a mixed floor measured, as figures with their bars. Refuses to know how it ran."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mixed_books import Books

from benchmarks.load_process import Usage
from benchmarks.report import Figure, Section


@dataclass(frozen=True, slots=True)
class Soaked:
    """One soak that is over."""

    agents: int
    cps: float
    """Calls a second, both ways."""
    usage: Usage
    done: Counter[str]
    """What people did, by what it was."""
    books: Books
    warm: Mapping[str, float]
    """Resident MB of each process before the soak, and after it."""
    last: Mapping[str, float]
    more_handles: int
    """Open files that are there at the end and were not when warm, or the other way round."""
    growth_mb: float
    """How much memory may grow."""
    left: int
    """Channels and bridges after all had logged out."""
    errors: int
    """Lines of the engine's log."""
    faults: int
    """Events that the pacer refused."""

    def section(self) -> Section:
        """Return the figures as a part of a page."""
        wrong = sum(len(of) for of in self.books.problems.values())
        grown_mb = sum(self.last.values()) - sum(self.warm.values())
        return Section(
            "A mixed floor",
            [
                Figure("time", self.usage.seconds, "s", digits=0),
                Figure("agents", self.agents, digits=0),
                Figure("calls a second, both ways", self.cps),
                *_counts("", self.done),
                *_counts("channels of Asterisk's journal: ", self.books.classes),
                *_counts("on record: ", self.books.records),
                _none("channels or records without their counterpart", wrong),
                _none("channels and bridges that were left", self.left),
                _none("events that the pacer refused", self.faults),
                _none("errors in the engine's log", self.errors),
                *(Figure(f"{name}, warm", mb, "MB") for name, mb in self.warm.items()),
                *(Figure(f"{name}, at the end", mb, "MB") for name, mb in self.last.items()),
                Figure("growth, engine and Asterisk", grown_mb, "MB", at_most=self.growth_mb),
                _none("open files that came or went", self.more_handles),
                *(
                    Figure(f"cores used by {name}", self.usage.core_rate(name), digits=2)
                    for name in self.usage.cpu_s
                ),
                Figure("share of all cores that was busy", 100 * self.usage.machine_rate, "%"),
            ],
            "Callers, customers, agents and supervisors at once, with hang-ups by either side at"
            " random instants; then everything must come to rest.",
        )


def _none(name: str, count: int) -> Figure:
    return Figure(name, count, at_most=0, digits=0)


def _counts(before: str, counts: Mapping[str, Any]) -> list[Figure]:
    return [Figure(before + name, int(count), digits=0) for name, count in sorted(counts.items())]
