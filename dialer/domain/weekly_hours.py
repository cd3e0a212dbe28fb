"""Calling hours that go by a name: when a week is open by the local clock, holidays excepted.

What one lead may be called at is `calling_rules.hours`: law, in all zones it may be in. Pure.
Refuses to know whose clock it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from dialer.domain.calling_rules.holiday import is_calendar
from dialer.domain.calling_rules.hours import open_by_the_wall
from dialer.domain.calling_rules.week import Week
from dialer.domain.named import Named, checked_name
from dialer.errors import BadInput

_WEEK_FIX: Final = 'write it as {"mon-fri": ["09:00-17:00"], "sat": [], "sun": []}'


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Calling hours of a tenant."""

    name: str
    week: Week
    closed_holidays: tuple[str, ...] = ()
    """Calendars ("DE", "US-TX") on whose holidays it is closed the whole day."""

    def open_at(self, local: datetime) -> bool:
        """Tell whether it is open at what the clock on the wall shows."""
        return open_by_the_wall(self.week, self.closed_holidays, local)


def checked_weekly_hours(hours: WeeklyHours) -> WeeklyHours:
    """Return hours that can be kept.

    Raises:
        BadInput: the name is none, nothing is ever open, or a calendar is not known.
    """
    checked_name(hours.name)
    if not any(hours.week.days):
        raise BadInput("week", "is never open", "open a day")
    for code in hours.closed_holidays:
        if not is_calendar(code):
            problem = f"holidays of {code!r} are not known"
            raise BadInput("closed_holidays", problem, "give a country or state, as DE or US-TX")
    return hours


def week_said(said: Mapping[str, Any]) -> Week:
    """Return a week as it is written: {"mon-fri": ["09:00-17:00"], "sat": [], "sun": []}.

    Raises:
        BadInput: it is none.
    """
    try:
        return Week.model_validate(said)
    except ValidationError as error:
        told = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        problem, _, fix = told.partition("; ")
        raise BadInput("week", problem, fix or _WEEK_FIX) from None


def _written(hours: WeeklyHours) -> dict[str, Any]:
    return {
        "name": hours.name,
        "week": hours.week.model_dump(),
        "closed_holidays": list(hours.closed_holidays),
    }


def _read(row: Mapping[str, Any]) -> WeeklyHours:
    return WeeklyHours(row["name"], week_said(row["week"]), tuple(row["closed_holidays"]))


CALLING_HOURS: Final = Named(
    "calling hours", WeeklyHours, checked_weekly_hours, write=_written, read=_read
)
