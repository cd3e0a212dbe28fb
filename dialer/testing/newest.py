"""Things newest first, in pages: as `dialer.adapters.sql.newest` has it."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


def newest_first(
    things: Iterable[T],
    key: Callable[[T], tuple[float, Any]],
    before: tuple[float, Any] | None,
    limit: int,
) -> list[T]:
    """Return a page of things: by a time, and by a key where times are the same."""
    behind = [one for one in things if before is None or key(one) < before]
    return sorted(behind, key=key, reverse=True)[:limit]
