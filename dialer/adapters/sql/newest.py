"""Rows newest first, in pages: by a time, and by a key where times are the same.

Refuses to know what the rows are.
"""

from typing import Any

from sqlalchemy import Column, ColumnElement, Select, or_


def newest_first(
    query: Select[Any],
    by: tuple[Column[Any], Column[Any]],
    before: tuple[float, Any] | None,
    limit: int | None,
) -> Select[Any]:
    """Return a page of a query.

    Args:
        query: without an order of its own.
        by: the columns of time and key.
        before: time and key of a row; only what comes behind it.
        limit: rows at most; None: all.
    """
    at, key = by
    if before is not None:
        then, last = before
        query = query.where(at <= then, or_(at < then, key < last))
    return query.order_by(at.desc(), key.desc()).limit(limit)


def known(column: Column[Any], is_known: bool) -> ColumnElement[bool]:
    """Ask for rows in which something is known, or is not."""
    return column.is_not(None) if is_known else column.is_(None)
