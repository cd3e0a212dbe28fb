"""A number that people call, and where their calls go; what a network says of numbers, read. Pure.

Refuses to know what happens there, and whether a flow or queue of that name exists by then.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from dialer.domain.after_hours import (
    AfterHours,
    after_hours_said,
    after_hours_written,
    checked_after_hours,
    hours_of,
)
from dialer.domain.call_record import E164
from dialer.domain.named import Named, Refers, check_line
from dialer.domain.telephone_number import UnusableNumber, e164
from dialer.domain.weekly_hours import CALLING_HOURS
from dialer.errors import BadInput

MOST_SAID: Final = 40
"""Characters of a number as the network says it; a longer one is none."""

_SIGNS: Final = re.compile(r"[ ().-]")


class RouteTo(StrEnum):
    """What takes the calls of a number."""

    FLOW = "flow"
    QUEUE = "queue"
    HANG_UP = "hang_up"  # refused as a number that is out of service


@dataclass(frozen=True, slots=True)
class InboundRoute:
    """One number of a tenant."""

    number: str
    """That is called, E.164."""
    to: RouteTo
    name: str = ""
    """Of the flow or queue; "": there is none to name."""
    label: str = ""
    """For people."""
    after_hours: AfterHours | None = None
    """What becomes of callers when it is closed; None: it never is."""


def checked_route(route: InboundRoute) -> InboundRoute:
    """Return a route that can be kept.

    Raises:
        BadInput: the number is not E.164, or nothing (or too much) is named.
    """
    fix = "write it with plus and country code, as +12025550100"
    try:
        plain = e164(route.number, None)
    except UnusableNumber as error:
        raise BadInput("number", f"{route.number!r}: {error}", fix) from None
    if plain != route.number:
        raise BadInput("number", f"{route.number!r} is not E.164", f"write it as {plain}")
    check_line("name", route.name, 100)
    check_line("label", route.label)
    if route.to is RouteTo.HANG_UP and route.name:
        raise BadInput("name", "a number that hangs up leads nowhere", "leave the name out")
    if route.to is not RouteTo.HANG_UP and not route.name.strip():
        raise BadInput("name", f"no {route.to} is named", f"name the {route.to} that takes calls")
    if route.after_hours is not None:
        if route.to is RouteTo.HANG_UP:
            raise BadInput("after_hours", "a number that hangs up is never open", "leave it out")
        checked_after_hours(route.after_hours)
    return route


def number_said(said: str) -> str:
    """Return a number as the network says it, in E.164; "" for what is none.

    Args:
        said: +12025550100, 12025550100 or 0012025550100, with signs between or not; anything.
    """
    if len(said) > MOST_SAID:
        return ""
    digits = _SIGNS.sub("", said.strip())
    plain = digits if digits.startswith("+") else f"+{digits.removeprefix('00')}"
    return plain if E164.fullmatch(plain) else ""


def _written(route: InboundRoute) -> dict[str, Any]:
    return {
        "number": route.number,
        "to": route.to.value,
        "name": route.name,
        "label": route.label,
        "after_hours": after_hours_written(route.after_hours),
    }


def _read(row: Mapping[str, Any]) -> InboundRoute:
    rule = after_hours_said(row["after_hours"])
    return InboundRoute(row["number"], RouteTo(row["to"]), row["name"], row["label"], rule)


ROUTES: Final = Named(
    "inbound number",
    InboundRoute,
    checked_route,
    key=("number",),
    write=_written,
    read=_read,
    refers=(Refers("hours", CALLING_HOURS, lambda route: hours_of(route.after_hours)),),
    see="see outpace routes list",
)
