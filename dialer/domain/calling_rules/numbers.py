"""Numbers that no path ever dials, whatever a list or a person asks for.

Emergency, premium, shared-cost, satellite, personal and short numbers, and countries that are not
on the list of allowed ones. Refuses to know campaigns, leads and consents.
"""

import re
from collections.abc import Collection, Iterable
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, shortnumberinfo

_E164: Final = re.compile(r"\+[1-9][0-9]{1,14}")

_BARRED_TYPES: Final = {
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    PhoneNumberType.SHARED_COST: "a shared-cost number",
    PhoneNumberType.PERSONAL_NUMBER: "a personal number, charged like premium ones",
    PhoneNumberType.PAGER: "a pager",
}

_SATELLITE: Final = frozenset({870, 881, 882, 883})
"""Calling codes of satellite and other global networks (ITU-T E.164, list of assigned codes)."""

_EMERGENCY_DIGITS: Final = 6
"""No emergency number anywhere has more."""

_BEYOND: Final = "001"
"""What phonenumbers calls the region of a number that is of no country."""


def never_dialed(
    number: str, *, allowed: Collection[str], trial_prefixes: tuple[str, ...] = ()
) -> str | None:
    """Return why a number is never dialed, or None if it may be.

    Args:
        number: as it would be sent.
        allowed: ISO 3166 codes of the countries that may be called.
        trial_prefixes: E.164 beginnings of numbers kept for trials ("+1999"), which are of no
            country; they pass the last check only.
    """
    if _is_emergency(number.lstrip("+"), phonenumbers.SUPPORTED_REGIONS):
        return "an emergency number"
    if not _E164.fullmatch(number):
        return "not in E.164 form with the leading plus"
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return "not a telephone number"
    if parsed.country_code in _SATELLITE:
        return "a satellite or global network's number"
    barred = _BARRED_TYPES.get(phonenumbers.number_type(parsed))
    if barred:
        return barred
    short = _short(parsed)
    if short:
        return short
    if trial_prefixes and number.startswith(trial_prefixes):
        return None
    region = phonenumbers.region_code_for_number(parsed)
    if region == _BEYOND:
        return "a number of no country"
    if region is None:  # of a range that is not assigned, so of any country with this code
        regions = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
        return None if set(regions) <= set(allowed) else "its country cannot be told"
    if region not in allowed:
        return f"{region} is not among the countries that may be called"
    return None


def never_shown(number: str) -> str | None:
    """Return why a number (E.164) is never shown as a caller id, or None if it may be.

    People must be able to call it back at no more than the usual price.
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return "not a telephone number"
    return _BARRED_TYPES.get(phonenumbers.number_type(parsed)) or _short(parsed)


def _short(number: PhoneNumber) -> str | None:
    """Tell why a number is too short to be one of a subscriber."""
    regions = phonenumbers.region_codes_for_country_code(number.country_code or 0)
    national = phonenumbers.national_significant_number(number)
    if _is_emergency(national, regions):
        return "an emergency number"
    if not phonenumbers.is_possible_number(number):
        return "a short number, or one of impossible length"
    if shortnumberinfo.is_valid_short_number(number):
        return "a short number"
    return None


def _is_emergency(digits: str, regions: Iterable[str]) -> bool:
    """Tell whether digits are an emergency number in any of these regions."""
    return len(digits) <= _EMERGENCY_DIGITS and any(
        shortnumberinfo.is_emergency_number(digits, region) for region in regions
    )
