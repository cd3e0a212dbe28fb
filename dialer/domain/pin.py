"""What a PIN must be: some digits that are keyed in on a telephone. Pure.

Refuses to know how PINs are kept, and whose they are.
"""

import re
from typing import Final

from dialer.errors import BadInput

LEAST: Final = 4
MOST: Final = 12
"""Digits of a PIN."""

MOST_NUMBER: Final = 20
"""Digits of the number that goes with it."""

_DIGITS: Final = re.compile(r"[0-9]+")
_UP: Final = "0123456789012345678901"
_DOWN: Final = _UP[::-1]


def checked_pin(pin: str, number: str = "", field: str = "pin") -> bytes:
    """Return the bytes of a new PIN.

    Args:
        pin: as it was typed.
        number: that goes with it; the PIN is another.
        field: what an error calls it.

    Raises:
        BadInput: it is no digits, too short, too long, or the first that anybody would try.
    """
    if not _DIGITS.fullmatch(pin) or not LEAST <= len(pin) <= MOST:
        raise BadInput(field, "is no PIN", f"use {LEAST} to {MOST} digits")
    if len(set(pin)) == 1 or pin in _UP or pin in _DOWN:
        raise BadInput(field, "is easily guessed", "use no row of digits, nor one digit only")
    if pin == number:
        raise BadInput(field, "is the number that goes with it", "choose another")
    return pin.encode()


def typed_pin(keys: str) -> bytes | None:
    """Return what was keyed in, to be compared; None: it can be no PIN."""
    usable = _DIGITS.fullmatch(keys) is not None and LEAST <= len(keys) <= MOST
    return keys.encode() if usable else None


def check_keyed_number(number: str, field: str = "number") -> None:
    """Check that a number can be keyed in.

    Raises:
        BadInput: it is no digits, or too many.
    """
    if not _DIGITS.fullmatch(number) or len(number) > MOST_NUMBER:
        problem = f"{number!r} cannot be keyed in"
        raise BadInput(field, problem, f"use 1 to {MOST_NUMBER} digits")
