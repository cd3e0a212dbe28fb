"""Texts as sound, and other programs that flows ask.

Refuses to know which program speaks, and who listens.
"""

from typing import Protocol

from dialer.domain.flow.commands import Request
from dialer.domain.flow.events import Failed, HttpReplied
from dialer.ports.flow_desk import Audio


class Speech(Protocol):
    """Makes files of texts, in a process of its own, each once."""

    @property
    def problem(self) -> str:
        """Why nothing can be spoken, and what to do; "": it can."""
        ...

    def made(self, text: str, language: str) -> Audio | None:
        """Return a text that was made before; None: it was not."""
        ...

    async def make(self, text: str, language: str) -> Audio | None:
        """Return a text, made now if need be; None: it cannot be spoken in that language."""
        ...


class FlowRequests(Protocol):
    """Asks other programs over HTTP, off the engine's loop."""

    async def ask(self, request: Request) -> HttpReplied | Failed:
        """Send a request once, and return the answer; its time-out holds for all of it."""
        ...
