"""What a caller is asked who wants to be called back."""

import pytest

from dialer.domain.call_back_offer import Ask, CallBackOffer, Decline, Promise, keyed_number

OURS, THEIRS = "+12025550100", "+12025550123"
NUMBER = Ask(("queue/call-back-number",), 18)


def offered(*keys: str, number: str = THEIRS) -> list[object]:
    """All questions, and how it ended."""
    offer = CallBackOffer(number, OURS)
    steps: list[object] = [offer.begin()]
    return [*steps, *(offer.keyed(one) for one in keys)]


def test_one_key_is_enough_for_the_number_that_calls() -> None:
    assert offered("1") == [Ask(("queue/call-back-own",), 1), Promise(THEIRS)]


@pytest.mark.parametrize("keys", ["3", "", "9", "*"])
def test_any_other_key_waits_on(keys: str) -> None:
    assert offered(keys)[-1] == Decline()


def test_another_number_is_read_back_before_it_is_promised() -> None:
    steps = offered("2", "2025550177", "1")
    digits = [f"digits/{digit}" for digit in "12025550177"]
    assert steps[1:] == [
        NUMBER,
        Ask(("queue/call-back-at", *digits, "queue/call-back-right"), 1),
        Promise("+12025550177"),
    ]


def test_who_shows_no_number_is_asked_for_one_at_once_and_three_times_at_most() -> None:
    assert offered("12", "", "*1", number="") == [NUMBER, NUMBER, NUMBER, Decline()]
    assert offered("2025550177", "2", "2025550178", "1", number="")[-1] == Promise("+12025550178")


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("2025550177", "+12025550177"),
        ("12025550177", "+12025550177"),
        ("0012025550177", "+12025550177"),
        ("00442079460000", ""),  # of another country
        ("911", ""),
        ("1" * 18, ""),
        ("9" * 500, ""),
        ("12#", ""),
        ("", ""),
        ("\u0661\u0662", ""),
    ],
)
def test_a_number_is_keyed_in_as_people_of_the_country_dial_it(keys: str, found: str) -> None:
    assert keyed_number(keys, OURS) == found
    assert keyed_number(keys, "") == ""
