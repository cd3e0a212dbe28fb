"""What a report is about: a range of time, and whose attempts.

Knows how attempts of a scope are found by the index `attempts_by_campaign`. Refuses to know what is
counted of them.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, false, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.domain.ids import AgentId, CampaignId, ListId, TenantId
from dialer.errors import BadInput

_ROOM: Final = (
    text("SET LOCAL work_mem = '128MB'"),
    text("SET LOCAL max_parallel_workers_per_gather = 2"),
)
"""A month of 200 agents' log is sorted in memory; the server's 4 MB are for hundreds of clients.
Millions of attempts are counted by more than one core, where there are some."""

SENT: Final = attempts.c.undialed == false()
"""An attempt that was sent, or may have been."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A half-open range of time, epoch seconds, and what it is narrowed to; None: anything.

    Raises:
        BadInput: it ends before it begins.
    """

    begin: float
    end: float
    campaign_id: CampaignId | None = None
    list_id: ListId | None = None
    agent_id: AgentId | None = None
    tenant_id: TenantId | None = None

    def __post_init__(self) -> None:
        if not self.begin <= self.end:
            raise BadInput("range of time", "it ends before it begins", "give a later end")


class ScopedCampaign(NamedTuple):
    """A campaign that a scope holds."""

    campaign_id: CampaignId
    name: str
    created_at: float
    tenant_id: TenantId


@asynccontextmanager
async def snapshot(reader: SqlReader) -> AsyncIterator[AsyncConnection]:
    """Give a connection whose queries all see the same moment."""
    async with reader.snapshot() as connection:
        if connection.dialect.name == "postgresql":
            for setting in _ROOM:
                await connection.execute(setting)
        yield connection


async def campaigns_of(connection: AsyncConnection, scope: Scope) -> list[ScopedCampaign]:
    """Return the campaigns of a scope, oldest first.

    They are named one by one in what follows: the index begins with the campaign.
    """
    columns = (campaigns.c.id, campaigns.c.name, campaigns.c.created_at, campaigns.c.tenant_id)
    query = select(*columns)
    if scope.campaign_id is not None:
        query = query.where(campaigns.c.id == scope.campaign_id)
    if scope.tenant_id is not None:
        query = query.where(campaigns.c.tenant_id == scope.tenant_id)
    rows = await connection.execute(query.order_by(campaigns.c.created_at, campaigns.c.id))
    return [
        ScopedCampaign(CampaignId(row.id), row.name, row.created_at, TenantId(row.tenant_id))
        for row in rows
    ]


def dialed_in(scope: Scope, of: Iterable[ScopedCampaign]) -> ColumnElement[bool]:
    """Return the condition of an attempt of these campaigns that was dialed in the scope."""
    found: Sequence[ColumnElement[bool]] = [
        attempts.c.campaign_id.in_([campaign.campaign_id for campaign in of]),
        attempts.c.dialed_at >= scope.begin,
        attempts.c.dialed_at < scope.end,
    ]
    if scope.list_id is not None:
        found = [*found, attempts.c.list_id == scope.list_id]
    if scope.agent_id is not None:
        found = [*found, attempts.c.agent_id == scope.agent_id]
    return and_(*found)
