"""Where a lead may be, by its number and what else is known: time zones and jurisdictions.

A number that tells its place counts, and so does a stated zone or address: all of them must allow a
dial. What does not tell its place may be anywhere in its country. Refuses to know windows and laws.
"""

from collections.abc import Collection
from datetime import date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers.tzdata import TIMEZONE_DATA

from dialer.domain.calling_rules.area_codes import STATE_ZONES, state_of
from dialer.domain.calling_rules.number_place import UNKNOWN, number_place
from dialer.domain.calling_rules.regions import COUNTRIES_WITH_REGIONS, REGION_ZONES
from dialer.errors import BadInput


def zones_of(number: str, *, zone: str = "", address: str = "") -> tuple[str, ...]:
    """Return the time zones (IANA names, in order) in which the called party may be.

    Args:
        number: E.164 with the leading plus.
        zone: IANA name from the lead's own columns, or "".
        address: ISO 3166 country or region of the lead's address ("FR", "US-TX"), or "".

    Returns:
        The zones; empty if nothing is known, in which case nobody may be called.

    Raises:
        BadInput: the zone or the address is none.
    """
    stated = {_checked(zone)} if zone else set()
    if address:
        stated |= _of_address(address)
    place = number_place(number)
    if place is None:
        return tuple(sorted(stated))
    told = set(place.zones)
    if told and place.geographical:
        return tuple(sorted(told | stated))
    country = told or _of_calling_code(place.code)
    return tuple(sorted(stated if stated and stated <= country else country | stated))


def jurisdictions_of(number: str, *, address: str = "") -> frozenset[str]:
    """Return the countries and US states ("US", "US-FL") whose rules may apply.

    Those of the number and of the address. A number whose country is not known is taken for one of
    the main country of its calling code.
    """
    found = {address.partition("-")[0], address} - {""}
    place = number_place(number)
    if place is not None:
        found.add(place.region or phonenumbers.region_code_for_country_code(place.code))
        state = state_of(place.national) if place.code == 1 else None
        if state:
            found.add(f"US-{state}")
    return frozenset(found)


def dates_in(zones: Collection[str], now: float) -> frozenset[date]:
    """Return the dates that calendars show in these zones at an instant; UTC's if there is none."""
    return frozenset(
        datetime.fromtimestamp(now, ZoneInfo(zone)).date() for zone in zones or ("UTC",)
    )


@lru_cache(maxsize=1_000)
def _checked(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problem = f"{zone!r} is no time zone"
        raise BadInput("time zone", problem, "give an IANA name such as America/Denver") from None
    return zone


@lru_cache(maxsize=10_000)
def _of_address(address: str) -> frozenset[str]:
    country, _, region = address.partition("-")
    if country == "US" and region:
        zones = frozenset(STATE_ZONES.get(region, ()))
    elif address in REGION_ZONES:
        zones = frozenset(REGION_ZONES[address])
    elif country == "US":
        zones = frozenset(zone for zones in STATE_ZONES.values() for zone in zones)
    elif country in COUNTRIES_WITH_REGIONS:
        zones = frozenset() if region else _of_regions(country)
    else:
        code = phonenumbers.country_code_for_region(country)
        zones = _of_calling_code(code) if code else frozenset()
    if not zones:
        problem = f"{address!r} is no country or state"
        raise BadInput("address", problem, "give ISO 3166 codes such as FR or US-TX")
    return zones


def _of_regions(country: str) -> frozenset[str]:
    return frozenset(
        zone
        for region, zones in REGION_ZONES.items()
        if region.startswith(f"{country}-")
        for zone in zones
    )


@cache
def _of_calling_code(code: int) -> frozenset[str]:
    """Return all zones of all numbers that begin with a calling code."""
    zones = TIMEZONE_DATA.get(str(code)) or ()
    return frozenset(zones) - {UNKNOWN} or frozenset(
        zone
        for prefix, listed in TIMEZONE_DATA.items()
        if prefix.startswith(str(code))
        for zone in listed
        if zone != UNKNOWN
    )
