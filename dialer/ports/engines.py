"""The engines, for whoever is not in their process: asked by name of the node, heard as facts.

Knows that an engine may be gone. Refuses to know what is asked, and how it is carried.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class LiveFact:
    """What an engine told unasked."""

    node: str
    topic: str
    """What it is about: "live" is the state of the floor, the rest are events."""
    fact: Mapping[str, Any]


class EngineLink(Protocol):
    """The way to the engines."""

    def nodes(self) -> Sequence[str]:
        """Return the names of the engines that can be asked now."""
        ...

    async def ask(self, do: str, *, node: str = "", **arguments: object) -> Any:
        """Ask an engine one thing and return its answer; see `dialer.services.control`.

        Args:
            do: the command.
            node: which engine; the only one if it is empty.
            arguments: of the command.

        Raises:
            ControlError: the engine refused.
            EngineUnavailable: it cannot be asked, or was lost before it answered: whether it was
                done is not known.
            BadInput: there are several engines and none was named.
        """
        ...

    def facts(self) -> AsyncIterator[LiveFact]:
        """Iterate over what the engines tell from now on; goes on when an engine comes back."""
        ...
