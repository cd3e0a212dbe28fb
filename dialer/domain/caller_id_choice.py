"""Which caller id a call shows: one that may be shown, as local to the person as there is. Pure.

The same number is shown to the same person each time, as long as it may be: which one it is follows
from the two numbers alone. So a person knows who calls, and nothing is gained by many numbers
against labels of «spam»: a number that was complained of rests, and is not replaced call by call.
Refuses to know where caller ids are kept, and what proves that one is ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberType

from dialer.domain.caller_id import CallerId
from dialer.domain.calling_rules.numbers import never_shown

_MOBILE: Final = frozenset({PhoneNumberType.MOBILE})

COUNTRY_RULES: Final = {
    # Arcep, decision 2022-1583: since 2023-01-01 no automated system shows a 06 or 07 number
    "FR": (_MOBILE, 1_672_527_600.0, "a mobile number, which automated calls in FR may not show"),
}
"""By the country that is called: kinds of its own numbers that are not shown there, since when
(epoch seconds), and why."""


@dataclass(frozen=True, slots=True)
class Region:
    """Where a number is at home."""

    country: str
    """ISO 3166, "" if unknown."""
    area: str
    """Area code, "" where numbers of the country have none."""


@dataclass(frozen=True, slots=True)
class IdChoice:
    """The caller id that is shown, or why none may be."""

    number: str | None
    why: str


@lru_cache(maxsize=20_000)
def region_of(number: str) -> Region:
    """Return where a number (E.164) is at home."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return Region("", "")
    country = phonenumbers.region_code_for_number(parsed) or ""
    length = phonenumbers.length_of_geographical_area_code(parsed)
    if not length and parsed.country_code == 1:
        length = 3  # numbers kept for fiction and trials are of no kind, but of an area
    national = phonenumbers.national_significant_number(parsed)
    return Region(country or str(parsed.country_code), national[:length])


def not_shown(caller_id: CallerId, called: Region, trunk: str, now: float) -> str | None:
    """Return why a caller id may not be shown in a call; None if it may be.

    Args:
        caller_id: as it is on record.
        called: where the person is.
        trunk: on which the call goes.
        now: epoch seconds.
    """
    if caller_id.verified_at is None:
        return "no proof is on record that it is ours to show"
    if caller_id.trunk is not None and caller_id.trunk != trunk:
        return f"only trunk {caller_id.trunk} may show it"
    if caller_id.rests(now):
        return "it rests after a complaint"
    never, country, kind = _kind_of(caller_id.number)
    if never:
        return f"it is {never}"
    rule = COUNTRY_RULES.get(called.country)
    if rule is not None and now >= rule[1] and country == called.country and kind in rule[0]:
        return f"it is {rule[2]}"
    return None


@lru_cache(maxsize=20_000)
def _kind_of(number: str) -> tuple[str | None, str, int]:
    """Return why a caller id is never shown, its country and its kind."""
    parsed = phonenumbers.parse(number)
    country = phonenumbers.region_code_for_number(parsed) or ""
    return never_shown(number), country, phonenumbers.number_type(parsed)


def choose_caller_id(pool: Sequence[CallerId], called: str, trunk: str, now: float) -> IdChoice:
    """Return the caller id for a call.

    Args:
        pool: of the campaign.
        called: the number that is dialed, E.164.
        trunk: on which.
        now: epoch seconds.
    """
    where = region_of(called)
    against = {one.number: not_shown(one, where, trunk, now) for one in pool}
    fit = [one.number for one in pool if against[one.number] is None]
    if not fit:
        told = "; ".join(f"{number}: {why}" for number, why in against.items())
        return IdChoice(None, told or "there is none")
    ranked = {number: _far(region_of(number), where) for number in fit}
    nearest = min(ranked.values())
    local = [number for number in fit if ranked[number] == nearest]
    return IdChoice(max(local, key=lambda number: _tie(number, called)), _NEAR[nearest])


_NEAR: Final = ("of the same area", "of the same country", "of another country")


def _far(own: Region, called: Region) -> int:
    if own.country != called.country:
        return 2
    return 0 if own.area and own.area == called.area else 1


def _tie(number: str, called: str) -> bytes:
    """Return what settles among equals, the same each time for one person."""
    return blake2b(f"{called} {number}".encode(), digest_size=8).digest()
