"""What is told of numbers that came onto the do-not-call list, in the transaction of the entries.

An entry for everywhere is told to tenants that have a lead with the number: nobody learns another
tenant's numbers. Refuses to know what the entry does to leads.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, select, union

from dialer.adapters.sql.outbox_steps import OutboxSteps
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.law import EVERYWHERE
from dialer.adapters.sql.tables.leads import lead_numbers, leads
from dialer.domain.webhook import Event, Topic, number_subject

_OF_CAMPAIGN: Final = select(campaigns.c.id, campaigns.c.tenant_id).where(
    campaigns.c.id.in_(bindparam("campaigns", expanding=True))
)
_WHOSE: Final = union(
    select(leads.c.number, campaigns.c.tenant_id)
    .join(campaigns, campaigns.c.id == leads.c.campaign_id)
    .where(leads.c.number.in_(bindparam("numbers", expanding=True))),
    select(lead_numbers.c.number, campaigns.c.tenant_id)
    .join(leads, leads.c.id == lead_numbers.c.lead_id)
    .join(campaigns, campaigns.c.id == leads.c.campaign_id)
    .where(lead_numbers.c.number.in_(bindparam("numbers", expanding=True))),
)


@dataclass(frozen=True, slots=True)
class NewEntries:
    """Numbers that were not in a scope before."""

    numbers: Collection[str]
    scope: str
    source: str
    at: float
    expires_at: float | None = None


def tell_entered(connection: Connection, outbox: OutboxSteps, entries: NewEntries) -> None:
    """Tell of numbers that were entered; their locks are held."""
    if not entries.numbers or not outbox.wants(connection, Topic.DO_NOT_CALL_ADDED):
        return
    outbox.tell(connection, _events(connection, outbox, entries))


def tenants_of(connection: Connection, campaign_ids: Collection[str]) -> Mapping[str, str]:
    """Return whose campaigns are."""
    rows = connection.execute(_OF_CAMPAIGN, {"campaigns": sorted(set(campaign_ids))})
    return {row.id: row.tenant_id for row in rows}


def _events(connection: Connection, outbox: OutboxSteps, entries: NewEntries) -> Iterator[Event]:
    numbers = sorted(entries.numbers)
    kind, _, named = entries.scope.partition(":")
    if entries.scope == EVERYWHERE:
        rows = connection.execute(_WHOSE, {"numbers": numbers})
        told = sorted((row.number, row.tenant_id) for row in rows)
    else:
        tenant = named if kind == "tenant" else tenants_of(connection, [named]).get(named, "")
        told = [(number, tenant) for number in numbers]
    wanting = set(outbox.tenants_wanting(connection, Topic.DO_NOT_CALL_ADDED))
    for number, tenant_id in told:
        if tenant_id in wanting:
            yield Event(
                Topic.DO_NOT_CALL_ADDED,
                tenant_id,
                number_subject(number),
                entries.at,
                {
                    "scope": entries.scope,
                    "source": entries.source,
                    "expires_at": entries.expires_at,
                },
                number=number,
            )
