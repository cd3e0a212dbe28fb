"""Calling hours that go by a name: open by the clock on the wall, closed on holidays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.calling_rules.week import DAYS, Week
from dialer.domain.weekly_hours import CALLING_HOURS, WeeklyHours, checked_weekly_hours, week_said
from dialer.errors import BadInput

YEAR = 2026
GERMAN = {
    date.fromisoformat(f"{YEAR}-{day}")
    for day in ["01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "12-25", "12-26"]
}
"""Its holidays of 2026 in all of Germany, by the calendar."""
SPANS = st.lists(st.integers(0, 1440), max_size=8, unique=True).map(
    lambda edges: tuple(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
)
DAYS_OF_SPANS = st.tuples(*[SPANS] * 7)
LOCALS = st.integers(0, 365 * 86_400_000 - 1).map(
    lambda ms: datetime(YEAR, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
OFFICE = {"mon-fri": ["09:00-12:00", "13:00-17:30"], "sat": ["10:00-24:00"], "sun": []}


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@given(DAYS_OF_SPANS, st.lists(LOCALS, min_size=1, max_size=20), st.booleans())
def test_it_is_open_in_the_minutes_of_its_table_and_on_no_holiday(
    days: tuple[tuple[tuple[int, int], ...], ...], times: list[datetime], closes: bool
) -> None:
    said = {
        name: [f"{clock(begin)}-{clock(end)}" for begin, end in spans]
        for name, spans in zip(DAYS, days, strict=True)
    }
    hours = WeeklyHours("any", week_said(said), ("DE",) if closes else ())
    table = [[False] * 1440 for _ in range(7)]
    for minutes, spans in zip(table, days, strict=True):
        for begin, end in spans:
            minutes[begin:end] = [True] * (end - begin)
    for local in times:
        there = table[local.weekday()][local.hour * 60 + local.minute]
        assert hours.open_at(local) == (there and not (closes and local.date() in GERMAN))


def test_a_whole_week_is_open_minute_by_minute_as_it_is_written() -> None:
    hours = WeeklyHours("office", week_said(OFFICE))
    monday = datetime(YEAR, 11, 23, tzinfo=UTC)
    shown = [hours.open_at(monday + timedelta(minutes=at)) for at in range(7 * 1440)]
    weekday = [False] * 540 + [True] * 180 + [False] * 60 + [True] * 270 + [False] * 390
    assert shown == weekday * 5 + [False] * 600 + [True] * 840 + [False] * 1440


def test_a_holiday_is_closed_the_whole_day_where_it_is_one() -> None:
    always = week_said({"daily": ["00:00-24:00"]})
    texan = WeeklyHours("texas", always, ("US-TX",))
    christmas = datetime(YEAR, 12, 25, 12, 0, tzinfo=UTC)
    assert not texan.open_at(christmas)
    assert not texan.open_at(christmas.replace(hour=23, minute=59, second=59))
    assert texan.open_at(christmas + timedelta(days=12))
    assert WeeklyHours("never closed", always).open_at(christmas)


@given(DAYS_OF_SPANS)
def test_hours_survive_being_written_and_read(
    days: tuple[tuple[tuple[int, int], ...], ...],
) -> None:
    hours = WeeklyHours("any", Week(days=days), ("DE", "US-TX"))
    assert CALLING_HOURS.understood(CALLING_HOURS.written(hours)) == hours


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"mon-sat": []}, "week: sun not named; name all seven days, [] closes one"),
        ({"daily": ["9 to 5"]}, "week: '9 to 5' is no window; write a window as"),
        ({"daily": ["12:00-09:00"]}, "week: mon: windows must rise and not overlap, up to 24:00;"),
        ({"daily": ["09:00-24:30"]}, "week: '09:00-24:30' is no time of a day"),
        ({"noday": []}, "week: 'noday' is no day; use mon, tue"),
    ],
)
def test_what_is_no_week_is_refused_with_what_to_do(said: dict[str, list[str]], line: str) -> None:
    with pytest.raises(BadInput) as caught:
        week_said(said)
    assert str(caught.value).startswith(line)
    assert caught.value.fix


def test_hours_that_are_never_open_or_have_an_unknown_calendar_are_refused() -> None:
    with pytest.raises(BadInput, match="week: is never open; open a day"):
        checked_weekly_hours(WeeklyHours("none", week_said({"daily": []})))
    with pytest.raises(BadInput, match="closed_holidays: holidays of 'US-ZZ' are not known"):
        checked_weekly_hours(WeeklyHours("office", week_said(OFFICE), ("US-ZZ",)))
