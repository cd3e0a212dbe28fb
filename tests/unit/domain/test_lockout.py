"""How many wrong guesses are taken."""

import pytest

from dialer.domain.lockout import (
    OF_ADDRESS,
    OF_LOGIN,
    Failures,
    address_subject,
    guessed,
    login_subject,
    with_failure,
)


def test_the_fifth_failure_within_fifteen_minutes_locks_for_fifteen_minutes() -> None:
    kept = Failures()
    for at in (0.0, 200.0, 400.0, 600.0):
        kept = with_failure(kept.failed_at, at, OF_LOGIN)
        assert kept.locked_until is None
    kept = with_failure(kept.failed_at, 899.0, OF_LOGIN)
    assert kept == Failures((), 1799.0)
    assert kept.is_locked(1798.9)
    assert not kept.is_locked(1799.0)


def test_failures_slide_a_burst_over_the_end_of_a_window_locks_as_well() -> None:
    kept = Failures()
    for at in (0.0, 890.0, 895.0, 899.0):
        kept = with_failure(kept.failed_at, at, OF_LOGIN)
    kept = with_failure(kept.failed_at, 901.0, OF_LOGIN)  # the one of 0 does not count any more
    assert kept == Failures((890.0, 895.0, 899.0, 901.0))
    assert with_failure(kept.failed_at, 902.0, OF_LOGIN).locked_until == 1802.0


def test_an_address_may_fail_more_often_than_a_login() -> None:
    kept = Failures()
    for at in range(19):
        kept = with_failure(kept.failed_at, at, OF_ADDRESS)
        assert kept.locked_until is None
    assert with_failure(kept.failed_at, 19.0, OF_ADDRESS).locked_until == 919.0


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("192.0.2.7", "address 192.0.2.7"),
        ("::ffff:192.0.2.7", "address 192.0.2.7"),
        ("2001:db8:0:1:2:3:4:5", "address 2001:db8:0:1::/64"),
        ("2001:db8:0:1::9", "address 2001:db8:0:1::/64"),
        ("fe80::1%eth0", "address fe80::/64"),
        ("testclient", "address testclient"),
        ("x" * 500, f"address {'x' * 64}"),
    ],
)
def test_a_subscriber_is_one_address(address: str, subject: str) -> None:
    assert address_subject(address) == subject


def test_a_login_is_counted_under_a_digest_apart_for_each_tenant() -> None:
    mine, other = login_subject("main", "my secret typed here"), login_subject("other", "ann")
    assert "secret" not in mine
    assert login_subject("main", "ann") != other
    assert list(guessed("other", "ann", "192.0.2.7")) == [other, "address 192.0.2.7"]
