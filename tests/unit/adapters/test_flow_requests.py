"""Requests of flows: where they may go. What answers are worth is heard in tests/integration."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dialer.adapters.flow_requests import MOST_AT_ONCE, HttpFlowRequests
from dialer.domain.flow.commands import Request
from dialer.domain.flow.events import Failed, HttpReplied


@contextmanager
def requests(*, private: bool) -> Iterator[HttpFlowRequests]:
    opened = HttpFlowRequests(private=private)
    opened.start()
    try:
        yield opened
    finally:
        opened.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "https://127.0.0.1:{port}/",
        "https://localhost:{port}/",
        "https://[::ffff:127.0.0.1]:{port}/",
        "file:///etc/passwd",
    ],
)
async def test_our_own_networks_are_not_reached_unless_that_is_set(url: str) -> None:
    reached: list[object] = []
    server = await asyncio.start_server(lambda *_: reached.append(1), "127.0.0.1", 0)
    where = url.format(port=server.sockets[0].getsockname()[1])
    with requests(private=False) as ours:
        told = await ours.ask(Request("GET", where, None, 2.0))
    assert isinstance(told, Failed)
    assert told.reason.startswith("not sent")
    assert reached == []
    server.close()


async def test_what_is_posted_is_json_and_redirects_are_not_followed() -> None:
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"}"))
        writer.write(b"HTTP/1.1 302 Found\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a"
    with requests(private=True) as ours:
        told = await ours.ask(Request("POST", url, {"number": "+1"}, 2.0))
    assert told == HttpReplied(302, None)
    assert len(asked) == 1
    assert asked[0].startswith(b"POST /a ")
    assert asked[0].endswith(b'{"number":"+1"}')
    server.close()


async def test_a_caller_who_leaves_takes_the_request_along_and_too_many_fail_at_once() -> None:
    stop = asyncio.Event()

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await stop.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    request = Request("GET", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", None, 30.0)
    with requests(private=True) as ours:
        async with asyncio.TaskGroup() as tasks:
            waiting = [tasks.create_task(ours.ask(request)) for _ in range(MOST_AT_ONCE)]
            await asyncio.sleep(0)
            assert isinstance(await ours.ask(request), Failed)
            for one in waiting:
                one.cancel()
        told = await ours.ask(Request("GET", request.url, None, 0.2))
        assert told == Failed("no answer within 0.2 s")
    stop.set()
    server.close()
