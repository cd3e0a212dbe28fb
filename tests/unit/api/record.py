"""Attempts on record, put straight into the service's database."""

from typing import Any, Final

from service import Service
from sqlalchemy import Connection, insert, update

from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.leads import lead_lists, leads
from dialer.domain.ids import new_attempt_id

NOON: Final = 1_730_635_200.0
"""2024-11-03T12:00 UTC, a Sunday."""

TALK: Final = {
    "outcome": "connected",
    "answered_at": NOON + 10,
    "connected_at": NOON + 10,
    "talk_ended_at": NOON + 40,
    "ended_at": NOON + 40,
    "agent_id": "1001",
    "cause": 16,
    "ended_by": "customer",
}


async def campaign_with(
    at: Service, *rows: dict[str, Any], name: str = "spring", tenant: str = "main"
) -> tuple[str, list[str]]:
    """Create a campaign with a lead and an attempt for each row; return its id and theirs."""
    made = await at.done("POST", "/campaigns", json={"name": name}, tenant=tenant)
    campaign = str(made["id"])
    await at.with_leads(campaign, len(rows))
    ids = [str(new_attempt_id()) for _ in rows]

    def work(connection: Connection) -> None:
        of = lead_lists.c.campaign_id == campaign
        list_id = connection.execute(lead_lists.select().where(of)).one().id
        found = connection.execute(
            leads.select().where(leads.c.list_id == list_id).order_by(leads.c.id)
        ).all()
        for number, (attempt_id, lead, row) in enumerate(zip(ids, found, rows, strict=True)):
            known = {
                "id": attempt_id,
                "campaign_id": campaign,
                "list_id": list_id,
                "lead_id": lead.id,
                "number": lead.number,
                "trunk": "trunk",
                "node": "node",
                "dialed_at": NOON + number,
                "ended_at": NOON + number + 5,
                "outcome": "no_answer",
                **row,
            }
            connection.execute(insert(attempts), known)
            connection.execute(update(leads).where(leads.c.id == lead.id).values(attempts=1))

    await at.stores.writer.transact(work)
    return campaign, ids
