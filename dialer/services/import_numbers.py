"""Importing lists that are read a slice at a time and may be imported again: numbers, consents.

Such a list need not come whole or not at all: what was taken in is right by itself, and a second
run of the same file adds what is missing. Knows the order: read, take in, tell what was rejected.
Refuses to know what the rows are for.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, Protocol, TypeVar

import phonenumbers

from dialer.domain.columns import ColumnPlan
from dialer.domain.consent import ConsentGiven, consent_from
from dialer.domain.leadfile import RejectedRow
from dialer.domain.leadtable import Table
from dialer.domain.numberlist import NumberList, NumberRow
from dialer.errors import BadInput
from dialer.services.csv_list import CsvList
from dialer.services.rejects import Rejects

_SLICE: Final = 500

Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)

CONSENT_COLUMNS: Final = ("kind", "purpose", "proof", "given_at", "expires_at")


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a list."""

    rows: int
    """Rows that could be read; a number that is there twice counts twice."""
    rejected: int
    examples: tuple[RejectedRow, ...]
    rejects_file: Path | None
    """Where the rejected rows are with their reasons; None if there are none."""


class _Rows(Protocol[Row_co]):
    columns: tuple[str, ...]

    def __iter__(self) -> Iterator[Row_co | RejectedRow]: ...


async def import_numbers(
    path: Path,
    take: Callable[[Sequence[str]], Awaitable[object]],
    *,
    default_region: str | None = None,
    plan: ColumnPlan | None = None,
    rejects_file: Path | None = None,
) -> Taken:
    """Read a CSV, or one number a line, and hand its numbers (E.164) over in slices.

    Args:
        path: the file; its first line is a header, or a number.
        take: told of each slice; the next one is read when it returns.
        default_region: country (ISO 3166, "US") of numbers without a country code.
        plan: what was said about the number's column.
        rejects_file: CSV to write rejected rows into; replaced if it exists.

    Raises:
        BadInput: the file cannot be read or used, or has no usable number.
    """
    region = checked_region(default_region)
    said = plan or ColumnPlan()

    def rows_of(table: Table) -> NumberList:
        return NumberList(table, name=path.name, plan=said, default_region=region)

    async def numbers(rows: Sequence[NumberRow]) -> None:
        await take([row.number for row in rows])

    return await _import(path, said, rows_of, numbers, rejects_file)


async def import_consents(
    path: Path,
    take: Callable[[Sequence[ConsentGiven]], Awaitable[object]],
    *,
    now: float,
    default_region: str | None = None,
    rejects_file: Path | None = None,
) -> Taken:
    """Read a CSV of consents and hand them over in slices.

    Args:
        path: the file; columns number, kind, purpose, proof, given_at, expires_at.
        take: told of each slice.
        now: epoch seconds.
        default_region: country (ISO 3166, "US") of numbers without a country code.
        rejects_file: CSV to write rejected rows into; replaced if it exists.

    Raises:
        BadInput: the file cannot be read or used, or has no usable row.
    """
    region = checked_region(default_region)

    def rows_of(table: Table) -> _ConsentRows:
        return _ConsentRows(table, path.name, region, now)

    return await _import(path, ColumnPlan(), rows_of, take, rejects_file)


def checked_region(region: str | None) -> str | None:
    """Return a country code in capitals.

    Raises:
        BadInput: there is no such country.
    """
    if region is None:
        return None
    if region.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise BadInput("region", f"{region!r} is no country code", "give two letters such as US")
    return region.upper()


class _ConsentRows:
    """The consents of a table."""

    def __init__(self, table: Table, name: str, region: str | None, now: float) -> None:
        header = [column.casefold().replace(" ", "_") for column in table.header]
        for needed in ("kind", "proof"):
            if needed not in header:
                raise BadInput(name, f"has no column {needed!r}", "add it")
        number = ColumnPlan().found(table.header, name=name)
        self.columns = number.names
        self._places: dict[str, int] = {
            name: header.index(name) for name in CONSENT_COLUMNS if name in header
        }
        self._places["number"] = number.index
        self._table = table
        self._region = region
        self._now = now

    def __iter__(self) -> Iterator[ConsentGiven | RejectedRow]:
        for record in self._table.records:
            values = record.values + ("",) * (len(self.columns) - len(record.values))
            if record.problem:
                yield RejectedRow(record.row, record.problem, record.values)
            elif any(value.strip() for value in values):
                said = {name: values[place] for name, place in self._places.items()}
                try:
                    yield consent_from(said, default_region=self._region, now=self._now)
                except BadInput as error:
                    yield RejectedRow(record.row, f"{error.field}: {error.problem}", values)


async def _import(
    path: Path,
    plan: ColumnPlan,
    rows_of: Callable[[Table], _Rows[Row]],
    take: Callable[[Sequence[Row]], Awaitable[object]],
    rejects_file: Path | None,
) -> Taken:
    taken = 0
    with ExitStack() as cleanup:
        source = await asyncio.to_thread(CsvList, path, plan)
        cleanup.callback(source.close)
        rows = rows_of(source.table)
        rejects = Rejects(rejects_file, rows.columns)
        cleanup.callback(rejects.close)
        reading = iter(rows)
        while part := await asyncio.to_thread(lambda: list(islice(reading, _SLICE))):
            fresh = [row for row in part if not isinstance(row, RejectedRow)]
            await asyncio.to_thread(
                rejects.add, [row for row in part if isinstance(row, RejectedRow)]
            )
            if fresh:
                await take(fresh)
                taken += len(fresh)
    if not taken:
        _refuse_empty(path, rejects.examples)
    return Taken(
        taken, rejects.count, tuple(rejects.examples), rejects_file if rejects.count else None
    )


def _refuse_empty(path: Path, rejected: Sequence[RejectedRow]) -> None:
    if not rejected:
        raise BadInput(path.name, "has no rows", "add the numbers")
    problem = f"has no usable row (row {rejected[0].row}: {rejected[0].reason})"
    raise BadInput(path.name, problem, "correct the list, or give the region of its numbers")
