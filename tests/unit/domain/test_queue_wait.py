"""How long somebody will wait, and what they are told."""

import pytest

from dialer.domain.queue_spoken import spoken
from dialer.domain.queue_wait import STALE_S, WaitGauge


def test_nothing_is_known_before_two_callers_were_taken() -> None:
    gauge = WaitGauge()
    assert gauge.expected_s(1, 0.0) is None
    gauge.taken(10.0, waiting=2)
    assert gauge.expected_s(1, 10.0) is None
    gauge.taken(40.0, waiting=1)
    assert gauge.expected_s(1, 40.0) == 30.0
    assert gauge.expected_s(3, 40.0) == 90.0


def test_times_in_which_nobody_waited_do_not_count() -> None:
    gauge = WaitGauge()
    gauge.taken(0.0, waiting=1)
    gauge.taken(20.0, waiting=0)
    gauge.taken(5000.0, waiting=1)  # somebody called again an hour later
    assert gauge.expected_s(1, 1000.0) == 20.0
    gauge.left(5001.0, waiting=0)
    gauge.taken(9000.0, waiting=0)
    assert gauge.expected_s(1, 1000.0) == 20.0


def test_a_present_gap_that_is_longer_than_the_mean_is_believed() -> None:
    gauge = WaitGauge()
    gauge.taken(0.0, waiting=5)
    gauge.taken(10.0, waiting=5)
    assert gauge.expected_s(1, 15.0) == 10.0
    assert gauge.expected_s(1, 40.0) == 20.0  # (10 + 30) / 2


def test_what_was_measured_long_ago_is_forgotten() -> None:
    gauge = WaitGauge()
    gauge.taken(0.0, waiting=1)
    gauge.taken(10.0, waiting=0)
    assert gauge.expected_s(1, STALE_S) == 10.0
    assert gauge.expected_s(1, STALE_S + 11.0) is None


@pytest.mark.parametrize(
    ("position", "wait_s", "said"),
    [
        (1, None, "you-are-number 1"),
        (3, 40.0, "you-are-number 3 expected-wait less-than-a-minute"),
        (2, 60.0, "you-are-number 2 expected-wait 2 minutes"),
        (2, 299.0, "you-are-number 2 expected-wait 5 minutes"),
        (11, 601.0, "many-before-you expected-wait 15 minutes"),
        (40, 3000.0, "many-before-you expected-wait more-than-30-minutes"),
    ],
)
def test_what_a_caller_is_told(position: int, wait_s: float | None, said: str) -> None:
    assert spoken(position, wait_s) == [f"queue/{name}" for name in said.split()]
