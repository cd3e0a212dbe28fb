"""A node in memory with supervisors: what they ask, and what is noted of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from node import ANN, Node, node

from dialer.domain.ids import AttemptId
from dialer.domain.supervision import Spy, SpyMode
from dialer.services.supervision import Supervision
from dialer.services.switchboard import Switchboard
from dialer.testing.spying import MemorySpying

SUE = "sue"
SUES_PHONE = "1005"


@dataclass
class Floor:
    """A node whose talks can be listened to."""

    node: Node
    spying: MemorySpying
    supervision: Supervision

    async def talk(self, **settings: object) -> AttemptId:
        """Have a campaign, and Ann talk with a customer of it."""
        await self.node.campaign(**settings)  # type: ignore[arg-type]
        await self.node.log_in(ANN)
        return await self.node.answered()

    async def supervise(
        self, mode: SpyMode, *, phone: str = SUES_PHONE, by: str = SUE, **options: Any
    ) -> Spy:
        return await self.supervision.supervise(mode, ANN, phone, by=by, **options)

    def notes(self) -> list[tuple[str, str, Any]]:
        """Return what is in the audit log of listening in: who, what, and mode or reason."""
        return [
            (by, action, detail.get("ended_by", detail["mode"]))
            for _, by, action, _, detail in self.node.stores.tables.audit
            if action.startswith("supervise_")
        ]


@asynccontextmanager
async def floor() -> AsyncIterator[Floor]:
    """Run a node whose switch tells supervision of its phones."""
    async with node() as at, supervised(at) as opened:
        yield opened


@asynccontextmanager
async def supervised(at: Node) -> AsyncIterator[Floor]:
    """Have the switch of a node tell supervision of its phones."""
    at.switch.phones.add(SUES_PHONE)
    spying = MemorySpying(at.switch)
    supervision = Supervision(
        spying=spying,
        agents=at.agents,
        talks=at.talking.any_talks,
        audit=at.stores.audit,
        clock=at.clock,
    )
    board = Switchboard(
        at.calls,
        at.agents,
        session_changed=lambda up, _at: None if up else supervision.switch_lost(),
        phone_changed=lambda _event: None,
        supervision=supervision,
    )
    at.switch.subscribe(lambda event: board.take(event) if _of_spies(event) else None)
    running = at.tasks.create_task(supervision.run(), name="supervision")
    try:
        yield Floor(at, spying, supervision)
    finally:
        running.cancel()
        await asyncio.sleep(0)


def _of_spies(event: object) -> bool:
    """Calls and legs have a switchboard already."""
    return getattr(event, "channel_id", "sv-").startswith("sv-")
