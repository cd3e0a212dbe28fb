"""Whole numbers out of times, alike on both databases.

A cast to a whole number rounds on PostgreSQL and cuts on SQLite, and not every SQLite has FLOOR.
Refuses to know what the times are of.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Double, Integer, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class SlotOf(FunctionElement[int]):
    """The number of the piece of time, each `seconds` long, in which a time >= 0 lies."""

    inherit_cache = True
    type = Integer()

    def __init__(self, at: ColumnElement[float], seconds: int) -> None:
        # bound as a value: the text of a statement is kept for whatever piece is asked next
        super().__init__(at, literal(float(seconds), Double))


@compiles(SlotOf, "sqlite")
def _cut(element: SlotOf, compiler: Any, **options: Any) -> str:
    at, seconds = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST({at} / {seconds} AS INTEGER)"


@compiles(SlotOf, "postgresql")
def _floor(element: SlotOf, compiler: Any, **options: Any) -> str:
    at, seconds = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(FLOOR({at} / {seconds}) AS BIGINT)"


class Milliseconds(FunctionElement[int]):
    """Seconds as whole milliseconds: their sums are exact.

    Halves go to the even number, as Python and PostgreSQL round; SQLite rounds them up.
    """

    inherit_cache = True
    type = BigInteger()


@compiles(Milliseconds, "sqlite")
def _halves_to_even(element: Milliseconds, compiler: Any, **options: Any) -> str:
    (seconds,) = (compiler.process(clause, **options) for clause in element.clauses)
    ms = f"(({seconds}) * 1000.0)"
    return (
        f"CAST(CASE WHEN abs({ms} - CAST({ms} AS INTEGER)) = 0.5"
        f" THEN 2 * round({ms} / 2) ELSE round({ms}) END AS INTEGER)"
    )


@compiles(Milliseconds, "postgresql")
def _round(element: Milliseconds, compiler: Any, **options: Any) -> str:
    (seconds,) = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(round(({seconds}) * 1000.0) AS BIGINT)"


def milliseconds(seconds: ColumnElement[float]) -> ColumnElement[int]:
    """Return whole milliseconds; see `Milliseconds`."""
    return Milliseconds(seconds)
