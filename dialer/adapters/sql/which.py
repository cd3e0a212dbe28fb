"""Which leads a bulk move is about: of a campaign, a list, in which states, the best first.

Refuses to know who gets them.
"""

from array import array
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.leads import lead_lists, leads
from dialer.domain.ids import CampaignId
from dialer.domain.ownership import FREE
from dialer.errors import BadInput

_PAGE: Final = 500
"""Ids read at once."""


@dataclass(frozen=True, slots=True)
class Which:
    """The leads that a move is about."""

    campaign_id: CampaignId | None = None
    list_name: str = ""
    """Of one list only; "": of all."""
    states: tuple[str, ...] = FREE
    """For an assignment: ready, waiting or both."""

    def detail(self) -> dict[str, Any]:
        """Return what is written into the record of the move."""
        said = {"campaign": self.campaign_id, "list": self.list_name}
        return {name: value for name, value in said.items() if value}


async def scope(reader: SqlReader, which: Which, tenant_id: str) -> list[ColumnElement[bool]]:
    """Return the conditions that a campaign and a list make.

    Raises:
        BadInput: there is no such list.
    """
    if which.campaign_id is None:
        if which.list_name:
            raise BadInput("list", "belongs to a campaign", "name the campaign as well")
        return [leads.c.campaign_id.in_(_campaigns_of(tenant_id))]
    if not which.list_name:
        return [leads.c.campaign_id == which.campaign_id]
    query = select(lead_lists.c.id).where(
        lead_lists.c.campaign_id == which.campaign_id, lead_lists.c.name == which.list_name
    )
    async with reader.connect() as connection:
        list_id = (await connection.execute(query)).scalar()
    if list_id is None:
        raise BadInput("list", f"{which.list_name!r} does not exist", "name one of the campaign")
    return [leads.c.campaign_id == which.campaign_id, leads.c.list_id == list_id]


async def best_first(reader: SqlReader, which: Which, up_to: int, tenant_id: str) -> "array[int]":
    """Return the leads that would be given, the best first: eight bytes for each."""
    within = await scope(reader, which, tenant_id)
    query = (
        select(leads.c.id)
        .where(*within, *free_ones(which))
        .order_by(leads.c.priority.desc(), leads.c.rank, leads.c.id)
        .limit(up_to)
    )
    found = array("q")
    async with reader.snapshot() as connection:
        rows = await connection.stream_scalars(query)
        async for part in rows.partitions(_PAGE):
            found.extend(part)
    return found


def check_assignable(which: Which, up_to: int) -> None:
    """Refuse what no lead could be given by.

    Raises:
        BadInput: a state that cannot be given, or no number of leads.
    """
    wrong = [state for state in which.states if state not in FREE]
    if wrong or not which.states:
        named = wrong[0] if wrong else ""
        raise BadInput("states", f"{named!r} leads cannot be given", "use ready, waiting or both")
    if up_to < 1:
        raise BadInput("up to", f"{up_to} is no number of leads", "give 1 or more")


def free_ones(which: Which) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of leads that may be given to somebody."""
    return leads.c.state.in_(which.states), leads.c.owner.is_(None)


def _campaigns_of(tenant_id: str) -> Any:
    return select(campaigns.c.id).where(campaigns.c.tenant_id == tenant_id)
