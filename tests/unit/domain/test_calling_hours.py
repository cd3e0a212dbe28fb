"""When a lead may be called: clocks set forward and back, holidays, leap days, several zones."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.domain.calling_rules.hours import SEARCH_D, CallingHours
from dialer.domain.calling_rules.week import ALWAYS, Week

ZONES = sorted(available_timezones())
YEAR_S = 365 * 86_400
BEGIN_2026 = datetime(2026, 1, 1, tzinfo=UTC).timestamp()

FRENCH = Week.model_validate({"mon-fri": ["10:00-13:00", "14:00-20:00"], "sat-sun": []})
US = Week.model_validate({"daily": ["08:00-21:00"]})
NIGHT = Week.model_validate({"daily": ["00:00-01:30", "02:15-02:45", "23:30-24:00"]})

SPANS = st.lists(st.integers(0, 96), max_size=4, unique=True).map(
    lambda edges: tuple(
        (a * 15, b * 15) for a, b in zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False)
    )
)
WEEKS = st.tuples(*[SPANS] * 7).map(lambda days: Week(days=days))


def at(zone: str, *wall: int, fold: int = 0) -> float:
    """Return the instant at which a zone's clock shows this."""
    return datetime(*wall, tzinfo=ZoneInfo(zone), fold=fold).timestamp()  # type: ignore[arg-type,misc]


def shows(zone: str, instant: float | None) -> str:
    """Return what a zone's clock shows."""
    assert instant is not None
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).strftime("%a %d %b %H:%M:%S %z")


def wall_is_open(week: Week, zones: tuple[str, ...], instant: float) -> bool:
    """Say the same as the code under test in another way."""
    for zone in zones:
        wall = (datetime.fromtimestamp(instant, UTC)).astimezone(ZoneInfo(zone))
        minute = wall.hour * 60 + wall.minute
        if not any(start <= minute < end for start, end in week.days[wall.weekday()]):
            return False
    return True


def assert_next_is_first(week: Week, zones: tuple[str, ...], now: float, samples: int) -> None:
    """The next open instant is open; nothing sampled before it is; just before it is not."""
    found = CallingHours(week, zones).next_allowed(now)
    end = now + SEARCH_D * 86_400 if found is None else found
    if found is not None:
        assert found >= now
        assert wall_is_open(week, zones, found)
        assert found == now or not wall_is_open(week, zones, found - 1)
    for step in range(samples):
        instant = now + (end - now) * step / samples
        if instant < end:
            assert not wall_is_open(week, zones, instant)


# -- any zone, any week ----------------------------------------------------------------------


@given(
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True).map(tuple),
    WEEKS,
    st.floats(BEGIN_2026 - 20 * YEAR_S, BEGIN_2026 + 10 * YEAR_S),
)
@settings(max_examples=300)
def test_what_comes_next_is_open_and_nothing_before_it_is(
    zones: tuple[str, ...], week: Week, now: float
) -> None:
    hours = CallingHours(week, zones)
    assert hours.allow(now) == wall_is_open(week, zones, now)
    assert_next_is_first(week, zones, now, samples=200)


def clock_changes(zone: str) -> list[float]:
    """Return the hours of 2026 and 2027 at whose end a zone's clock has been changed."""
    info = ZoneInfo(zone)

    def offset(instant: float) -> Any:
        return datetime.fromtimestamp(instant, info).utcoffset()

    days = [BEGIN_2026 + day * 86_400 for day in range(731)]
    return [
        hour
        for day, after in pairwise(days)
        if offset(day) != offset(after)
        for hour in (day + step * 3600 for step in range(24))
        if offset(hour) != offset(hour + 3600)
    ]


def test_in_every_zone_nothing_is_lost_or_won_when_clocks_are_changed() -> None:
    changes = {zone: clock_changes(zone) for zone in ZONES}
    changed = {zone: hours for zone, hours in changes.items() if hours}
    assert len(changed) > 150
    for zone in ZONES:
        for hour in changes[zone] or [BEGIN_2026 + 100 * 86_400]:
            for before_s in (86_400, 5400, 2700, 60):
                assert_next_is_first(NIGHT, (zone,), hour - before_s, samples=12)
                assert_next_is_first(US, (zone,), hour - before_s, samples=12)


# -- clocks set forward and back, by hand ---------------------------------------------------------


def test_a_window_that_opens_in_the_hour_left_out_opens_when_the_clock_has_jumped() -> None:
    week = Week.model_validate({"daily": ["02:30-04:00"]})
    hours = CallingHours(week, ("America/New_York",))
    now = at("America/New_York", 2026, 3, 8, 1, 0)
    assert shows("America/New_York", hours.next_allowed(now)) == "Sun 08 Mar 03:00:00 -0400"


def test_a_window_within_the_hour_left_out_does_not_open_that_day() -> None:
    week = Week.model_validate({"daily": ["02:15-02:45"]})
    hours = CallingHours(week, ("America/New_York",))
    now = at("America/New_York", 2026, 3, 8, 1, 0)
    assert shows("America/New_York", hours.next_allowed(now)) == "Mon 09 Mar 02:15:00 -0400"


def test_a_window_within_the_hour_shown_twice_opens_twice() -> None:
    week = Week.model_validate({"daily": ["01:10-01:20"]})
    hours = CallingHours(week, ("Europe/Lisbon",))
    first = at("Europe/Lisbon", 2026, 10, 25, 1, 10)
    assert hours.allow(first)
    assert hours.next_allowed(first + 600) == at("Europe/Lisbon", 2026, 10, 25, 1, 10, fold=1)


