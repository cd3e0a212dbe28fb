"""What each trunk has cost each tenant on a day of UTC, booked with the end of each call.

Refuses to know limits: who dials compares.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.tables.law import usage_days
from dialer.domain.rate_table import RateTable

_USED: Final = select(usage_days.c.minutes, usage_days.c.spend).where(
    usage_days.c.tenant_id == bindparam("tenant"),
    usage_days.c.trunk == bindparam("on_trunk"),
    usage_days.c.day == bindparam("on_day"),
)
_INSERT: Final = upsert(usage_days)
_ADD: Final = _INSERT.on_conflict_do_update(
    index_elements=["tenant_id", "trunk", "day"],
    set_={
        "minutes": usage_days.c.minutes + _INSERT.excluded.minutes,
        "spend": usage_days.c.spend + _INSERT.excluded.spend,
    },
)


@dataclass(frozen=True, slots=True)
class AnsweredCall:
    """A call that a carrier takes money for; times in epoch seconds."""

    tenant_id: str
    trunk: str
    number: str
    answered_at: float
    ended_at: float


@dataclass(frozen=True, slots=True)
class Usage:
    """What is used of a day."""

    minutes: float = 0.0
    spend: float = 0.0


def day_of(at: float) -> str:
    """Return the date in UTC, as it is stored."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def used(connection: Connection, tenant_id: str, trunk: str, at: float) -> Usage:
    """Return what a tenant has used of a trunk on the day of an instant."""
    asked = {"tenant": tenant_id, "on_trunk": trunk, "on_day": day_of(at)}
    row = connection.execute(_USED, asked).first()
    return Usage() if row is None else Usage(row.minutes, row.spend)


def book(
    connection: Connection, calls: Iterable[AnsweredCall], rates: Mapping[str, RateTable]
) -> None:
    """Add calls to what is used, each to the day on which it ended."""
    sums: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for call in calls:
        seconds = max(0.0, call.ended_at - call.answered_at)
        total = sums[call.tenant_id, call.trunk, day_of(call.ended_at)]
        total[0] += seconds / 60
        if call.trunk in rates:
            cost = rates[call.trunk].cost(call.number, round(seconds * 1000))
            total[1] += cost or 0.0
    rows = [
        {"tenant_id": tenant, "trunk": trunk, "day": day, "minutes": total[0], "spend": total[1]}
        for (tenant, trunk, day), total in sorted(sums.items())
    ]
    if rows:
        connection.execute(_ADD, rows)
