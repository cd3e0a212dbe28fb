"""What a flow hands a caller over to, and what is needed of the caller's line meanwhile.

Knows the seam between calls that come in and the people who take them. Refuses to know how the
line is ordered about, and who takes the call.
"""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from dialer.domain.ids import CallId, LegId, TenantId
from dialer.ports.call_desk import BridgeEnd


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What is known of the call on a line."""

    call_id: CallId
    tenant_id: TenantId
    number: str
    """Of the person, E.164; "": withheld, or none that we understand."""
    our_number: str
    """That they called, or that calls them."""


class InboundLine(Protocol):
    """The line of somebody who called us, answered by us.

    What is asked of a line that is lost returns at once; `gone` says so.
    """

    @property
    def call_id(self) -> CallId:
        """Our id of the call."""
        ...

    @property
    def number(self) -> str:
        """Who calls, E.164; "": withheld."""
        ...

    @property
    def our_number(self) -> str:
        """What they called."""
        ...

    @property
    def tenant_id(self) -> TenantId:
        """Whose number that is."""
        ...

    @property
    def language(self) -> str:
        """In which the caller is spoken to, as `en`."""
        ...

    @property
    def gone(self) -> "asyncio.Future[None]":
        """Done when the line takes no more orders: the caller hung up, or it was lost."""
        ...

    async def join(self, leg_id: LegId) -> BridgeEnd:
        """Join the caller and an agent's leg; returns when they part."""
        ...

    async def music(self, on: bool) -> None:
        """Play music until it is taken off again, or a join begins."""
        ...

    async def play(self, path: str, keys: str = "") -> str:
        """Play a prompt, its path without extension; returns when it was heard.

        Args:
            path: of the prompt.
            keys: each of them cuts it short.

        Returns:
            The key that did; "": none.
        """
        ...

    async def key(self, wait_s: float, stop: asyncio.Event | None = None) -> str:
        """Wait for a key, with the music on if it is; "": none came in time, or `stop` is set."""
        ...


class CallTaker(Protocol):
    """Has somebody take a call."""

    async def take(self, line: InboundLine, kind: str, to: str, wait_s: float) -> str:
        """Have a call taken, and return when that is over.

        Args:
            line: the caller's.
            kind: "queue" or "agent".
            to: the name of the queue, or the agent.
            wait_s: how long the caller waits at most; 0: as long as the queue says.

        Returns:
            "" when somebody took the call, and it is over or handed on; else why nobody did.
        """
        ...
