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
from dialer.domain.amd.activity import FRAME_SAMPLES, Frame
from dialer.domain.amd.beep import BeepEar
from dialer.domain.amd.detector import SCREENING, Detector
from dialer.domain.amd.law import AmdTerms, Verdict
from dialer.domain.amd.trust import SCREENING_BY_S
from dialer.domain.ids import AttemptId
from dialer.errors import SwitchUnavailable
from dialer.ports.listening import OnBeep, OnLost, OnVerdict

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
        self._waiting: dict[UUID, _Hearer] = {}
        self._listeners: list[OnVerdict] = []
        self._lost_listeners: list[OnLost] = []
        self._beep_listeners: list[OnBeep] = []
        self._judged: dict[AttemptId, _ForVerdict] = {}
        """Of each call that is listened to for a verdict, who hears it."""

    def on_verdict(self, listener: OnVerdict) -> None:
        """Be told of each verdict."""
        self._listeners.append(listener)

    def on_lost(self, listener: OnLost) -> None:
        """Be told of calls that are screened and cannot be heard any more."""
        self._lost_listeners.append(listener)

    def on_beep(self, listener: OnBeep) -> None:
        """Be told when messages may begin."""
        self._beep_listeners.append(listener)

    async def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serve Asterisk's connections for ever."""
        server = await asyncio.start_server(self._serve, self._host, 0)
        self._port = server.sockets[0].getsockname()[1]
        ready()
        async with server:
            await server.serve_forever()

    def listen(self, attempt_id: AttemptId) -> None:
        """Begin to listen to an attempt's customer."""
        self._judge(attempt_id, _ForVerdict(attempt_id, self._terms, self._listeners))

    def screen(self, attempt_id: AttemptId) -> bool:
        """Begin to listen to who answered, for the agent's sake; False: that cannot be done."""
        hearer = _ForAgent(attempt_id, self._terms, self._listeners, self._lost_listeners)
        return self._judge(attempt_id, hearer)

    def stay(self, attempt_id: AttemptId) -> None:
        """Go on listening after the verdict that is being told."""
        if attempt_id in self._judged:
            self._judged[attempt_id].stay(self._beep_listeners)

    def listen_for_beep(self, attempt_id: AttemptId) -> bool:
        """Begin to listen to a machine's greeting, or go on; False: that cannot be done."""
        hearer = self._judged.get(attempt_id)
        if hearer is not None and hearer.beep is not None:
            hearer.beep.wanted()
            return True
        return self._begin(attempt_id, _ForBeep(attempt_id, self._beep_listeners))

    def _judge(self, attempt_id: AttemptId, hearer: "_ForVerdict") -> bool:
        self._judged[attempt_id] = hearer
        if self._begin(attempt_id, hearer):
            return True
        del self._judged[attempt_id]
        return False

    def _over(self, hearer: "_Hearer") -> None:
        if isinstance(hearer, _ForVerdict) and self._judged.get(hearer.attempt_id) is hearer:
            del self._judged[hearer.attempt_id]
        hearer.over()

    def _begin(self, attempt_id: AttemptId, hearer: "_Hearer") -> bool:
        if self._switch is None or not self._port:
            return False
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
        self._waiting[name] = hearer
        asyncio.get_running_loop().call_later(FIRST_S, self._nobody_came, name)
        try:
            self._switch.send("Originate", fields)
        except SwitchUnavailable:
            del self._waiting[name]
            return False
        return True

    def _nobody_came(self, name: UUID) -> None:
        hearer = self._waiting.pop(name, None)
        if hearer is not None:
            self._over(hearer)

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
        hearer: _Hearer | None = None
        try:
            while True:
                async with asyncio.timeout(FIRST_S):
                    data = await reader.read(_READ)
                if not data:
                    return
                for message in wire.feed(data):
                    if message.kind == Kind.ID and hearer is None:
                        hearer = self._whose(message.payload)
                    elif message.kind == Kind.SOUND:
                        sound += message.payload
                    elif message.kind in (Kind.HANG_UP, Kind.ERROR):
                        return
                if hearer is None:
                    return
                while len(sound) >= _BYTES:
                    frame = np.frombuffer(bytes(sound[:_BYTES]), dtype="<i2")
                    del sound[:_BYTES]
                    if hearer.hear(frame):
                        return
        finally:
            if hearer is not None:
                self._over(hearer)

    def _whose(self, payload: bytes) -> "_Hearer | None":
        """Return who hears a connection; a stranger's nobody does."""
        return self._waiting.pop(UUID(bytes=payload), None) if len(payload) == 16 else None


class _Hearer(Protocol):
    """Hears one call."""

    def hear(self, frame: Frame) -> bool:
        """Take the next 20 ms; True: nothing more is of interest."""

    def over(self) -> None:
        """Nothing more will be heard."""


class _ForVerdict:
    """Tells who answered, and then, if it stays, when a message may begin."""

    def __init__(self, attempt_id: AttemptId, terms: AmdTerms, told: list[OnVerdict]) -> None:
        self.attempt_id, self._told = attempt_id, told
        self._detector = Detector(terms, screening=SCREENING)
        self.beep: _ForBeep | None = None
        """Who hears it from the verdict on."""

    def stay(self, told: list[OnBeep]) -> None:
        """Go on listening, for the beep."""
        self.beep = _ForBeep(self.attempt_id, told, self._detector.for_beep(), wanted=False)

    def hear(self, frame: Frame) -> bool:
        if self.beep is not None:
            return self.beep.hear(frame)
        verdict = self._settled(self._detector.hear(frame))
        if verdict is None:
            return False
        for listener in self._told:
            listener(self.attempt_id, verdict)
        return self.beep is None

    def _settled(self, verdict: Verdict | None) -> Verdict | None:
        return verdict

    def over(self) -> None:
        """Without a verdict nothing is told."""
        if self.beep is not None:
            self.beep.over()


class _ForAgent(_ForVerdict):
    """Tells who answered before an agent is sought, or that nobody will know."""

    def __init__(
        self,
        attempt_id: AttemptId,
        terms: AmdTerms,
        told: list[OnVerdict],
        lost: list[OnLost],
    ) -> None:
        super().__init__(attempt_id, terms, told)
        self._lost, self._known = lost, False

    def _settled(self, verdict: Verdict | None) -> Verdict | None:
        early = self._detector.early
        in_time = early is not None and early.at_s <= SCREENING_BY_S
        settled = early if in_time else verdict
        self._known = settled is not None
        return settled

    def over(self) -> None:
        super().over()
        if not self._known:
            self._known = True
            for listener in self._lost:
                listener(self.attempt_id)


class _ForBeep:
    """Tells when a message may begin, once and when that is wanted."""

    def __init__(
        self,
        attempt_id: AttemptId,
        told: list[OnBeep],
        ear: BeepEar | None = None,
        *,
        wanted: bool = True,
    ) -> None:
        self._attempt_id, self._told = attempt_id, told
        self._ear, self._wanted, self._done = ear or BeepEar(), wanted, False
        self._why: str | None = None

    def wanted(self) -> None:
        """The line is silent: from now on it is told, and what it was already at once."""
        self._wanted = True
        if self._why is not None:
            asyncio.get_running_loop().call_soon(self._tell, self._why)

    def hear(self, frame: Frame) -> bool:
        self._why = self._why or self._ear.hear(frame)
        if self._why is not None and self._wanted:
            self._tell(self._why)
        return self._done

    def over(self) -> None:
        if self._wanted:
            self._tell("lost")

    def _tell(self, why: str) -> None:
        if not self._done:
            self._done = True
            for listener in self._told:
                listener(self._attempt_id, why)
