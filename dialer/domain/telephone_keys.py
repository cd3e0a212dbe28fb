"""Telephone keys that an agent may have pressed in a talk. Pure.

Refuses to know how they are sent, and who asks.
"""

from typing import Final

from dialer.errors import BadInput

KEYS: Final = frozenset("0123456789*#")

MOST_KEYS: Final = 32
"""At once; a card number has at most 19 digits (ISO/IEC 7812)."""


def checked_keys(digits: str) -> str:
    """Return digits that can be sent.

    Raises:
        BadInput: none, too many, or one that is no key.
    """
    if not digits or len(digits) > MOST_KEYS or not set(digits) <= KEYS:
        raise BadInput(
            "digits", f"{digits!r} are no telephone keys", f"use 1 to {MOST_KEYS} of 0-9, * and #"
        )
    return digits
