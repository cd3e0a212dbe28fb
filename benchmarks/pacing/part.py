"""A part of the bench: its figures against their bars, and tables to look at.

Refuses to know which parts there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.pacing.table import Row, as_markdown, as_text
from benchmarks.report import Figure, Section


@dataclass(frozen=True, slots=True)
class Part:
    """What one part found."""

    title: str
    text: str
    figures: Sequence[Figure]
    tables: Sequence[tuple[str, Sequence[Row]]] = field(default=())

    def section(self) -> Section:
        """Return it for the report."""
        tables = [as_markdown(title, rows) for title, rows in self.tables]
        return Section(self.title, self.figures, "\n\n".join([self.text, *tables]))

    def lines(self) -> list[str]:
        """Return its tables and figures for a terminal."""
        tables = [line for title, rows in self.tables for line in as_text(title, rows)]
        return [*tables, *self.section().lines()]
