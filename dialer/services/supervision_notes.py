"""What is noted in the audit log of supervisors who listen: who, whom, which call, how, and when.

A beginning and a turn are noted before they take effect; an end afterwards, however long the
database is away. Refuses to know when either happens.
"""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from dialer.domain.supervision import Spy
from dialer.errors import StoreUnavailable
from dialer.ports import AuditLog, Clock

NOTE_WITHIN_S: Final = 5.0
"""How long the database may take to note something."""

NOTE_AGAIN_S: Final = 1.0
"""Between two tries to note an end while the database is away."""


class SpyNotes:
    """The notes of one node.

    Args:
        audit: where they are put.
        clock: of the engine.
    """

    def __init__(self, audit: AuditLog, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock
        self._ended: asyncio.Queue[tuple[Spy, float]] = asyncio.Queue()
        """Not noted yet, and when it was."""

    def ended(self, spy: Spy) -> None:
        """Have an end noted, in the background."""
        self._ended.put_nowait((spy, self._clock.now()))

    async def run(self) -> None:
        """Note what ended, for ever."""
        while True:
            spy, at = await self._ended.get()
            over = spy.ended_by.value if spy.ended_by is not None else ""
            while True:
                try:
                    await self.note(spy, "end", {"ended_by": over}, at=at)
                    break
                except StoreUnavailable:
                    await asyncio.sleep(NOTE_AGAIN_S)

    async def note(
        self,
        spy: Spy,
        what: str,
        facts: Mapping[str, str] = MappingProxyType({}),
        *,
        at: float | None = None,
    ) -> None:
        """Note one thing; it is committed when this returns.

        Args:
            spy: who listens to whom.
            what: the mode that begins, or "end".
            facts: more of it.
            at: epoch seconds; None: now.

        Raises:
            StoreUnavailable: it may or may not be noted.
        """
        detail: Mapping[str, Any] = {
            "spy": spy.spy_id,
            "agent": spy.agent_id,
            "phone": spy.phone,
            "call": spy.call_id,
            "mode": what if what != "end" else spy.mode.value,
            **facts,
        }
        try:
            async with asyncio.timeout(NOTE_WITHIN_S):
                await self._audit.note(
                    by=spy.by,
                    action=f"supervise_{what}",
                    subject=f"agent {spy.agent_id}",
                    detail=detail,
                    at=self._clock.now() if at is None else at,
                    tenant_id=spy.tenant,
                )
        except TimeoutError:
            raise StoreUnavailable("the audit log takes no note") from None
