"""The audit log in memory; it can be away, as a database can.

Refuses to know who may look.
"""

from collections.abc import Mapping
from typing import Any

from dialer.errors import StoreUnavailable
from dialer.testing.tables import Tables


class MemoryAudit:
    """An `AuditLog` (dialer.ports) in memory.

    Args:
        tables: whose log is written.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.away = False

    async def note(
        self,
        *,
        by: str,
        action: str,
        subject: str,
        detail: Mapping[str, Any],
        at: float,
        tenant_id: str,  # noqa: ARG002 - the tables have one log for all
    ) -> None:
        """Note one thing; see `AuditLog.note`."""
        if self.away:
            raise StoreUnavailable("away")
        self._tables.audit.append((at, by, action, subject, dict(detail)))
