"""A database of each kind with a campaign, leads and people in it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from databases import database
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.sql import Executable

from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables.leads import leads
from dialer.adapters.sql.tables.people import teams, users
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId
from dialer.domain.leadfile import LeadRow

KINDS = ("sqlite", "postgresql")
SPRING = CampaignId("spring")
AUTUMN = CampaignId("autumn")


@asynccontextmanager
async def stored(kind: str, folder: Path) -> AsyncIterator[SqlStores]:
    """Open stores of a kind that hold two campaigns without leads."""
    async with database(kind, folder) as url, open_stores(url, gather_s=0.0) as stores:
        for at, campaign_id in enumerate((SPRING, AUTUMN)):
            await stores.campaigns.create(
                Campaign(campaign_id=campaign_id, name=campaign_id, created_at=at)
            )
        yield stores


def number(index: int) -> str:
    return f"+1202555{index:04d}"


async def with_leads(
    stores: SqlStores, count: int, *, campaign: CampaignId = SPRING, start: int = 0
) -> None:
    """Import a list of `count` leads."""
    rows = [LeadRow(2 + i, number(start + i), {"name": f"n{i}"}) for i in range(count)]
    import_id = await stores.imports.begin(campaign, f"list{start}.csv", at=1.0)
    await stores.imports.add(import_id, rows)
    await stores.imports.finish(import_id, rows=count, rejected=0)


async def with_people(stores: SqlStores, **most: int | None) -> None:
    """Add agents of the team "east", each with the leads that it may hold at most."""

    def work(connection: Connection) -> None:
        connection.execute(insert(teams), {"id": "east", "tenant_id": "main", "name": "East"})
        for name, held_max in most.items():
            row = {
                "id": f"us-{name}",
                "tenant_id": "main",
                "login": f"{name}@example.com",
                "role": "agent",
                "agent_id": name,
                "team_id": "east",
                "leads_held_max": held_max,
                "created_at": 0.0,
            }
            connection.execute(insert(users), row)

    await stores.writer.transact(work)


async def run(stores: SqlStores, statement: Executable | str, **values: Any) -> None:
    """Change something."""
    said = text(statement) if isinstance(statement, str) else statement
    await stores.writer.transact(lambda connection: connection.execute(said, values) and None)


async def rows(stores: SqlStores, statement: Executable | str) -> Sequence[Any]:
    """Ask for something."""
    said = text(statement) if isinstance(statement, str) else statement
    async with stores.reader.connect() as connection:
        return (await connection.execute(said)).all()


async def states(stores: SqlStores) -> list[tuple[str, str | None]]:
    """Return state and owner of each lead, by id."""
    found = await rows(stores, select(leads.c.state, leads.c.owner).order_by(leads.c.id))
    return [(row.state, row.owner) for row in found]
