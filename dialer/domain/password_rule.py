"""What a password must be. Pure.

Length, and not to be the login; nothing about signs and digits, which make passwords worse (NIST
SP 800-63B). Refuses to know how passwords are kept.
"""

import unicodedata
from typing import Final

from dialer.errors import BadInput

SHORTEST: Final = 12
"""Characters."""

LONGEST_BYTES: Final = 1024
"""In UTF-8: hashing one costs no more than another."""


def prepared(password: str, field: str = "password") -> bytes:
    """Return the bytes of a password, the same however its letters were typed (NFKC).

    Raises:
        BadInput: it is too long, or no text.
    """
    try:
        said = unicodedata.normalize("NFKC", password).encode()
    except UnicodeEncodeError:
        raise BadInput(field, "is no text", "use letters, digits and signs") from None
    if len(said) > LONGEST_BYTES:
        raise BadInput(field, f"has more than {LONGEST_BYTES} bytes", "choose a shorter one")
    return said


def checked_password(password: str, login: str, field: str = "password") -> bytes:
    """Return the bytes of a new password.

    Raises:
        BadInput: it is too short, too long, or the login.
    """
    said = prepared(password, field)
    if len(said.decode()) < SHORTEST:
        problem = f"has fewer than {SHORTEST} characters"
        raise BadInput(field, problem, "choose a longer one, such as some words")
    if said.decode().casefold() == unicodedata.normalize("NFKC", login).casefold():
        raise BadInput(field, "is the login", "choose another")
    return said
