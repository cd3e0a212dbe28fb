"""Public holidays of a country or one of its regions, by the calendar's code ("DE", "US-TX").

Knows which dates a calendar names, as the library `holidays` has them. Refuses to know whose
calendar counts for a lead.
"""

from datetime import date
from functools import lru_cache

import holidays
from holidays.registry import EntityLoader


def is_calendar(code: str) -> bool:
    """Tell whether holidays of this country, or country and region, are known."""
    country, _, region = code.partition("-")
    # the library's own list of regions loads the calendars of all countries: a second of a start
    if country not in EntityLoader.get_country_codes():
        return False
    return not region or region in getattr(holidays, country).subdivisions


def is_holiday(code: str, day: date) -> bool:
    """Tell whether a date is a public holiday, or the day on which one is observed."""
    return day in _of_year(code, day.year)


@lru_cache(maxsize=512)
def _of_year(code: str, year: int) -> frozenset[date]:
    country, _, region = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
