"""Taking a list of leads in: rows that nobody sees, one decision, then all of them are ready.

An import is never one long transaction (an attempt would wait behind it): its rows are added in
small ones, in a state that is not dialed, and one row decides that the list is there. A process
that dies before the decision leaves rows that `recover` deletes; one that dies after it leaves
rows that `recover` makes ready. Refuses to know how the rows were read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    UpdateBase,
    bindparam,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.campaigns import unknown_campaign
from dialer.adapters.sql.errors import RowRefused
from dialer.adapters.sql.places import SqlPlaces
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.leads import campaign_places, imports, lead_lists, leads
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.calling_rules.place import place_of
from dialer.domain.campaign import settings_from
from dialer.domain.ids import CampaignId, ListId, PlaceId
from dialer.domain.lead_order import LeadOrder, rank_of
from dialer.domain.leadfile import LeadRow
from dialer.errors import BadInput

_SLICE: Final = 250
"""Rows made ready or deleted in one transaction."""

_PATIENCE_S: Final = 0.01
"""How long a slice may wait for a commit to share: an import gives way to attempts."""

_IS_UNDECIDED: Final = imports.c.state == "importing"

_ADD: Final = insert(leads)
_ADD_PLACE: Final = upsert(campaign_places).on_conflict_do_nothing()
IMPORTING: Final = text("leads.state = 'importing'")
_DECIDE: Final = (
    update(imports)
    .where(imports.c.id == bindparam("of"), _IS_UNDECIDED)
    .values(state="done", rows=bindparam("taken"), rejected=bindparam("left_out"))
)
_NEXT: Final = (
    select(leads.c.id)
    .where(IMPORTING, leads.c.import_id == bindparam("of"))
    .order_by(leads.c.id)
    .limit(_SLICE)
)
_MAKE_READY: Final = update(leads).where(leads.c.id.in_(_NEXT)).values(state="ready")
_DELETE: Final = delete(leads).where(
    leads.c.id.in_(_NEXT),
    select(imports.c.id).where(imports.c.id == bindparam("of"), _IS_UNDECIDED).exists(),
)
_FORGET: Final = delete(imports).where(
    imports.c.id == bindparam("of"),
    _IS_UNDECIDED,
    ~select(leads.c.id).where(IMPORTING, leads.c.import_id == imports.c.id).exists(),
)
_UNDECIDED: Final = select(imports.c.id).where(_IS_UNDECIDED)
_UNFINISHED: Final = select(leads.c.import_id).where(IMPORTING).distinct()


_SETTINGS: Final = select(campaigns.c.settings).where(campaigns.c.id == bindparam("campaign"))
_LIST: Final = select(lead_lists.c.id).where(
    lead_lists.c.campaign_id == bindparam("campaign"), lead_lists.c.name == bindparam("called")
)


@dataclass(slots=True)
class _Begun:
    """An import of this process that is not decided yet."""

    import_id: int
    campaign_id: CampaignId
    list_id: ListId
    order: LeadOrder
    at: float
    places: set[PlaceId] = field(default_factory=set)
    """Those that the campaign is known to have leads in."""

    @property
    def pool(self) -> int:
        """What its leads are drawn from: lists are told apart where they are mixed by share."""
        return self.list_id if self.order.shares else 0

    def lead(self, row: LeadRow, place_id: PlaceId) -> dict[str, Any]:
        return {
            "campaign_id": self.campaign_id,
            "list_id": self.list_id,
            "import_id": self.import_id,
            "number": row.number,
            "place_id": place_id,
            "attributes": row.attributes,
            "state": "importing",
            "pool": self.pool,
            "priority": row.priority,
            "rank": rank_of(self.order, number=row.number, added_at=self.at),
            "added_at": self.at,
        }

    def placed(self, place_id: PlaceId) -> dict[str, Any]:
        return {"campaign_id": self.campaign_id, "pool": self.pool, "place_id": place_id}


class SqlImportStore:
    """What `dialer.services.import_leads` needs, in SQL; every change returns when committed.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader
        self._places = SqlPlaces(writer)
        self._begun: dict[int, _Begun] = {}

    async def begin(
        self, campaign_id: CampaignId, file: str, *, at: float, list_name: str = ""
    ) -> int:
        """Start an import into a list, a new one or one of the campaign; return its id.

        Args:
            campaign_id: of an existing campaign.
            file: its name, for people.
            at: seconds since the epoch.
            list_name: the file's name unless given.

        Raises:
            BadInput: there is no such campaign.
        """

        def work(connection: Connection) -> _Begun:
            list_id = _list_of(connection, campaign_id, list_name or file, at)
            row = {
                "campaign_id": campaign_id,
                "list_id": list_id,
                "file": file,
                "started_at": at,
                "state": "importing",
            }
            import_id = connection.execute(
                insert(imports).returning(imports.c.id), row
            ).scalar_one()
            found = connection.execute(_SETTINGS, {"campaign": campaign_id}).scalar_one()
            order = settings_from(found).order
            return _Begun(import_id, campaign_id, list_id, order, at)

        try:
            begun = await self._writer.transact(work)
        except RowRefused:
            raise unknown_campaign(campaign_id) from None
        self._begun[begun.import_id] = begun
        return begun.import_id

    async def known(self, campaign_id: CampaignId, numbers: Sequence[str]) -> set[str]:
        """Return those of the numbers (E.164) that the campaign has leads of already."""
        return await self._known(leads.c.number.in_(numbers), leads.c.campaign_id == campaign_id)

    async def known_anywhere(self, numbers: Sequence[str]) -> set[str]:
        """Return those of the numbers (E.164) that any campaign has leads of already."""
        return await self._known(leads.c.number.in_(numbers))

    async def add(self, import_id: int, rows: Sequence[LeadRow]) -> None:
        """Add leads that nobody sees yet; a few hundred at a time.

        Raises:
            BadInput: the import is gone.
        """
        begun = self._begun.get(import_id)
        if begun is None:
            raise import_gone()
        places = [place_of(row.number, zone=row.zone, address=row.address) for row in rows]
        known = await self._places.ids(places)
        values = [begun.lead(row, known[place]) for row, place in zip(rows, places, strict=True)]
        fresh = sorted({known[place] for place in places} - begun.places)
        try:
            await self._writer.commit(
                Write(_ADD_PLACE, [begun.placed(place_id) for place_id in fresh]),
                Write(_ADD, values),
                within_s=_PATIENCE_S,
            )
        except RowRefused:
            raise import_gone() from None
        begun.places.update(fresh)

    async def finish(self, import_id: int, *, rows: int, rejected: int) -> None:
        """Decide that the list is there, and make its leads ready.

        Raises:
            BadInput: the import is gone.
        """
        row = {"of": import_id, "taken": rows, "left_out": rejected}
        await self._writer.commit(Write(_DECIDE, [row], else_raise=import_gone))
        await self._in_slices(_MAKE_READY, import_id)

    async def drop(self, import_id: int) -> None:
        """Delete an undecided import and its leads; a decided one is completed."""
        forgotten = False
        while not forgotten:
            await self._in_slices(_DELETE, import_id)
            # rows that another process adds meanwhile are deleted by the next round
            forgotten = await self._writer.transact(
                lambda connection: _forget(connection, import_id)
            )
        await self._in_slices(_MAKE_READY, import_id)

    async def recover(self) -> int:
        """At a start: delete the imports that were interrupted; returns how many."""
        async with self._reader.connect() as connection:
            undecided = list((await connection.execute(_UNDECIDED)).scalars())
        for import_id in undecided:
            await self.drop(import_id)
        async with self._reader.connect() as connection:
            decided = list((await connection.execute(_UNFINISHED)).scalars())
        for import_id in decided:
            await self._in_slices(_MAKE_READY, import_id)
        return len(undecided)

    async def _known(self, *which: ColumnElement[bool]) -> set[str]:
        query = select(leads.c.number).where(*which, leads.c.state != "importing")
        async with self._reader.connect() as connection:
            return set((await connection.execute(query)).scalars())

    async def _in_slices(self, statement: UpdateBase, import_id: int) -> None:
        changed = _SLICE
        while changed == _SLICE:
            changed = await self._writer.transact(
                lambda connection: connection.execute(statement, {"of": import_id}).rowcount,
                within_s=_PATIENCE_S,
            )


def import_gone() -> BadInput:
    """Return the error for an import that was deleted under its importer."""
    return BadInput("import", "a starting engine took it for an interrupted one", "import it again")


def _list_of(connection: Connection, campaign_id: CampaignId, name: str, at: float) -> ListId:
    """Return the list of that name; made if the campaign has none."""
    known = connection.execute(_LIST, {"campaign": campaign_id, "called": name}).scalar()
    if known is None:
        row = {"campaign_id": campaign_id, "name": name, "created_at": at}
        known = connection.execute(insert(lead_lists).returning(lead_lists.c.id), row).scalar_one()
    return ListId(known)


def _forget(connection: Connection, import_id: int) -> bool:
    connection.execute(_FORGET, {"of": import_id})
    left = connection.execute(_UNDECIDED.where(imports.c.id == bindparam("of")), {"of": import_id})
    return left.first() is None
