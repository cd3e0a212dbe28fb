"""What a list's own columns say of where a lead is: zone, state, country and postal code.

A wrong one is told and never guessed at: a lead at a wrong place is called at a wrong hour. Refuses
to know numbers, but for the country of one that is the only hint.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import phonenumbers

from dialer.domain.calling_rules.number_place import number_place
from dialer.domain.calling_rules.postal_codes import address_of
from dialer.domain.calling_rules.regions import (
    COUNTRIES_WITH_REGIONS,
    country_of,
    region_of,
)
from dialer.domain.calling_rules.zones import zones_of
from dialer.domain.special_columns import SpecialColumns
from dialer.errors import BadInput

_SHOWN: Final = 40
"""Characters of a value that a reason shows."""

_WITHOUT_COUNTRY: Final = ("US", "CA")
"""Countries whose states and provinces are known by themselves."""


class UnusableValue(ValueError):
    """A value of a special column that is none; the message is the reason."""


class StatedPlaces:
    """Reads the columns of one list.

    Args:
        columns: which they are.
        home: ISO 3166 code of the country that the list's numbers are from, if it was said.
    """

    def __init__(self, columns: SpecialColumns, home: str | None) -> None:
        self._columns = columns
        self._home = home
        self._is_said = any(
            index is not None
            for index in (columns.zone, columns.address, columns.country, columns.postal_code)
        )

    def of(self, values: Sequence[str], number: str) -> tuple[str, str]:
        """Return zone and address (ISO 3166) of a row, "" where it says none.

        Args:
            values: of the row.
            number: its first number, E.164.

        Raises:
            UnusableValue: what it says is no place.
        """
        if not self._is_said:
            return "", ""
        columns = self._columns
        zone = _checked_zone(_value(values, columns.zone))
        state = _value(values, columns.address)
        country = _value(values, columns.country)
        code = _value(values, columns.postal_code)
        if not (state or country or code):
            return zone, ""
        hint = "" if country else self._home or _country_of_number(number)
        return zone, _address(state, country, code, hint)


def shown(value: str) -> str:
    """Return a value as a reason shows it."""
    return repr(value[:_SHOWN] + ("..." if len(value) > _SHOWN else ""))


def _value(values: Sequence[str], index: int | None) -> str:
    return "" if index is None else values[index].strip()


def _country_of_number(number: str) -> str:
    place = number_place(number)
    return (place and place.region) or ""


@lru_cache(maxsize=10_000)
def _checked_zone(zone: str) -> str:
    try:
        zones_of("", zone=zone)
    except BadInput:
        raise UnusableValue(f"{shown(zone)} is no time zone such as America/Denver") from None
    return zone


@lru_cache(maxsize=100_000)
def _address(state: str, written_country: str, code: str, hint: str) -> str:
    """Return what the columns say together.

    Args:
        state: "" or a value.
        written_country: "" or a value.
        code: postal code, "" or a value.
        hint: the country that it is taken to be where none is stated.
    """
    stated = country_of(written_country)
    region = ""
    if not stated and "-" in state and state[:2].upper() in phonenumbers.SUPPORTED_REGIONS:
        stated = state[:2].upper()
    country = _known(stated, written_country) if stated else hint
    if state:
        region, country = _region(state, stated, country)
    posted = _posted(code, region.partition("-")[0] or country, stated=bool(stated or region))
    if posted and "-" in region and posted != region:
        raise UnusableValue(f"postal code {shown(code)} is in {posted}, not in {region}")
    return posted or region or (country if stated else "")


def _region(state: str, stated: str, country: str) -> tuple[str, str]:
    """Return the region that a state's column says, and its country."""
    likely = (country,) if stated else (country, *_WITHOUT_COUNTRY)
    for each in likely:
        found = region_of(each, state)
        if found:
            return found, each
    as_country = country_of(state)
    if as_country in phonenumbers.SUPPORTED_REGIONS and as_country == (stated or as_country):
        return as_country, as_country
    if country in COUNTRIES_WITH_REGIONS or not country:
        where = f" in {country}" if country else ""
        raise UnusableValue(f"{shown(state)} is no state or province{where}")
    return (country if stated else ""), country


def _posted(code: str, country: str, *, stated: bool) -> str:
    if not code or country not in COUNTRIES_WITH_REGIONS:
        return ""
    found = address_of(country, code)
    if found is None and not stated:  # who has a foreign number may live where the code says
        found = next((region for each in ("CA",) if (region := address_of(each, code))), None)
    if found is None:
        raise UnusableValue(f"{shown(code)} is no postal code in {country}")
    return found


def _known(country: str, written: str) -> str:
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise UnusableValue(f"{shown(written or country)} is no country code such as US or FR")
    return country
