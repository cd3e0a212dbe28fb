"""What lets somebody in: a name, and a secret that is found without being kept. Pure.

What is kept is a digest. A fast one will do, as the secrets are made by us with 256 bits of chance:
there is nothing to guess. Refuses to know whose they are, and how they are made.
"""

import hashlib
import hmac
from typing import Final

from dialer.errors import BadInput

MOST: Final = 200
"""Characters; ours are shorter, so what is longer is none of ours."""


def could_be_ours(secret: str) -> bool:
    """Tell whether it is worth looking for a secret."""
    return 0 < len(secret) <= MOST and secret.isascii()


def digest_of(secret: str) -> str:
    """Return what a secret is found by."""
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_of(secret: str) -> str:
    """Return what a page of a session sends along; nobody can make it from the digest."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def check_word(field: str, word: str) -> None:
    """Check that a name can be looked for and kept: a login, a tenant, the name of a token.

    Raises:
        BadInput: it is empty, too long, or has signs that cannot be seen.
    """
    if not 0 < len(word) <= MOST or not word.isprintable():
        raise BadInput(field, "is no name", f"use 1 to {MOST} printable characters")
