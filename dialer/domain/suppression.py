"""How a number that was erased is still known again: by its keyed digest. Pure.

The digest says nothing about the number to whoever lacks the key (there are so few numbers that a
digest without one is undone in minutes). Refuses to know where the key is.
"""

import hashlib
import hmac
import re
from typing import Any, Final

KEY_BYTES: Final = 32

_PREFIX: Final = "erased:"
_SHOWN: Final = 16
"""Hexadecimal digits that stand in place of a number: two numbers do not share them."""

FINGERPRINT_OF: Final = "the key of this database"
"""A text that is no number; its digest tells whether a key is the one that was used before."""


def digest_of(number: str, key: bytes) -> str:
    """Return the digest of a number (E.164), 64 hexadecimal digits."""
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


def stand_in(number: str, key: bytes) -> str:
    """Return what stands in place of an erased number; the same one for the same number."""
    return number if is_stand_in(number) else _PREFIX + digest_of(number, key)[:_SHOWN]


def is_stand_in(text: str) -> bool:
    """Tell whether a number was erased."""
    return text.startswith(_PREFIX)


def without_number(value: Any, number: str, instead: str) -> Any:
    """Return a text or document with a number (E.164) replaced, written with its plus or without.

    Longer numbers that begin or end alike are left alone.
    """
    pattern = re.compile(rf"(?<!\d)\+?{re.escape(number.removeprefix('+'))}(?!\d)")
    return _replaced(value, pattern, instead)


def _replaced(value: Any, pattern: re.Pattern[str], instead: str) -> Any:
    if isinstance(value, str):
        return pattern.sub(instead, value)
    if isinstance(value, list):
        return [_replaced(part, pattern, instead) for part in value]
    if isinstance(value, dict):
        return {
            _replaced(key, pattern, instead): _replaced(part, pattern, instead)
            for key, part in value.items()
        }
    if isinstance(value, int) and not isinstance(value, bool) and pattern.fullmatch(str(value)):
        return instead
    return value
