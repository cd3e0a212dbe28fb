"""What a disposition meant when it was said, as one number that can be stored and counted.

A campaign's dispositions may change; what was said of a call does not. Refuses to know codes.
"""

from enum import IntFlag

from dialer.domain.disposition import Disposition


class Meaning(IntFlag):
    """Flags of a disposition; the values are in the database and never change."""

    HUMAN = 1
    CONTACT = 2
    RIGHT_PARTY = 4
    REFUSAL = 8
    SALE = 16
    MACHINE = 32
    WRONG_NUMBER = 64


def meaning_of(disposition: Disposition) -> Meaning:
    """Return what a disposition means."""
    found = Meaning(0)
    for flag in Meaning:
        if getattr(disposition, str(flag.name).lower()):
            found |= flag
    return found
