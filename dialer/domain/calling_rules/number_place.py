"""What a number itself tells of its place: country, state, time zones.

The answers are those of the library `phonenumbers`, found by its plans made ready
(`dialer.domain.number_plan`), else by itself. Refuses to know addresses and laws.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, timezone
from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

from dialer.domain.number_plan import Split, plan_of, split

UNKNOWN: Final = "Etc/Unknown"

# countries whose mobile numbers tell a place; the library keeps them to itself
_WITH_MOBILE_PLACES: Final = frozenset(
    code
    for code in COUNTRY_CODE_TO_REGION_CODE
    if phonenumbers.phonenumberutil.is_number_type_geographical(
        phonenumbers.PhoneNumberType.MOBILE, code
    )
)


@dataclass(frozen=True, slots=True)
class NumberPlace:
    """What is known of a number's place."""

    code: int
    """Calling code."""
    national: str
    """Digits after it."""
    region: str | None
    """ISO 3166 country, "001" of none; None if the number is no valid one of its code's."""
    zones: tuple[str, ...]
    """IANA names; empty if not known."""
    geographical: bool
    """Whether the number tells its place, and not only its country."""


def number_place(number: str) -> NumberPlace | None:
    """Return what a number tells; None if it is no number.

    Args:
        number: E.164 with the leading plus.
    """
    parts = split(number[1:]) if number[:1] == "+" else None
    plan = None if parts is None else plan_of(parts.code)
    if parts is None or plan is None or plan.begins_with_prefix(parts.national):
        return by_library(number)
    return _told(parts)


def _told(parts: Split) -> NumberPlace:
    code, national = parts.code, parts.national
    region = _region(code, national)
    plan = None if region is None else plan_of(code, region)
    valid, fixed, mobile = (False, False, False) if plan is None else plan.place_of_kind(national)
    geographical = fixed or (mobile and code in _WITH_MOBILE_PLACES)
    zones: tuple[str, ...] = ()
    if geographical:
        zones = _longest(f"{code}{national}"[:TIMEZONE_LONGEST_PREFIX])
    elif valid:
        zones = _of_country(code)
    return NumberPlace(code, national, region, zones, geographical)


def _region(code: int, national: str) -> str | None:
    regions = COUNTRY_CODE_TO_REGION_CODE[code]
    if len(regions) == 1:
        return str(regions[0])
    for region in regions:
        plan = plan_of(code, region)
        if plan is not None and plan.owns(national):
            return str(region)
    return None


def _longest(digits: str) -> tuple[str, ...]:
    for length in range(len(digits), 0, -1):
        zones = TIMEZONE_DATA.get(digits[:length])
        if zones is not None:
            return tuple(zone for zone in zones if zone != UNKNOWN)
    return ()


@cache
def _of_country(code: int) -> tuple[str, ...]:
    digits = str(code)
    for length in range(TIMEZONE_LONGEST_PREFIX, 0, -1):
        zones = TIMEZONE_DATA.get(digits[: length + 1])
        if zones is not None:
            return tuple(zone for zone in zones if zone != UNKNOWN)
    return ()


def by_library(number: str) -> NumberPlace | None:
    """Return what the library itself says, as `number_place` does."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    return NumberPlace(
        parsed.country_code or 0,
        str(phonenumbers.national_significant_number(parsed)),
        phonenumbers.region_code_for_number(parsed),
        tuple(zone for zone in timezone.time_zones_for_number(parsed) if zone != UNKNOWN),
        phonenumbers.is_number_geographical(parsed),
    )
