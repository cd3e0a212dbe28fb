"""What the conditions and texts of a flow can speak of: its variables, the time, the call. Pure.

A condition is written in the language of lead filters (`dialer.domain.lead_filter_parser`), which
compares and runs nothing. Refuses to know which variable is set when: one that is not is empty.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dialer.domain.flow.steps import (
    Flow,
    GatherStep,
    HttpStep,
    LogInStep,
    LookupStep,
    RecordStep,
    Step,
)

OF_TIME: Final = frozenset({"date", "time", "weekday"})
OF_CALL: Final = frozenset({"number", "our_number", "language"})
"""The person's number, the number of ours that was called or that calls, the language now."""

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def times_at(now: float, zone: str) -> Mapping[str, str]:
    """Return the variables of the time.

    Args:
        now: epoch seconds.
        zone: as IANA names it; "": UTC.
    """
    local = datetime.fromtimestamp(now, zone_named(zone) or UTC)
    return {
        "date": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "weekday": WEEKDAYS[local.weekday()],
    }


def zone_named(zone: str) -> ZoneInfo | None:
    """Return a zone; None if there is none of that name."""
    if not zone:
        return None
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def set_by(step: Step) -> list[str]:
    """Return the variables that a step sets."""
    match step:
        case GatherStep() | RecordStep():
            return [step.into]
        case HttpStep() | LookupStep() | LogInStep():
            return list(step.into)
        case _:
            return []


def known_in(flow: Flow) -> frozenset[str]:
    """Return every variable that a flow can speak of."""
    own = {name for step in flow.steps.values() for name in set_by(step)}
    return frozenset(own | OF_TIME | OF_CALL)
