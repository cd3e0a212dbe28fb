"""Dates and times as people write them, as seconds since the epoch. Pure.

A date without a time is its first moment in UTC. Refuses to know other ways than ISO 8601.
"""

from datetime import UTC, datetime

from dialer.errors import BadInput


def instant_of(text: str, field: str) -> float:
    """Read `2026-11-01` or `2026-11-01T09:30:00+01:00`.

    Args:
        text: as written; a time without an offset is UTC.
        field: what it is, for errors.

    Raises:
        BadInput: it is none.
    """
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        fix = "write it as 2026-11-01 or 2026-11-01T09:30:00Z"
        raise BadInput(field, f"{text!r} is no date", fix) from None
    return (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).timestamp()


def written(at: float | None) -> str:
    """Return an instant as ISO 8601 in UTC, "" if there is none."""
    return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
