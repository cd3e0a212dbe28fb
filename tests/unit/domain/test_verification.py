"""What carriers say of callers' numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.verification import NOT_TOLD, Verification, Verified, in_address, in_header

PASSED_A = Verification(Verified.PASSED, "A")


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("<sip:+12025550123;verstat=TN-Validation-Passed-A@carrier.example;user=phone>", PASSED_A),
        ("<tel:+12025550123;verstat=TN-Validation-Passed>", Verification(Verified.PASSED)),
        (
            '"Ann" <sip:+1202@x;verstat=tn-validation-failed-c>;tag=1',
            Verification(Verified.FAILED, "C"),
        ),
        ("sip:+12025550123;verstat=No-TN-Validation@carrier", Verification(Verified.NONE)),
        ("<sip:+12025550123@carrier.example>", NOT_TOLD),
        ("", NOT_TOLD),
        # what is none of the words is nothing, whatever it begins with
        ("<sip:+1202;verstat=TN-Validation-Passed-Bogus@x>", NOT_TOLD),
        ("<sip:+1202;verstat=TN-Validation-Passed-A\x00\x7f@x>", NOT_TOLD),
        ("<sip:+1202;verstat=TN-Validation-Passed-Ä@x>", NOT_TOLD),
        # the name that is shown is the caller's to write
        ('";verstat=TN-Validation-Passed-A" <sip:+1202@x>', NOT_TOLD),
        ('"<;verstat=TN-Validation-Passed-A" <sip:+1202@x>', NOT_TOLD),
    ],
)
def test_verstat_is_read_from_the_address_only(header: str, told: Verification) -> None:
    assert in_address(header) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("TN-Validation-Passed-B", Verification(Verified.PASSED, "B")),
        (" No-TN-Validation ", Verification(Verified.NONE)),
        ("A", Verification(attestation="A")),
        ("attest=c", Verification(attestation="C")),
        ('attestation="B"', Verification(attestation="B")),
        ("D", NOT_TOLD),
        ("AA", NOT_TOLD),
        ("A\r\nX: y", NOT_TOLD),
        ("", NOT_TOLD),
    ],
)
def test_a_carriers_own_header_has_the_words_or_a_level(value: str, told: Verification) -> None:
    assert in_header(value) == told


@given(st.text(max_size=300))
def test_whatever_comes_is_one_of_the_known_words_or_nothing(text: str) -> None:
    for told in (in_address(text), in_header(text), in_address(f"<sip:1;verstat={text}")):
        assert told.attestation in ("", "A", "B", "C")
        assert str(told).isascii()


def test_it_is_said_in_two_words_at_most() -> None:
    assert str(PASSED_A) == "passed A"
    assert str(NOT_TOLD) == ""
