"""Reading a list of leads: which rows of a table can be dialed, and why the others cannot.

Knows numbers that are unusable or there twice. Refuses to know files, databases and campaigns:
records go in, rows come out, one for one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

from dialer.domain.columns import ColumnPlan
from dialer.domain.csvtable import DELIMITERS
from dialer.domain.leadtable import Record, Table
from dialer.domain.telephone_number import UnusableNumber, e164
from dialer.errors import BadInput


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A row that can be dialed."""

    row: int
    """As a spreadsheet counts: the header is row 1."""
    number: str
    """E.164 with the leading plus."""
    attributes: dict[str, str]
    """The other columns, as they came."""
    zone: str = ""
    """IANA name of the lead's time zone, if the list says it."""
    address: str = ""
    """ISO 3166 country or region of the lead's address ("FR", "US-TX"), if the list says it."""
    priority: int = 0
    """The higher, the sooner."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that cannot be dialed, and why."""

    row: int
    """As a spreadsheet counts: the header is row 1."""
    reason: str
    values: tuple[str, ...]
    """The row as it came; of one with too many values, the first thousand."""


class LeadFile:
    """The rows of a list, read once while they are iterated over.

    Args:
        table: header and records.
        name: of the file, for errors.
        plan: what was said about its columns.
        default_region: see `e164`.
        once: a number that a row above has already is rejected.

    Raises:
        BadInput: the table has no such column, or the region is unknown. What the table's
            records raise comes out while they are iterated over.
    """

    def __init__(
        self,
        table: Table,
        *,
        name: str,
        plan: ColumnPlan | None = None,
        default_region: str | None = None,
        once: bool = True,
    ) -> None:
        if default_region is not None:
            default_region = default_region.upper()
            if default_region not in phonenumbers.SUPPORTED_REGIONS:
                problem = f"{default_region!r} is no country code"
                raise BadInput("default region", problem, "give two letters such as US or GB")
        found = (plan or ColumnPlan()).found(table.header, name=name)
        self._table = table
        self._region = default_region
        self._once = once
        self.number_index = found.index
        """Place of that column, from 0."""
        self.number_column = found.number
        """Header of the column that the numbers are read from."""
        self.columns = found.names
        """Names of all columns; a missing or repeated one is given a name of its own."""

    def __iter__(self) -> Iterator[LeadRow | RejectedRow]:
        """Yield each row below the header; blank ones are left out."""
        first_with: dict[int, int] = {}
        for record in self._table.records:
            if record.problem:
                yield RejectedRow(record.row, record.problem, record.values)
            elif any(value.strip() for value in record.values):
                yield self._read(record, first_with)

    def values_of(self, lead: LeadRow) -> tuple[str, ...]:
        """Return a row's values in the order of the columns, its number as E.164."""
        return tuple(
            lead.number if index == self.number_index else lead.attributes[column]
            for index, column in enumerate(self.columns)
        )

    def _read(self, record: Record, first_with: dict[int, int]) -> LeadRow | RejectedRow:
        row, values, _ = record
        values += ("",) * (len(self.columns) - len(values))
        try:
            number = e164(values[self.number_index], self._region)
        except UnusableNumber as unusable:
            reason = str(unusable)
            if reason == "no country code" and self._region is None:
                reason = "no country code, and no default region is given"
            if self._has_another_delimiter(record):
                reason = "has another delimiter than the header"
            return RejectedRow(row, reason, values)
        known = first_with.setdefault(int(number), row) if self._once else row
        if known != row:
            return RejectedRow(row, f"same number as row {known}", values)
        attributes = {
            column: value
            for index, (column, value) in enumerate(zip(self.columns, values, strict=True))
            if index != self.number_index
        }
        return LeadRow(row, number, attributes)

    def _has_another_delimiter(self, record: Record) -> bool:
        delimiter = self._table.delimiter
        if not delimiter or len(record.values) > 1 or len(self.columns) == 1:
            return False
        return any(other in record.values[0] for other in DELIMITERS if other != delimiter)
