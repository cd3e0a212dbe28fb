"""A list as a table: a header, and the records below it, whatever kind of file they came from.

Knows how large a table may be. Refuses to know files, and what the columns mean.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from dialer.errors import BadInput

COLUMNS_MAX: Final = 1_000
"""Columns of a list; more are a list that is read with the wrong delimiter, or no list."""


class Record(NamedTuple):
    """One row below the header."""

    row: int
    """As a spreadsheet counts: a header in the first line is row 1."""
    values: tuple[str, ...]
    problem: str = ""
    """Why the row cannot be used, "" if it may."""


@dataclass(frozen=True, slots=True)
class Table:
    """A header, and records that are read while they are iterated over, once."""

    header: tuple[str, ...]
    records: Iterator[Record]
    delimiter: str = ""
    """Between the values of a line; "" if the file is no text."""
    encoding: str = ""
    """Codec of the text; "" if the file is none, or the codec is not known here."""
    sheet: str = ""
    """The sheet of the workbook; "" if the file is none."""


def too_many_columns(name: str, count: int) -> BadInput:
    """Return the error for a header that is too wide."""
    problem = f"has {count:,} columns; {COLUMNS_MAX:,} are the most"
    return BadInput(name, problem, "leave out what no agent needs")


def unreadable(path: object, error: OSError) -> BadInput:
    """Return the error for a list that the system does not give us."""
    return BadInput(str(path), f"cannot be read: {error.strerror}", "check its name and rights")
