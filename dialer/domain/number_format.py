"""How a carrier wants numbers to be dialed: with plus or without, national, behind a prefix. Pure.

Refuses to know how the switch sends them, and whether a number may be dialed at all.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat

from dialer.errors import BadInput, UnsafeValue

_E164: Final = re.compile(r"\+[1-9][0-9]{1,14}")
_PREFIX: Final = re.compile(r"[0-9*#+]{0,12}")
_DIALED: Final = re.compile(r"\+?[0-9*#]{1,32}")


class Style(StrEnum):
    """How a number is written."""

    DIGITS = "digits"  # country code and number, no plus: 12025550100
    PLUS = "plus"  # E.164 as it is: +12025550100
    NATIONAL = "national"  # as dialed within the home country; abroad with its international prefix


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How one trunk's numbers are written.

    Raises:
        BadInput: a prefix that nobody can dial, or a national format without a home country.
    """

    style: Style = Style.DIGITS
    home: str = ""
    """ISO 3166 code of the country in which `national` numbers are dialed."""
    prefix: str = ""
    """Put before every number, as carriers ask for to tell customers or routes apart."""

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            fix = "use up to 12 of 0-9, *, # and +"
            raise BadInput("prefix", f"{self.prefix!r} cannot be dialed", fix)
        known = self.home in phonenumbers.SUPPORTED_REGIONS
        if self.style is Style.NATIONAL and not known:
            problem = f"{self.home!r} is no ISO 3166 country, and numbers are to be national"
            raise BadInput("home", problem, "name the trunk's country, as US")

    def spelled(self, number: str) -> str:
        """Return what is dialed for a number.

        Args:
            number: E.164 with the leading plus; one of no country stays as it is.

        Raises:
            UnsafeValue: what came out is no number that can be dialed.
        """
        written = number if self.style is Style.PLUS else number.removeprefix("+")
        if self.style is Style.NATIONAL and _E164.fullmatch(number):
            written = self._national(number)
        dialed = f"{self.prefix}{written}"
        if not _DIALED.fullmatch(dialed):
            raise UnsafeValue("number", dialed)
        return dialed

    def _national(self, number: str) -> str:
        try:
            parsed = phonenumbers.parse(number)
        except phonenumbers.NumberParseException:
            return number.removeprefix("+")
        code = phonenumbers.country_code_for_region(self.home)
        if parsed.country_code == code:
            shown = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
        else:
            shown = phonenumbers.format_out_of_country_calling_number(parsed, self.home)
        return re.sub(r"[^0-9]", "", shown)


DIGITS: Final = NumberFormat()
"""Country code and number, as most carriers take them."""
