"""The audit log in SQL: who did what, to whom or what, and when.

`note_in` writes into the transaction of what it describes. Refuses to know who may look.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, insert, select

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
                yield AuditRow(
                    row.id, row.at, row.by, row.action, row.subject, row.detail, row.tenant_id
                )


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
