"""What the sender of webhooks needs: the outbox, and a way to send.

Refuses to know tables and HTTP.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dialer.domain.webhook import Webhook
from dialer.domain.webhook_delivery import Answer, Verdict


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that is to be told to a webhook."""

    row_id: int
    event_id: str
    subject: str
    body: Mapping[str, Any]
    since: float
    """Since when, epoch seconds."""
    tries: int
    """That failed so far."""


class Outbox(Protocol):
    """Events that are to be told, in order."""

    async def active(self) -> Sequence[Webhook]:
        """Return the webhooks that are told anything."""
        ...

    async def take(
        self, webhook_id: str, most: int, *, holder: str, now: float, until: float
    ) -> Sequence[Waiting]:
        """Hold events of a webhook that are due, for whoever sends them.

        Of each subject it is the first that is neither delivered nor dead, and none of whose
        subject is held: so they are told in order, whoever sends.

        Args:
            webhook_id: of whom.
            most: how many at most.
            holder: who sends; unlike any other.
            now: epoch seconds.
            until: when others may take them.
        """
        ...

    async def settle(self, waiting: Waiting, verdict: Verdict, *, holder: str, now: float) -> None:
        """Put on record what became of an event that is held; nothing if it is not any more."""
        ...

    async def close_webhook(self, webhook_id: str, why: str, *, now: float) -> None:
        """End a webhook; what it was still to be told is dead."""
        ...


class WebhookPost(Protocol):
    """The way to receivers."""

    async def check(self, url: str) -> None:
        """Check that a URL may be used now.

        Raises:
            BadInput: it may not, or its host is not known.
        """
        ...

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send an event; whatever happens is an answer."""
        ...
