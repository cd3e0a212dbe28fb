"""The live feed, followed: what a service shows now, kept right over lost connections.

::

    live = Live([outpace], "floor")
    async for _told in live.follow():
        print(live.values("agents"))

Over server-sent events (docs/feed.md). Refuses to know what is shown.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import cycle
from typing import Any, Final

import httpx

from outpace.client.transport import Problem, Transport

WAIT_FIRST_S: Final = 1.0
WAIT_MOST_S: Final = 30.0
"""The first and the longest wait between two tries to connect."""

_NOT_NOW: Final = 500
"""From this status on it is the service's trouble, and may pass; 429 too."""

_TOO_MANY: Final = 429

Place = tuple[str, str, str]
"""(node, topic, key) of an entry."""


class Live:
    """What the feed shows under some topics.

    Args:
        services: processes of one service; followed one at a time, the next one when it is lost.
        topics: such as "floor,alerts" or "campaign:ca-01M8C9NMWY2EPPG8W9SYNMTK7Z".
        wait_first_s: before connecting again; twice as long each time that it does not work.
    """

    def __init__(
        self, services: Sequence[Transport], topics: str, *, wait_first_s: float = WAIT_FIRST_S
    ) -> None:
        self.cursor = ""
        """Of the last message; kept elsewhere, it lets another `Live` go on here."""
        self._services = cycle(services)
        self._topics = topics
        self._wait_first_s = wait_first_s
        self._shown: dict[str, dict[Place, Any]] = {}

    def values(self, topic: str) -> dict[str, Any]:
        """Return what there is now of a topic of entries, such as "agents", by key."""
        return {
            key: value
            for shown in self._shown.values()
            for (_node, of, key), value in shown.items()
            if of == topic
        }

    async def follow(self) -> AsyncIterator[Mapping[str, Any]]:
        """Iterate over the messages, each once it is taken in; for ever.

        Raises:
            Problem: whoever asks may not listen, or not any more.
        """
        wait_s = self._wait_first_s
        while True:
            try:
                async for told in self._messages(next(self._services)):
                    wait_s = self._wait_first_s
                    yield told
            except httpx.TransportError:
                pass  # what was missed is told after the next connection
            except Problem as problem:
                if problem.status < _NOT_NOW and problem.status != _TOO_MANY:
                    raise
            await asyncio.sleep(wait_s)
            wait_s = min(WAIT_MOST_S, 2 * wait_s)

    async def _messages(self, service: Transport) -> AsyncIterator[Mapping[str, Any]]:
        resume = {"Last-Event-ID": self.cursor} if self.cursor else {}
        query = {"topics": self._topics}
        async with service.stream("/api/v1/events", query=query, headers=resume) as answer:
            event = cursor = ""
            async for line in answer.aiter_lines():
                name, _, said = line.partition(": ")
                match name:
                    case "event":
                        event = said
                    case "id":
                        cursor = said
                    case "data" if event == "closed":
                        raise Problem(httpx.codes.UNAUTHORIZED, {"detail": _reason(said)})
                    case "data":
                        told = json.loads(said)
                        self._take(told)
                        self.cursor = cursor or self.cursor
                        cursor = ""
                        yield told

    def _take(self, told: Mapping[str, Any]) -> None:
        under = f"{told.get('topic', '')}:{told.get('campaign', '')}"
        if "snapshot" in told:
            self._shown[under] = {}
        shown = self._shown.setdefault(under, {})
        for one in told.get("snapshot") or told.get("delta") or ():
            place = one["node"], one["topic"], one["key"]
            if one["value"] is None:
                shown.pop(place, None)
            else:
                shown[place] = one["value"]


def _reason(said: str) -> str:
    return str(json.loads(said).get("reason", "the service ended the stream"))
