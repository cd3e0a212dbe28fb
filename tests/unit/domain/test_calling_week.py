"""A week of windows is written as people say it, and what is no week is refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dialer.domain.calling_rules.week import ALWAYS, Week

SPANS = st.lists(st.integers(0, 1440), max_size=6, unique=True).map(
    lambda edges: tuple(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
)
WEEKS = st.tuples(*[SPANS] * 7).map(lambda days: Week(days=days))


def week(**days: list[str]) -> Week:
    return Week.model_validate({name.replace("_", "-"): spans for name, spans in days.items()})


def test_a_week_is_read_from_ranges_of_days_and_written_back_day_by_day() -> None:
    written = week(mon_fri=["10:00-13:00", "14:00-20:00"], sat=["9:00 - 24:00"], sun=[])
    assert written.model_dump() == {
        **{day: ["10:00-13:00", "14:00-20:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        "sat": ["09:00-24:00"],
        "sun": [],
    }


def test_the_end_of_a_window_is_not_in_it() -> None:
    lunch = week(daily=["10:00-13:00", "14:00-20:00"])
    assert [lunch.is_open(0, hour * 3600) for hour in (9, 10, 13, 14, 20)] == [
        False,
        True,
        False,
        True,
        False,
    ]
    assert lunch.is_open(0, 13 * 3600 - 0.001)


def test_what_is_no_week_is_refused_with_what_to_do() -> None:
    def told(**days: list[str]) -> str:
        with pytest.raises(ValidationError) as caught:
            week(**days)
        return str(caught.value)

    assert "sat, sun not named; name all seven days, [] closes one" in told(mon_fri=[])
    assert "mon is named twice" in told(daily=[], mon=[])
    assert "'someday' is no day; use mon, tue" in told(someday=[])
    assert "'fri-mon' is no day" in told(fri_mon=[])
    assert "'25:00-26:00' is no time of a day" in told(daily=["25:00-26:00"])
    assert "'09:00-10:60' is no time of a day" in told(daily=["09:00-10:60"])
    assert "'9 to 5' is no window" in told(daily=["9 to 5"])
    assert "must rise and not overlap" in told(daily=["20:00-09:00"])
    assert "must rise and not overlap" in told(daily=["09:00-12:00", "11:00-13:00"])
    with pytest.raises(ValidationError, match="is no list"):
        Week.model_validate({"daily": "09:00-20:00"})
    with pytest.raises(ValidationError, match="seven days, not 1"):
        Week(days=((),))


@given(WEEKS, WEEKS, st.integers(0, 6), st.floats(0, 86_399.999))
def test_two_weeks_cut_with_each_other_are_open_where_both_are(
    left: Week, right: Week, weekday: int, second: float
) -> None:
    both = left.cut_with(right)
    expected = left.is_open(weekday, second) and right.is_open(weekday, second)
    assert both.is_open(weekday, second) == expected
    assert both == right.cut_with(left)
    assert left.cut_with(ALWAYS) == left


@given(WEEKS)
def test_a_week_survives_being_written_and_read(written: Week) -> None:
    assert Week.model_validate(written.model_dump()) == written
    assert Week.model_validate_json(written.model_dump_json()) == written
