"""Lists in pages: so many at a time, and a cursor that says where the next page begins.

A cursor is opaque to who holds it: the key of the last item, packed. Refuses to know what is
listed.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from math import isfinite
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from dialer.errors import BadInput

T = TypeVar("T")
K = TypeVar("K", int, str)

MOST: Final = 500
"""Items in a page."""

PRINTABLE: Final = r"^[^\x00-\x1f\x7f]*$"
"""Text by which something is looked up: no database takes a NUL."""
_ROWS: Final = 1 << 63
"""Beyond every id that a database counts."""

Limit = Annotated[int, Query(ge=1, le=MOST, description="Items at most.", examples=[50])]
Cursor = Annotated[
    str, Query(max_length=400, description="`next` of the page before; empty: the first page.")
]


class Page(BaseModel, Generic[T]):
    """Some items of a list, in its order."""

    items: list[T]
    next: str | None = Field(description="Cursor of the next page; null when this is the last.")


def cursor_of(key: Any) -> str:
    """Pack the key of an item: what JSON has."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def key_of(cursor: str) -> Any:
    """Unpack a cursor; None for the empty one.

    Raises:
        BadInput: it is none of ours.
    """
    if not cursor:
        return None
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return json.loads(packed)
    except (ValueError, binascii.Error, RecursionError):
        raise BadInput("cursor", "is none of ours", "send `next` of the page before") from None


def after(cursor: str, kind: type[T]) -> T | None:
    """Return the key in a cursor, which must be of a kind; None for the empty one.

    Raises:
        BadInput: it is none of ours, or of another list.
    """
    key = key_of(cursor)
    if key is None:
        return None
    if not isinstance(key, kind) or isinstance(key, bool) or not _is_kept(key):
        raise BadInput("cursor", "is of another list", "send `next` of the page before")
    return key


def after_moment(cursor: str, kind: type[K]) -> tuple[float, K] | None:
    """Return the time and the id in a cursor of a list that is newest first; None: the first page.

    Raises:
        BadInput: it is none of ours, or of another list.
    """
    match after(cursor, list):
        case None:
            return None
        case [int() | float() as at, int() | str() as last] if (
            type(at) is not bool and isfinite(at) and type(last) is kind and _is_asked(last)
        ):
            return float(at), last
    raise BadInput("cursor", "is of another list", "send `next` of the page before")


def _is_asked(last: int | str) -> bool:
    return 0 < last < _ROWS if isinstance(last, int) else last.isprintable()


def _is_kept(key: object) -> bool:
    """Tell whether a database can be asked for a key."""
    return not isinstance(key, int) or abs(key) < _ROWS


def page(found: Sequence[T], limit: int, key: Any) -> Page[T]:
    """Make a page of what was found when one more than `limit` was asked for.

    Args:
        found: `limit` items, and one more if there is one.
        limit: items in the page.
        key: makes the key of an item.
    """
    items = list(found[:limit])
    more = len(found) > limit
    return Page(items=items, next=cursor_of(key(items[-1])) if more else None)
