"""When people are reached: attempts by local hour and weekday, and by local day.

Grouped in SQL by equal pieces of UTC, folded into local hours here: both databases agree, and a day
has 23 or 25 hours where the clocks are changed. Refuses to know how a heat map looks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Select, literal_column, select

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.reports.arithmetic import SlotOf
from dialer.adapters.sql.reports.scope import (
    SENT,
    Scope,
    ScopedCampaign,
    campaigns_of,
    dialed_in,
    snapshot,
)
from dialer.adapters.sql.reports.tally import NOTHING, TALLY, Tally, tally_of
from dialer.adapters.sql.tables.attempts import attempts
from dialer.domain.local_time import local_day_and_hour, slot_s
from dialer.domain.share_interval import wilson


@dataclass(frozen=True, slots=True)
class HourFigures:
    """One hour of one weekday, all weeks together."""

    weekday: int
    """0 is Monday."""
    hour: int
    """Local, 0 to 23."""
    tally: Tally

    @property
    def contact_interval(self) -> tuple[float, float]:
        """The contact rate's 95 % interval by Wilson, 0..1."""
        return wilson(self.tally.contacts, self.tally.attempts)


@dataclass(frozen=True, slots=True)
class HoursReport:
    """Hours and days in which anything was dialed, in order."""

    hours: tuple[HourFigures, ...]
    days: Mapping[date, Tally]


async def hours_report(reader: SqlReader, scope: Scope, zone: ZoneInfo) -> HoursReport:
    """Count attempts by the local hour and day in which they were dialed."""
    seconds = slot_s(zone, scope.begin, scope.end)
    hours: dict[tuple[int, int], Tally] = {}
    days: dict[date, Tally] = {}
    async with snapshot(reader) as connection:
        found = await campaigns_of(connection, scope)
        for row in await connection.execute(slots(scope, found, seconds)):
            day, hour = local_day_and_hour(row.slot * seconds, zone)
            tally = tally_of(row)
            key = (day.weekday(), hour)
            hours[key] = hours.get(key, NOTHING) + tally
            days[day] = days.get(day, NOTHING) + tally
    return HoursReport(
        hours=tuple(HourFigures(*key, hours[key]) for key in sorted(hours)),
        days={day: days[day] for day in sorted(days)},
    )


def slots(scope: Scope, found: list[ScopedCampaign], seconds: int) -> Select[tuple[int, ...]]:
    """Return the query of tallies by piece of UTC, each so many seconds long."""
    slot = SlotOf(attempts.c.dialed_at, seconds).label("slot")
    return (
        select(slot, *TALLY)
        .where(dialed_in(scope, found), SENT)
        .group_by(literal_column("slot"))
        .order_by(literal_column("slot"))
    )
