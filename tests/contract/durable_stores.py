"""The durable stores of each kind, for the contract suites."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from databases import database
from sqlalchemy import insert

from dialer.adapters.sql.attempts import NO_RATES
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables.people import tenants
from dialer.domain.campaign import Campaign
from dialer.domain.dial_law import DialLaw
from dialer.domain.ids import AttemptId, CampaignId, new_attempt_id
from dialer.domain.lead import Attempt, Lead
from dialer.domain.leadfile import LeadRow
from dialer.domain.rate_table import RateTable
from dialer.testing.stores import MemoryStores

KINDS = ("memory", "sqlite", "postgresql")
SPRING = CampaignId("spring")
AUTUMN = CampaignId("autumn")
Stores = MemoryStores | SqlStores


@asynccontextmanager
async def durable(
    kind: str,
    folder: Path,
    *,
    law: DialLaw | None = None,
    rates: Mapping[str, RateTable] = NO_RATES,
) -> AsyncIterator[Stores]:
    """Open stores of a kind that hold two campaigns without leads."""
    if kind == "memory":
        stores = MemoryStores(law)
        await _add_campaigns(stores)
        yield stores
        return
    async with (
        database(kind, folder) as url,
        open_stores(url, gather_s=0.0, law=law, rates=rates) as sql,
    ):
        await _add_campaigns(sql)
        yield sql


async def _add_campaigns(stores: Stores) -> None:
    for at, campaign_id in enumerate((SPRING, AUTUMN)):
        await stores.campaigns.create(
            Campaign(campaign_id=campaign_id, name=campaign_id, created_at=at)
        )


async def with_tenant(stores: Stores, tenant_id: str) -> None:
    """Add a tenant beside "main"."""
    if isinstance(stores, SqlStores):
        row = {"id": tenant_id, "name": tenant_id, "created_at": 0.0}
        await stores.writer.transact(
            lambda connection: connection.execute(insert(tenants), row) and None
        )


async def audited(stores: Stores) -> list[tuple[str, float, str, str, Mapping[str, Any]]]:
    """Return the audit log, oldest first: who, when, what, to what, and details."""
    if isinstance(stores, MemoryStores):
        return [(by, at, *rest) for at, by, *rest in stores.tables.audit]
    return [
        (row.by, row.at, row.action, row.subject, row.detail)
        for tenant_id in ("main", "other")
        async for row in stores.audit.read(tenant_id=tenant_id)
    ]


def number(index: int) -> str:
    return f"+1202555{index:04d}"


async def list_leads(
    stores: Stores, count: int, *, campaign: CampaignId = SPRING, start: int = 0
) -> None:
    """Import a list of `count` leads."""
    rows = [LeadRow(2 + i, number(start + i), {"name": f"n{i}"}) for i in range(count)]
    import_id = await stores.imports.begin(campaign, "list.csv", at=1.0)
    await stores.imports.add(import_id, rows)
    await stores.imports.finish(import_id, rows=count, rejected=0)


def attempt_on(lead: Lead, *, at: float = 100.0) -> Attempt:
    return Attempt(new_attempt_id(), lead.campaign_id, lead.lead_id, lead.number, "trunk", at)


async def dial(stores: Stores, count: int = 1, *, campaign: CampaignId = SPRING) -> list[Attempt]:
    """Lease leads and record an attempt on each."""
    attempts = [attempt_on(lead) for lead in await stores.leads.lease(campaign, count)]
    assert len(attempts) == count
    await stores.attempts.record_dialed(attempts)
    return attempts


def ids(attempts: Iterable[Attempt]) -> list[AttemptId]:
    return [attempt.attempt_id for attempt in attempts]
