"""Asks a trunk who it is: one SIP OPTIONS, one answer.

The simulated carrier says so in its `Server` header; behind any other trunk there are people.
Refuses to know dialogs and calls.
"""

import asyncio
import ipaddress
import secrets
import ssl
from dataclasses import dataclass
from typing import Final

from dialer.domain.far_side import FarSide
from dialer.domain.phone import Transport

CARRIER_NAME: Final = "Outpace-Carrier"
"""What the simulated carrier calls itself."""

ANSWER_WITHIN_S: Final = 2.0
TRIES: Final = 2


class _Answer(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.text: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, _addr: tuple[str | object, int]) -> None:
        if not self.text.done():
            self.text.set_result(data.decode("utf-8", "replace"))

    def error_received(self, exc: Exception) -> None:
        if not self.text.done():
            self.text.set_exception(exc)


def _options(
    host: str, port: int, local: tuple[str, int], transport: Transport = Transport.UDP
) -> bytes:
    tag = secrets.token_hex(6)
    lines = [
        f"OPTIONS sip:{host}:{port} SIP/2.0",
        f"Via: SIP/2.0/{transport.upper()} {local[0]}:{local[1]};branch=z9hG4bK{tag};rport",
        "Max-Forwards: 70",
        f"From: <sip:outpace@{local[0]}:{local[1]}>;tag={tag}",
        f"To: <sip:{host}:{port}>",
        f"Call-ID: {secrets.token_hex(8)}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:outpace@{local[0]}:{local[1]}>",
        "Content-Length: 0",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, as far as its name says."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def far_side(host: str, port: int, transport: Transport = Transport.UDP) -> FarSide:
    """Return who is at the other end of a trunk.

    Only the simulated carrier of this machine is asked; whatever is elsewhere calls people.
    """
    if not is_loopback(host):
        return FarSide.CARRIER
    answer = await _asked(host, port, transport)
    if answer is None:
        return FarSide.NOBODY
    for line in answer.split("\r\n"):
        key, _, value = line.partition(":")
        if key.strip().lower() in ("server", "user-agent") and value.strip() == CARRIER_NAME:
            return FarSide.SIMULATED
    return FarSide.CARRIER


@dataclass(frozen=True, slots=True)
class Answered:
    """What a far end answered to OPTIONS."""

    status: str
    """As "200 OK"."""
    server: str
    """What it calls itself, "" if it does not say."""


async def options_of(host: str, port: int, transport: Transport = Transport.UDP) -> Answered | None:
    """Ask any host by OPTIONS; None if it does not answer.

    Some carriers answer only addresses they know, and the port we register from: no answer is no
    proof that it is not there.
    """
    try:
        answer = await _asked(host, port, transport)
    except OSError:
        return None
    if answer is None:
        return None
    first, *lines = answer.split("\r\n")
    server = ""
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip().lower() in ("server", "user-agent"):
            server = value.strip()
    return Answered(first.removeprefix("SIP/2.0 "), server)


async def _asked(host: str, port: int, transport: Transport) -> str | None:
    if transport is Transport.UDP:
        return await _ask(host, port)
    return await _ask_by_stream(host, port, transport)


async def _ask_by_stream(host: str, port: int, transport: Transport) -> str | None:
    """Ask over TCP or TLS. Who it is is Asterisk's to check, at each connection of a call."""
    context = None
    if transport is Transport.TLS:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            reader, writer = await asyncio.open_connection(host, port, ssl=context)
            try:
                local = writer.get_extra_info("sockname")
                writer.write(_options(host, port, (local[0], local[1]), transport))
                answer = await reader.readuntil(b"\r\n\r\n")
            finally:
                writer.close()
    except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    return answer.decode("utf-8", "replace")


async def _ask(host: str, port: int) -> str | None:
    loop = asyncio.get_running_loop()
    transport, answer = await loop.create_datagram_endpoint(_Answer, remote_addr=(host, port))
    try:
        local = transport.get_extra_info("sockname")
        for _ in range(TRIES):
            transport.sendto(_options(host, port, (local[0], local[1])))
            try:
                async with asyncio.timeout(ANSWER_WITHIN_S):
                    return await asyncio.shield(answer.text)
            except (TimeoutError, OSError):
                continue
        return None
    finally:
        transport.close()
