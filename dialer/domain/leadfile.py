"""Reading a list of leads from CSV text: which column holds the number, and which rows are usable.

Knows headers, delimiters, encodings and telephone numbers as people's spreadsheets write them.
Refuses to know files, databases and campaigns: lines go in, rows come out, one for one.
"""

import csv
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, IncrementalDecoder, getincrementaldecoder
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import phonenumbers

from dialer.errors import BadInput

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

_DELIMITERS: Final = (",", ";", "\t", "|")
_INVISIBLE: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PUNCTUATION: Final = re.compile(r"[\W_]+")
_WRITTEN_AS_FLOAT: Final = re.compile(r"^(\+?\d+)\.0+$")
_SHORTENED: Final = re.compile(r"^\+?\d([.,]\d+)?[eE]\+?\d+$")
_NUMBER: Final = re.compile(r"^(tel:)?[+\uff0b]?[\d\s().\-\u2010-\u2015/]+$")
_EXTENSION: Final = re.compile(r"^[^a-zA-Z]*(ext|extn|extension|x|#)[.:\s]*\d+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A row that can be dialed."""

    row: int
    """As a spreadsheet counts: the header is row 1."""
    number: str
    """E.164 with the leading plus."""
    attributes: dict[str, str]
    """The other columns, as they came."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that cannot be dialed, and why."""

    row: int
    """As a spreadsheet counts: the header is row 1."""
    reason: str
    values: tuple[str, ...]
    """The row as it came."""


class UnusableNumber(ValueError):
    """A text that is no number we could dial; the message is the reason."""


def encoding_of(chunks: Iterable[bytes], *, name: str) -> str:
    """Return the codec that reads these bytes: UTF-8 or UTF-16 if they are, else Latin-1.

    Windows' superset of Latin-1 is preferred where it fits (typographic quotes in names).

    Args:
        chunks: the whole file.
        name: of the file, for the error.

    Raises:
        BadInput: it is no text, but a spreadsheet or another binary file.
    """
    decoders: dict[str, IncrementalDecoder] = {
        codec: getincrementaldecoder(codec)() for codec in ("utf-8-sig", "cp1252", "latin-1")
    }
    start = True
    for chunk in chunks:
        if start and chunk.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            return "utf-16"
        if (start and chunk.startswith(b"PK\x03\x04")) or b"\0" in chunk:
            raise BadInput(name, "is not a text file", "save the list as CSV and import that")
        start = False
        for codec in [codec for codec, decoder in decoders.items() if not _reads(decoder, chunk)]:
            del decoders[codec]
    # an unfinished character at the end is no UTF-8 either
    return next(codec for codec, decoder in decoders.items() if _reads(decoder, b"", final=True))


def e164(text: str, default_region: str | None) -> str:
    """Return a number as E.164 with the leading plus.

    Numbers of possible length are taken, assigned or not: lists for trials use fictional ones.

    Args:
        text: as written, with any usual punctuation.
        default_region: ISO 3166 code of the country that numbers without a plus are from.

    Raises:
        UnusableNumber: it is none; says why.
    """
    written = _INVISIBLE.sub("", text).strip()
    if not written:
        raise UnusableNumber("no number")
    if _SHORTENED.match(written):
        raise UnusableNumber("shortened by a spreadsheet; format the column as text, export again")
    whole = _WRITTEN_AS_FLOAT.match(written)
    if whole:
        written = whole[1]
    if not _NUMBER.match(written):
        if _EXTENSION.match(written):
            raise UnusableNumber("has an extension")
        raise UnusableNumber("not a telephone number")
    try:
        parsed = phonenumbers.parse(written, default_region)
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            why = "unknown country code" if "+" in written else "no country code"
            raise UnusableNumber(why) from None
        raise UnusableNumber("not a telephone number") from None
    verdict = phonenumbers.is_possible_number_with_reason(parsed)
    if verdict == phonenumbers.ValidationResult.IS_POSSIBLE:
        return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    raise UnusableNumber(_WHY.get(verdict, "not possible in its country"))


_WHY: Final = {
    phonenumbers.ValidationResult.TOO_SHORT: "too short for its country",
    phonenumbers.ValidationResult.TOO_LONG: "too long for its country",
    phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "area code missing",
    phonenumbers.ValidationResult.INVALID_LENGTH: "wrong length for its country",
}


class LeadFile:
    """The rows of a list, read once while they are iterated over.

    Args:
        lines: of the text, line ends kept.
        name: of the file, for errors.
        default_region: see `e164`.
        number_column: header of the number's column; found by its name if None.

    Raises:
        BadInput: the file is empty, has no such column, or the region is unknown.
    """

    def __init__(
        self,
        lines: Iterable[str],
        *,
        name: str,
        default_region: str | None = None,
        number_column: str | None = None,
    ) -> None:
        if default_region is not None:
            default_region = default_region.upper()
            if default_region not in phonenumbers.SUPPORTED_REGIONS:
                problem = f"{default_region!r} is no country code"
                raise BadInput("default region", problem, "give two letters such as US or GB")
        self._name = name
        self._region = default_region
        self._lines_ended = False
        source = iter(lines)
        first = next(source, "")
        self._rows_before = 0
        told = first.rstrip("\r\n").lower()
        if told.startswith("sep=") and len(told) == len("sep=") + 1:
            delimiters: Sequence[str] = (first[4],)
            first = next(source, "")
            self._rows_before = 1
        else:
            delimiters = _DELIMITERS
        if not first.strip():
            raise BadInput(name, "the first line is empty", "name the columns in the first line")
        # the one that shows the number's column; if none does, the one that makes most columns
        delimiter = max(delimiters, key=lambda d: _worth(_header(first, d), number_column))
        self._reader = csv.reader(
            self._until_end(chain((first,), source)), delimiter=delimiter, strict=True
        )
        try:
            header = [column.strip() for column in next(self._reader)]
        except csv.Error as error:
            fix = "write the columns' names without quotes"
            raise BadInput(name, f"the first line cannot be read ({error})", fix) from None
        index = _number_index(header, number_column)
        if index is None:
            raise _no_column(name, header, number_column)
        self._index = index
        self.number_column = header[index]
        """Header of the column that the numbers are read from."""
        self.columns = _distinct(header)
        """All headers; a missing or repeated one is given a name of its own."""

    def __iter__(self) -> Iterator[LeadRow | RejectedRow]:
        """Yield each row below the header; blank ones are left out.

        Raises:
            BadInput: a quote is opened and never closed: no row after it can be trusted.
        """
        first_with: dict[int, int] = {}
        for row, values in self._records():
            if isinstance(values, str):
                yield RejectedRow(row, values, ())
            elif any(value.strip() for value in values):
                yield self._read(row, values, first_with)

    def values_of(self, lead: LeadRow) -> tuple[str, ...]:
        """Return a row's values in the order of the columns, its number as E.164."""
        return tuple(lead.attributes.get(column, lead.number) for column in self.columns)

    def _read(
        self, row: int, values: list[str], first_with: dict[int, int]
    ) -> LeadRow | RejectedRow:
        if any(value.strip() for value in values[len(self.columns) :]):
            reason = f"has {len(values)} values, the header has {len(self.columns)}"
            return RejectedRow(row, reason, tuple(values))
        values = values[: len(self.columns)]
        values += [""] * (len(self.columns) - len(values))
        try:
            number = e164(values[self._index], self._region)
        except UnusableNumber as unusable:
            reason = str(unusable)
            if reason == "no country code" and self._region is None:
                reason = "no country code, and no default region is given"
            return RejectedRow(row, reason, tuple(values))
        known = first_with.setdefault(int(number), row)
        if known != row:
            return RejectedRow(row, f"same number as row {known}", tuple(values))
        attributes = {
            column: value
            for index, (column, value) in enumerate(zip(self.columns, values, strict=True))
            if index != self._index
        }
        return LeadRow(row, number, attributes)

    def _records(self) -> Iterator[tuple[int, list[str] | str]]:
        """Yield row number and values, or what is wrong with the row's quoting."""
        row = self._rows_before + 1
        while True:
            row += 1
            try:
                yield row, next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                if self._lines_ended or "field larger" in str(error):
                    raise BadInput(
                        self._name, f"row {row} opens a quote that is never closed", "close it"
                    ) from None
                yield row, f"bad quoting ({error})"

    def _until_end(self, lines: Iterable[str]) -> Iterator[str]:
        yield from lines
        self._lines_ended = True


def _reads(decoder: IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _header(line: str, delimiter: str) -> list[str]:
    try:
        return [column.strip() for column in next(csv.reader([line], delimiter=delimiter))]
    except (csv.Error, StopIteration):
        return []


def _worth(header: Sequence[str], wanted: str | None) -> tuple[bool, int]:
    return _number_index(header, wanted) is not None, len(header)


def _number_index(header: Sequence[str], wanted: str | None) -> int | None:
    names = [_plain(column) for column in header]
    for name in NUMBER_COLUMNS if wanted is None else (_plain(wanted),):
        if name and name in names:
            return names.index(name)
    return None


def _plain(column: str) -> str:
    return _PUNCTUATION.sub("", column.casefold())


def _distinct(header: Sequence[str]) -> tuple[str, ...]:
    columns: list[str] = []
    for place, column in enumerate(header, start=1):
        name = column or f"column {place}"
        while name in columns:
            name = f"{name} ({place})"
        columns.append(name)
    return tuple(columns)


def _no_column(name: str, header: Sequence[str], wanted: str | None) -> BadInput:
    seen = ", ".join(repr(column) for column in header[:12]) + (", ..." if header[12:] else "")
    if wanted is not None:
        return BadInput(name, f"has no column {wanted!r} (it has {seen})", "name one of these")
    return BadInput(
        name,
        f"has no column for the telephone number (it has {seen})",
        "call one 'number', or say which one it is",
    )
