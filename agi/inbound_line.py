"""The line of a caller on one AGI session: plays, listens, joins. Moves words to and fro.

A command of a flow that meets a line which is gone raises `ChannelGone`; what whoever takes the
call asks returns at once then, and `gone` says so. Refuses to know flows and queues.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from agi.protocol import AgiReply
from agi.server import AgiSession, ChannelGone
from dialer.domain.ids import CallId, LegId, TenantId
from dialer.ports import Audio, BridgeEnd, LineFacts, Unplayable

KEYS: Final = "0123456789*#"

STALL_S: Final = 2.0
"""After what is due, the dialplan takes the caller from an engine that has stopped."""

MUSIC: Final = "default"
"""Class of the music for who waits."""


class CallerLine:
    """One caller's line: the `InboundLine` of a `CallTaker`.

    Args:
        session: the channel's.
        call: which.
        language: in which the caller is spoken to, as `en`; "": nothing is known.
    """

    def __init__(self, session: AgiSession, call: LineFacts, language: str) -> None:
        self._session = session
        self._call = call
        self._music = False
        self.language = language
        """Of the call by now."""

    @property
    def call_id(self) -> CallId:
        """Of the call."""
        return self._call.call_id

    @property
    def number(self) -> str:
        """Of the caller."""
        return self._call.number

    @property
    def our_number(self) -> str:
        """That was called."""
        return self._call.our_number

    @property
    def tenant_id(self) -> TenantId:
        """Whose number that is."""
        return self._call.tenant_id

    @property
    def gone(self) -> asyncio.Future[None]:
        """Done when the line is lost."""
        return self._session.gone

    async def join(self, leg_id: LegId) -> BridgeEnd:
        """Join the caller and an agent's leg until they are apart again."""
        try:
            await self._turn_music(on=False)
            await self.set("TIMEOUT(absolute)", "0")
            await self._session.join(leg_id)
            if self._session.hung_up:
                return BridgeEnd.CUSTOMER_LEFT
            result = await self._do("GET", "VARIABLE", "BRIDGERESULT")
        except ChannelGone:
            return BridgeEnd.CUSTOMER_LEFT
        return BridgeEnd.NO_LEG if result.data == "NONEXISTENT" else BridgeEnd.LEG_LEFT

    async def music(self, on: bool) -> None:
        """Let the caller hear music, or end it."""
        with suppress(ChannelGone):
            await self._turn_music(on=on)

    async def play(self, path: str, keys: str = "") -> str:
        """Play a file to its end, or until one of the keys; returns that key."""
        with suppress(ChannelGone):
            reply = await self._do("STREAM", "FILE", path, keys)
            return chr(reply.result) if reply.result > 0 else ""
        return ""

    async def key(self, wait_s: float, stop: asyncio.Event | None = None) -> str:
        """Wait for a key; "": none came in time, the line is gone, or `stop` is set."""
        pressed: str | None = ""
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(self._next_key(wait_s), name=f"key-{self.call_id}")
            over = tasks.create_task((stop or asyncio.Event()).wait(), name=f"stop-{self.call_id}")
            await asyncio.wait({waiting, over}, return_when=asyncio.FIRST_COMPLETED)
            over.cancel()
            if waiting.done():
                pressed = waiting.result()
            else:
                waiting.cancel()
        if waiting.cancelled():
            with suppress(ChannelGone):
                await self._session.interrupt()
        return pressed or ""

    async def _next_key(self, wait_s: float) -> str | None:
        with suppress(ChannelGone):
            return await self.next_key(wait_s)
        return None

    # -- what a flow needs beside that -------------------------------------------------------

    async def answer(self) -> None:
        """Answer the call."""
        await self._do("ANSWER")

    async def set(self, name: str, value: str) -> None:
        """Set a variable of the channel."""
        await self._do("SET", "VARIABLE", name, value)

    async def due_in(self, seconds: float) -> None:
        """Have the dialplan take the caller back, should nothing come of us by then.

        Args:
            seconds: that what comes next takes; 0: as long as it likes.
        """
        limit = seconds + STALL_S if seconds else 0
        await self.set("TIMEOUT(absolute)", f"{limit:.3f}" if limit else "0")

    async def heard_key(self, audio: Audio) -> str:
        """Play a file; return the key that cut it short, "" if none did.

        Raises:
            Unplayable: the switch cannot play it.
        """
        reply = await self._do("STREAM", "FILE", audio.path, KEYS)
        if reply.result < 0:
            raise Unplayable(f"{audio.path} cannot be played")
        if not reply.result and not reply.endpos:
            raise Unplayable(f"{audio.path} was not opened")
        return chr(reply.result) if reply.result else ""

    async def first_key(self, audio: Audio, wait_s: float) -> str | None:
        """Play a file and wait for a key, which cuts it short; None: no key came.

        One command, so that no key is lost between the two.

        Raises:
            Unplayable: the switch cannot play it.
        """
        reply = await self._do("GET", "DATA", audio.path, str(max(1, round(wait_s * 1000))), "1")
        if reply.said.startswith("-"):
            raise Unplayable(f"{audio.path} cannot be played")
        if reply.data == "timeout":
            return None
        return reply.said or "#"  # the key that ends such a command leaves nothing behind

    async def next_key(self, wait_s: float) -> str | None:
        """Wait for a key; None: none came."""
        reply = await self._do("WAIT", "FOR", "DIGIT", str(max(1, round(wait_s * 1000))))
        return chr(reply.result) if reply.result > 0 else None

    async def record(self, path: str, *, end: str, most_s: float, silence_s: float) -> None:
        """Record what the caller says into a file."""
        most_ms = str(max(1, round(most_s * 1000)))
        words = ["RECORD", "FILE", path, "wav", end, most_ms, f"s={max(1, round(silence_s))}"]
        await self._do(*words)

    async def confer(self, room: str, max_members: int) -> bool:
        """Be in a conference room until the caller or the switch ends that.

        Args:
            room: as the switch calls it.
            max_members: the switch lets no more in, whatever we believe.

        Returns:
            Whether the caller was let in.
        """
        await self.set("TIMEOUT(absolute)", "0")
        await self.set("CONFBRIDGE(bridge,template)", "room")
        await self.set("CONFBRIDGE(bridge,max_members)", str(max_members))
        await self._do("EXEC", "ConfBridge", f"{room},,caller")
        result = await self._do("GET", "VARIABLE", "CONFBRIDGE_RESULT")
        return result.data not in ("", "FAILED")

    async def interrupt(self) -> None:
        """End whatever plays, after a wait was given up."""
        if self._session.gone.done():
            raise ChannelGone("the line is gone")
        await self._session.interrupt()
        await self._turn_music(on=False)

    async def _turn_music(self, *, on: bool) -> None:
        if on == self._music:
            return
        self._music = on
        words = ("ON", MUSIC) if on else ("OFF",)
        await self._do("SET", "MUSIC", *words)

    async def _do(self, *words: str) -> AgiReply:
        reply = await self._session.command(*words)
        if self._session.hung_up:
            raise ChannelGone("the caller hung up")
        return reply


def seconds_of(audios: Iterable[Audio]) -> float:
    """Return how long some files play."""
    return sum(audio.seconds for audio in audios)
