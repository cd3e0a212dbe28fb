"""The table: what each policy comes to in a scenario, with 95 % confidence.

Knows columns and their words. Refuses to know which figures are good ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from benchmarks.pacing.runs import Result
from simulation.virtual.seeds import Estimate

HEADINGS: Final = (
    "policy",
    "utilisation %",
    "abandoned %",
    "conversations / agent h",
    "calls / agent h",
    "wait mean s",
    "wait p90 s",
    "us / decision",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One policy in one scenario."""

    policy: str
    seeds: int
    utilisation: Estimate
    abandon_rate: Estimate
    conversations: Estimate
    dials: Estimate
    wait_mean_s: float
    wait_p90_s: float
    decision_us: float

    @classmethod
    def of(cls, policy: str, days: Sequence[Result]) -> Self:
        """Sum up a policy's days, one for each seed."""
        waits = np.concatenate([day.waits_s for day in days])
        decided = sum(day.decided for day in days)
        return cls(
            policy=policy,
            seeds=len(days),
            utilisation=Estimate.of([day.utilisation for day in days]),
            abandon_rate=Estimate.of([day.abandon_rate for day in days]),
            conversations=Estimate.of([day.conversations_per_hour for day in days]),
            dials=Estimate.of([day.dials_per_hour for day in days]),
            wait_mean_s=float(waits.mean()) if len(waits) else 0.0,
            wait_p90_s=float(np.quantile(waits, 0.9)) if len(waits) else 0.0,
            decision_us=1e6 * sum(day.deciding_s for day in days) / max(decided, 1),
        )

    def cells(self) -> tuple[str, ...]:
        """Return the row as it is shown."""
        return (
            self.policy,
            _shown(self.utilisation, 100.0, 1),
            _shown(self.abandon_rate, 100.0, 2),
            _shown(self.conversations, 1.0, 2),
            _shown(self.dials, 1.0, 0),
            f"{self.wait_mean_s:.2f}",
            f"{self.wait_p90_s:.2f}",
            f"{self.decision_us:.0f}",
        )


def as_text(title: str, rows: Sequence[Row]) -> Iterable[str]:
    """Return a table for a terminal."""
    table = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(cells[at]) for cells in table) for at in range(len(HEADINGS))]
    yield ""
    yield f"{title} ({rows[0].seeds} seeds)"
    for cells in table:
        name, *values = cells
        shown = (value.rjust(width) for value, width in zip(values, widths[1:], strict=True))
        yield "  " + "  ".join([name.ljust(widths[0]), *shown])


def as_markdown(title: str, rows: Sequence[Row]) -> str:
    """Return a table for a page."""
    table = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells() for row in rows)]
    lines = ["| " + " | ".join(cells) + " |" for cells in table]
    return "\n".join([f"{title} ({rows[0].seeds} seeds)", "", *lines])


def _shown(value: Estimate, unit: float, digits: int) -> str:
    if value.half_width == float("inf"):
        return f"{unit * value.mean:.{digits}f}"
    return f"{unit * value.mean:.{digits}f} ±{unit * value.half_width:.{digits}f}"
