"""The places in which leads may be, in SQL: each is there once, under a number.

Refuses to know how a place follows from a number.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.tables.leads import places
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.calling_rules.place import Place
from dialer.domain.ids import PlaceId

_ADD: Final = upsert(places).on_conflict_do_nothing(index_elements=["key"])


class SqlPlaces:
    """The numbers of places; those seen once are remembered.

    Args:
        writer: commits; must be running.
    """

    def __init__(self, writer: SqlWriter) -> None:
        self._writer = writer
        self._known: dict[Place, PlaceId] = {}

    async def ids(self, wanted: Iterable[Place]) -> Mapping[Place, PlaceId]:
        """Return the number of each place; new ones are added."""
        missing = {place for place in wanted if place not in self._known}
        if missing:
            self._known |= await self._writer.transact(
                lambda connection: place_ids(connection, missing)
            )
        return self._known


def place_ids(connection: Connection, wanted: Iterable[Place]) -> dict[Place, PlaceId]:
    """Return the numbers of places, in the transaction of a connection; new ones are added."""
    by_key = {place.key: place for place in wanted}
    rows = [
        {"key": key, "jurisdictions": list(place.jurisdictions), "zones": list(place.zones)}
        for key, place in sorted(by_key.items())
    ]
    connection.execute(_ADD, rows)
    query = select(places.c.key, places.c.id).where(places.c.key.in_(by_key))
    return {by_key[row.key]: PlaceId(row.id) for row in connection.execute(query)}
