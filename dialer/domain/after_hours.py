"""What becomes of callers when a queue or a number of ours is closed. Pure.

Knows whose clock, which calling hours by name, and what then. Refuses to know when those hours are
(`dialer.domain.weekly_hours`), and how anything of it is done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from dialer.domain.call_record import E164
from dialer.domain.local_time import zone_named
from dialer.domain.named import check_line, checked_name
from dialer.domain.weekly_hours import WeeklyHours
from dialer.errors import BadInput


class WhenClosed(StrEnum):
    """What follows for who calls when it is closed."""

    ANNOUNCEMENT = "announcement"  # a prompt, and the end
    VOICEMAIL = "voicemail"  # a message for a box
    FORWARD = "forward"  # another number, if the node may reach it
    FLOW = "flow"


@dataclass(frozen=True, slots=True)
class AfterHours:
    """The rule of one queue or number."""

    hours: str
    """Name of the calling hours in which it is open."""
    zone: str
    """Whose clock, as America/New_York."""
    then: WhenClosed
    to: str = ""
    """Box, number (E.164) or flow; "": of voicemail the box of the queue or flow itself."""
    prompt: str = ""
    """Played first; of an announcement it is needed, of a flow there is none."""


def checked_after_hours(rule: AfterHours) -> AfterHours:
    """Return a rule that can be kept.

    Raises:
        BadInput: the hours have no name, there is no such zone, or what follows is not said.
    """
    checked_name(rule.hours, "hours")
    zone_named(rule.zone)
    check_line("to", rule.to, 100)
    check_line("prompt", rule.prompt, 100)
    if rule.then is WhenClosed.FORWARD and not E164.fullmatch(rule.to):
        raise BadInput("to", f"{rule.to!r} is no number", "write it as +12025550100")
    if rule.then is WhenClosed.FLOW and not rule.to.strip():
        raise BadInput("to", "no flow is named", "name the flow that leads the calls")
    if rule.then is WhenClosed.ANNOUNCEMENT and not rule.prompt.strip():
        raise BadInput("prompt", "none is named", "name the prompt that is played")
    if rule.then is WhenClosed.ANNOUNCEMENT and rule.to:
        raise BadInput("to", "an announcement leads nowhere", "leave it out")
    if rule.then is WhenClosed.FLOW and rule.prompt:
        raise BadInput("prompt", "a flow plays its own", "leave it out")
    return rule


def is_closed(rule: AfterHours, hours: WeeklyHours, now: float) -> bool:
    """Tell whether it is closed.

    Args:
        rule: of a queue or number.
        hours: those that it names.
        now: epoch seconds.
    """
    return not hours.open_at(datetime.fromtimestamp(now, zone_named(rule.zone)))


def after_hours_said(said: Mapping[str, Any] | None) -> AfterHours | None:
    """Return a rule as it is written; None: there is none.

    Raises:
        BadInput: what follows is none of ours, or something is no part of a rule.
    """
    if said is None:
        return None
    for field in said:
        if field not in AfterHours.__dataclass_fields__:
            raise BadInput(field, "is no part of a rule", "take it out")
    words = [one.value for one in WhenClosed]
    then = said.get("then", "")
    if then not in words:
        raise BadInput("then", f"{then!r} is none", f"use one of {', '.join(words)}")
    known = {"hours": "", "zone": ""}
    return AfterHours(**{**known, **said, "then": WhenClosed(then)})


def after_hours_written(rule: AfterHours | None) -> dict[str, str] | None:
    """Return a rule as it is written."""
    if rule is None:
        return None
    return {
        "hours": rule.hours,
        "zone": rule.zone,
        "then": rule.then.value,
        "to": rule.to,
        "prompt": rule.prompt,
    }


def hours_of(rule: AfterHours | None) -> tuple[str, ...]:
    """Return the names of the calling hours that a rule names."""
    return () if rule is None else (rule.hours,)
