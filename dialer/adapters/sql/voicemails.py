"""Voicemails in SQL: left once, heard first by somebody, seen to by an agent, removed.

Knows rows. Refuses to delete files, and to know who may listen.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, literal, select, update
from sqlalchemy import delete as remove_from
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.belonging import (
    check_agent,
    id_of_queue,
    name_of_queue,
    queue_named,
)
from dialer.adapters.sql.newest import known, newest_first
from dialer.adapters.sql.outbox_steps import OutboxSteps
from dialer.adapters.sql.prunable import held as under_hold
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.campaigns import queues
from dialer.adapters.sql.tables.content import voicemails
from dialer.adapters.sql.voicemail_events import of_voicemail
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.call_record import check_time
from dialer.domain.ids import MAIN_TENANT, AgentId, TenantId
from dialer.domain.voicemail import (
    FOLDER,
    BoxWaiting,
    Voicemail,
    VoicemailKey,
    VoicemailsFound,
    VoicemailsWanted,
    checked_class,
    checked_voicemail,
)
from dialer.domain.webhook import Topic
from dialer.errors import NoSuch, Taken, WrongState

PATH_OF_VOICEMAIL: Final = (literal(f"{FOLDER}/") + voicemails.c.file).label("path")
"""Where its file is, below the recordings."""

_CLASS: Final = voicemails.c["class"]
_COLUMNS: Final = (
    *(one for one in voicemails.c if one is not _CLASS),
    _CLASS.label("class_name"),
    name_of_queue(voicemails.c.queue_id),
)
_LEFT: Final = (
    upsert(voicemails).on_conflict_do_nothing(index_elements=["file"]).returning(voicemails.c.id)
)
_BOX: Final = func.coalesce(queues.c.name, _CLASS)
_WAITING: Final = (
    select(
        voicemails.c.tenant_id,
        _BOX.label("box"),
        func.count().label("unheard"),
        func.min(voicemails.c.at).label("oldest_at"),
    )
    .select_from(voicemails)
    .outerjoin(queues, queues.c.id == voicemails.c.queue_id)
    .where(voicemails.c.heard_at.is_(None), voicemails.c.done_at.is_(None))
    .group_by(voicemails.c.tenant_id, _BOX)
    .order_by(voicemails.c.tenant_id, _BOX)
)


class SqlVoicemails:
    """A `Voicemails` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
        outbox: tells webhooks.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader, *, outbox: OutboxSteps) -> None:
        self._writer = writer
        self._reader = reader
        self._outbox = outbox

    async def left(self, voicemail: Voicemail) -> Voicemail:
        """Put a voicemail on record and return it with its id; of a file, once."""
        checked_voicemail(voicemail)
        row = {
            "tenant_id": voicemail.tenant_id,
            "number": voicemail.number,
            "file": voicemail.file,
            "at": voicemail.at,
            "seconds": voicemail.seconds,
            "class": voicemail.class_name,
        }

        def work(connection: Connection) -> Voicemail:
            queue_id = None
            if voicemail.queue is not None:
                queue_id = queue_named(connection, voicemail.queue, voicemail.tenant_id)
            voicemail_id = connection.execute(_LEFT, {**row, "queue_id": queue_id}).scalar()
            if voicemail_id is not None:
                self._tell(connection, Topic.VOICEMAIL_LEFT, voicemail_id, "", voicemail.at)
                return replace(voicemail, voicemail_id=voicemail_id)
            there = connection.execute(
                select(*_COLUMNS).where(voicemails.c.file == voicemail.file)
            ).one()
            if there.tenant_id != voicemail.tenant_id:
                raise Taken("file", f"{voicemail.file!r} is on record", "give it another name")
            return _voicemail(there)

        numbers = [voicemail.number] if voicemail.number else []
        return await self._writer.transact(work, numbers=numbers)

    async def newest(
        self,
        wanted: VoicemailsWanted,
        *,
        limit: int,
        before: VoicemailKey | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> VoicemailsFound:
        """Return the newest voicemails of those that are wanted."""
        which = (voicemails.c.tenant_id == tenant_id, *_those(wanted, tenant_id))
        order = (voicemails.c.at, voicemails.c.id)
        page = newest_first(select(*_COLUMNS).where(*which), order, before, limit)
        unheard = select(func.count()).where(*which, voicemails.c.heard_at.is_(None))
        async with self._reader.connect() as connection:
            found = [_voicemail(row) for row in await connection.execute(page)]
            return VoicemailsFound(found, (await connection.execute(unheard)).scalar_one())

    async def get(self, voicemail_id: int, *, tenant_id: str = MAIN_TENANT) -> Voicemail | None:
        """Return a voicemail, or None."""
        query = select(*_COLUMNS).where(*_this(voicemail_id, tenant_id))
        async with self._reader.connect() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else _voicemail(row)

    async def heard(
        self, voicemail_id: int, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> bool:
        """Record who heard it first; tells whether this one did."""
        check_time("at", at)
        this = _this(voicemail_id, tenant_id)

        def work(connection: Connection) -> bool:
            first = update(voicemails).where(*this, voicemails.c.heard_at.is_(None))
            if connection.execute(first.values(heard_by=by, heard_at=at)).rowcount:
                return True
            if connection.execute(select(voicemails.c.id).where(*this)).first() is None:
                raise _missing(voicemail_id)
            return False

        return await self._writer.transact(work)

    async def assign(
        self,
        voicemail_id: int,
        agent_id: AgentId | None,
        *,
        by: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> None:
        """Give it to an agent who sees to it; None: to nobody. It is noted."""

        def work(connection: Connection) -> None:
            if agent_id is not None:
                check_agent(connection, agent_id, tenant_id)
            this = update(voicemails).where(*_this(voicemail_id, tenant_id))
            if not connection.execute(this.values(assigned_to=agent_id)).rowcount:
                raise _missing(voicemail_id)
            note_in(
                connection,
                "voicemail_assign",
                f"voicemail {voicemail_id}",
                {"agent": agent_id},
                by=by,
                at=at,
                tenant_id=tenant_id,
            )
            self._tell(connection, Topic.VOICEMAIL_ASSIGNED, voicemail_id, by, at)

        await self._writer.transact(work)

    async def done(
        self,
        voicemail_id: int,
        *,
        done: bool,
        by: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> bool:
        """Say that somebody is through with it, or not after all; see `Voicemails`."""
        check_time("at", at)
        this = _this(voicemail_id, tenant_id)

        def work(connection: Connection) -> bool:
            said = {"done_by": by, "done_at": at} if done else {"done_by": None, "done_at": None}
            news = update(voicemails).where(*this, known(voicemails.c.done_at, not done))
            if not connection.execute(news.values(**said)).rowcount:
                if connection.execute(select(voicemails.c.id).where(*this)).first() is None:
                    raise _missing(voicemail_id)
                return False
            note_in(
                connection,
                "voicemail_done",
                f"voicemail {voicemail_id}",
                {"done": done},
                by=by,
                at=at,
                tenant_id=tenant_id,
            )
            if done:
                self._tell(connection, Topic.VOICEMAIL_DONE, voicemail_id, by, at)
            return True

        return await self._writer.transact(work)

    async def waiting(self) -> list[BoxWaiting]:
        """Return the boxes in which something lies that nobody has heard; see `Voicemails`."""
        async with self._reader.connect() as connection:
            rows = (await connection.execute(_WAITING)).all()
        return [
            BoxWaiting(TenantId(row.tenant_id), row.box, row.unheard, row.oldest_at) for row in rows
        ]

    def _tell(
        self, connection: Connection, topic: Topic, voicemail_id: int, by: str, at: float
    ) -> None:
        if not self._outbox.wants(connection, topic):
            return
        row = connection.execute(select(*_COLUMNS).where(voicemails.c.id == voicemail_id)).one()
        self._outbox.tell(connection, [of_voicemail(topic, row, row.queue, by, at)])

    async def classify(
        self, voicemail_id: int, class_name: str, *, tenant_id: str = MAIN_TENANT
    ) -> None:
        """Say what it is about, in a word; "": nobody has said."""
        checked_class(class_name)

        def work(connection: Connection) -> None:
            this = update(voicemails).where(*_this(voicemail_id, tenant_id))
            if not connection.execute(this.values({_CLASS: class_name})).rowcount:
                raise _missing(voicemail_id)

        await self._writer.transact(work)

    async def remove(
        self, voicemail_id: int, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> str:
        """Take it off the record and return its file, to be deleted now. It is noted."""
        this = _this(voicemail_id, tenant_id)

        def work(connection: Connection) -> str:
            held = under_hold(voicemails.c.number).label("held")
            row = connection.execute(
                select(voicemails.c.file, name_of_queue(voicemails.c.queue_id), held).where(*this)
            ).first()
            if row is None:
                raise _missing(voicemail_id)
            if row.held:
                problem = "its number is under a legal hold"
                raise WrongState("voicemail", problem, "lift the hold first")
            connection.execute(remove_from(voicemails).where(*this))
            note_in(
                connection,
                "voicemail_remove",
                f"voicemail {voicemail_id}",
                {"file": row.file, "queue": row.queue},
                by=by,
                at=at,
                tenant_id=tenant_id,
            )
            return str(row.file)

        return await self._writer.transact(work)


def _this(voicemail_id: int, tenant_id: str) -> tuple[ColumnElement[bool], ...]:
    return voicemails.c.id == voicemail_id, voicemails.c.tenant_id == tenant_id


def _those(wanted: VoicemailsWanted, tenant_id: str) -> Iterator[ColumnElement[bool]]:
    if wanted.queue is not None:
        yield voicemails.c.queue_id == id_of_queue(wanted.queue, tenant_id)
    if wanted.number is not None:
        yield voicemails.c.number == wanted.number
    if wanted.class_name is not None:
        yield voicemails.c["class"] == wanted.class_name
    if wanted.heard is not None:
        yield known(voicemails.c.heard_at, wanted.heard)
    if wanted.done is not None:
        yield known(voicemails.c.done_at, wanted.done)
    if wanted.assigned_to is not None:
        yield voicemails.c.assigned_to == wanted.assigned_to


def _missing(voicemail_id: int) -> NoSuch:
    return NoSuch("voicemail", f"{voicemail_id} does not exist", "name one that is listed")


def _voicemail(row: AnyRow) -> Voicemail:
    return Voicemail(
        number=row.number,
        file=row.file,
        at=row.at,
        tenant_id=TenantId(row.tenant_id),
        queue=row.queue,
        seconds=row.seconds,
        heard_by=row.heard_by,
        heard_at=row.heard_at,
        assigned_to=None if row.assigned_to is None else AgentId(row.assigned_to),
        class_name=row.class_name,
        done_by=row.done_by,
        done_at=row.done_at,
        voicemail_id=row.id,
    )
