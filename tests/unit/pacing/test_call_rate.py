"""Calls per second: what may be sent, how fast it is regained, and that bursts do not come back."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pacing.limits import CallRate

RATES = st.floats(0.1, 500)
BURSTS = st.floats(0.0, 0.5)


def send_at(rate: CallRate, now: float, wish: int = 1000) -> int:
    count = min(wish, rate.allowed(now) or 0)
    rate.sent(now, count)
    return count


@given(RATES, BURSTS, st.lists(st.tuples(st.floats(0, 2), st.integers(0, 50)), max_size=100))
def test_never_more_calls_in_any_second_than_the_rate(
    calls_per_second: float, burst_s: float, steps: list[tuple[float, int]]
) -> None:
    rate = CallRate(calls_per_second, burst_s)
    now, started = 100.0, []
    for pause, wish in steps:
        now += pause
        started += [now] * send_at(rate, now, wish)
    for first, at in enumerate(started):
        within_a_second = sum(1 for other in started[first:] if other < at + 0.999999)
        assert within_a_second <= math.ceil(calls_per_second)


@pytest.mark.parametrize("calls_per_second", [0.5, 1.0, 10.0, 33.3, 50.0, 100.0, 200.0])
@pytest.mark.parametrize("every_s", [0.02, 0.035, 0.055])
def test_looked_at_as_often_as_a_burst_is_long_it_gives_its_rate_less_the_burst(
    calls_per_second: float, every_s: float
) -> None:
    rate = CallRate(calls_per_second, 0.06)
    started = sum(send_at(rate, 100.0 + look * every_s) for look in range(int(60 / every_s)))
    assert math.floor(0.93 * calls_per_second * 59) <= started <= calls_per_second * 60 + 1


def test_a_burst_does_not_come_back_a_second_later() -> None:
    rate = CallRate(100.0, 0.06)
    sizes = [send_at(rate, 10.0 + look * 0.02) for look in range(20)]
    late = 10.0 + 20 * 0.02 + 0.06
    assert send_at(rate, late) > max(sizes[5:])
    after = [send_at(rate, late + look * 0.02) for look in range(1, 200)]
    assert max(after) <= max(sizes[5:])


def test_a_long_silence_saves_up_one_burst_and_no_more() -> None:
    rate = CallRate(100.0, 0.04)
    assert rate.allowed(0.0) == 5
    rate.sent(0.0, 5)
    assert rate.allowed(0.011) == 1
    assert rate.allowed(3600.0) == 5


@given(RATES, st.floats(0, 1e9), st.floats(-10, 0))
def test_a_clock_that_went_back_gives_nothing(
    calls_per_second: float, now: float, back: float
) -> None:
    rate = CallRate(calls_per_second, 0.06)
    send_at(rate, now)
    assume(rate.allowed(now) == 0)
    assert rate.allowed(now + back) == 0


def test_no_limit_allows_any_number() -> None:
    assert CallRate(None, 0.06).allowed(1.0) is None


def test_a_limit_that_is_changed_keeps_what_was_sent() -> None:
    rate = CallRate(10.0, 0.1)
    assert send_at(rate, 5.0) == 2
    rate.change(1000.0, 0.1)
    assert rate.allowed(5.0) == 0
    assert rate.allowed(5.01) == 9
