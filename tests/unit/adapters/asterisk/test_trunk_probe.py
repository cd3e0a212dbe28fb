"""Who is behind a trunk: nobody if it is the simulated carrier, which says so itself."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from dialer.adapters.asterisk.trunk_probe import CARRIER_NAME, far_side
from dialer.domain.far_side import FarSide
from dialer.domain.phone import Transport


class Peer(asyncio.DatagramProtocol):
    """Answers whatever comes with these texts, in turn; None is no answer."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked.append(data.decode())
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            self.transport.sendto(answer.encode(), addr)


@asynccontextmanager
async def peer(*answers: str | None) -> AsyncIterator[tuple[Peer, int]]:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: Peer(*answers), local_addr=("127.0.0.1", 0)
    )
    try:
        yield protocol, transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


def answer(*headers: str) -> str:
    return "\r\n".join(["SIP/2.0 200 OK", *headers, "Content-Length: 0", "", ""])


@pytest.mark.parametrize(
    "header", [f"Server: {CARRIER_NAME}", f"server:{CARRIER_NAME}", f"User-Agent:  {CARRIER_NAME} "]
)
async def test_the_simulated_carrier_says_so_itself(header: str) -> None:
    async with peer(answer(header)) as (carrier, port):
        assert await far_side("127.0.0.1", port) is FarSide.SIMULATED
    (asked,) = carrier.asked
    assert asked.startswith(f"OPTIONS sip:127.0.0.1:{port} SIP/2.0\r\n")
    assert asked.endswith("\r\n\r\n")


@pytest.mark.parametrize(
    "header",
    ["Server: FPBX-16", f"X-Note: {CARRIER_NAME}", f"Server: not {CARRIER_NAME}", "Allow: INVITE"],
)
async def test_behind_any_other_peer_there_are_people(header: str) -> None:
    async with peer(answer(header)) as (_, port):
        assert await far_side("127.0.0.1", port) is FarSide.CARRIER


@pytest.mark.parametrize("host", ["203.0.113.7", "sip.example.com", "::", ""])
async def test_elsewhere_there_are_people_whoever_answers(host: str) -> None:
    assert await far_side(host, 5060) is FarSide.CARRIER


async def test_rubbish_for_an_answer_is_no_simulation() -> None:
    async with peer("\0\0rubbish") as (_, port):
        assert await far_side("127.0.0.1", port) is FarSide.CARRIER


async def test_an_answer_that_was_lost_is_asked_for_again() -> None:
    async with peer(None, answer(f"Server: {CARRIER_NAME}")) as (carrier, port):
        assert await far_side("localhost", port) is FarSide.SIMULATED
    assert len(carrier.asked) == 2


async def test_a_port_where_nobody_listens_does_not_answer() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert await far_side("127.0.0.1", port) is FarSide.NOBODY


@asynccontextmanager
async def stream_peer(*parts: str) -> AsyncIterator[tuple[list[str], int]]:
    """Answer one question over TCP with these parts, and hang up."""
    asked: list[str] = []

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        for part in parts:
            writer.write(part.encode())
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(served, "127.0.0.1", 0)
    async with server:
        yield asked, server.sockets[0].getsockname()[1]


async def test_a_trunk_over_tcp_is_asked_over_tcp() -> None:
    whole = answer(f"Server: {CARRIER_NAME}")
    async with stream_peer(whole[:20], whole[20:]) as (asked, port):
        assert await far_side("127.0.0.1", port, Transport.TCP) is FarSide.SIMULATED
    assert "\r\nVia: SIP/2.0/TCP 127.0.0.1:" in asked[0]


async def test_over_a_stream_half_an_answer_is_none_and_so_is_a_stranger_to_tls() -> None:
    async with stream_peer("SIP/2.0 200 OK\r\n") as (_, port):
        assert await far_side("127.0.0.1", port, Transport.TCP) is FarSide.NOBODY
    async with stream_peer(answer()) as (_, port):
        assert await far_side("127.0.0.1", port, Transport.TLS) is FarSide.NOBODY
    assert await far_side("127.0.0.1", port, Transport.TCP) is FarSide.NOBODY
