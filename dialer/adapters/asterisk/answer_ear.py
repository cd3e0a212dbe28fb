"""An `AnswerEar` on Asterisk: ChanSpy takes the customer's sound, AudioSocket brings it here.

Each listening is a Local channel whose halves run ChanSpy (on the customer's channel, only what the
customer says) and AudioSocket (to a port of ours on this machine). When the verdict is settled the
socket is closed, and with it both halves end. Refuses to know campaigns and what a verdict does.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol
from uuid import UUID, uuid4

import numpy as np
import structlog

from dialer.adapters.asterisk.audio_socket_wire import Kind, NotAudioSocket, Reader
from dialer.domain.amd.activity import FRAME_SAMPLES
from dialer.domain.amd.detector import Detector
from dialer.domain.amd.law import AmdTerms
from dialer.domain.ids import AttemptId
from dialer.errors import SwitchUnavailable
from dialer.ports.listening import OnVerdict

CONTEXT: Final = "amd"
"""The dialplan's context: `spy` and `listen`."""

FIRST_S: Final = 5.0
"""How long a connection may stay without saying whom it is about."""

_READ: Final = 4096
_BYTES: Final = 2 * FRAME_SAMPLES

log = structlog.get_logger(__name__)


class Originates(Protocol):
    """Whatever sends AMI actions."""

    def send(self, action: str, fields: list[tuple[str, str]]) -> None:
        """Send one action; raises `SwitchUnavailable` when there is no session."""


class AsteriskAnswerEar:
    """Listens on one node.

    Args:
        switch: the node's Asterisk; None: another kind of switch, nothing is heard.
        terms: the law that verdicts follow.
        host: where Asterisk finds us.
    """

    def __init__(self, switch: Originates | None, terms: AmdTerms, host: str = "127.0.0.1") -> None:
        self._switch = switch
        self._terms = terms
        self._host = host
        self._port = 0
        self._waiting: dict[UUID, AttemptId] = {}
        self._listeners: list[OnVerdict] = []

    def on_verdict(self, listener: OnVerdict) -> None:
        """Be told of each verdict."""
        self._listeners.append(listener)

    async def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serve Asterisk's connections for ever."""
        server = await asyncio.start_server(self._serve, self._host, 0)
        self._port = server.sockets[0].getsockname()[1]
        ready()
        async with server:
            await server.serve_forever()

    def listen(self, attempt_id: AttemptId) -> None:
        """Begin to listen to an attempt's customer."""
        if self._switch is None or not self._port:
            return
        name = uuid4()
        fields = [
            ("Channel", f"Local/spy@{CONTEXT}/n"),
            ("Context", CONTEXT),
            ("Exten", "listen"),
            ("Priority", "1"),
            ("Timeout", "2000"),
            ("Async", "true"),
            ("Variable", f"AMD_CALL={attempt_id}"),
            ("Variable", f"AMD_ID={name}"),
            ("Variable", f"AMD_AT={self._host}:{self._port}"),
        ]
        self._waiting[name] = attempt_id
        asyncio.get_running_loop().call_later(FIRST_S, self._waiting.pop, name, None)
        try:
            self._switch.send("Originate", fields)
        except SwitchUnavailable:
            self._waiting.pop(name, None)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._hear(reader)
        except (NotAudioSocket, ConnectionError, TimeoutError) as error:
            log.warning("answer_ear_lost", reason=str(error) or type(error).__name__)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        wire, sound = Reader(), bytearray()
        attempt_id: AttemptId | None = None
        detector = Detector(self._terms)
        while True:
            async with asyncio.timeout(FIRST_S):
                data = await reader.read(_READ)
            if not data:
                return
            for message in wire.feed(data):
                if message.kind == Kind.ID and attempt_id is None:
                    attempt_id = self._whose(message.payload)
                elif message.kind == Kind.SOUND:
                    sound += message.payload
                elif message.kind in (Kind.HANG_UP, Kind.ERROR):
                    return
            if attempt_id is None:
                return
            while len(sound) >= _BYTES:
                frame = np.frombuffer(bytes(sound[:_BYTES]), dtype="<i2")
                del sound[:_BYTES]
                verdict = detector.hear(frame)
                if verdict is not None:
                    for listener in self._listeners:
                        listener(attempt_id, verdict)
                    return

    def _whose(self, payload: bytes) -> AttemptId | None:
        """Return the attempt that a connection is about; a stranger's is about none."""
        return self._waiting.pop(UUID(bytes=payload), None) if len(payload) == 16 else None
