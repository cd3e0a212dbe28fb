"""Postal codes, states and provinces, and the clocks that these keep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.calling_rules.postal_codes import address_of
from dialer.domain.calling_rules.regions import (
    COUNTRIES_WITH_REGIONS,
    REGION_ZONES,
    country_of,
    region_of,
)
from dialer.domain.calling_rules.zones import zones_of
from dialer.errors import BadInput


@pytest.mark.parametrize(
    ("country", "code", "address"),
    [
        ("US", "10001", "US-NY"),
        ("US", "90210-1234", "US-CA"),
        ("US", "902101234", "US-CA"),
        ("US", "2134", "US-MA"),  # a spreadsheet took its zero
        ("US", "501", "US-NY"),
        ("US", "06390", "US-NY"),  # Fishers Island
        ("US", "79936", "US-TX"),
        ("US", "88510", "US-TX"),
        ("US", "00601", "PR"),
        ("US", "00802", "VI"),
        ("US", "96799", "AS"),
        ("US", "96910", "GU"),
        ("US", "96950", "MP"),
        ("CA", "m5v 2t6", "CA-ON"),
        ("CA", "K1A0B1", "CA-ON"),
        ("CA", "X0A 0H0", "CA-NU"),
        ("CA", "X1A", "CA-NT"),
        ("AU", "2000", "AU-NSW"),
        ("AU", "2600", "AU-ACT"),
        ("AU", "800", "AU-NT"),
        ("AU", "6009", "AU-WA"),
        ("BR", "01310-100", "BR-SP"),
        ("BR", "1310100", "BR-SP"),
        ("BR", "69.900-062", "BR-AC"),
        ("BR", "80010000", "BR-PR"),
    ],
)
def test_a_postal_code_tells_its_region(country: str, code: str, address: str) -> None:
    assert address_of(country, code) == address
    assert zones_of("", address=address)


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("US", "00000"),
        ("US", "34300"),  # no office
        ("US", "12"),
        ("US", "n/a"),
        ("US", "\u0661\u0660\u0660\u0660\u0661"),
        ("CA", "D1A 1A1"),
        ("CA", "10001"),
        ("AU", "0100"),
        ("BR", "00000-000"),
        ("FR", "75001"),
        ("US", ""),
    ],
)
def test_what_is_no_postal_code_tells_nothing(country: str, code: str) -> None:
    assert address_of(country, code) is None


@given(st.sampled_from(sorted(COUNTRIES_WITH_REGIONS)), st.from_regex(r"\d{3,8}", fullmatch=True))
def test_every_region_that_a_code_tells_has_clocks(country: str, code: str) -> None:
    address = address_of(country, code)
    assert address is None or zones_of("", address=address)


@pytest.mark.parametrize("address", sorted(REGION_ZONES))
def test_every_region_keeps_clocks_that_there_are(address: str) -> None:
    for zone in zones_of("", address=address):
        assert zones_of("", zone=zone) == (zone,)


def test_a_country_with_regions_keeps_all_their_clocks() -> None:
    assert zones_of("", address="CA-ON") == (
        "America/Atikokan",
        "America/Toronto",
        "America/Winnipeg",
    )
    assert {"America/St_Johns", "America/Vancouver"} <= set(zones_of("", address="CA"))
    assert "America/New_York" not in zones_of("", address="CA")
    assert set(zones_of("", address="AU-WA")) < set(zones_of("", address="AU"))
    for address in ("CA-XX", "AU-ZZ", "BR-1", "US-ON"):
        with pytest.raises(BadInput, match="is no country or state"):
            zones_of("", address=address)


def test_states_and_provinces_are_known_by_code_and_name() -> None:
    assert region_of("US", "tx") == region_of("US", "Texas") == region_of("US", "US-TX") == "US-TX"
    assert region_of("CA", "Québec") == region_of("CA", "quebec") == region_of("CA", "QC")
    assert region_of("AU", "nsw") == "AU-NSW"
    assert region_of("BR", "São Paulo") == "BR-SP"
    assert region_of("US", "Puerto Rico") is None
    assert region_of("US", "PR") == "PR"
    assert region_of("FR", "TX") is None
    assert [country_of(name) for name in ("usa", "Canada", "UK", "fr")] == ["US", "CA", "GB", "FR"]
