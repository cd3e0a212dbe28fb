"""Asks a trunk who it is: one SIP OPTIONS, one answer.

Until calling hours, do-not-call and caller ID are checked at the dial instant, only the simulated
carrier is dialed; it says so in its `Server` header. Refuses to know dialogs and calls.
"""

import asyncio
import ipaddress
import secrets
from typing import Final

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


def _options(host: str, port: int, local: tuple[str, int]) -> bytes:
    tag = secrets.token_hex(6)
    lines = [
        f"OPTIONS sip:{host}:{port} SIP/2.0",
        f"Via: SIP/2.0/UDP {local[0]}:{local[1]};branch=z9hG4bK{tag};rport",
        "Max-Forwards: 70",
        f"From: <sip:outpace@{local[0]}:{local[1]}>;tag={tag}",
        f"To: <sip:{host}:{port}>",
        f"Call-ID: {secrets.token_hex(8)}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:outpace@{local[0]}:{local[1]}>",
        "Content-Length: 0",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def trunk_problem(host: str, port: int) -> str | None:
    """Return why this trunk may not be dialed, or None when it is the simulated carrier."""
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback:
        return (
            f"({host}:{port}) is not the simulated carrier: real trunks are refused until calling "
            "hours, do-not-call and caller ID are checked"
        )
    answer = await _ask(host, port)
    if answer is None:
        return f"does not answer at {host}:{port}: start it, or correct its host and port"
    for line in answer.split("\r\n"):
        key, _, value = line.partition(":")
        if key.strip().lower() in ("server", "user-agent") and value.strip() == CARRIER_NAME:
            return None
    return (
        f"({host}:{port}) is not the simulated carrier: real trunks are refused until calling "
        "hours, do-not-call and caller ID are checked"
    )


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
