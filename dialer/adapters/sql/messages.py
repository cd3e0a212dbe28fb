"""Messages to agents in SQL, and who has read them.

To whom a message is, is decided when it is read: who joins a team finds what was sent to it. Knows
rows. Refuses to know how a message reaches a screen.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, func, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.belonging import check_agent, is_agent_of, team_named, team_of
from dialer.adapters.sql.newest import newest_first
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.content import message_reads, messages
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.call_record import check_time
from dialer.domain.ids import MAIN_TENANT, AgentId, TenantId
from dialer.domain.message import (
    EVERYONE,
    TO_AGENT,
    TO_TEAM,
    Message,
    MessageKey,
    addressed,
    checked_message,
)
from dialer.errors import NoSuch

_SEND: Final = insert(messages).returning(messages.c.id)
_READ: Final = (
    upsert(message_reads)
    .on_conflict_do_nothing(index_elements=["message_id", "agent_id"])
    .returning(message_reads.c.message_id)
)
_ORDER: Final = (messages.c.at, messages.c.id)


class SqlMessages:
    """A `Messages` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def send(self, message: Message) -> Message:
        """Send a message and return it with its id; a team is named by id or name."""
        checked_message(message)

        def work(connection: Connection) -> Message:
            sent = replace(message, sent_to=_recipient(connection, message), read_at=None)
            row = {
                "tenant_id": sent.tenant_id,
                "sent_by": sent.sent_by,
                "sent_to": sent.sent_to,
                "body": sent.body,
                "at": sent.at,
            }
            return replace(sent, message_id=connection.execute(_SEND, row).scalar_one())

        return await self._writer.transact(work)

    async def sent(
        self, *, limit: int, before: MessageKey | None = None, tenant_id: str = MAIN_TENANT
    ) -> list[Message]:
        """Return what was sent to whomever, the newest first."""
        query = select(messages, literal(None).label("read_at"))
        query = query.where(messages.c.tenant_id == tenant_id)
        async with self._reader.connect() as connection:
            found = await connection.execute(newest_first(query, _ORDER, before, limit))
            return [_message(row) for row in found]

    async def inbox(
        self,
        agent_id: AgentId,
        *,
        limit: int,
        unread: bool = False,
        before: MessageKey | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> list[Message]:
        """Return what was sent to an agent, to their present team or to everyone."""

        def ask(connection: Connection) -> list[Message]:
            columns = (*messages.c, message_reads.c.at.label("read_at"))
            query = _to(connection, agent_id, tenant_id, *columns)
            if unread:
                query = query.where(message_reads.c.at.is_(None))
            found = connection.execute(newest_first(query, _ORDER, before, limit))
            return [_message(row) for row in found]

        async with self._reader.connect() as connection:
            return await connection.run_sync(ask)

    async def unread_count(self, agent_id: AgentId, *, tenant_id: str = MAIN_TENANT) -> int:
        """Count what an agent has not read."""

        def ask(connection: Connection) -> int:
            query = _to(connection, agent_id, tenant_id, func.count())
            found = connection.execute(query.where(message_reads.c.at.is_(None)))
            return int(found.scalar_one())

        async with self._reader.connect() as connection:
            return await connection.run_sync(ask)

    async def mark_read(
        self, message_id: int, agent_id: AgentId, at: float, *, tenant_id: str = MAIN_TENANT
    ) -> bool:
        """Record when an agent read a message; tells whether this is the first time."""
        check_time("at", at)
        row = {"message_id": message_id, "agent_id": agent_id, "at": at}

        def work(connection: Connection) -> bool:
            query = _to(connection, agent_id, tenant_id, messages.c.id)
            if connection.execute(query.where(messages.c.id == message_id)).first() is None:
                raise _missing(message_id)
            return connection.execute(_READ, row).first() is not None

        return await self._writer.transact(work)

    async def readers(
        self, message_id: int, *, tenant_id: str = MAIN_TENANT
    ) -> Mapping[AgentId, float]:
        """Return who has read a message, and when."""
        this = select(messages.c.id).where(
            messages.c.id == message_id, messages.c.tenant_id == tenant_id
        )
        reads = select(message_reads).where(message_reads.c.message_id == message_id)
        async with self._reader.connect() as connection:
            if (await connection.execute(this)).first() is None:
                raise _missing(message_id)
            return {AgentId(row.agent_id): row.at for row in await connection.execute(reads)}


def _recipient(connection: Connection, message: Message) -> str:
    """Return to whom a message goes, by id."""
    kind, name = addressed(message.sent_to)
    if kind == TO_AGENT:
        check_agent(connection, name, message.tenant_id)
    elif kind == TO_TEAM:
        name = team_named(connection, name, message.tenant_id)
    return kind + name


def _to(connection: Connection, agent_id: str, tenant_id: str, *columns: Any) -> Select[Any]:
    """Return the query of what is to an agent, with when they read it."""
    addresses = []
    if is_agent_of(connection, agent_id, tenant_id):
        addresses = [EVERYONE, TO_AGENT + agent_id]
        team_id = team_of(connection, agent_id)
        if team_id is not None:
            addresses.append(TO_TEAM + team_id)
    mine = and_(message_reads.c.message_id == messages.c.id, message_reads.c.agent_id == agent_id)
    return (
        select(*columns)
        .select_from(messages)
        .outerjoin(message_reads, mine)
        .where(messages.c.tenant_id == tenant_id, messages.c.sent_to.in_(addresses))
    )


def _missing(message_id: int) -> NoSuch:
    return NoSuch("message", f"{message_id} does not exist", "name one that is listed")


def _message(row: AnyRow) -> Message:
    return Message(
        sent_by=row.sent_by,
        sent_to=row.sent_to,
        body=row.body,
        at=row.at,
        tenant_id=TenantId(row.tenant_id),
        message_id=row.id,
        read_at=row.read_at,
    )
