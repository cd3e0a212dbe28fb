"""Receivers in memory: what each answers is written down before, and what came is kept."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialer.domain.webhook_delivery import Answer
from dialer.domain.webhook_signature import EVENT_ID

Script = Callable[[str, Mapping[str, Any]], Answer]
"""Says what is answered to an event at a URL."""


def willing(_url: str, _event: Mapping[str, Any]) -> Answer:
    """Answer that it was taken."""
    return Answer(204)


@dataclass
class MemoryPost:
    """A `WebhookPost` (dialer.ports) that reaches nobody but a script."""

    script: Script = willing
    wait: Callable[[], Awaitable[None]] = field(default=lambda: asyncio.sleep(0))
    """Passes while an event is on its way."""
    taken: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    """URL and event of each that was answered with 2xx, in order."""
    on_their_way: list[tuple[str, str, str]] = field(default_factory=list)
    """URL, subject and id of each that is being sent."""
    most_at_once: int = 0
    out_of_turn: list[str] = field(default_factory=list)
    """Ids that were sent while another event of their subject was on its way."""

    async def check(self, url: str) -> None:
        """Find nothing wrong."""

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Answer as the script says.

        Raises:
            ValueError: the header names another event than the body.
        """
        event = json.loads(body)
        if headers[EVENT_ID] != event["id"]:
            raise ValueError(f"{event['id']} was sent as {headers[EVENT_ID]}")
        this = (url, event["subject"], event["id"])
        if any(other[:2] == this[:2] for other in self.on_their_way):
            self.out_of_turn.append(event["id"])
        self.on_their_way.append(this)
        self.most_at_once = max(self.most_at_once, len(self.on_their_way))
        try:
            await self.wait()
            answer = self.script(url, event)
        finally:
            self.on_their_way.remove(this)
        if answer.ok:
            self.taken.append((url, event))
        return answer

    def ids(self, url: str, subject: str) -> list[str]:
        """Return the ids of a subject's events that were taken, in order."""
        return [event["id"] for at, event in self.taken if (at, event["subject"]) == (url, subject)]
