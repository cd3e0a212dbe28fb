"""A list that is taken in as a whole or not at all: its rows by column, and what is wrong with any.

Refuses to know files, and what the columns mean.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from dialer.domain.leadtable import Table
from dialer.errors import BadInput

_MOST_TOLD: Final = 10
"""Problems of one list that are told; of more it is said how many."""


class Row(NamedTuple):
    """One row that is not blank."""

    place: str
    """Where it stands, as "line 3"; for errors."""
    values: Mapping[str, str]
    """By column, without blanks around them; "" where there is none."""


def rows_in(
    table: Table, name: str, *, needed: Sequence[str], more: Sequence[str] = (), most: int
) -> tuple[list[Row], list[str]]:
    """Return the rows of a list, and what is wrong with others.

    Args:
        table: of the file.
        name: of the file, for errors.
        needed: columns that must be there; capitals do not matter.
        more: columns that may be there; any other is left out.
        most: rows at most.

    Raises:
        BadInput: a column is missing, or there are too many rows.
    """
    header = [column.strip().casefold() for column in table.header]
    for column in needed:
        if column not in header:
            raise BadInput(name, f"has no column {column!r}", f"name them {', '.join(needed)}")
    places = {column: header.index(column) for column in (*needed, *more) if column in header}
    rows: list[Row] = []
    problems: list[str] = []
    for record in table.records:
        place = f"line {record.row}"
        if record.problem:
            problems.append(f"{place}: {record.problem}")
        elif any(value.strip() for value in record.values):
            values = (*record.values, *("" for _ in header))
            told = {column: values[index].strip() for column, index in places.items()}
            rows.append(Row(place, {**dict.fromkeys(more, ""), **told}))
        if len(rows) > most:
            raise too_many(name, most)
    return rows, problems


def refuse(problems: Sequence[str], name: str) -> None:
    """Refuse the whole when there are problems.

    Raises:
        BadInput: there are.
    """
    if not problems:
        return
    more = len(problems) - _MOST_TOLD
    told = [*problems[:_MOST_TOLD], *([f"and {more} more"] if more > 0 else [])]
    raise BadInput(name, "; ".join(told), "correct them; nothing was taken in")


def too_many(name: str, most: int) -> BadInput:
    """Return the error for a list that is too long."""
    return BadInput(name, f"has more than {most:,} rows", "split it")
