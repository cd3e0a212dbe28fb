"""What an exported table is made of: columns with a kind, and how its numbers are hidden. Pure.

Refuses to know files.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

Cell = str | int | float | bool | None
Line = Sequence[Cell]

_SPACING: Final = re.compile(r"[\s().\-/]")
_INTERNATIONAL: Final = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    MOMENT = "moment"  # epoch seconds
    FLAG = "flag"


class ExportColumn(NamedTuple):
    """One column of an exported table."""

    name: str
    kind: Kind = Kind.TEXT
    private: bool = False
    """Holds telephone numbers of people."""
    from_list: bool = False
    """Came with the list: may hold anything, numbers too."""


def masked(number: str) -> str:
    """Return a number of which the first three and the last two characters are left."""
    if len(number) <= 5:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


def hidden(line: Line, columns: Sequence[ExportColumn]) -> list[Cell]:
    """Return a line with its numbers masked.

    A cell that came with the list is masked when it is written as an international number.
    """
    return [
        masked(cell)
        if isinstance(cell, str)
        and (column.private or (column.from_list and _is_international(cell)))
        else cell
        for cell, column in zip(line, columns, strict=True)
    ]


def named_apart(names: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Return a column name for each attribute, none of them taken twice."""
    used = set(taken)
    found: dict[str, str] = {}
    for name in names:
        column = name
        while column in used:
            column = f"{column} (list)"
        used.add(column)
        found[name] = column
    return found


def _is_international(text: str) -> bool:
    return text[:1] == "+" and _INTERNATIONAL.fullmatch(_SPACING.sub("", text)) is not None
