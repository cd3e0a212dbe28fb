"""The audit log, as far as services write it themselves.

Knows that a note is there when `note` returns. Refuses to know who may look.
"""

from collections.abc import Mapping
from typing import Any, Protocol


class AuditLog(Protocol):
    """Who did what, to whom or what, and when."""

    async def note(
        self,
        *,
        by: str,
        action: str,
        subject: str,
        detail: Mapping[str, Any],
        at: float,
        tenant_id: str,
    ) -> None:
        """Note one thing; it is committed when this returns.

        Args:
            by: who did it.
            action: one word.
            subject: what it was done to.
            detail: facts, as JSON has them.
            at: epoch seconds.
            tenant_id: whose log.

        Raises:
            StoreUnavailable: it may or may not be noted.
        """
        ...
