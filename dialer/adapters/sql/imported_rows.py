"""What an import of this process writes for its rows: leads, their numbers, and their places.

Knows the tables' columns. Refuses to know transactions' length and what decides an import.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.bulk import BulkInsert, new_ids
from dialer.adapters.sql.tables.leads import campaign_places, lead_numbers, leads
from dialer.domain.calling_rules.place import Place, place_of
from dialer.domain.ids import CampaignId, ListId, PlaceId
from dialer.domain.lead_filter import LeadFilter
from dialer.domain.lead_order import LeadOrder, rank_of
from dialer.domain.leadfile import LeadRow

_COLUMNS: Final = (
    "campaign_id",
    "list_id",
    "import_id",
    "number",
    "place_id",
    "attributes",
    "external_id",
    "state",
    "why",
    "pool",
    "priority",
    "rank",
    "added_at",
)
FILTERED: Final = "filtered"
"""Why, and then the state, of a lead that the campaign's filter leaves out."""

_ADD_PLACE: Final = upsert(campaign_places).on_conflict_do_nothing()

Places = Sequence[tuple[Place, ...]]
"""Of each row: those of all its numbers, in order."""


@dataclass(slots=True)
class BegunImport:
    """An import of this process that is not decided yet."""

    import_id: int
    campaign_id: CampaignId
    list_id: ListId
    order: LeadOrder
    filter: LeadFilter | None
    """Leads that it does not match are not dialed."""
    at: float
    """When it began, seconds since the epoch."""
    places: set[PlaceId] = field(default_factory=set)
    """Those that the campaign is known to have leads in."""

    @property
    def pool(self) -> int:
        """What its leads are drawn from: lists are told apart where they are mixed by share."""
        return self.list_id if self.order.shares else 0


@dataclass(slots=True)
class PreparedRows:
    """Rows as they go into the tables."""

    leads: list[tuple[Any, ...]]
    """Without ids."""
    numbers: list[tuple[int, tuple[tuple[Any, ...], ...]]]
    """Of leads with several numbers: index of the lead, and the rest of each row."""
    places: list[dict[str, Any]]
    """Rows of places that the campaign has no leads in yet."""


def places_of(rows: Sequence[LeadRow]) -> Places:
    """Return where each row may be, for each of its numbers."""
    return [
        tuple(place_of(one, zone=row.zone, address=row.address) for one in row.numbers)
        if row.others
        else (place_of(row.number, zone=row.zone, address=row.address),)
        for row in rows
    ]


def prepared(
    begun: BegunImport, rows: Sequence[LeadRow], places: Places, ids: Mapping[Place, PlaceId]
) -> PreparedRows:
    """Return what is to be written for rows."""
    order, at, pool, wanted = begun.order, begun.at, begun.pool, begun.filter
    made = [
        (
            begun.campaign_id,
            begun.list_id,
            begun.import_id,
            row.number,
            ids[where[0]],
            _encode(row.attributes),
            row.external_id or None,
            "importing",
            FILTERED if wanted is not None and not wanted.matches(row.attributes) else "",
            pool,
            row.priority,
            rank_of(order, number=row.number, added_at=at),
            at,
        )
        for row, where in zip(rows, places, strict=True)
    ]
    numbers = [
        (index, _numbers_of(row, [ids[place] for place in places[index]]))
        for index, row in enumerate(rows)
        if row.others
    ]
    fresh = {ids[place] for where in places for place in where} - begun.places
    placed = [
        {"campaign_id": begun.campaign_id, "pool": pool, "place_id": place_id}
        for place_id in sorted(fresh)
    ]
    return PreparedRows(made, numbers, placed)


class RowWriter:
    """Writes prepared rows; all in the transaction of a connection."""

    def __init__(self) -> None:
        self._leads = BulkInsert(leads, _COLUMNS)
        self._leads_with_ids = BulkInsert(leads, ("id", *_COLUMNS))
        self._numbers = BulkInsert(
            lead_numbers, ("lead_id", "position", "number", "place_id", "kind")
        )

    def write(self, connection: Connection, rows: PreparedRows) -> None:
        """Add them.

        Raises:
            RowRefused: one of them breaks a law of the tables.
        """
        if rows.places:
            connection.execute(_ADD_PLACE, rows.places)
        if not rows.numbers:
            self._leads.write(connection, rows.leads)
            return
        ids = new_ids(connection, leads.c.id, len(rows.leads))
        self._leads_with_ids.write(
            connection, [(id_, *lead) for id_, lead in zip(ids, rows.leads, strict=True)]
        )
        self._numbers.write(
            connection, [(ids[index], *rest) for index, some in rows.numbers for rest in some]
        )


def _numbers_of(row: LeadRow, places: Sequence[PlaceId]) -> tuple[tuple[Any, ...], ...]:
    kinds = (row.kind, *(other.kind for other in row.others))
    return tuple(
        (position, number, place, kind)
        for position, (number, place, kind) in enumerate(
            zip(row.numbers, places, kinds, strict=True)
        )
    )


_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