def test_a_clock_set_back_over_midnight_shows_the_evening_before_once_more() -> None:
    newfoundland = "America/St_Johns"  # until 2011 its clocks were changed at 00:01
    midnight = at(newfoundland, 2005, 10, 30)
    evening = CallingHours(Week.model_validate({"daily": ["23:30-24:00"]}), (newfoundland,))
    opens = evening.next_allowed(midnight + 30)
    assert shows(newfoundland, opens) == "Sat 29 Oct 23:30:00 -0330"
    minute = CallingHours(Week.model_validate({"daily": ["00:00-00:01"]}), (newfoundland,))
    assert minute.next_allowed(midnight + 660 - 86_400) == midnight


def test_a_window_open_when_the_clock_is_set_back_into_it_opens_again_at_once() -> None:
    week = Week.model_validate({"daily": ["01:00-01:30"]})
    hours = CallingHours(week, ("America/New_York",))
    now = at("America/New_York", 2026, 11, 1, 1, 45)
    assert shows("America/New_York", hours.next_allowed(now)) == "Sun 01 Nov 01:00:00 -0500"


@pytest.mark.parametrize(("day", "offset"), [((2026, 3, 29), "+0200"), ((2026, 10, 25), "+0100")])
def test_the_day_of_a_change_opens_at_eight_by_the_new_clock(day: Any, offset: str) -> None:
    hours = CallingHours(US, ("Europe/Berlin",))
    opens = hours.next_allowed(at("Europe/Berlin", *day, 0, 30))
    assert shows("Europe/Berlin", opens).endswith(f"08:00:00 {offset}")


def test_a_day_that_a_country_skipped_has_no_window() -> None:
    hours = CallingHours(US, ("Pacific/Apia",))
    now = at("Pacific/Apia", 2011, 12, 29, 22, 0)
    assert shows("Pacific/Apia", hours.next_allowed(now)) == "Sat 31 Dec 08:00:00 +1400"


# -- days ------------------------------------------------------------------------------------


def test_lunch_is_waited_for_and_so_is_the_weekend() -> None:
    hours = CallingHours(FRENCH, ("Europe/Paris",))

    def after(*wall: int) -> str:
        return shows("Europe/Paris", hours.next_allowed(at("Europe/Paris", *wall)))

    assert after(2026, 11, 26, 12, 59) == "Thu 26 Nov 12:59:00 +0100"
    assert after(2026, 11, 26, 13, 0) == "Thu 26 Nov 14:00:00 +0100"
    assert after(2026, 11, 27, 20, 0) == "Mon 30 Nov 10:00:00 +0100"


def test_a_leap_day_is_a_day_as_any_other() -> None:
    hours = CallingHours(US, ("America/Chicago",))
    now = at("America/Chicago", 2028, 2, 28, 21, 0)
    assert shows("America/Chicago", hours.next_allowed(now)) == "Tue 29 Feb 08:00:00 -0600"
    now = at("America/Chicago", 2028, 2, 29, 21, 0)
    assert shows("America/Chicago", hours.next_allowed(now)) == "Wed 01 Mar 08:00:00 -0600"


def test_midnight_between_two_open_days_is_open() -> None:
    hours = CallingHours(ALWAYS, ("Asia/Kolkata",))
    midnight = at("Asia/Kolkata", 2026, 12, 1)
    assert all(hours.allow(midnight + step) for step in (-0.001, 0, 0.001))


def test_nobody_is_called_on_a_holiday_of_the_called_country() -> None:
    hours = CallingHours(US, ("Europe/Berlin",), ("DE",))
    now = at("Europe/Berlin", 2026, 12, 24, 21, 0)
    assert shows("Europe/Berlin", hours.next_allowed(now)) == "Sun 27 Dec 08:00:00 +0100"


def test_a_holiday_ends_at_midnight_where_the_windows_never_close() -> None:
    hours = CallingHours(ALWAYS, ("Asia/Shanghai",), ("CN",))
    now = at("Asia/Shanghai", 2026, 10, 1, 12, 0)
    opens = hours.next_allowed(now)
    assert opens is not None
    assert not hours.allow(opens - 1)
    assert shows("Asia/Shanghai", opens).endswith("00:00:00 +0800")


# -- several zones ---------------------------------------------------------------------------


def test_where_two_addresses_disagree_both_must_be_open() -> None:
    hours = CallingHours(US, ("America/Los_Angeles", "America/New_York"))
    now = at("America/New_York", 2026, 11, 26, 8, 30)
    opens = hours.next_allowed(now)
    assert shows("America/New_York", opens) == "Thu 26 Nov 11:00:00 -0500"
    assert not hours.allow(at("America/New_York", 2026, 11, 26, 21, 0))


def test_zones_that_are_never_open_together_are_searched_for_no_longer_than_said() -> None:
    week = Week.model_validate({"daily": ["09:00-12:00"]})
    hours = CallingHours(week, ("America/New_York", "Asia/Shanghai"))
    assert hours.next_allowed(BEGIN_2026) is None


def test_without_a_zone_or_a_window_nobody_is_ever_called() -> None:
    closed = Week.model_validate({"daily": []})
    assert CallingHours(US, ()).next_allowed(BEGIN_2026) is None
    assert not CallingHours(US, ()).allow(BEGIN_2026 + timedelta(hours=12).total_seconds())
    assert CallingHours(closed, ("Europe/London",)).next_allowed(BEGIN_2026) is None
