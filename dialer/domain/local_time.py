"""Local hours and days of a time zone, out of pieces of UTC, and times as people write them. Pure.

A database groups by equal pieces of UTC; each piece lies in one local hour, in summer and winter.
Refuses to know what is counted.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dialer.errors import BadInput

HOUR_S: Final = 3600
QUARTER_S: Final = 900
_DAY_S: Final = 86_400
_YEARS: Final = range(1970, 2200)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIX: Final = "write it as 2026-11-01 or 2026-11-01T09:30"


def zone_named(name: str, *, field: str = "zone") -> ZoneInfo:
    """Return a time zone.

    Raises:
        BadInput: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(field, f"no time zone {name!r}", "name one as Europe/Berlin") from None


def slot_s(zone: ZoneInfo, begin: float, end: float) -> int:
    """Return the longest piece of UTC that lies in one local hour, over a range: 3600 or 900 s.

    Args:
        zone: the local time.
        begin: epoch seconds.
        end: epoch seconds.
    """
    at = begin
    while True:
        offset = datetime.fromtimestamp(min(at, end), zone).utcoffset() or timedelta()
        if offset.total_seconds() % HOUR_S:
            return QUARTER_S
        if at >= end:
            return HOUR_S
        at += _DAY_S


def local_day_and_hour(at: float, zone: ZoneInfo) -> tuple[date, int]:
    """Return the local day and hour of a time (epoch seconds)."""
    local = datetime.fromtimestamp(at, zone)
    return local.date(), local.hour


def midnight(day: date, zone: ZoneInfo) -> float:
    """Return when a local day begins, in epoch seconds."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def time_said(text: str, zone: ZoneInfo, *, field: str, whole_day: bool = False) -> float:
    """Read a date or an ISO time; one without an offset is local. Epoch seconds.

    Args:
        text: as 2026-11-01, 2026-11-01T09:30 or 2026-11-01T09:30+01:00.
        zone: the local time.
        field: what to call it when it is wrong.
        whole_day: of a date return the end of its day, not its beginning.

    Raises:
        BadInput: it is neither, or out of range.
    """
    try:
        said = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(field, f"{text!r} is no date or time", _FIX) from None
    if said.year not in _YEARS:
        raise BadInput(field, f"the year {said.year} is out of range", _FIX)
    if _DATE.fullmatch(text.strip()):
        day = said.date() + timedelta(days=1 if whole_day else 0)
        return midnight(day, zone)
    return (said if said.tzinfo else said.replace(tzinfo=zone)).timestamp()


def iso(at: float, zone: ZoneInfo) -> str:
    """Write a time (epoch seconds) in ISO with its offset, to the second."""
    return datetime.fromtimestamp(at, UTC).astimezone(zone).isoformat(timespec="seconds")
