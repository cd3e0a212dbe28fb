"""The guards: how much of the accepted risk each allows, from counts alone."""

import pytest

from pacing.guard import mean_guard, running_guard, window_guard
from pacing.ledger import Counts

CAP = 0.03
TEN = 1.0
"""Ten agents."""


def test_the_running_guard_allows_nothing_without_room() -> None:
    assert running_guard(CAP, Counts(100.0, 3.0), 5.0).progressive_only
    assert running_guard(CAP, Counts(1000.0, 31.0), 5.0).factor == 0.0
    assert not running_guard(CAP, Counts(1000.0, 20.0), 5.0).progressive_only


def test_the_running_guard_lets_go_as_room_comes_back() -> None:
    factors = [running_guard(CAP, Counts(n, 3.0), 5.0).factor for n in (120, 180, 240, 300, 600)]
    assert factors == sorted(factors)
    assert factors[0] < 0.05
    assert factors[-1] > 1.0


def test_no_guard_starts_with_more_than_one_abandon_unearned() -> None:
    assert not running_guard(CAP, Counts(0.0, 0.0), 5.0).progressive_only
    assert running_guard(CAP, Counts(20.0, 1.0), 5.0).progressive_only
    assert window_guard(CAP, Counts(20.0, 1.0), 1000.0, TEN).progressive_only


def test_while_a_guard_holds_the_chance_down_it_expects_no_more_than_that_is_worth() -> None:
    for grip in (
        running_guard(CAP, Counts(600.0, 15.0), 5.0),
        window_guard(CAP, Counts(300.0, 10.0), 1000.0, TEN),
    ):
        assert not grip.frozen
        assert 0.1 < grip.aim < 1.0
    assert running_guard(CAP, Counts(120.0, 3.0), 5.0).frozen  # next to nothing is learned there
    assert mean_guard(CAP, Counts(600.0, 30.0)).aim == 1.0


def test_a_young_window_is_kept_clear_of_the_double_of_its_cap() -> None:
    after_two = window_guard(CAP, Counts(50.0, 2.0), 2000.0, TEN)
    assert after_two.progressive_only  # a third one would be 6 %
    later = window_guard(CAP, Counts(500.0, 16.0), 2000.0, TEN)
    assert not later.progressive_only  # over the cap now, with a day to make up for it


def test_a_window_that_ends_keeps_back_what_may_still_fall() -> None:
    early, late = (window_guard(CAP, Counts(2000.0, 58.0), more, TEN) for more in (1000.0, 40.0))
    assert early.factor > 4.0 * late.factor
    assert window_guard(CAP, Counts(2000.0, 59.0), 10.0, TEN).progressive_only
    # on a floor of fifty more calls fall together
    assert window_guard(CAP, Counts(2000.0, 55.0), 40.0, 5.0).factor < 0.1 * late.factor


def test_a_window_whose_answers_to_come_are_unknown_is_taken_to_be_half_over() -> None:
    known = window_guard(CAP, Counts(800.0, 24.0), 800.0, TEN)
    assert window_guard(CAP, Counts(800.0, 24.0), None, TEN) == known


@pytest.mark.parametrize("guard", [mean_guard, lambda cap, n: window_guard(cap, n, 9.0, TEN)])
def test_a_cap_of_nothing_allows_nothing(guard) -> None:
    grip = guard(0.0, Counts(10.0, 0.0))
    assert (grip.factor, grip.progressive_only, grip.frozen) == (0.0, True, True)
