"""What was done by whom, in SQL: rows are added and never changed.

Refuses to know who may do what.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import insert

from dialer.adapters.sql.tables.audit import audit_log
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.ids import MAIN_TENANT, TenantId

_NOTE: Final = insert(audit_log)


class SqlAudit:
    """The audit log of one tenant.

    Args:
        writer: commits; must be running.
        tenant_id: whose log it is.
    """

    def __init__(self, writer: SqlWriter, tenant_id: TenantId = MAIN_TENANT) -> None:
        self._writer = writer
        self._tenant_id = tenant_id

    async def note(
        self, by: str, action: str, subject: str, detail: Mapping[str, Any], at: float
    ) -> None:
        """Commit what was done.

        Args:
            by: the person, as they are known here.
            action: one word: reveal, export, playback, ...
            subject: what it was done to.
            detail: what else there is to know, as JSON.
            at: epoch seconds.
        """
        row = {
            "tenant_id": self._tenant_id,
            "at": at,
            "by": by,
            "action": action,
            "subject": subject,
            "detail": dict(detail),
        }
        await self._writer.commit(Write(_NOTE, [row]))
