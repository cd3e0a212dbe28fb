"""The audit log in SQL: who did what, to whom or what, and when.

`note_in` writes into the transaction of what it describes. Refuses to know who may look.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, or_, select

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.audit import audit_log
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.ids import MAIN_TENANT

_PAGE: Final = 500
"""Rows read at once."""

_NOTE: Final = insert(audit_log)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that was done."""

    row_id: int
    at: float
    """Epoch seconds."""
    by: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    tenant_id: str


class SqlAudit:
    """The audit log.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def note(
        self,
        *,
        by: str,
        action: str,
        subject: str,
        detail: Mapping[str, Any],
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> None:
        """Note what changes nothing in the database: a reveal, an export, a playback.

        Args:
            by: who did it.
            action: one word, such as "reveal".
            subject: what it was done to.
            detail: facts, as JSON has them.
            at: epoch seconds.
            tenant_id: whose data it is.
        """
        row = _row(by, action, subject, detail, at, tenant_id)
        await self._writer.commit(Write(_NOTE, [row]))

    async def note_once(
        self,
        *,
        by: str,
        action: str,
        subject: str,
        detail: Mapping[str, Any],
        at: float,
        within_s: float,
        tenant_id: str = MAIN_TENANT,
    ) -> bool:
        """Note something unless the same was noted of the same within a time; tell whether it was.

        Arguments as `note`; what is asked for in many pieces is one thing that was done.
        """
        row = _row(by, action, subject, detail, at, tenant_id)
        same = select(audit_log.c.id).where(
            audit_log.c.tenant_id == tenant_id,
            audit_log.c.at > at - within_s,
            audit_log.c.by == by,
            audit_log.c.action == action,
            audit_log.c.subject == subject,
        )

        def work(connection: Connection) -> bool:
            if connection.execute(same.limit(1)).first() is not None:
                return False
            connection.execute(_NOTE, [row])
            return True

        return await self._writer.transact(work)

    async def newest(
        self,
        *,
        limit: int,
        before: tuple[float, int] | None = None,
        since: float | None = None,
        until: float | None = None,
        by: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> list[AuditRow]:
        """Return what was noted last, newest first.

        Args:
            limit: rows at most.
            before: time and id of a row; only what comes behind it.
            since: from this instant on, epoch seconds.
            until: before this instant.
            by: only what this one did.
            action: only this one.
            subject: only of this one.
            tenant_id: whose log.
        """
        query = select(audit_log).where(audit_log.c.tenant_id == tenant_id)
        for column, value in (
            (audit_log.c.by, by),
            (audit_log.c.action, action),
            (audit_log.c.subject, subject),
        ):
            if value is not None:
                query = query.where(column == value)
        if since is not None:
            query = query.where(audit_log.c.at >= since)
        if until is not None:
            query = query.where(audit_log.c.at < until)
        if before is not None:
            at, row_id = before
            query = query.where(
                audit_log.c.at <= at, or_(audit_log.c.at < at, audit_log.c.id < row_id)
            )
        query = query.order_by(audit_log.c.at.desc(), audit_log.c.id.desc()).limit(limit)
        async with self._reader.connect() as connection:
            return [_audited(row) for row in await connection.execute(query)]

    async def read(
        self,
        *,
        since: float | None = None,
        until: float | None = None,
        action: str | None = None,
        subject: str | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> AsyncIterator[AuditRow]:
        """Yield what was noted, in the order in which it was.

        Args:
            since: from this instant on, epoch seconds; None: from the first.
            until: before this instant; None: to the last.
            action: only this one.
            subject: only of this one.
            tenant_id: whose log.
        """
        query = select(audit_log).where(audit_log.c.tenant_id == tenant_id)
        if since is not None:
            query = query.where(audit_log.c.at >= since)
        if until is not None:
            query = query.where(audit_log.c.at < until)
        if action is not None:
            query = query.where(audit_log.c.action == action)
        if subject is not None:
            query = query.where(audit_log.c.subject == subject)
        async for rows in self._reader.pages(query, audit_log.c.id, _PAGE):
            for row in rows:
                yield _audited(row)


def note_in(
    connection: Connection,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
    *,
    by: str,
    at: float,
    tenant_id: str = MAIN_TENANT,
) -> None:
    """Note what the transaction of a connection does; arguments as `SqlAudit.note`."""
    connection.execute(_NOTE, [_row(by, action, subject, detail, at, tenant_id)])


def _audited(row: Row[Any]) -> AuditRow:
    return AuditRow(row.id, row.at, row.by, row.action, row.subject, row.detail, row.tenant_id)


def _row(
    by: str, action: str, subject: str, detail: Mapping[str, Any], at: float, tenant_id: str
) -> dict[str, Any]:
    return {
        "tenant_id": tenant_id,
        "at": at,
        "by": by,
        "action": action,
        "subject": subject,
        "detail": dict(detail),
    }
