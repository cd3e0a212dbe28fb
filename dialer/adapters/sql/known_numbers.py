"""Which numbers have leads already, among all numbers of a lead.

Refuses to know which of them count as known (`dialer.domain.duplicates`).
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.leads import lead_numbers, leads
from dialer.domain.ids import CampaignId

_IS_THERE: Final = leads.c.state != "importing"
_IN_CAMPAIGN: Final = leads.c.campaign_id == bindparam("campaign")


async def known_numbers(
    reader: SqlReader, numbers: Sequence[str], campaign_id: CampaignId | None
) -> set[str]:
    """Return those of the numbers (E.164) that leads have: of a campaign, or of any if None."""
    if not numbers:
        return set()
    server = reader.is_server
    values: dict[str, Any] = {"numbers": list(numbers) if server else json.dumps(list(numbers))}
    if campaign_id is not None:
        values["campaign"] = campaign_id
    first, other = _QUERIES[server, campaign_id is not None]
    async with reader.connect() as connection:
        found = set((await connection.execute(first, values)).scalars())
        return found.union((await connection.execute(other, values)).scalars())


def _among(column: ColumnElement[str], *, server: bool) -> ColumnElement[bool]:
    """Return that a column is one of the numbers: one parameter, however many they are."""
    if server:
        return column == func.any(bindparam("numbers", type_=ARRAY(Text)))
    each = func.json_each(bindparam("numbers", type_=Text)).table_valued("value")
    return column.in_(select(each.c.value))


def _queries(*, server: bool, campaign: bool) -> tuple[Select[Any], Select[Any]]:
    where = (_IS_THERE, _IN_CAMPAIGN) if campaign else (_IS_THERE,)
    first = select(leads.c.number).where(_among(leads.c.number, server=server), *where)
    other = (
        select(lead_numbers.c.number)
        .join(leads, leads.c.id == lead_numbers.c.lead_id)
        .where(_among(lead_numbers.c.number, server=server), *where)
    )
    return first, other


_QUERIES: Final = {
    (server, campaign): _queries(server=server, campaign=campaign)
    for server in (False, True)
    for campaign in (False, True)
}
