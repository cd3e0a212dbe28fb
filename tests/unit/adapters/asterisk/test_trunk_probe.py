"""Which trunks may be dialed: only the simulated carrier, which says so itself."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from dialer.adapters.asterisk.trunk_probe import CARRIER_NAME, trunk_problem


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
async def test_the_simulated_carrier_may_be_dialed(header: str) -> None:
    async with peer(answer(header)) as (carrier, port):
        assert await trunk_problem("127.0.0.1", port) is None
    (asked,) = carrier.asked
    assert asked.startswith(f"OPTIONS sip:127.0.0.1:{port} SIP/2.0\r\n")
    assert asked.endswith("\r\n\r\n")


@pytest.mark.parametrize(
    "header",
    ["Server: FPBX-16", f"X-Note: {CARRIER_NAME}", f"Server: not {CARRIER_NAME}", "Allow: INVITE"],
)
async def test_any_other_peer_may_not(header: str) -> None:
    async with peer(answer(header)) as (_, port):
        problem = await trunk_problem("127.0.0.1", port)
    assert problem is not None
    assert "is not the simulated carrier" in problem


@pytest.mark.parametrize("host", ["203.0.113.7", "sip.example.com", "::", ""])
async def test_a_real_trunk_is_refused_unasked(host: str) -> None:
    problem = await trunk_problem(host, 5060)
    assert problem is not None
    assert "real trunks are refused" in problem


async def test_rubbish_for_an_answer_is_no_carrier() -> None:
    async with peer("\0\0rubbish") as (_, port):
        assert "is not the simulated carrier" in str(await trunk_problem("127.0.0.1", port))


async def test_an_answer_that_was_lost_is_asked_for_again() -> None:
    async with peer(None, answer(f"Server: {CARRIER_NAME}")) as (carrier, port):
        assert await trunk_problem("localhost", port) is None
    assert len(carrier.asked) == 2


async def test_a_port_where_nobody_listens_does_not_answer() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    problem = await trunk_problem("127.0.0.1", port)
    assert problem == f"does not answer at 127.0.0.1:{port}: start it, or correct its host and port"
