"""A list as lines of text with delimiters between the values: CSV in its usual dialects.

Knows delimiters, quotes, and how long a line may be. Refuses to know files and encodings: lines
come in, already text, and no more of them is kept than the record that is being read.
"""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from dialer.domain.columns import ColumnPlan
from dialer.domain.leadtable import COLUMNS_MAX, Record, Table, too_many_columns
from dialer.errors import BadInput

DELIMITERS: Final = (",", ";", "\t", "|")

LINE_MAX: Final = 1 << 20
"""Characters of a line, and of a record that quotes spread over several."""

_VALUE_MAX: Final = csv.field_size_limit()
"""Characters of one value: what the csv module takes (131,072)."""


def csv_table(lines: Iterable[str], *, name: str, plan: ColumnPlan, encoding: str = "") -> Table:
    """Read the header of a text and return the table that is below it.

    Args:
        lines: of the text, line ends kept; one longer than `LINE_MAX` may be cut behind that.
        name: of the file, for errors.
        plan: tells which delimiter shows the number's column.
        encoding: noted in the table.

    Raises:
        BadInput: the first line is empty or cannot be read, or a line is no line of a list; the
            table's records raise it as well.
    """
    source = _Lines(lines, name)
    first = next(source, "")
    rows_before = 0
    told = first.rstrip("\r\n").lower()
    delimiters: tuple[str, ...] = DELIMITERS
    if told.startswith("sep=") and len(told) == len("sep=") + 1:
        delimiters = (first[4],)
        first = next(source, "")
        rows_before = 1
    if not first.strip():
        raise BadInput(name, "the first line is empty", "name the columns in the first line")
    # the one that shows the number's column; if none does, the one that makes most columns
    delimiter = max(delimiters, key=lambda d: _worth(_header(first, d), plan))
    try:
        reader = csv.reader(chain((first,), source), delimiter=delimiter, strict=True)
        header = tuple(column.strip() for column in next(reader))
    except (csv.Error, StopIteration, TypeError, ValueError) as error:
        fix = "write the columns' names without quotes"
        raise BadInput(name, f"the first line cannot be read ({error})", fix) from None
    if len(header) > COLUMNS_MAX:
        raise too_many_columns(name, len(header))
    records = _records(reader, source, name, rows_before + 1, len(header))
    return Table(header, records, delimiter=delimiter, encoding=encoding)


class _Lines:
    """Lines as they go to the csv reader, each looked at, and counted for each record."""

    def __init__(self, lines: Iterable[str], name: str) -> None:
        self._lines = iter(lines)
        self._name = name
        self.line = 0
        self.ended = False
        self.in_record = 0
        """Lines since the record began."""
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.line += 1
        self.in_record += 1
        self._length += len(line)
        if len(line) > LINE_MAX:
            problem = f"line {self.line} is longer than {LINE_MAX:,} characters"
            raise BadInput(self._name, problem, "check its line ends; is it a list?")
        if self._length > LINE_MAX:
            raise self.never_closed(f"the row in line {self.line + 1 - self.in_record}")
        nul = line.find("\0")
        if nul >= 0:
            raise nul_in(self._name, self.line, nul + 1)
        return line

    def begin_record(self) -> None:
        self.in_record = 0
        self._length = 0

    def never_closed(self, where: str) -> BadInput:
        return BadInput(self._name, f"{where} opens a quote that is never closed", "close it")


def nul_in(name: str, line: int, character: int) -> BadInput:
    """Return the error for a text with a NUL in it."""
    problem = f"line {line}, character {character} is a NUL byte"
    return BadInput(name, problem, "export the list again, as UTF-8")


def _records(
    reader: Iterator[list[str]], source: _Lines, name: str, row: int, columns: int
) -> Iterator[Record]:
    while True:
        row += 1
        source.begin_record()
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error) and source.in_record == 1:
                problem = f"row {row} has a value longer than {_VALUE_MAX:,} characters"
                raise BadInput(name, problem, "is its delimiter right? shorten it") from None
            if source.ended or "field larger" in str(error):
                raise source.never_closed(f"row {row}") from None
            yield Record(row, (), f"bad quoting ({error})")
            continue
        if len(values) > columns and any(value.strip() for value in values[columns:]):
            problem = f"has {len(values)} values, the header has {columns}"
            yield Record(row, tuple(values[:COLUMNS_MAX]), problem)
        else:
            yield Record(row, tuple(values[:columns]))


def _header(line: str, delimiter: str) -> list[str]:
    try:
        return [column.strip() for column in next(csv.reader([line], delimiter=delimiter))]
    except (csv.Error, StopIteration, TypeError, ValueError):
        return []


def _worth(header: list[str], plan: ColumnPlan) -> tuple[bool, int]:
    return plan.number_index(header) is not None, len(header)
