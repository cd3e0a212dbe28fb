"""The database that leases are measured on: a campaign with as many ready leads as wanted.

Filled by the server itself, indexes made afterwards as the product has them: twenty lists, one
place for each US state, and the default order. Knows rows. Refuses to know what is measured.
"""

import time
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, insert, text

from dialer.adapters.sql import postgresql
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.places import place_ids
from dialer.adapters.sql.stores import open_stores
from dialer.adapters.sql.tables.leads import campaign_places, lead_lists, leads
from dialer.domain.calling_rules.area_codes import AREA_CODES
from dialer.domain.calling_rules.place import place_of
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId, PlaceId

CAMPAIGN: Final = CampaignId("bench")
LISTS: Final = 20
BEGAN_AT: Final = 1_795_000_000.0
"""When the first list came; each of the others a day later. The default order is by that."""

# Half a million numbers in each place before one comes again: `n` is spread over the places.
_LEADS: Final = """
INSERT INTO leads (id, campaign_id, list_id, number, place_id, attributes, state, rank, added_at)
SELECT n, '{campaign}', list, '+1' || (areas)[1 + n % {places}] || lpad((n / {places} * 7919 %
       8000000 + 2000000)::text, 7, '0'), (places)[1 + n % {places}],
       jsonb_build_object('name', 'Person ' || n, 'city', 'City ' || n % 999, 'plan', 'gold'),
       'ready', {began} + list * 86400, {began} + list * 86400
FROM (SELECT n, 1 + (n - 1) * {lists} / {count} AS list, '{{{areas}}}'::text[] AS areas,
      '{{{ids}}}'::bigint[] AS places FROM generate_series(1::bigint, {count}) AS n) AS made
"""


async def stage(url: str, count: int) -> tuple[list[PlaceId], float]:
    """Make the tables and fill them; returns the places, and seconds."""
    began = time.monotonic()
    async with open_stores(url) as stores:
        await stores.campaigns.create(Campaign(campaign_id=CAMPAIGN, name="bench"))
    address = DatabaseAddress.of(url).url
    assert address is not None
    server = postgresql.engine(address, command_s=None)
    try:
        async with server.begin() as connection:
            found = await connection.run_sync(_fill, count)
        async with server.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM (ANALYZE, FREEZE)"))
            await connection.execute(text("CHECKPOINT"))
    finally:
        await server.dispose()
    return found, time.monotonic() - began


def _fill(connection: Connection, count: int) -> list[PlaceId]:
    areas = [codes.split()[0] for codes in AREA_CODES.values()]
    states = [place_of(f"+1{area}5550100") for area in areas]
    numbers = place_ids(connection, set(states))
    ids = [numbers[state] for state in states]
    places = sorted(set(ids))
    rows = [{"campaign_id": CAMPAIGN, "pool": 0, "place_id": place} for place in places]
    connection.execute(insert(campaign_places), rows)
    connection.execute(insert(lead_lists), [_list(index) for index in range(LISTS)])
    for setting in ("session_replication_role = replica", "maintenance_work_mem = '512MB'"):
        connection.execute(text(f"SET LOCAL {setting}"))
    for index in leads.indexes:
        index.drop(connection)
    filled = _LEADS.format(
        campaign=CAMPAIGN,
        places=len(ids),
        areas=",".join(areas),
        ids=",".join(map(str, ids)),
        began=BEGAN_AT,
        lists=LISTS,
        count=count,
    )
    connection.exec_driver_sql(filled)
    connection.exec_driver_sql(f"ALTER SEQUENCE leads_id_seq RESTART WITH {count + 1}")
    for index in sorted(leads.indexes, key=lambda one: str(one.name)):
        index.create(connection)
    return places


def _list(index: int) -> dict[str, object]:
    at = BEGAN_AT + index * 86_400.0
    name = f"list {index}"
    return {"id": index + 1, "campaign_id": CAMPAIGN, "name": name, "created_at": at}


def every_second(places: Sequence[PlaceId]) -> tuple[PlaceId, ...]:
    """Return half of the places: the others are closed."""
    return tuple(places[::2])
