"""Taking a list of leads in: rows that nobody sees, one decision, then all of them are ready.

An import is never one long transaction (an attempt would wait behind it): its rows are added in
small ones, in a state that is not dialed, and one row decides that the list is there. Between two
of them on SQLite, which has one lock for all writers, it gives way. A process that dies before the
decision leaves rows that `recover` deletes once it is no longer taken for alive; one that dies
after it leaves rows that `recover` makes ready. Refuses to know how the rows were read.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import (
    Connection,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    text,
    union,
    update,
)

from dialer.adapters.sql.campaigns import unknown_campaign
from dialer.adapters.sql.errors import RowRefused
from dialer.adapters.sql.giving_way import transact_giving_way
from dialer.adapters.sql.imported_rows import (
    FILTERED,
    BegunImport,
    PreparedRows,
    RowWriter,
    places_of,
    prepared,
)
from dialer.adapters.sql.known_numbers import known_numbers
from dialer.adapters.sql.lead_changes import LeadChanges
from dialer.adapters.sql.lead_lists import list_named
from dialer.adapters.sql.places import SqlPlaces
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.leads import imports, lead_changes, lead_lists, leads
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.campaign import settings_from
from dialer.domain.ids import CampaignId
from dialer.domain.lead_change import LeadChange
from dialer.domain.leadfile import LeadRow
from dialer.errors import BadInput

ALIVE_S: Final = 60.0
"""How long an import is taken for alive after its last sign."""

_ROWS_OF_FILE: Final = 200
"""Rows in one transaction on SQLite: a few ms, for whoever waits for its lock."""

_ROWS_OF_SERVER: Final = 500
"""The same on PostgreSQL, where nobody waits: 10 to 20 ms."""

_GIVE_WAY_S: Final = 0.004
"""Pause between transactions on SQLite: those who wait look again after 1, 2, 5, 10 ... ms."""

_IS_UNDECIDED: Final = imports.c.state == "importing"
_THIS: Final = imports.c.id == bindparam("of")

# written into the statement, not bound: a partial index is used only if its words can be seen
IMPORTING: Final = text("leads.state = 'importing'")
_RENEW: Final = update(imports).where(_THIS, _IS_UNDECIDED).values(alive_until=bindparam("until"))
_DECIDE: Final = (
    update(imports)
    .where(_THIS, _IS_UNDECIDED)
    .values(state="done", rows=bindparam("taken"), rejected=bindparam("left_out"))
)
_GIVE_UP: Final = update(imports).where(_THIS, _IS_UNDECIDED).values(state="deleting")
_GIVE_UP_DEAD: Final = (
    update(imports)
    .where(_IS_UNDECIDED, imports.c.alive_until < bindparam("now"))
    .values(state="deleting")
)
_STATE: Final = select(imports.c.state).where(_THIS)
_GIVEN_UP: Final = select(imports.c.id).where(imports.c.state == "deleting")
_FORGET: Final = delete(imports).where(_THIS, imports.c.state == "deleting")
_CHANGED_ONLY: Final = delete(imports).where(_THIS, imports.c.state == "done", imports.c.rows == 0)
_UNFINISHED: Final = union(
    select(leads.c.import_id)
    .join(imports, imports.c.id == leads.c.import_id)
    .where(IMPORTING, imports.c.state == "done"),
    select(lead_changes.c.import_id)
    .join(imports, imports.c.id == lead_changes.c.import_id)
    .where(imports.c.state == "done"),
)

_OF_IMPORT: Final = (IMPORTING, leads.c.import_id == bindparam("of"))
_NEXT: Final = (
    select(leads.c.id)
    .where(*_OF_IMPORT, leads.c.id > bindparam("after"))
    .order_by(leads.c.id)
    .limit(bindparam("most"))
    .subquery()
)
_LAST: Final = select(func.max(_NEXT.c.id))
# by their state as well: a lead that another process made ready may be leased meanwhile
_SLICE: Final = (
    *_OF_IMPORT,
    leads.c.id > bindparam("after"),
    leads.c.id <= bindparam("last"),
)
_MAKE_READY: Final = (
    update(leads)
    .where(*_SLICE)
    .values(state=case((leads.c.why == FILTERED, FILTERED), else_="ready"))
)
_DELETE: Final = delete(leads).where(
    *_SLICE, select(imports.c.id).where(_THIS, imports.c.state == "deleting").exists()
)

_SETTINGS: Final = select(campaigns.c.settings).where(campaigns.c.id == bindparam("campaign"))


class SqlImportStore:
    """What `dialer.services.import_leads` needs, in SQL; every change returns when committed.

    Args:
        writer: commits; must be running.
        reader: for queries.
        changes: makes what is to change of leads that are there already.
        now: seconds since the epoch, for signs of life.
    """

    def __init__(
        self,
        writer: SqlWriter,
        reader: SqlReader,
        *,
        changes: LeadChanges,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._changes = changes
        self._writer = writer
        self._reader = reader
        self._now = now
        self._places = SqlPlaces(writer)
        self._rows = RowWriter()
        self._begun: dict[int, BegunImport] = {}
        self._slice = _ROWS_OF_SERVER if reader.is_server else _ROWS_OF_FILE

    async def begin(
        self,
        campaign_id: CampaignId,
        file: str,
        *,
        at: float,
        list_name: str = "",
        source: str = "",
        cost: float | None = None,
    ) -> int:
        """Start an import into a list, a new one or one of the campaign; return its id.

        Args:
            campaign_id: of an existing campaign.
            file: its name, for people.
            at: seconds since the epoch.
            list_name: the file's name unless given.
            source: where the list is from; "" leaves what is known.
            cost: of the whole list; None leaves what is known.

        Raises:
            BadInput: there is no such campaign.
        """
        until = self._now() + ALIVE_S
        made: list[int] = []

        def work(connection: Connection) -> BegunImport:
            list_id = list_named(connection, campaign_id, list_name or file, at)
            told = {"source": source} if source else {}
            if told or cost is not None:
                values = told if cost is None else {**told, "cost": cost}
                connection.execute(
                    update(lead_lists).where(lead_lists.c.id == list_id).values(values)
                )
            row = {
                "campaign_id": campaign_id,
                "list_id": list_id,
                "file": file,
                "started_at": at,
                "state": "importing",
                "alive_until": until,
            }
            import_id = connection.execute(
                insert(imports).returning(imports.c.id), row
            ).scalar_one()
            made.append(import_id)
            found = connection.execute(_SETTINGS, {"campaign": campaign_id}).scalar_one()
            settings = settings_from(found)
            wanted = settings.lead_filter
            return BegunImport(import_id, campaign_id, list_id, settings.order, wanted, at)

        try:
            begun = await self._writer.transact(work)
        except RowRefused:
            raise unknown_campaign(campaign_id) from None
        except asyncio.CancelledError:  # it may be committed all the same, and nobody knows it
            await self._writer.transact(partial(_forget_begun, made, campaign_id, at))
            raise
        self._begun[begun.import_id] = begun
        return begun.import_id

    async def known(self, campaign_id: CampaignId, numbers: Sequence[str]) -> set[str]:
        """Return those of the numbers (E.164) that the campaign has leads of already."""
        return await known_numbers(self._reader, numbers, campaign_id)

    async def known_anywhere(self, numbers: Sequence[str]) -> set[str]:
        """Return those of the numbers (E.164) that any campaign has leads of already."""
        return await known_numbers(self._reader, numbers, None)

    async def add(self, import_id: int, rows: Sequence[LeadRow]) -> None:
        """Add leads that nobody sees yet, and give a sign of life; a few thousand at a time.

        Raises:
            BadInput: the import is gone.
        """
        begun = self._begun.get(import_id)
        if begun is None:
            raise import_gone()
        for start in range(0, max(len(rows), 1), self._slice):
            await self._add(begun, rows[start : start + self._slice])
            await self._give_way()

    async def stage(self, import_id: int, changes: Mapping[int, LeadChange]) -> None:
        """Keep changes of leads that are there already, made once the import is decided.

        Raises:
            BadInput: the import is gone.
        """
        ids = sorted(changes)
        for start in range(0, len(ids), self._slice):
            part = {lead_id: changes[lead_id] for lead_id in ids[start : start + self._slice]}
            renewed = {"of": import_id, "until": self._now() + ALIVE_S}

            def work(
                connection: Connection,
                part: Mapping[int, LeadChange] = part,
                renewed: dict[str, Any] = renewed,
            ) -> None:
                if connection.execute(_RENEW, renewed).rowcount != 1:
                    raise import_gone()
                self._changes.stage(connection, import_id, part)

            await self._writer.transact(work)
            await self._give_way()

    async def finish(self, import_id: int, *, rows: int, rejected: int) -> None:
        """Decide that the list is there, and make its leads ready.

        Raises:
            BadInput: the import is gone.
        """
        await self.finish_all({import_id: (rows, rejected)})

    async def finish_all(self, taken: Mapping[int, tuple[int, int]]) -> None:
        """Decide imports together, make their leads ready and what they change.

        Args:
            taken: import to rows taken and rejected.

        Raises:
            BadInput: one of them is gone; none is decided.
        """
        asked = [
            {"of": import_id, "taken": rows, "left_out": rejected}
            for import_id, (rows, rejected) in sorted(taken.items())
        ]
        await self._writer.commit(*(Write(_DECIDE, [row], else_raise=import_gone) for row in asked))
        for import_id in taken:
            self._begun.pop(import_id, None)
        for import_id in sorted(taken):
            await self._complete(import_id)
        empty = [{"of": import_id} for import_id, (rows, _) in taken.items() if not rows]
        await self._writer.commit(Write(_CHANGED_ONLY, empty))  # no lead is of it

    async def drop(self, import_id: int) -> None:
        """Delete an undecided import and its leads; a decided one is completed."""
        self._begun.pop(import_id, None)

        def work(connection: Connection) -> str:
            connection.execute(_GIVE_UP, {"of": import_id})
            return str(connection.execute(_STATE, {"of": import_id}).scalar())

        if await self._writer.transact(work) == "done":
            await self._complete(import_id)
        else:
            await self._delete(import_id)

    async def recover(self, *, at: float | None = None) -> int:
        """At a start: delete the imports that were interrupted; returns how many.

        Those of processes that are taken for alive are left alone; decided ones are completed.

        Args:
            at: seconds since the epoch; now unless given.
        """
        now = self._now() if at is None else at
        await self._writer.transact(
            lambda connection: connection.execute(_GIVE_UP_DEAD, {"now": now}).rowcount
        )
        async with self._reader.connect() as connection:
            given_up = list((await connection.execute(_GIVEN_UP)).scalars())
            decided = list((await connection.execute(_UNFINISHED)).scalars())
        for import_id in given_up:
            await self._delete(import_id)
        for import_id in decided:
            await self._complete(import_id)
        return len(given_up)

    async def _add(self, begun: BegunImport, rows: Sequence[LeadRow]) -> None:
        places = await asyncio.to_thread(places_of, rows)
        ids = await self._places.ids(place for some in places for place in some)
        made = await asyncio.to_thread(prepared, begun, rows, places, ids)
        renewed = {"of": begun.import_id, "until": self._now() + ALIVE_S}
        try:
            await self._writer.transact(
                lambda connection: _add_rows(connection, renewed, self._rows, made)
            )
        except RowRefused:
            raise import_gone() from None
        begun.places.update(row["place_id"] for row in made.places)

    async def _complete(self, import_id: int) -> None:
        """Make the leads of a decided import ready, and its changes."""
        await self._in_slices(_MAKE_READY, import_id)
        done = 1
        while done:
            done = await transact_giving_way(
                self._writer,
                lambda connection: self._changes.apply_staged(connection, import_id, self._now()),
            )
            await self._give_way()

    async def _delete(self, import_id: int) -> None:
        await self._in_slices(_DELETE, import_id)
        await self._writer.transact(
            lambda connection: connection.execute(_FORGET, {"of": import_id}).rowcount
        )

    async def _in_slices(self, statement: Any, import_id: int) -> None:
        after: int | None = -1
        while after is not None:
            where = {"of": import_id, "after": after, "most": self._slice}
            after = await self._writer.transact(partial(_next_slice, statement, where))
            await self._give_way()

    async def _give_way(self) -> None:
        if not self._reader.is_server:
            await asyncio.sleep(_GIVE_WAY_S)


def import_gone() -> BadInput:
    """Return the error for an import that was deleted under its importer."""
    return BadInput("import", "a starting engine took it for an interrupted one", "import it again")


def _forget_begun(
    made: Sequence[int], campaign_id: CampaignId, at: float, connection: Connection
) -> None:
    """Delete the import that was begun last; the writer is through with it when this runs."""
    for import_id in made[-1:]:
        this = (imports.c.id == import_id, imports.c.campaign_id == campaign_id)
        connection.execute(delete(imports).where(*this, _IS_UNDECIDED, imports.c.started_at == at))


def _add_rows(
    connection: Connection, renewed: dict[str, Any], writer: RowWriter, rows: PreparedRows
) -> None:
    # first, and of an undecided import only: who gives an import up waits for this, or is seen
    if connection.execute(_RENEW, renewed).rowcount != 1:
        raise import_gone()
    writer.write(connection, rows)


def _next_slice(statement: Any, where: dict[str, Any], connection: Connection) -> int | None:
    """Change the next leads of an import; return the last one's id, None if there was none."""
    last = connection.execute(_LAST, where).scalar()
    if last is None:
        return None
    connection.execute(statement, {"of": where["of"], "after": where["after"], "last": last})
    return int(last)
