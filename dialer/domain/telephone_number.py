"""Telephone numbers as people's spreadsheets write them, and as a switch dials them.

Refuses to know whether a number is assigned, and whose it is.
"""

import re
from typing import Final

import phonenumbers

from dialer.domain.number_plan import dialed

_USUAL: Final = str.maketrans("", "", " ()-.\u00a0")
"""Punctuation that says nothing."""
_INVISIBLE: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WRITTEN_AS_FLOAT: Final = re.compile(r"^(\+?\d+)\.0+$")
_SHORTENED: Final = re.compile(r"^\+?\d([.,]\d+)?[eE]\+?\d+$")
_NUMBER: Final = re.compile(r"^(tel:)?[+\uff0b]?[\d\s().\-\u2010-\u2015/]+$")
_EXTENSION: Final = re.compile(r"^[^a-zA-Z]*(ext|extn|extension|x|#)[.:\s]*\d+$", re.IGNORECASE)


class UnusableNumber(ValueError):
    """A text that is no number we could dial; the message is the reason."""


def e164(text: str, default_region: str | None) -> str:
    """Return a number as E.164 with the leading plus.

    Numbers of possible length are taken, assigned or not: lists for trials use fictional ones.

    Args:
        text: as written, with any usual punctuation.
        default_region: ISO 3166 code of the country that numbers without a plus are from.

    Raises:
        UnusableNumber: it is none; says why.
    """
    return usual_e164(text, default_region) or any_e164(text, default_region)


def usual_e164(text: str, default_region: str | None) -> str | None:
    """Return a number that is written and dialed as most are; None: it may still be one."""
    digits = text.translate(_USUAL)
    if digits[:1] == "+" and text.lstrip(" \u00a0")[:1] != "+":
        return None
    if text.count(".") == 1:  # a spreadsheet may have made a fraction of it
        return None
    parts = dialed(digits, default_region)
    return None if parts is None else f"+{parts.code}{parts.national}"


def any_e164(text: str, default_region: str | None) -> str:
    """Return any number, as `e164` does, by the library itself."""
    written = _INVISIBLE.sub("", text).strip()
    if not written:
        raise UnusableNumber("no number")
    if _SHORTENED.match(written):
        raise UnusableNumber("shortened by a spreadsheet; format the column as text, export again")
    whole = _WRITTEN_AS_FLOAT.match(written)
    if whole:
        written = whole[1]
    if not _NUMBER.match(written):
        if _EXTENSION.match(written):
            raise UnusableNumber("has an extension")
        raise UnusableNumber("not a telephone number")
    try:
        parsed = phonenumbers.parse(written, default_region)
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            why = "unknown country code" if "+" in written else "no country code"
            raise UnusableNumber(why) from None
        raise UnusableNumber("not a telephone number") from None
    verdict = phonenumbers.is_possible_number_with_reason(parsed)
    if verdict == phonenumbers.ValidationResult.IS_POSSIBLE:
        return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    raise UnusableNumber(_WHY.get(verdict, "not possible in its country"))


_WHY: Final = {
    phonenumbers.ValidationResult.TOO_SHORT: "too short for its country",
    phonenumbers.ValidationResult.TOO_LONG: "too long for its country",
    phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "area code missing",
    phonenumbers.ValidationResult.INVALID_LENGTH: "wrong length for its country",
}
