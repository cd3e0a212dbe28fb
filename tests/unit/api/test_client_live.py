"""The client follows the live feed: kept right over lost connections, by one API or the next."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from floor_at_work import dialing, logged_in
from service import service
from serving import served

from outpace.client import Live, Outpace, Problem

WITHIN_S = 10.0


async def test_what_changes_is_shown(tmp_path: Path) -> None:
    async with service(tmp_path) as at, served(at.app) as address:
        campaign = await dialing(at)
        url = "http://" + address.removesuffix("/api/v1")
        async with Outpace(url, token="supervisor@main") as outpace:
            live = Live([outpace], f"floor,campaign:{campaign}")
            async with asyncio.timeout(WITHIN_S):
                async for told in live.follow():
                    if "snapshot" in told and told["topic"] == "floor":
                        assert live.values("agents") == {}
                        await logged_in(at, campaign)
                    me = live.values("agents").get("1001", {"state": ""})
                    if me["state"] in ("idle", "reserved") and live.values("campaigns"):
                        break
        assert live.values("campaigns")[campaign]["name"] == "spring"


async def test_who_may_not_listen_is_told_so(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        outpace = Outpace("https://test", token="nobody", http=at.client)
        with pytest.raises(Problem) as refused:
            await anext(Live([outpace], "floor").follow())
        assert refused.value.status == 401


def event(kind: str, key: str, value: str, cursor: str) -> bytes:
    entry = f'{{"node": "node", "topic": "agents", "key": "{key}", "value": {value}}}'
    data = f'{{"{kind}": [{entry}], "topic": "floor", "cursor": "{cursor}"}}'
    return f"event: {kind}\nid: {cursor}\ndata: {data}\n\n".encode()


class Cut(httpx.AsyncByteStream):
    """Tells some events, and is cut off."""

    def __init__(self, *events: bytes) -> None:
        self._events = events

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for one in self._events:
            yield one
        raise httpx.ReadError("cut")


async def shown_until_closed(live: Live) -> list[list[str]]:
    """Follow until the service closes the stream; return the agents after each message."""
    shown: list[list[str]] = []
    with suppress(Problem):
        async for _told in live.follow():
            shown.append(sorted(live.values("agents")))  # noqa: PERF401 - kept when it is closed
    return shown


async def test_a_lost_connection_is_resumed_at_the_next_api_from_the_last_cursor() -> None:
    asked: list[tuple[str, str]] = []

    def serve(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.host, request.headers.get("last-event-id", "")))
        match len(asked):
            case 1:
                first = event("snapshot", "1001", '{"state": "idle"}', "c1")
                second = event("delta", "1002", '{"state": "idle"}', "c2")
                return httpx.Response(200, stream=Cut(first, second))
            case 2:
                return httpx.Response(503)
            case 3:
                return httpx.Response(200, stream=Cut(event("delta", "1001", "null", "c3")))
        closed = b'event: closed\ndata: {"reason":"the session is over"}\n\n'
        return httpx.Response(200, stream=Cut(closed))

    async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as http:
        services = [Outpace(f"http://{name}", http=http) for name in ("one", "two")]
        live = Live(services, "floor", wait_first_s=0.0)
        shown = await shown_until_closed(live)

        assert asked == [("one", ""), ("two", "c2"), ("one", "c2"), ("two", "c3")]
        assert shown == [["1001"], ["1001", "1002"], ["1002"]]
        with pytest.raises(Problem, match="the session is over"):
            await anext(live.follow())
