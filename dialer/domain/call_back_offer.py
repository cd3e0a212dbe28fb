"""What a caller is asked who would rather be called back than wait. Pure: keys in, questions out.

Knows prompts by name. Refuses to know how they are played, and whether it can be promised.
"""

from dataclasses import dataclass
from typing import Final

import phonenumbers

from dialer.domain.telephone_number import UnusableNumber, e164

FOLDER: Final = "queue"
MOST_DIGITS: Final = 18
TRIES: Final = 3
"""To key in a number."""

PROMISED: Final = f"{FOLDER}/call-back-promised"
NOT_PROMISED: Final = f"{FOLDER}/call-back-failed"


@dataclass(frozen=True, slots=True)
class Ask:
    """Play these, and take keys."""

    prompts: tuple[str, ...]
    most: int
    """Keys; more than one end with #."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Promise to call this number (E.164) back, and say so."""

    number: str


@dataclass(frozen=True, slots=True)
class Decline:
    """The caller waits on."""


Next = Ask | Promise | Decline


class CallBackOffer:
    """One caller who asks for a call back.

    Args:
        number: of the caller, E.164; "": withheld.
        ours: that was called, E.164: a number that is keyed in is one of its country.
    """

    def __init__(self, number: str, ours: str) -> None:
        self._number = number
        self._ours = ours
        self._typed = ""
        self._asks_number = False
        self._tries = 0

    def begin(self) -> Next:
        """Return the first question."""
        if not self._number:
            return self._ask_number()
        return Ask((f"{FOLDER}/call-back-own",), 1)

    def keyed(self, keys: str) -> Next:
        """Take the answer to the last question; "": there was none."""
        if self._asks_number:
            self._typed = keyed_number(keys, self._ours)
            if not self._typed:
                return self._ask_number()
            self._asks_number = False
            digits = (f"digits/{digit}" for digit in self._typed.removeprefix("+"))
            return Ask((f"{FOLDER}/call-back-at", *digits, f"{FOLDER}/call-back-right"), 1)
        if keys == "1":
            return Promise(self._typed or self._number)
        return self._ask_number() if keys == "2" else Decline()

    def _ask_number(self) -> Next:
        if self._tries >= TRIES:
            return Decline()
        self._tries += 1
        self._typed, self._asks_number = "", True
        return Ask((f"{FOLDER}/call-back-number",), MOST_DIGITS)


def keyed_number(keys: str, ours: str) -> str:
    """Return a number that was keyed in, E.164; "" for what is none of the country of ours.

    Args:
        keys: national or with 00 before the country code, as people of the country dial it.
        ours: a number of ours, E.164.
    """
    if not keys.isascii() or not keys.isdigit() or len(keys) > MOST_DIGITS:
        return ""
    try:
        code = phonenumbers.parse(ours, None).country_code or 0
        region = phonenumbers.region_code_for_country_code(code)
        found = e164(f"+{keys[2:]}" if keys.startswith("00") else keys, region)
        same = phonenumbers.parse(found, None).country_code == code
    except (phonenumbers.NumberParseException, UnusableNumber):
        return ""
    return found if same else ""
