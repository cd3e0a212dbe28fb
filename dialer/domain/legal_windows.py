"""Over which time the abandon rate of a campaign is measured. Pure.

16 CFR 310.4(b)(4)(i) and 47 CFR 64.1200(a)(7) measure a campaign over a 30-day period, or over each
successive one; the United Kingdom's Ofcom over 24 hours; others by calendar month. Refuses to know
which of them binds a campaign.
"""

from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

DAY_S: Final = 86_400.0
BLOCK_S: Final = 30 * DAY_S


class Window(NamedTuple):
    """A half-open range of time, epoch seconds."""

    begin: float
    end: float


def rolling_day(now: float) -> Window:
    """Return the last 24 hours."""
    return Window(now - DAY_S, now)


def thirty_day_block(first: float, now: float) -> Window:
    """Return the 30-day block in which `now` lies, whole.

    Args:
        first: when the campaign's first block began, epoch seconds.
        now: epoch seconds.
    """
    begin = first + (now - first) // BLOCK_S * BLOCK_S
    return Window(begin, begin + BLOCK_S)


def calendar_month(now: float, zone: ZoneInfo) -> Window:
    """Return the local calendar month in which `now` lies, whole."""
    local = datetime.fromtimestamp(now, zone)
    first = datetime(local.year, local.month, 1, tzinfo=zone)
    year, month = divmod(local.year * 12 + local.month, 12)
    return Window(first.timestamp(), datetime(year, month + 1, 1, tzinfo=zone).timestamp())


def month_starts(now: float, zone: ZoneInfo, count: int) -> tuple[float, ...]:
    """Return the first instants of the month before that of `now`, of its own and of later ones.

    Args:
        now: epoch seconds.
        zone: whose months.
        count: how many, rising.
    """
    local = datetime.fromtimestamp(now, zone)
    first = local.year * 12 + local.month - 2
    return tuple(
        datetime(at // 12, at % 12 + 1, 1, tzinfo=zone).timestamp()
        for at in range(first, first + count)
    )
