"""Reading a list of leads: which rows of a table can be dialed, and why the others cannot.

Knows numbers that are unusable or there twice. Refuses to know files, databases and campaigns:
records go in, rows come out, one for one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import phonenumbers

from dialer.domain.columns import NUMBER, ColumnPlan
from dialer.domain.csvtable import DELIMITERS
from dialer.domain.leadtable import Record, Table
from dialer.domain.stated_place import StatedPlaces, UnusableValue, shown
from dialer.domain.telephone_number import UnusableNumber, e164
from dialer.errors import BadInput

PRIORITY_MAX: Final = 1_000_000
"""Above and below 0."""

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,7}")


@dataclass(frozen=True, slots=True)
class OtherNumber:
    """A further number of a lead."""

    number: str
    """E.164 with the leading plus."""
    kind: str
    """What the list calls it: mobile, work, phone2, ..."""


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
    kind: str = ""
    """What the list calls the number, where it has others besides."""
    others: tuple[OtherNumber, ...] = ()
    """Its further numbers, in the order in which they are dialed."""
    remark: str = ""
    """What was left out of the row, "" if nothing was."""
    external_id: str = ""
    """What another program calls the lead, "" if none does."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """All numbers, E.164, first to be dialed first."""
        return (self.number, *(other.number for other in self.others))


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
        self._kind = found.kind
        self._special = found.special
        self._stated = StatedPlaces(found.special, self._region)
        self.columns = found.names
        """Names of all columns; a missing or repeated one is given a name of its own."""
        self.meanings = tuple(
            NUMBER if index == self.number_index else found.special.meaning_of(index)
            for index in range(len(self.columns))
        )
        """What each column is beside an attribute: `phone` is the first number."""

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
        if len(values) < len(self.columns):
            values += ("",) * (len(self.columns) - len(values))
        others: tuple[OtherNumber, ...] = ()
        remark = zone = address = kind = ""
        priority = 0
        try:
            if self._special.are_none:
                number = e164(values[self.number_index], self._region)
            else:
                number, kind, others, remark = self._numbers(values)
                zone, address = self._stated.of(values, number)
                priority = self._priority(values)
        except UnusableNumber as unusable:
            reason = str(unusable)
            if reason == "no country code" and self._region is None:
                reason = "no country code, and no default region is given"
            if self._has_another_delimiter(record):
                reason = "has another delimiter than the header"
            return RejectedRow(row, reason, values)
        except UnusableValue as unusable:
            return RejectedRow(row, str(unusable), values)
        if self._once:
            known = _first_row(first_with, number, others, row)
            if known != row:
                return RejectedRow(row, f"same number as row {known}", values)
        attributes = dict(zip(self.columns, values, strict=True))
        del attributes[self.columns[self.number_index]]
        return LeadRow(row, number, attributes, zone, address, priority, kind, others, remark)

    def _numbers(self, values: tuple[str, ...]) -> tuple[str, str, tuple[OtherNumber, ...], str]:
        """Return the number to dial first, its kind, the others, and what was left out.

        Raises:
            UnusableNumber: there is none; says why the first one is none.
        """
        found: dict[str, str] = {}
        remarks: list[str] = []
        unusable: UnusableNumber | None = None
        for index, kind in ((self.number_index, self._kind), *self._special.numbers):
            written = values[index]
            if not written and index != self.number_index:
                continue
            try:
                found.setdefault(e164(written, self._region), kind)
            except UnusableNumber as error:
                unusable = unusable or error
                if written.strip():
                    remarks.append(f"{self.columns[index]}: {error}")
        if not found:
            raise unusable or UnusableNumber("no number")
        first, *rest = found
        others = tuple(OtherNumber(other, found[other]) for other in rest)
        return first, found[first] if others else "", others, "; ".join(remarks)

    def _priority(self, values: tuple[str, ...]) -> int:
        index = self._special.priority
        written = "" if index is None else values[index].strip()
        if not written:
            return 0
        if not _WHOLE.fullmatch(written) or abs(int(written)) > PRIORITY_MAX:
            raise UnusableValue(f"priority {shown(written)} is no whole number")
        return int(written)

    def _has_another_delimiter(self, record: Record) -> bool:
        delimiter = self._table.delimiter
        if not delimiter or len(record.values) > 1 or len(self.columns) == 1:
            return False
        return any(other in record.values[0] for other in DELIMITERS if other != delimiter)


def _first_row(
    first_with: dict[int, int], number: str, others: tuple[OtherNumber, ...], row: int
) -> int:
    """Return the row that one of the numbers was in first; they are noted if it is this one."""
    if not others:
        return first_with.setdefault(int(number), row)
    numbers = [int(number), *(int(other.number) for other in others)]
    known = next((first_with[one] for one in numbers if one in first_with), row)
    if known == row:
        first_with.update(dict.fromkeys(numbers, row))
    return known
