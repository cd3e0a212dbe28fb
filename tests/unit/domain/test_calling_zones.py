"""Where a lead may be: by number, by address, and anywhere in the country if nothing tells."""

from datetime import UTC, date, datetime

import pytest

from dialer.domain.calling_rules.area_codes import AREA_CODES, STATE_ZONES
from dialer.domain.calling_rules.zones import dates_in, jurisdictions_of, zones_of
from dialer.errors import BadInput

MANHATTAN = "+12125550100"
DENVER = "+13035550100"
TOLL_FREE = "+18005550100"
FICTION = "+19995550100"


def test_a_number_tells_its_zone() -> None:
    assert zones_of(MANHATTAN) == ("America/New_York",)
    assert zones_of("+4930555010") == ("Europe/Berlin",)


def test_who_kept_a_number_and_moved_is_in_both_zones() -> None:
    assert zones_of(MANHATTAN, address="US-CA") == ("America/Los_Angeles", "America/New_York")
    assert zones_of(DENVER, zone="Europe/Paris") == ("America/Denver", "Europe/Paris")


def test_a_number_without_a_place_may_be_anywhere_in_its_country() -> None:
    mobile = "+61491570156"
    assert {"Australia/Sydney", "Australia/Perth"} <= set(zones_of(mobile))
    assert {"America/New_York", "Pacific/Honolulu"} <= set(zones_of(TOLL_FREE))
    assert {"America/New_York", "Pacific/Honolulu"} <= set(zones_of(FICTION))


def test_a_stated_place_settles_where_a_number_without_one_is() -> None:
    assert zones_of("+61491570156", zone="Australia/Perth") == ("Australia/Perth",)
    assert zones_of(TOLL_FREE, address="US-WA") == ("America/Los_Angeles",)


def test_a_stated_place_abroad_does_not() -> None:
    zones = zones_of("+61491570156", zone="Europe/Paris")
    assert {"Europe/Paris", "Australia/Sydney", "Australia/Perth"} <= set(zones)


def test_where_nothing_is_known_there_is_no_zone() -> None:
    assert zones_of("+8705550100") == ()
    assert zones_of("no number") == ()


def test_a_zone_or_address_that_is_none_is_refused() -> None:
    for zone in ("Mars/Olympus", "../etc/passwd", "/etc/passwd", "\0"):
        with pytest.raises(BadInput, match="is no time zone"):
            zones_of(MANHATTAN, zone=zone)
    for address in ("US-XX", "ZZ", "Texas"):
        with pytest.raises(BadInput, match="is no country or state"):
            zones_of(MANHATTAN, address=address)


def test_the_rules_of_number_and_address_both_count() -> None:
    assert jurisdictions_of(MANHATTAN) == {"US", "US-NY"}
    assert jurisdictions_of(MANHATTAN, address="US-FL") == {"US", "US-NY", "US-FL"}
    assert jurisdictions_of("+441632960001", address="DE") == {"GB", "DE"}
    assert jurisdictions_of(TOLL_FREE) == {"US"}
    assert jurisdictions_of("+14165550100") == {"CA"}
    assert jurisdictions_of("no number", address="FR") == {"FR"}


def test_a_number_of_no_country_is_taken_for_one_of_the_main_country_of_its_code() -> None:
    assert jurisdictions_of(FICTION) == {"US"}


def test_at_one_instant_two_zones_may_show_two_dates() -> None:
    midnight = datetime(2026, 12, 1, tzinfo=UTC).timestamp()
    assert dates_in(("America/New_York", "Europe/Paris"), midnight) == {
        date(2026, 11, 30),
        date(2026, 12, 1),
    }
    assert dates_in((), midnight) == {date(2026, 12, 1)}


def test_each_area_code_is_of_one_state_and_each_state_has_zones() -> None:
    codes = [code for listed in AREA_CODES.values() for code in listed.split()]
    assert len(codes) == len(set(codes))
    assert len(AREA_CODES) == 51
    assert AREA_CODES.keys() == STATE_ZONES.keys()
    for state, listed in AREA_CODES.items():
        for code in listed.split():
            assert set(zones_of(f"+1{code}5550100")) <= set(STATE_ZONES[state]), code
