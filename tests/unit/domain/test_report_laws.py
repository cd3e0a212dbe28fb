"""Local hours, windows of laws, and how sure a share is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.legal_windows import BLOCK_S, calendar_month, rolling_day, thirty_day_block
from dialer.domain.local_time import (
    iso,
    local_day_and_hour,
    midnight,
    slot_s,
    time_said,
    zone_named,
)
from dialer.domain.share_interval import wilson
from dialer.errors import BadInput

BERLIN = ZoneInfo("Europe/Berlin")


def utc(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("zone", "seconds"),
    [("UTC", 3600), ("Europe/Berlin", 3600), ("Asia/Kolkata", 900), ("Asia/Kathmandu", 900)],
)
def test_pieces_are_hours_unless_the_zone_is_between_them(zone: str, seconds: int) -> None:
    assert slot_s(ZoneInfo(zone), utc("2026-01-01"), utc("2027-01-01")) == seconds


def test_a_half_hour_of_summer_is_seen_wherever_it_lies_in_the_range() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")  # UTC+10:30, in summer +11
    assert slot_s(lord_howe, utc("2026-01-01"), utc("2026-01-02")) == 3600
    assert slot_s(lord_howe, utc("2026-01-01"), utc("2026-12-31")) == 900


@given(st.integers(0, 4_000_000), st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe"]))
def test_a_piece_lies_in_one_local_hour(quarter: int, name: str) -> None:
    zone, at = ZoneInfo(name), 900.0 * quarter
    assert local_day_and_hour(at, zone) == local_day_and_hour(at + 899.999, zone)


def test_times_are_read_in_the_zone_and_a_last_day_is_whole() -> None:
    def said(text: str, **how: bool) -> float:
        return time_said(text, BERLIN, field="--to", **how)

    assert said("2026-10-25") == utc("2026-10-24T22:00:00")
    assert said("2026-10-25", whole_day=True) == utc("2026-10-25T23:00:00")
    assert said("2026-10-25T12:30", whole_day=True) == utc("2026-10-25T11:30:00")
    assert said("2026-10-25T12:30+00:00") == utc("2026-10-25T12:30:00")
    assert said("2026-10-25T12:30Z") == utc("2026-10-25T12:30:00")
    assert midnight(date(2026, 7, 1), BERLIN) == utc("2026-06-30T22:00:00")
    assert iso(utc("2026-07-01"), BERLIN) == "2026-07-01T02:00:00+02:00"


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2026-02-30", "0001-01-01", "1"])
def test_what_is_no_time_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(BadInput, match=r"^--from: .*; write it as 2026-11-01"):
        time_said(text, BERLIN, field="--from")


def test_an_unknown_zone_is_refused() -> None:
    assert zone_named("Europe/Berlin") == BERLIN
    for name in ("Berlin", "", "../etc/passwd", "a\0b"):
        with pytest.raises(BadInput, match="zone"):
            zone_named(name)


def test_windows_end_where_the_law_says() -> None:
    now = utc("2026-03-29T12:00:00")
    assert rolling_day(now) == (utc("2026-03-28T12:00:00"), now)
    first = utc("2026-01-01")
    assert thirty_day_block(first, now) == (utc("2026-03-02"), utc("2026-04-01"))
    assert thirty_day_block(first, first + BLOCK_S).begin == first + BLOCK_S
    month = calendar_month(now, BERLIN)
    assert month == (utc("2026-02-28T23:00:00"), utc("2026-03-31T22:00:00"))
    december = calendar_month(utc("2026-12-31T12:00:00"), ZoneInfo("UTC"))
    assert december == (utc("2026-12-01"), utc("2027-01-01"))


def test_wilsons_interval_is_that_of_the_books() -> None:
    # Newcombe 1998, Statistics in Medicine 17, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    known = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (hits, trials), interval in known.items():
        assert wilson(hits, trials) == pytest.approx(interval, abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(5, 5)[1] == 1.0


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_in_its_interval(counted: tuple[int, int]) -> None:
    low, high = wilson(*counted)
    assert 0.0 <= low <= counted[0] / counted[1] <= high <= 1.0
