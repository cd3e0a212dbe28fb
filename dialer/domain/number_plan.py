"""The numbering plans of `phonenumbers`, made ready for lists of millions of numbers.

The library looks a number up in about twenty steps, each with its own regular expression; a list
asks the same few plans again and again. Here a plan's patterns are compiled once. What is not a
usual case (carrier codes, rewritten numbers, prefixes of calls abroad, other digits) is answered
with None, and then the library is asked: the answers are the library's own, always (a property test
holds them beside each other for every country). Refuses to know how people write numbers.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

_DIGITS_MIN: Final = 7
_DIGITS_MAX: Final = 15
_NEVER: Final = re.compile(r"(?!)")
_SPECIAL: Final = (
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)
"""Kinds of numbers that are at no place, asked before the others."""


@dataclass(frozen=True, slots=True)
class Split:
    """A number in its parts."""

    code: int
    """Calling code."""
    national: str
    """Digits after it."""


class NumberPlan:
    """The plan of one region.

    Args:
        metadata: the library's.
    """

    def __init__(self, metadata: Any) -> None:
        self.code = int(metadata.country_code)
        self.digits = str(self.code)
        general = metadata.general_desc
        self._lengths = tuple(general.possible_length)
        self._local = frozenset(general.possible_length_local_only)
        self._general = re.compile(general.national_number_pattern or "(?!)")
        self._prefix = _pattern(metadata.national_prefix_for_parsing)
        self._rewrites = bool(metadata.national_prefix_transform_rule)
        self.abroad = _pattern(metadata.international_prefix)
        """What is dialed before the code of another country."""
        self.leading = _pattern(metadata.leading_digits)
        """What the numbers of this region begin with, where several share a calling code."""
        self._leads = metadata.leading_digits is not None
        self._special = _Kinds([getattr(metadata, kind) for kind in _SPECIAL], general)
        self._fixed = _Kinds([metadata.fixed_line], general)
        self._mobile = _Kinds([metadata.mobile], general)
        self._same = bool(metadata.same_mobile_and_fixed_line_pattern)

    def is_possible(self, national: str) -> bool:
        """Return whether a number is of a length that the plan has."""
        return len(national) in self._lengths and len(national) not in self._local

    def is_too_long(self, national: str) -> bool:
        """Return whether a number is longer than any of the plan."""
        return len(national) > self._lengths[-1] and len(national) not in self._local

    def is_general(self, national: str) -> bool:
        """Return whether a number looks like one of the plan."""
        return self._general.fullmatch(national) is not None

    def without_prefix(self, national: str) -> str | None:
        """Return a number without the prefix of calls inside the country; None: ask the library."""
        found = self._prefix.match(national)
        if found is None:
            return national
        if self._rewrites and found.groups() and found.groups()[-1] is not None:
            return None
        rest = national[found.end() :]
        if self.is_general(national) and not self.is_general(rest):
            return national
        return rest

    def begins_with_prefix(self, national: str) -> bool:
        """Return whether a number begins as those do that have the prefix."""
        return self._prefix.match(national) is not None

    def place_of_kind(self, national: str) -> tuple[bool, bool, bool]:
        """Return whether a number is valid, whether of a fixed line, and whether of a mobile."""
        if not self.is_general(national) or len(national) not in self._lengths:
            return (False, False, False)
        if self._special.have(national):
            return (True, False, False)
        if self._fixed.have(national):
            return (True, True, False)
        if not self._same and self._mobile.have(national):
            return (True, False, True)
        return (False, False, False)

    def owns(self, national: str) -> bool:
        """Return whether a number is this region's, where several share a calling code."""
        if self._leads:
            return self.leading.match(national) is not None
        return self.place_of_kind(national)[0]


class _Kinds:
    """Patterns of numbers, by their length."""

    def __init__(self, descriptions: list[Any], general: Any) -> None:
        parts: dict[int, list[str]] = {}
        for description in descriptions:
            if description is None or not description.national_number_pattern:
                continue
            for length in description.possible_length or general.possible_length:
                parts.setdefault(length, []).append(description.national_number_pattern)
        self._patterns = {
            length: re.compile("|".join(f"(?:{part})" for part in some))
            for length, some in parts.items()
        }

    def have(self, national: str) -> bool:
        pattern = self._patterns.get(len(national))
        return pattern is not None and pattern.fullmatch(national) is not None


def _pattern(text: str | None) -> re.Pattern[str]:
    return re.compile(text) if text else _NEVER


@cache
def plan_of(code: int, region: str | None = None) -> NumberPlan | None:
    """Return the plan of a calling code's main region, or of the region that is named."""
    region = region or COUNTRY_CODE_TO_REGION_CODE[code][0]
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    return None if metadata is None else NumberPlan(metadata)


@cache
def home_plan(region: str) -> NumberPlan | None:
    """Return the plan of a region, by its ISO 3166 code."""
    metadata = PhoneMetadata.metadata_for_region(region, None)
    return None if metadata is None else NumberPlan(metadata)


def split(digits: str) -> Split | None:
    """Return the parts of an international number; None: ask the library.

    Args:
        digits: of the number, without the plus.
    """
    if not (_DIGITS_MIN <= len(digits) <= _DIGITS_MAX and digits.isascii() and digits.isdigit()):
        return None
    if digits[0] == "0":
        return None
    for length in (1, 2, 3):
        code = int(digits[:length])
        if code in COUNTRY_CODE_TO_REGION_CODE:
            return Split(code, digits[length:])
    return None


def dialed(digits: str, region: str | None) -> Split | None:
    """Return the parts of a number as it is dialed at home, if it is possible; else None.

    None says nothing of the number: the library must be asked.

    Args:
        digits: of the number; a plus before them.
        region: ISO 3166 code of the country it is dialed in.
    """
    if digits[:1] == "+":
        parts = split(digits[1:])
        plan = None if parts is None else plan_of(parts.code)
    else:
        parts, plan = _at_home(digits, region)
    if parts is None or plan is None:
        return None
    national = plan.without_prefix(parts.national)
    if national is None:
        return None
    if not (plan.is_possible(national) or plan.is_too_long(national)):
        national = parts.national
    main = plan_of(parts.code)
    if main is None or len(national) < _DIGITS_MIN - 3 or not main.is_possible(national):
        return None
    return Split(parts.code, national)


def _at_home(digits: str, region: str | None) -> tuple[Split | None, NumberPlan | None]:
    plan = None if region is None else home_plan(region)
    if (
        plan is None
        or not (_DIGITS_MIN <= len(digits) <= _DIGITS_MAX)
        or not (digits.isascii() and digits.isdigit())
        or plan.abroad.match(digits)
    ):
        return None, None
    if digits.startswith(plan.digits):
        rest = plan.without_prefix(digits[len(plan.digits) :])
        if rest is None:
            return None, None
        better = not plan.is_general(digits) and plan.is_general(rest)
        if better or plan.is_too_long(digits):
            return Split(plan.code, rest), plan_of(plan.code)
    return Split(plan.code, digits), plan
