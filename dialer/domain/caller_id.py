"""A caller id: a number that is shown to people, and since when it is known to be ours. Pure.

Refuses to know how that was proven, and what the law of a country asks of it (`calling_rules`).
"""

from dataclasses import dataclass
from math import isfinite
from typing import Final

from dialer.domain.named import Named, Refers, check_line
from dialer.domain.telephone_number import UnusableNumber, e164
from dialer.domain.trunk import TRUNKS
from dialer.errors import BadInput


@dataclass(frozen=True, slots=True)
class CallerId:
    """One number of a tenant."""

    number: str
    """E.164."""
    label: str = ""
    """For people."""
    trunk: str | None = None
    """Name of the only trunk that may show it; None: any."""
    verified_at: float | None = None
    """Since when it is known to be ours, epoch seconds; None: that is not proven."""


def checked_caller_id(caller_id: CallerId) -> CallerId:
    """Return a caller id that can be kept.

    Raises:
        BadInput: the number is not E.164, the label not one line, or the proof has no time.
    """
    fix = "write it with plus and country code, as +12025550100"
    try:
        plain = e164(caller_id.number, None)
    except UnusableNumber as error:
        raise BadInput("number", f"{caller_id.number!r}: {error}", fix) from None
    if plain != caller_id.number:
        raise BadInput("number", f"{caller_id.number!r} is not E.164", f"write it as {plain}")
    check_line("label", caller_id.label)
    at = caller_id.verified_at
    if at is not None and not (isfinite(at) and at > 0):
        raise BadInput("verified_at", f"{at:g} is no time", "give epoch seconds, or nothing")
    return caller_id


CALLER_IDS: Final = Named(
    "caller id",
    CallerId,
    checked_caller_id,
    key=("number",),
    refers=(Refers("trunk", TRUNKS, lambda one: [one.trunk] if one.trunk is not None else []),),
    campaign_setting="caller_id",
)
