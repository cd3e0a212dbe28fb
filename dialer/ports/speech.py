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


class Sounds(Protocol):
    """Files that the switch plays and writes."""

    def prompt(self, file: str) -> Audio:
        """Return a prompt of the tenant, by its file.

        Raises:
            Unplayable: it is not there, or of no form that can be played.
        """
        ...

    def shipped(self, name: str) -> Audio:
        """Return a sound that ships with the node; raises as `prompt`."""
        ...

    def new_message(self, name: str) -> str:
        """Return where a message is recorded: a path without its extension.

        Raises:
            Unplayable: nothing can be written there.
        """
        ...

    def spoken_s(self, path: str) -> float:
        """Return how long a message is, in seconds; 0.0: nothing was said. Reads the whole file."""
        ...

    def discard(self, path: str) -> None:
        """Remove a message that was none."""
        ...


class FlowRequests(Protocol):
    """Asks other programs over HTTP, off the engine's loop."""

    async def ask(self, request: Request) -> HttpReplied | Failed:
        """Send a request once, and return the answer; its time-out holds for all of it."""
        ...
