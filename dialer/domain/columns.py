"""Which column of a list is which: the number's is found by its name, or is said.

Knows headers as people write them. Refuses to know rows.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from dialer.domain.special_columns import SpecialColumns, kind_of, special_columns
from dialer.errors import BadInput

NUMBER: Final = "phone"
"""Our name of the number's column in a mapping."""

NUMBER_COLUMNS: Final = (
    "number",
    "phonenumber",
    "phone",
    "telephonenumber",
    "telephone",
    "tel",
    "e164",
    "msisdn",
    "mobile",
    "mobilenumber",
    "mobilephone",
    "cell",
    "cellphone",
    "phoneno",
    "phone1",
    "telno",
    "contactnumber",
    "customerphone",
    "primaryphone",
    "homephone",
    "workphone",
    "telefon",
    "telefono",
    "teléfono",
    "rufnummer",
)
"""Headers that name the number, best first; compared without case, spaces and punctuation."""

_PUNCTUATION: Final = re.compile(r"[\W_]+")
_SHOWN: Final = 12
"""Headers that an error line lists."""


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """What was said about columns before the list was seen."""

    number: str | None = None
    """Header of the number's column; found by its name if None."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Headers of other columns, by our name (`special_columns`) or attribute of each."""

    @classmethod
    def said(cls, pairs: Iterable[str], *, number: str | None = None) -> Self:
        """Read pairs such as `phone=Telefon` and `name=Full name`.

        Raises:
            BadInput: not a pair, or one name given twice.
        """
        names: dict[str, str] = {}
        for pair in pairs:
            ours, equals, header = (part.strip() for part in pair.partition("="))
            if not (ours and equals and header):
                raise BadInput("--map", f"{pair!r} is not name=header", "such as phone=Telefon")
            if ours in names:
                raise BadInput("--map", f"{ours!r} is given twice", "give it once")
            names[ours] = header
        mapped = names.pop(NUMBER, None)
        if number is not None and mapped is not None:
            problem = f"{NUMBER!r} and --number-column both name the number"
            raise BadInput("--map", problem, "give one of them")
        return cls(number if mapped is None else mapped, names)

    def number_index(self, header: Sequence[str]) -> int | None:
        """Return the place of the number's column, None if there is none."""
        if self.number is not None:
            return index_of(header, self.number)
        names = [_plain(column) for column in header]
        taken = {index_of(header, wanted) for wanted in self.names.values()}
        for name in NUMBER_COLUMNS:
            for index, column in enumerate(names):
                if column == name and index not in taken:
                    return index
        return None

    def found(self, header: Sequence[str], *, name: str) -> "FoundColumns":
        """Return what the columns of a list are.

        Args:
            header: as it stands in the list.
            name: of the file, for errors.

        Raises:
            BadInput: no column holds the number, or one that was said is not there.
        """
        number = self.number_index(header)
        if number is None:
            raise _no_column(name, header, self.number)
        places: dict[int, str] = {}
        for ours, wanted in self.names.items():
            index = index_of(header, wanted)
            if index is None:
                raise _no_column(name, header, wanted)
            if index == number or index in places:
                problem = f"column {header[index]!r} is mapped twice"
                raise BadInput("--map", problem, "give each column one name")
            places[index] = ours
        special = special_columns(tuple(_plain(column) for column in header), places, number)
        kind = kind_of(_plain(header[number])) or "phone"
        return FoundColumns(header[number], number, _distinct(header, places), special, kind)


@dataclass(frozen=True, slots=True)
class FoundColumns:
    """What the columns of a list are."""

    number: str
    """Header of the number's column."""
    index: int
    """Its place, from 0."""
    names: tuple[str, ...]
    """Of all columns; a missing or repeated one is given a name of its own."""
    special: SpecialColumns
    """Those that say more than an attribute."""
    kind: str
    """What kind of number the number's column holds."""


def index_of(header: Sequence[str], wanted: str) -> int | None:
    """Return the first column of that name: as it is written, else without case and signs."""
    if wanted in header:
        return header.index(wanted)
    plain = _plain(wanted)
    names = [_plain(column) for column in header]
    return names.index(plain) if plain and plain in names else None


def _plain(column: str) -> str:
    return _PUNCTUATION.sub("", column.casefold())


def _distinct(header: Sequence[str], places: Mapping[int, str]) -> tuple[str, ...]:
    columns: list[str] = []
    known = set(places.values())
    for index, column in enumerate(header):
        if index in places:
            columns.append(places[index])
            continue
        name = column or f"column {index + 1}"
        while name in known:
            name = f"{name} ({index + 1})"
        known.add(name)
        columns.append(name)
    return tuple(columns)


def _no_column(name: str, header: Sequence[str], wanted: str | None) -> BadInput:
    seen = ", ".join(repr(column) for column in header[:_SHOWN])
    seen += ", ..." if header[_SHOWN:] else ""
    if wanted is not None:
        return BadInput(name, f"has no column {wanted!r} (it has {seen})", "name one of these")
    if len(header) == 1:
        problem = f"has one column, {header[0][:200]!r}, and it is not called after a number"
        fix = "call it 'number', or put comma, semicolon, tab or bar (|) between the columns"
        return BadInput(name, problem, fix)
    return BadInput(
        name,
        f"has no column for the telephone number (it has {seen})",
        "call one 'number', or say which one it is",
    )
