"""Values that a flow keeps of a reply, and values that it says. Pure.

What cannot be said or is not there is None: the step then takes its fallback.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dialer.domain.lead_filter import NUMBER

MOST_VALUE: Final = 500
"""Characters of a variable."""

_MOST_DIGITS: Final = 40


def kept_of(body: Any, wanted: Mapping[str, str]) -> dict[str, str] | None:
    """Return values of a reply, by variable; None when one of them is not there.

    Args:
        body: the reply, as JSON has it.
        wanted: variable to its path in the reply, such as `account.balance` or `items.0.name`.
    """
    kept: dict[str, str] = {}
    for name, path in wanted.items():
        value = _found(body, path)
        if value is None:
            return None
        kept[name] = value
    return kept


def _found(body: Any, path: str) -> str | None:
    at = body
    for part in path.split("."):
        if isinstance(at, Mapping) and part in at:
            at = at[part]
        elif isinstance(at, list) and part.isascii() and part.isdigit() and len(part) < 6:
            place = int(part)
            if place >= len(at):
                return None
            at = at[place]
        else:
            return None
    if isinstance(at, bool):
        return "true" if at else "false"
    if isinstance(at, float):
        return format(Decimal(repr(at)), "f") if abs(at) < 1e30 else None  # NaN is not below
    if isinstance(at, int):
        return str(at) if abs(at) < 10**30 else None
    return at if isinstance(at, str) and len(at) <= MOST_VALUE else None


def said_as(kind: str, value: str) -> str | None:
    """Return a value as it can be said.

    Args:
        kind: number, date, money or digits.
        value: as it is known.
    """
    text = value.strip()
    if kind == "digits":
        digits = "".join(one for one in text if one not in " -()+.")
        usable = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
        return digits if usable else None
    if kind == "date":
        try:
            return date.fromisoformat(text[:10]).isoformat()
        except ValueError:
            return None
    if not NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return format(round(number, 2), "f") if kind == "money" else format(number, "f")
