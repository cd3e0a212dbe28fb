"""A phone's signalling over a connection: TCP, TLS or WebSocket; it has no audio of its own.

It registers with a digest, answers questions whether it is there, and leaves to the test what to
answer when it is called.
"""

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from simulation.sip.digest import Credentials, authorization, parse_challenge
from simulation.sip.message import Request, Response, parse, respond

Send = Callable[[bytes], Awaitable[None]]
Receive = Callable[[], Awaitable[bytes]]


class StreamPhone:
    """One phone on one connection."""

    def __init__(
        self, name: str, secret: str, send: Send, receive: Receive, *, via: str, contact: str
    ) -> None:
        self._credentials = Credentials(name, secret)
        self._send = send
        self._receive = receive
        self._via = via
        self._contact = contact
        self._answers: asyncio.Queue[Response] = asyncio.Queue()
        self.calls: asyncio.Queue[Request] = asyncio.Queue()
        """INVITEs, to be answered by the test."""
        self.heard: list[str] = []
        """Methods of what else came."""
        self.realm = ""

    async def run(self) -> None:
        """Read until the connection ends."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, ConnectionClosed):
            while True:
                message = parse(await self._receive())
                if isinstance(message, Response):
                    self._answers.put_nowait(message)
                elif message.method == "INVITE":
                    self.calls.put_nowait(message)
                else:
                    self.heard.append(message.method)
                    if message.method != "ACK":
                        await self._send(respond(message, 200).encode())

    async def register(self) -> int:
        """Register; returns the final status."""
        call_id, tag = secrets.token_hex(8), secrets.token_hex(4)
        uri = "sip:127.0.0.1"
        own = f"<sip:{self._credentials.user}@127.0.0.1>"
        proof = ""
        for number in (1, 2):
            headers = {
                "via": [f"{self._via};branch=z9hG4bK{secrets.token_hex(6)};rport"],
                "max-forwards": ["70"],
                "from": [f"{own};tag={tag}"],
                "to": [own],
                "call-id": [call_id],
                "cseq": [f"{number} REGISTER"],
                "contact": [f"<{self._contact}>"],
                "expires": ["120"],
            }
            if proof:
                headers["authorization"] = [proof]
            await self._send(Request(headers, b"", "REGISTER", uri).encode())
            async with asyncio.timeout(10):
                answer = await self._answers.get()
            if answer.status != 401 or proof:
                break
            challenge = parse_challenge(answer.values("www-authenticate"))
            self.realm = challenge.realm
            proof = authorization(
                challenge,
                self._credentials,
                method="REGISTER",
                uri=uri,
                cnonce=secrets.token_hex(4),
            )
        return answer.status

    async def called(self) -> Request:
        """Wait until it is called."""
        async with asyncio.timeout(10):
            return await self.calls.get()

    async def answer(self, invite: Request, status: int, body: bytes = b"") -> None:
        """Give a final answer to a call."""
        extra = [("contact", f"<{self._contact}>")]
        if body:
            extra.append(("content-type", "application/sdp"))
        response = respond(invite, status, tag=secrets.token_hex(4), extra=extra)
        response.body = body
        await self._send(response.encode())


@asynccontextmanager
async def by_stream(
    name: str, secret: str, port: int, *, tls: bool = False
) -> AsyncIterator[StreamPhone]:
    """Connect over TCP, or TLS to whoever answers (the certificate is the test's own)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if tls else None
    if context is not None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    host, own_port = writer.get_extra_info("sockname")[:2]
    how = "tls" if tls else "tcp"

    async def send(data: bytes) -> None:
        writer.write(data)
        await writer.drain()

    async def receive() -> bytes:
        while (head := await reader.readuntil(b"\r\n\r\n")) == b"\r\n\r\n":
            pass  # a keep-alive
        lines = head.decode().split("\r\n")
        lengths = [line.partition(":")[2] for line in lines if line.lower().startswith("content-l")]
        return head.lstrip() + await reader.readexactly(int(lengths[0]))

    phone = StreamPhone(
        name,
        secret,
        send,
        receive,
        via=f"SIP/2.0/{how.upper()} {host}:{own_port}",
        contact=f"sip:{name}@{host}:{own_port};transport={how}",
    )
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(phone.run())
        try:
            yield phone
        finally:
            writer.close()
            reading.cancel()


@asynccontextmanager
async def by_websocket(
    name: str,
    secret: str,
    port: int,
    *,
    path: str = "/ws",
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[StreamPhone]:
    """Connect as a browser does."""
    sip = Subprotocol("sip")
    address = f"ws://127.0.0.1:{port}{path}"
    async with connect(
        address, subprotocols=[sip], additional_headers=headers, proxy=None
    ) as socket:

        async def receive() -> bytes:
            while not (data := await socket.recv()).strip():
                pass  # a keep-alive
            return data.encode() if isinstance(data, str) else data

        async def send(data: bytes) -> None:
            await socket.send(data.decode())

        own = f"{secrets.token_hex(4)}.invalid"
        phone = StreamPhone(
            name,
            secret,
            send,
            receive,
            via=f"SIP/2.0/WS {own}",
            contact=f"sip:{name}@{own};transport=ws",
        )
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(phone.run())
            try:
                yield phone
            finally:
                reading.cancel()
