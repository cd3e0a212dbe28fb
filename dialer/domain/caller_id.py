"""A caller id: a number that is shown to people, and since when it is known to be ours. Pure.

Refuses to know how that was proven, and what the law of a country asks of it (`calling_rules`).
"""

from dataclasses import dataclass, replace
from math import isfinite
from typing import Final

from dialer.domain.calling_rules.numbers import never_shown
from dialer.domain.named import Named, Refers, check_amount, check_line
from dialer.domain.telephone_number import UnusableNumber, e164
from dialer.domain.trunk import TRUNKS
from dialer.errors import BadInput

REST_DAYS: Final = 14.0
MOST_REST_DAYS: Final = 365.0
DAY_S: Final = 86_400.0


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
    proof: str = ""
    """What proves it: a letter of the carrier, a page of its portal, a contract."""
    rests_until: float | None = None
    """It is not shown before, as somebody complained of it; epoch seconds."""
    complaints: int = 0

    def rests(self, now: float) -> bool:
        """Return whether it rests now."""
        return self.rests_until is not None and now < self.rests_until


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
    never = never_shown(caller_id.number)
    if never:
        raise BadInput("number", f"{caller_id.number} is {never}", "show a number people can call")
    check_line("proof", caller_id.proof)
    if at is not None and not caller_id.proof:
        raise BadInput("proof", "is empty", "say what proves that the number is yours to show")
    check_amount("complaints", caller_id.complaints, least=0, most=1e6)
    until = caller_id.rests_until
    if until is not None and not (isfinite(until) and until > 0):
        raise BadInput("rests_until", f"{until:g} is no time", "give epoch seconds, or nothing")
    return caller_id


def complained(caller_id: CallerId, now: float, rest_days: float) -> CallerId:
    """Return a caller id after one more complaint: it rests, longer with each complaint.

    Args:
        caller_id: as it is.
        now: epoch seconds.
        rest_days: that it rests after the first one; twice as long after each other one.

    Raises:
        BadInput: that is no rest.
    """
    check_amount("rest_days", rest_days, least=1, most=MOST_REST_DAYS)
    days = min(MOST_REST_DAYS, rest_days * 2.0 ** min(caller_id.complaints, 10))
    until = max(caller_id.rests_until or 0.0, now + days * DAY_S)
    return replace(caller_id, complaints=caller_id.complaints + 1, rests_until=until)


CALLER_IDS: Final = Named(
    "caller id",
    CallerId,
    checked_caller_id,
    key=("number",),
    refers=(Refers("trunk", TRUNKS, lambda one: [one.trunk] if one.trunk is not None else []),),
    campaign_setting="caller_id",
)
