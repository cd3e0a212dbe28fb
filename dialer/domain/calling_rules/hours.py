"""When a lead may be called: windows and holidays by the clocks of all zones it may be in.

An instant is open if, in each zone, the clock on the wall shows a time within a window of a day
that is no holiday. Clocks that are set forward or back need no rule of their own that way. Refuses
to know why the windows are as they are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil, floor
from typing import Final
from zoneinfo import ZoneInfo

from dialer.domain.calling_rules.holiday import is_holiday
from dialer.domain.calling_rules.week import Week

SEARCH_D: Final = 14
"""How far ahead an open instant is looked for. China's longest holiday has 9 days."""

_DAY_S: Final = 86_400

_STEP_S: Final = 6 * 3600
"""Clocks are not changed twice within this."""


@dataclass(frozen=True, slots=True)
class CallingHours:
    """The windows of one lead."""

    week: Week
    zones: tuple[str, ...]
    """IANA names; without any, no instant is open."""
    calendars: tuple[str, ...] = ()
    """Those on whose holidays nobody is called."""

    def allow(self, now: float) -> bool:
        """Tell whether an instant (seconds since the epoch) is open in all zones."""
        return bool(self.zones) and all(self._open_in(ZoneInfo(zone), now) for zone in self.zones)

    def next_allowed(self, now: float) -> float | None:
        """Return the first open instant from `now` on; None if there is none in `SEARCH_D` days."""
        if self.allow(now):
            return now
        end = now + SEARCH_D * _DAY_S
        start = now
        while start < end and self.zones:
            stop = min(start + _DAY_S, end)
            instants = {
                instant for zone in self.zones for instant in self._openings(zone, start, stop)
            }
            for instant in sorted(instants):
                if self.allow(instant):
                    return instant
            start = stop
        return None

    def _open_in(self, zone: ZoneInfo, now: float) -> bool:
        wall = datetime.fromtimestamp(now, zone)
        return open_by_the_wall(self.week, self.calendars, wall)

    def _openings(self, name: str, start: float, stop: float) -> Iterator[float]:
        """Yield all instants in [start, stop) at which a zone may turn open, and a few more."""
        zone = ZoneInfo(name)
        for day in _days(zone, start, stop):
            midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the zone follows
            for minute in self.week.starts():
                wall = midnight + timedelta(minutes=minute)
                for fold in (0, 1):  # a time that the clock shows twice opens twice
                    instant = wall.replace(tzinfo=zone, fold=fold).timestamp()
                    if start <= instant < stop:
                        yield instant
        for instant in _clock_changes(zone, start, stop):
            if start <= instant < stop:
                yield instant


def open_by_the_wall(week: Week, calendars: Iterable[str], wall: datetime) -> bool:
    """Tell whether a week is open at what the clock shows, and it is a holiday of no calendar."""
    second = wall.hour * 3600 + wall.minute * 60 + wall.second + wall.microsecond / 1e6
    if not week.is_open(wall.weekday(), second):
        return False
    return not any(is_holiday(calendar, wall.date()) for calendar in calendars)


def _days(zone: ZoneInfo, start: float, stop: float) -> Iterator[date]:
    """Yield the local dates of a span, and one more at both ends."""
    day = datetime.fromtimestamp(start, zone).date() - timedelta(days=1)
    last = datetime.fromtimestamp(stop, zone).date() + timedelta(days=1)
    while day <= last:
        yield day
        day += timedelta(days=1)


def _clock_changes(zone: ZoneInfo, start: float, stop: float) -> Iterator[float]:
    """Yield the instants at which the clocks of a zone are changed."""
    before, end = floor(start) - 1, ceil(stop)
    while before < end:
        after = min(before + _STEP_S, end)
        if _offset(zone, before) != _offset(zone, after):
            low, high = before, after
            while high - low > 1:
                middle = (low + high) // 2
                if _offset(zone, middle) == _offset(zone, low):
                    low = middle
                else:
                    high = middle
            yield float(high)
        before = after


def _offset(zone: ZoneInfo, at: int) -> timedelta | None:
    return datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset()
