"""Which leads are there already that another program sends, in SQL; one who sends at a time.

Refuses to know what becomes of them.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from dialer.adapters.sql.places import SqlPlaces
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.leads import lead_lists, lead_numbers, leads
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.calling_rules.place import Place
from dialer.domain.ids import CampaignId, PlaceId
from dialer.domain.lead_upsert import KnownLead
from dialer.errors import WrongState

PATIENCE_S: Final = 20.0
"""How long one waits for another process that upserts into the same campaign."""

_PAUSE_S: Final = 0.1

_LOCK: Final = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:campaign, 7))")

_COLUMNS: Final = (
    leads.c.id,
    leads.c.number,
    leads.c.external_id,
    leads.c.attributes,
    leads.c.state,
    lead_lists.c.name.label("list_name"),
)


class SqlUpserts:
    """Looks leads up.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._reader = reader
        self._places = SqlPlaces(writer)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def exclusively(self, campaign_id: CampaignId) -> AsyncIterator[None]:
        """Let nobody else upsert into the campaign: a lead that two send at once is there once.

        Of a process one at a time; on PostgreSQL of all processes one in a campaign. A database in
        a file has one process that serves.

        Raises:
            WrongState: another process does all the time.
        """
        async with self._turn:
            if not self._reader.is_server:
                yield
                return
            async with self._reader.connect() as connection:
                # the lock is held until the end of a transaction, so there is one
                await connection.execution_options(isolation_level="READ COMMITTED")
                for _ in range(round(PATIENCE_S / _PAUSE_S)):
                    held = await connection.execute(_LOCK, {"campaign": campaign_id})
                    if held.scalar_one():
                        break
                    await asyncio.sleep(_PAUSE_S)
                else:
                    problem = "another program sends leads to this campaign all the time"
                    raise WrongState("campaign", problem, "send them again later")
                yield

    async def known(
        self, campaign_id: CampaignId, numbers: Sequence[str], external_ids: Sequence[str]
    ) -> list[KnownLead]:
        """Return the leads of a campaign that have one of these numbers or external ids."""
        if not numbers and not external_ids:
            return []
        server = self._reader.is_server
        asked: dict[str, Any] = {
            "campaign": campaign_id,
            "numbers": list(numbers) if server else json.dumps(list(numbers)),
            "names": list(external_ids) if server else json.dumps(list(external_ids)),
        }
        async with self._reader.connect() as connection:
            rows: dict[int, Any] = {}
            for query in _QUERIES[server]:
                rows |= {row.id: row for row in await connection.execute(query, asked)}
            all_numbers: dict[int, list[str]] = defaultdict(list)
            for start in range(0, len(rows), _PART):
                ids = sorted(rows)[start : start + _PART]
                query = select(lead_numbers.c.lead_id, lead_numbers.c.number).where(
                    lead_numbers.c.lead_id.in_(ids)
                )
                for one in await connection.execute(query):
                    all_numbers[one.lead_id].append(one.number)
        return [
            KnownLead(
                row.id,
                row.number,
                tuple(all_numbers.get(row.id, ())) or (row.number,),
                row.external_id or "",
                row.attributes,
                row.state,
                row.list_name,
            )
            for row in rows.values()
        ]

    async def place_ids(self, places: Iterable[Place]) -> Mapping[Place, PlaceId]:
        """Return the ids of places; new ones are added."""
        return await self._places.ids(places)


_PART: Final = 500


def _among(column: ColumnElement[Any], name: str, *, server: bool) -> ColumnElement[bool]:
    """Return that a column is one of some values: one parameter, however many they are."""
    if server:
        return column == func.any(bindparam(name, type_=ARRAY(Text)))
    each = func.json_each(bindparam(name, type_=Text)).table_valued("value")
    return column.in_(select(each.c.value))


def _queries(*, server: bool) -> tuple[Any, ...]:
    found = (
        select(*_COLUMNS)
        .join(lead_lists, lead_lists.c.id == leads.c.list_id)
        .where(leads.c.campaign_id == bindparam("campaign"), leads.c.state != "importing")
    )
    with_other = select(lead_numbers.c.lead_id).where(
        _among(lead_numbers.c.number, "numbers", server=server)
    )
    return (
        found.where(_among(leads.c.number, "numbers", server=server)),
        found.where(leads.c.id.in_(with_other)),
        found.where(
            leads.c.external_id.is_not(None), _among(leads.c.external_id, "names", server=server)
        ),
    )


_QUERIES: Final = {server: _queries(server=server) for server in (False, True)}
