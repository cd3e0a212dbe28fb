"""Where a number is written anywhere in the database, in columns nobody thought of as well.

The text and document columns of all tables but those about ourselves are looked through, found by
their types: a table that is added later is looked through too. That reads all of them, so it is
done beside the writer, not in a transaction of it. Refuses to know what the rows mean.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Table,
    Text,
    cast,
    or_,
    select,
    tuple_,
    update,
)

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables import metadata
from dialer.domain.suppression import without_number

_PAGE: Final = 200

OURS: Final = frozenset(
    {"tenants", "teams", "users", "campaigns", "trunks", "caller_ids", "queues", "skills"}
)
"""Tables about ourselves: a number in them is our own."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A row that names a number."""

    table: str
    key: tuple[Any, ...]
    """Values of its primary key."""


async def traces(reader: SqlReader, number: str, *tables: Table) -> list[Trace]:
    """Return the rows that name a number (E.164), with its plus or without.

    Args:
        reader: to ask with.
        number: E.164.
        tables: to look through; unless given, all but `OURS`.
    """
    found: list[Trace] = []
    for table in tables or [table for table in metadata.sorted_tables if table.name not in OURS]:
        columns = _words_of(table)
        if not columns:
            continue
        primary = tuple(table.primary_key.columns)
        query = select(*primary, *columns).where(_named(columns, number))
        async with reader.snapshot() as connection:
            rows = await connection.stream(query.execution_options(yield_per=_PAGE))
            found += [
                Trace(table.name, tuple(row[: len(primary)]))
                async for row in rows
                if any(value != without_number(value, number, "") for value in row)
            ]
    return found


def replace_in(connection: Connection, found: Sequence[Trace], number: str, instead: str) -> int:
    """Replace a number in rows that were found; returns how many still named it."""
    changed = 0
    for table, keys in _by_table(found):
        primary = tuple(table.primary_key.columns)
        columns = _words_of(table)
        for start in range(0, len(keys), _PAGE):
            which = tuple_(*primary).in_(keys[start : start + _PAGE])
            for row in connection.execute(select(*primary, *columns).where(which)).all():
                values = dict(zip((c.name for c in columns), row[len(primary) :], strict=True))
                fresh = {name: without_number(v, number, instead) for name, v in values.items()}
                fresh = {name: value for name, value in fresh.items() if value != values[name]}
                if fresh:
                    this = (key == value for key, value in zip(primary, row, strict=False))
                    connection.execute(update(table).where(*this).values(**fresh))
                    changed += 1
    return changed


def _by_table(found: Sequence[Trace]) -> Iterator[tuple[Table, list[tuple[Any, ...]]]]:
    for table in metadata.sorted_tables:
        keys = [trace.key for trace in found if trace.table == table.name]
        if keys:
            yield table, keys


def _words_of(table: Table) -> list[Column[Any]]:
    """Return the columns that can hold words, but for those that are a key."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, Text | JSON) and not column.primary_key
    ]


def _named(columns: Sequence[Column[Any]], number: str) -> ColumnElement[bool]:
    digits = number.removeprefix("+")
    return or_(*(cast(column, Text).contains(digits, autoescape=True) for column in columns))
