"""Attempts and agents' states put straight into a database, for reports to count."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from databases import database
from sqlalchemy import Connection, delete, insert

from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables.attempts import attempts, rule_sets
from dialer.adapters.sql.tables.campaigns import campaigns, trunks
from dialer.adapters.sql.tables.leads import lead_lists, leads, places
from dialer.adapters.sql.tables.people import agent_log, agent_states, pause_codes, users
from dialer.domain.ids import AgentId, CampaignId
from dialer.ports import AgentRecord

KINDS = ("sqlite", "postgresql")
SPRING, AUTUMN = CampaignId("ca-spring"), CampaignId("ca-autumn")
ROWS = dict[str, Any]


@asynccontextmanager
async def world(kind: str, folder: Path) -> AsyncIterator[SqlStores]:
    """Open stores with two campaigns, three lists, a trunk with rates, and nothing dialed."""
    async with database(kind, folder) as url, open_stores(url, gather_s=0.0) as stores:
        await furnish(stores)
        yield stores


async def furnish(stores: SqlStores) -> None:
    def work(connection: Connection) -> None:
        campaign = {"tenant_id": "main", "state": "running", "mode": "predictive", "settings": {}}
        connection.execute(
            insert(campaigns),
            [
                {**campaign, "id": SPRING, "name": "spring", "created_at": 0.0},
                {**campaign, "id": AUTUMN, "name": "autumn", "created_at": 1.0},
            ],
        )
        connection.execute(
            insert(lead_lists),
            [
                {
                    "id": number,
                    "campaign_id": campaign_id,
                    "name": name,
                    "source": source,
                    "cost": cost,
                    "created_at": 0.0,
                }
                for number, campaign_id, name, source, cost in (
                    (1, SPRING, "a", "web", 30.0),
                    (2, SPRING, "b", "fair", 0.0),
                    (3, AUTUMN, "c", "web", 5.0),
                )
            ],
        )
        connection.execute(insert(places), [{"id": 1, "key": "-"}])
        rates = {"+1": 0.6, "+1202": 1.2, "billing": {"first_s": 30, "increment_s": 6}}
        trunk = {"tenant_id": "main", "host": "h", "port": 1, "max_lines": 1}
        connection.execute(
            insert(trunks),
            [{**trunk, "id": "tr-1", "name": "t1", "calls_per_second": 1.0, "rates": rates}],
        )
        connection.execute(insert(rule_sets), [{"id": "r", "rule_ids": ["us", "us-fl"]}])
        connection.execute(
            insert(pause_codes),
            [
                {"tenant_id": "main", "code": "lunch", "paid": False},
                {"tenant_id": "main", "code": "coffee", "paid": True},
            ],
        )

    await stores.writer.transact(work)


LIST_OF = {1: SPRING, 2: SPRING, 3: AUTUMN}


def attempt(name: str, list_id: int, dialed_at: float, **known: Any) -> ROWS:
    """Return an attempt with all its columns."""
    return {
        "id": name,
        "campaign_id": LIST_OF[list_id],
        "list_id": list_id,
        "number": "+12025550100",
        "trunk": "t1",
        "dialed_at": dialed_at,
        "answered_at": None,
        "connected_at": None,
        "talk_ended_at": None,
        "ended_at": dialed_at + 20.0,
        "outcome": "no_answer",
        "agent_id": None,
        "charged": False,
        "undialed": False,
        "disposition": "",
        "meaning": 0,
        "amount": None,
        "rule_set": None,
        "recording": "",
        **known,
    }


async def put_attempts(stores: SqlStores, rows: Iterable[Mapping[str, Any]]) -> None:
    """Put attempts in, each with a lead of its own that is done."""
    made = [{**row, "lead_id": at} for at, row in enumerate(rows, start=1)]
    await put_leads(
        stores,
        [
            {"id": row["lead_id"], "list_id": row["list_id"], "number": row["number"]}
            for row in made
        ],
    )
    if made:
        await stores.writer.transact(lambda connection: connection.execute(insert(attempts), made))


async def put_leads(stores: SqlStores, rows: Iterable[Mapping[str, Any]]) -> None:
    """Put leads in."""
    made = [
        {
            "campaign_id": LIST_OF[row["list_id"]],
            "place_id": 1,
            "state": "done",
            "attempts": 1,
            "added_at": 0.0,
            "attributes": {},
            "why": "",
            "last_outcome": None,
            **row,
        }
        for row in rows
    ]
    if made:
        await stores.writer.transact(lambda connection: connection.execute(insert(leads), made))


def state(agent: str, at: float, name: str, **known: Any) -> ROWS:
    """Return a row of the agents' log."""
    return {
        "agent_id": agent,
        "since": at,
        "state": name,
        "attempt_id": None,
        "reason": "",
        "campaigns": [SPRING],
        **known,
    }


async def put_states(stores: SqlStores, rows: Iterable[ROWS]) -> None:
    """Put rows into the log as an engine does, in this order; many share a transaction."""
    records = [
        AgentRecord(
            agent_id=AgentId(row["agent_id"]),
            state=row["state"],
            leg_id=None,
            attempt_id=row["attempt_id"],
            since=row["since"],
            campaigns=tuple(row["campaigns"]),
            reason=row["reason"],
        )
        for row in rows
    ]
    await asyncio.gather(*(stores.agents.save(record) for record in records))


async def put_user(stores: SqlStores, agent: str, tenant: str) -> None:
    """Make an agent somebody's user."""
    row = {"id": f"u-{agent}", "tenant_id": tenant, "login": agent, "role": "agent"}
    row |= {"agent_id": agent, "created_at": 0.0}
    await stores.writer.transact(lambda connection: connection.execute(insert(users), [row]))


async def emptied(stores: SqlStores) -> None:
    """Take everything out again that was dialed or logged."""

    def work(connection: Connection) -> None:
        for table in (attempts, leads, agent_log, agent_states):
            connection.execute(delete(table))

    await stores.writer.transact(work)
