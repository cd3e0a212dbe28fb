"""Columns that say more than an attribute: place, priority and further numbers.

Knows how people head them. A column headed `address` holds streets in most lists, so that one
counts only when it is mapped. Refuses to know rows, and the first number's column.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ZONE: Final = "zone"
ADDRESS: Final = "address"
COUNTRY: Final = "country"
POSTAL_CODE: Final = "postal_code"
PRIORITY: Final = "priority"

HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    ZONE: ("zone", "timezone", "tz", "ianazone", "tzid"),
    ADDRESS: ("state", "province", "stateprovince", "stateorprovince", "statecode", "iso31662"),
    COUNTRY: ("country", "countrycode", "isocountry", "iso3166"),
    POSTAL_CODE: ("postalcode", "zip", "zipcode", "postcode", "zippostal", "zippostalcode", "cep"),
    PRIORITY: ("priority",),
}
"""Our name of a column, and headers that name it, without case, spaces and signs."""

_NAMED: Final = "(?:phone|telephone|tel|number|phonenumber|telephonenumber)"
_KINDS: Final = (
    ("mobile", r"(?:mobile|cell|handy|celular)(?:phone|number)?\d*"),
    ("work", rf"(?:work|office|business){_NAMED}\d*"),
    ("home", rf"(?:home|private){_NAMED}\d*"),
    ("other", rf"(?:other|alternate|alternative|alt|second|secondary|customer){_NAMED}\d*"),
    ("phone", rf"(?:primary)?{_NAMED}1?|telno|phoneno|telefon|telefono|teléfono|rufnummer"),
    ("", rf"{_NAMED}(?:[2-9]|1\d)"),
)
"""Kinds of numbers and the headers that say so; the last one's headers are kinds themselves."""

_NO_NUMBERS: Final = frozenset({"number"})
"""Headers that name the first number only: of something else than telephones in other lists."""


@dataclass(frozen=True, slots=True)
class SpecialColumns:
    """Places of the special columns of a list, from 0; None where it has none."""

    zone: int | None = None
    address: int | None = None
    country: int | None = None
    postal_code: int | None = None
    priority: int | None = None
    numbers: tuple[tuple[int, str], ...] = ()
    """Columns of further numbers, and their kinds."""

    @property
    def are_none(self) -> bool:
        """Whether the list has none of them."""
        return not self.numbers and all(
            index is None
            for index in (self.zone, self.address, self.country, self.postal_code, self.priority)
        )

    def meaning_of(self, index: int) -> str:
        """Return what a column is: our name, or the kind of its number; "" an attribute only."""
        kinds = dict(self.numbers)
        if index in kinds:
            return kinds[index]
        return next((ours for ours in HEADERS if getattr(self, ours) == index), "")


def special_columns(
    headers: tuple[str, ...], mapped: Mapping[int, str], number: int
) -> SpecialColumns:
    """Return which columns of a list are special.

    Args:
        headers: of all columns, without case, spaces and signs.
        mapped: our names of columns, by their places, as far as they were said.
        number: place of the first number's column.
    """
    said = {ours: index for index, ours in mapped.items()}
    free = {
        header: index
        for index, header in reversed(list(enumerate(headers)))
        if index not in mapped and index != number
    }
    found: dict[str, int] = {}
    for ours, known in HEADERS.items():
        index = said.get(ours)
        if index is None:
            index = next((free[header] for header in known if header in free), None)
        if index is not None:
            found[ours] = index
    numbers = [
        (index, kind)
        for index, header in enumerate(headers)
        if index != number and index not in found.values()
        if (kind := kind_of(_plain(mapped.get(index, header))))
    ]
    return SpecialColumns(
        zone=found.get(ZONE),
        address=found.get(ADDRESS),
        country=found.get(COUNTRY),
        postal_code=found.get(POSTAL_CODE),
        priority=found.get(PRIORITY),
        numbers=tuple(numbers),
    )


def kind_of(header: str) -> str:
    """Return what kind of number a column holds, "" if none.

    Args:
        header: without case, spaces and signs.
    """
    if header not in _NO_NUMBERS:
        for kind, pattern in _KINDS:
            if re.fullmatch(pattern, header):
                return kind or header
    return ""


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
