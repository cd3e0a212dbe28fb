"""Taking a list of leads in: rows that nobody sees, one decision, then all of them are ready.

An import is never one long transaction (an attempt would wait behind it): its rows are added in
small ones, in a state that is not dialed, and one row decides that the list is there. A process
that dies before the decision leaves rows that `recover` deletes; one that dies after it leaves
rows that `recover` makes ready. Refuses to know how the rows were read.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    UpdateBase,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.adapters.sql.campaigns import unknown_campaign
from dialer.adapters.sql.errors import RowRefused
from dialer.adapters.sql.leads import IMPORTING
from dialer.adapters.sql.schema import imports, leads
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.ids import CampaignId
from dialer.domain.leadfile import LeadRow
from dialer.errors import BadInput

_SLICE: Final = 250
"""Rows made ready or deleted in one transaction."""

_PATIENCE_S: Final = 0.01
"""How long a slice may wait for a commit to share: an import gives way to attempts."""

_IS_UNDECIDED: Final = imports.c.state == "importing"

_BEGIN: Final = insert(imports).values(
    campaign_id=bindparam("campaign"),
    file=bindparam("called"),
    started_at=bindparam("at"),
    state="importing",
)
_ADD: Final = insert(leads).values(
    campaign_id=select(imports.c.campaign_id)
    .where(imports.c.id == bindparam("of"))
    .scalar_subquery(),
    import_id=bindparam("of"),
    number=bindparam("to"),
    attributes=bindparam("about", type_=leads.c.attributes.type),
    state="importing",
)
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


class SqlImportStore:
    """What `dialer.services.import_leads` needs, in SQL; every change returns when committed.

    Args:
        writer: commits; must be running.
        reader: engine for reads.
    """

    def __init__(self, writer: SqlWriter, reader: AsyncEngine) -> None:
        self._writer = writer
        self._reader = reader

    async def begin(self, campaign_id: CampaignId, file: str, *, at: float) -> int:
        """Start an import and return its id.

        Raises:
            BadInput: there is no such campaign.
        """
        row = {"campaign": campaign_id, "called": file, "at": at}

        def work(connection: Connection) -> int:
            key = connection.execute(_BEGIN, row).inserted_primary_key
            return int(key[0]) if key else 0

        try:
            return await self._writer.transact(work)
        except RowRefused:
            raise unknown_campaign(campaign_id) from None

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
        values = [{"of": import_id, "to": row.number, "about": row.attributes} for row in rows]
        try:
            await self._writer.commit(Write(_ADD, values), within_s=_PATIENCE_S)
        except RowRefused:
            raise import_gone() from None

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


def _forget(connection: Connection, import_id: int) -> bool:
    connection.execute(_FORGET, {"of": import_id})
    left = connection.execute(_UNDECIDED.where(imports.c.id == bindparam("of")), {"of": import_id})
    return left.first() is None
