"""Telephone numbers as they are written."""

import pytest

from dialer.domain.telephone_number import UnusableNumber, e164


@pytest.mark.parametrize(
    "written",
    [
        "+1 202 555 0100",
        "(202) 555-0100",
        "1-202-555-0100",
        "202.555.0100",
        "tel:+12025550100",
        "2025550100.0",
        "\u202d+12025550100\u202c",
        "\uff0b12025550100",
        "\u00a02025550100",
    ],
)
def test_a_number_is_read_however_it_is_written(written: str) -> None:
    assert e164(written, "US") == "+12025550100"


def test_a_number_of_another_country_needs_no_default_region() -> None:
    assert e164("+44 7700 900123", None) == "+447700900123"
    assert e164("07700 900123", "GB") == "+447700900123"
    assert e164("011 44 7700 900123", "US") == "+447700900123"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "no number"),
        ("  ", "no number"),
        ("2.02555E+09", "shortened by a spreadsheet; format the column as text, export again"),
        ("2,02555E+09", "shortened by a spreadsheet; format the column as text, export again"),
        ("5550100", "area code missing"),
        ("202555010", "too short for its country"),
        ("+1 202 555 01000", "too long for its country"),
        ("202-555-0100 x12", "has an extension"),
        ("202-555-0100 ext. 12", "has an extension"),
        ("+12025550100#3", "has an extension"),
        ("1-800-FLOWERS", "not a telephone number"),
        ("12025550100,12025550101", "not a telephone number"),
        ("1", "not a telephone number"),
        ("+", "not a telephone number"),
        ("+999123456", "unknown country code"),
        ("=cmd", "not a telephone number"),
        ("+12025550100\r\nAction: Logoff", "not a telephone number"),
    ],
)
def test_what_is_no_number_is_told_apart(written: str, reason: str) -> None:
    with pytest.raises(UnusableNumber) as unusable:
        e164(written, "US")
    assert str(unusable.value) == reason
