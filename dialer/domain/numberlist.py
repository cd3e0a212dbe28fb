"""A list of telephone numbers alone: with a header, or with none, as registries give it out.

Knows the ways such lists are written. Refuses to know files and what the numbers are for.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Final

from dialer.domain.columns import ColumnPlan
from dialer.domain.leadfile import RejectedRow
from dialer.domain.leadtable import Record, Table
from dialer.domain.telephone_number import UnusableNumber, e164

_SPLIT: Final = (3, 7)
"""Digits of area code and number, where a registry writes them as two values."""


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A number of a list."""

    row: int
    """As a spreadsheet counts."""
    number: str
    """E.164 with the leading plus."""


class NumberList:
    """The numbers of a list, read once while they are iterated over.

    Args:
        table: its header is the first number where the list has none.
        name: of the file, for errors.
        plan: what was said about the number's column.
        default_region: see `e164`.

    Raises:
        BadInput: no column holds the numbers. What the table's records raise comes out while they
            are iterated over.
    """

    def __init__(
        self, table: Table, *, name: str, plan: ColumnPlan, default_region: str | None
    ) -> None:
        self._region = default_region
        self._records: Iterator[Record] = table.records
        first = None if plan.number is not None else self._place_of_number(table.header)
        if first is None:
            found = plan.found(table.header, name=name)
            self._index = found.index
            self.columns = found.names
        else:
            self._index = first
            self.columns = tuple(f"column {place + 1}" for place in range(len(table.header)))
            self._records = chain((Record(1, table.header),), table.records)

    def __iter__(self) -> Iterator[NumberRow | RejectedRow]:
        """Yield each row; blank ones are left out."""
        for record in self._records:
            if record.problem:
                yield RejectedRow(record.row, record.problem, record.values)
            elif any(value.strip() for value in record.values):
                yield self._row(record)

    def _row(self, record: Record) -> NumberRow | RejectedRow:
        try:
            return NumberRow(record.row, self._e164(record.values, self._index))
        except UnusableNumber as unusable:
            reason = str(unusable)
            if reason == "no country code" and self._region is None:
                reason = "no country code, and no default region is given"
            return RejectedRow(record.row, reason, record.values)

    def _place_of_number(self, values: tuple[str, ...]) -> int | None:
        for place in range(len(values)):
            with suppress(UnusableNumber):
                self._e164(values, place)
                return place
        return None

    def _e164(self, values: tuple[str, ...], index: int) -> str:
        plain = tuple(value.strip() for value in values)
        if tuple(map(len, plain)) == _SPLIT and all(value.isdigit() for value in plain):
            return e164("".join(plain), self._region)
        return e164(plain[index] if index < len(plain) else "", self._region)
