"""Numbers that no path dials, whatever a list holds."""

import pytest

from dialer.domain.calling_rules.numbers import never_dialed

HERE = frozenset({"US", "GB", "DE", "IN"})


@pytest.mark.parametrize(
    "number", ["+12125550100", "+18005550100", "+442079460000", "+4930555010", "+919876543210"]
)
def test_a_subscriber_of_an_allowed_country_may_be_called(number: str) -> None:
    assert never_dialed(number, allowed=HERE) is None


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("911", "an emergency number"),
        ("112", "an emergency number"),
        ("+112", "an emergency number"),
        ("+1911", "an emergency number"),
        ("+44999", "an emergency number"),
        ("+49110", "an emergency number"),
        ("+19005550100", "a premium-rate number"),
        ("+448712345678", "a premium-rate number"),
        ("+449012345678", "a premium-rate number"),
        ("+491801234567", "a shared-cost number"),
        ("+80812345678", "a shared-cost number"),
        ("+447012345678", "a personal number, charged like premium ones"),
        ("+881612345678", "a satellite or global network's number"),
        ("+870773111632", "a satellite or global network's number"),
        ("+882165555010", "a satellite or global network's number"),
        ("+80012345678", "a number of no country"),
        ("+49115", "a short number"),
        ("+1411", "a short number, or one of impossible length"),
        ("+18765550100", "JM is not among the countries that may be called"),
        ("+33199000100", "FR is not among the countries that may be called"),
        ("+19995550100", "its country cannot be told"),
        ("2125550100", "not in E.164 form with the leading plus"),
        ("+1212555010O", "not in E.164 form with the leading plus"),
        ("+1212555010\uff10", "not in E.164 form with the leading plus"),
        ("+12125550100\n", "not in E.164 form with the leading plus"),
        ("", "not in E.164 form with the leading plus"),
    ],
)
def test_any_other_number_is_refused_with_the_reason(number: str, why: str) -> None:
    assert never_dialed(number, allowed=HERE) == why


def test_a_number_not_assigned_passes_only_if_all_countries_of_its_code_are_allowed() -> None:
    assert never_dialed("+441632960001", allowed=HERE) == "its country cannot be told"
    assert never_dialed("+441632960001", allowed={"GB", "GG", "IM", "JE"}) is None


def test_nothing_is_dialed_where_no_country_is_allowed() -> None:
    assert never_dialed("+12125550100", allowed=()) is not None


def test_numbers_kept_for_trials_pass_where_they_are_named() -> None:
    assert never_dialed("+19995550100", allowed=HERE, trial_prefixes=("+1999",)) is None
    assert never_dialed("+19995550100", allowed=HERE, trial_prefixes=("+1998",)) is not None


def test_a_prefix_for_trials_opens_no_premium_or_emergency_number() -> None:
    for number in ("+19005550100", "+1911", "+881612345678"):
        assert never_dialed(number, allowed=HERE, trial_prefixes=("+",)) is not None
