"""Whole numbers out of times, alike on both databases.

A cast to a whole number rounds on PostgreSQL and cuts on SQLite, and not every SQLite has FLOOR.
Refuses to know what the times are of.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, cast, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class SlotOf(FunctionElement[int]):
    """The number of the piece of time, each `seconds` long, in which a time >= 0 lies."""

    inherit_cache = True
    type = Integer()

    def __init__(self, at: ColumnElement[float], seconds: int) -> None:
        super().__init__(at, seconds)


@compiles(SlotOf, "sqlite")
def _cut(element: SlotOf, compiler: Any, **options: Any) -> str:
    at, seconds = element.clauses
    return f"CAST({compiler.process(at, **options)} / {int(seconds.value)} AS INTEGER)"


@compiles(SlotOf, "postgresql")
def _floor(element: SlotOf, compiler: Any, **options: Any) -> str:
    at, seconds = element.clauses
    return f"CAST(FLOOR({compiler.process(at, **options)} / {int(seconds.value)}) AS BIGINT)"


def milliseconds(seconds: ColumnElement[float]) -> ColumnElement[int]:
    """Return whole milliseconds: their sums are exact."""
    return cast(func.round(seconds * 1000.0), BigInteger)
