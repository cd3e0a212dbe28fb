"""What answered calls cost: seconds by trunk and beginning of the number, priced by rate tables.

SQL rounds each call's seconds as its trunk bills them and sums by as many characters of the number
as the longest rate has; the price is looked up here, once for each beginning. Refuses to know which
report asks.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.adapters.sql.reports.arithmetic import milliseconds
from dialer.adapters.sql.reports.scope import SENT, Scope, ScopedCampaign, dialed_in
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.campaigns import trunks
from dialer.domain.rate_table import NO_RATES, Billing, RateTable

_ANSWERED_MS: Final = milliseconds(attempts.c.ended_at - attempts.c.answered_at)


@dataclass(frozen=True, slots=True)
class CarrierUse:
    """Answered calls of one trunk and one rate."""

    key: Any
    """What was asked to be told apart, or None."""
    trunk: str
    beginning: str | None
    """Of the rate; None when none fits."""
    per_minute: float
    """0 when no rate fits."""
    calls: int
    answered_ms: int
    billed_s: int
    cost: float
    """0 when no rate fits."""


async def rate_tables(connection: AsyncConnection, tenant_id: str) -> dict[str, RateTable]:
    """Return the rates of each trunk of a tenant.

    Raises:
        BadInput: a table is wrong.
    """
    theirs = select(trunks.c.name, trunks.c.rates).where(trunks.c.tenant_id == tenant_id)
    return {
        row.name: RateTable.of(row.rates, name=f"rates of trunk {row.name}")
        for row in await connection.execute(theirs)
    }


async def carrier_use(
    connection: AsyncConnection,
    scope: Scope,
    of: Iterable[ScopedCampaign],
    *,
    key: ColumnElement[Any] | None = None,
) -> AsyncIterator[CarrierUse]:
    """Yield what was used, in pieces of one trunk and one rate; the same pair may come again.

    Args:
        connection: a snapshot.
        scope: which attempts.
        of: whose: the campaigns of the scope.
        key: a column by which uses are told apart.

    Raises:
        BadInput: a trunk's rate table is wrong.
    """
    by_tenant: dict[str, list[ScopedCampaign]] = {}
    for campaign in of:
        by_tenant.setdefault(campaign.tenant_id, []).append(campaign)
    for tenant_id, theirs in by_tenant.items():
        tables = await rate_tables(connection, tenant_id)
        async with connection.stream(usage(dialed_in(scope, theirs), tables, key)) as rows:
            async for row in rows:
                table = tables.get(row.trunk, NO_RATES)
                rate = table.beginning_of(row.beginning)
                price = 0.0 if rate is None else table.per_minute[rate]
                billed_s = int(row.billed_s)
                yield CarrierUse(
                    row.key,
                    row.trunk,
                    rate,
                    price,
                    row.calls,
                    int(row.answered_ms),
                    billed_s,
                    billed_s / 60 * price,
                )


def usage(
    where: ColumnElement[bool], tables: Mapping[str, RateTable], key: ColumnElement[Any] | None
) -> Select[Any]:
    """Return the query of `carrier_use`."""
    longest = max((table.longest for table in tables.values()), default=0)
    beginning = func.substr(attempts.c.number, 1, literal(max(1, longest), literal_execute=True))
    groups = [attempts.c.trunk, beginning]
    if key is not None:
        groups.append(key)
    return (
        select(
            attempts.c.trunk,
            beginning.label("beginning"),
            (literal(None) if key is None else key).label("key"),
            func.count().label("calls"),
            func.sum(_ANSWERED_MS).label("answered_ms"),
            func.sum(_billed_s(tables)).label("billed_s"),
        )
        .where(where, SENT, attempts.c.answered_at.is_not(None), attempts.c.ended_at.is_not(None))
        .group_by(*groups)
    )


def _billed_s(tables: Mapping[str, RateTable]) -> ColumnElement[int]:
    """Return `Billing.billed_s` in SQL, by each attempt's trunk."""
    by_billing: dict[Billing, list[str]] = {}
    for trunk, table in tables.items():
        by_billing.setdefault(table.billing, []).append(trunk)
    by_billing.pop(NO_RATES.billing, None)
    usual = _rounded_up(NO_RATES.billing)
    if not by_billing:
        return usual
    return case(
        *(
            (attempts.c.trunk.in_(sorted(names)), _rounded_up(billing))
            for billing, names in by_billing.items()
        ),
        else_=usual,
    )


def _rounded_up(billing: Billing) -> ColumnElement[int]:
    first_ms = billing.first_s * 1000
    step_ms = billing.increment_s * 1000
    answered_ms = _ANSWERED_MS
    more = (answered_ms - first_ms + step_ms - 1) // step_ms * billing.increment_s
    return case(
        (answered_ms <= 0, 0),
        (answered_ms <= first_ms, billing.first_s),
        else_=billing.first_s + more,
    )
