"""Who takes a call that came in: a queue or an agent, once a flow (or a route) hands it over.

Knows the caller's line as far as a taker needs it. Refuses to know agents, queues and flows.
"""

import asyncio
from typing import Protocol

from dialer.ports.call_desk import BridgeEnd


class InboundLine(Protocol):
    """The line of a caller who is in our hands."""

    @property
    def call_id(self) -> str:
        """Of the call."""
        ...

    @property
    def number(self) -> str:
        """Of the caller, E.164; "": withheld."""
        ...

    @property
    def our_number(self) -> str:
        """That was called."""
        ...

    @property
    def tenant_id(self) -> str:
        """Whose number that is."""
        ...

    @property
    def language(self) -> str:
        """Of the call by now."""
        ...

    @property
    def gone(self) -> asyncio.Future[None]:
        """Done when the caller's line is lost."""
        ...

    async def join(self, leg_id: str) -> BridgeEnd:
        """Join the caller and an agent's leg; returns when they are apart again."""
        ...

    async def music(self, on: bool) -> None:
        """Let the caller hear music, or end it."""
        ...

    async def play(self, path: str) -> None:
        """Play a file to its end.

        Args:
            path: without its extension.
        """
        ...


class CallTaker(Protocol):
    """Takes calls over."""

    async def take(self, line: InboundLine, kind: str, to: str, wait_s: float) -> str:
        """Take a call over until it has ended.

        Args:
            line: the caller's.
            kind: queue or agent.
            to: its name.
            wait_s: how long the caller may wait for somebody.

        Returns:
            "" when the call was taken and has ended with it; else why nobody took it: the caller
            is still there.
        """
        ...
