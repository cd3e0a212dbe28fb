"""What a report is asked: over which time, of whom, and in which time zone.

Knows how times are said. Refuses to know reports, and how the question came.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.reports.scope import Scope
from dialer.domain.local_time import iso, time_said
from dialer.errors import BadInput


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood."""

    reader: SqlReader
    scope: Scope
    zone: ZoneInfo
    now: float

    def told(self) -> dict[str, str]:
        """Say which time it is about."""
        return {
            "from": iso(self.scope.begin, self.zone),
            "to": iso(self.scope.end, self.zone),
            "zone": self.zone.key,
        }


def range_said(
    begin: str, end: str, zone: ZoneInfo, now: float, *, fields: tuple[str, str] = ("from", "to")
) -> tuple[float, float]:
    """Return when a range begins and ends, epoch seconds.

    Args:
        begin: a date or ISO time; empty: everything.
        end: an ISO time before which it ends, or its last date; empty: now.
        zone: of times without an offset.
        now: epoch seconds.
        fields: what to call them when they are wrong.

    Raises:
        BadInput: one is no time, or they are the wrong way round.
    """
    from_, to = fields
    begins = time_said(begin, zone, field=from_) if begin else 0.0
    ends = time_said(end, zone, field=to, whole_day=True) if end else now
    if begins >= ends:
        if end:
            raise BadInput(to, f"{end!r} is not after {from_}", "give a later one")
        raise BadInput(from_, f"{begin!r} is in the future", "give an earlier one")
    return begins, ends
