"""The plans made ready answer as the library does, for every country."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.domain.calling_rules.number_place import by_library, number_place
from dialer.domain.number_plan import dialed
from dialer.domain.telephone_number import UnusableNumber, any_e164, e164

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
KINDS = (
    phonenumbers.PhoneNumberType.FIXED_LINE,
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.VOIP,
)
DIGITS = st.text("0123456789", min_size=0, max_size=14)


@st.composite
def national(draw: st.DrawFn, region: str) -> str:
    """Return digits that are, begin as, or have nothing to do with a number of the region."""
    example = phonenumbers.example_number_for_type(region, draw(st.sampled_from(KINDS)))
    if example is None:
        return draw(DIGITS)
    digits = str(phonenumbers.national_significant_number(example))
    kept = draw(st.integers(0, len(digits)))
    rest = st.text("0123456789", min_size=len(digits) - kept, max_size=len(digits) - kept + 1)
    return digits[:kept] + draw(rest)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str | None]:
    region = draw(st.sampled_from(REGIONS))
    code = str(phonenumbers.country_code_for_region(region))
    before = ["", "0", "1", "8", "00", f"+{code}", f"+{code}0", code, f"00{code}", f"011{code}"]
    digits = draw(st.sampled_from(before)) + draw(national(region))
    return digits, draw(st.sampled_from([region, region, "US", "GB", None]))


def by_library_alone(text: str, region: str | None) -> str:
    try:
        return any_e164(text, region)
    except UnusableNumber as unusable:
        return str(unusable)


def answer(text: str, region: str | None) -> str:
    try:
        return e164(text, region)
    except UnusableNumber as unusable:
        return str(unusable)


@settings(max_examples=300, deadline=None)
@given(written())
def test_a_number_is_what_the_library_makes_of_it(case: tuple[str, str | None]) -> None:
    digits, region = case
    expected = by_library_alone(digits, region)
    assert answer(digits, region) == expected
    if expected.startswith("+"):
        assert number_place(expected) == by_library(expected)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.text("0123456789+()-. /x,eE\u00a0\u200b\t\n", max_size=20),
        st.lists(
            st.sampled_from(["(202)", "555", "0100", "-", ".", " ", "+1", "1", ".0", "+", "tel:"]),
            max_size=7,
        ).map("".join),
    ),
    st.sampled_from(["US", "GB", "DE", "AR", "IT", "CN", None]),
)
def test_punctuation_changes_nothing_of_that(text: str, region: str | None) -> None:
    assert answer(text, region) == by_library_alone(text, region)


@settings(max_examples=150, deadline=None)
@given(st.builds("+{}{}".format, st.sampled_from([1, 7, 39, 44, 52, 54, 55, 61, 590, 800]), DIGITS))
def test_a_place_is_what_the_library_makes_of_it(number: str) -> None:
    assert number_place(number) == by_library(number)


@pytest.mark.parametrize("region", REGIONS)
def test_examples_of_every_country_are_read_at_home_and_from_abroad(region: str) -> None:
    for kind in KINDS:
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None:
            continue
        for form in (
            phonenumbers.PhoneNumberFormat.E164,
            phonenumbers.PhoneNumberFormat.INTERNATIONAL,
            phonenumbers.PhoneNumberFormat.NATIONAL,
        ):
            text = str(phonenumbers.format_number(example, form))
            assert answer(text, region) == by_library_alone(text, region)


def test_the_usual_cases_do_not_ask_the_library() -> None:
    for digits, region in [
        ("2025550100", "US"),
        ("12025550100", "US"),
        ("+12025550100", None),
        ("02079460958", "GB"),
        ("+4402079460958", None),
        ("030555010", "DE"),
    ]:
        assert dialed(digits, region) is not None
