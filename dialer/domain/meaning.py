"""What a disposition meant when it was said: flags that reports, quiet periods and caps count.

Kept with the attempt, so that a set of dispositions that is changed later changes no past.
"""

from enum import IntFlag

from dialer.domain.disposition import Disposition


class Meaning(IntFlag):
    """Flags of a disposition; their numbers are stored and never change."""

    HUMAN = 1
    CONTACT = 2
    RIGHT_PARTY = 4
    REFUSAL = 8
    SALE = 16
    MACHINE = 32
    WRONG_NUMBER = 64


def meaning_of(disposition: Disposition) -> Meaning:
    """Return the flags of a disposition."""
    meaning = Meaning(0)
    for flag in Meaning:
        if getattr(disposition, str(flag.name).lower()):
            meaning |= flag
    return meaning
