"""The AGI script `answered` where a campaign may be a broadcast: a flow leads first, then the key.

From the key on the call is one that was just answered: the dialplan's clock of 1.8 s runs, and the
call desk is asked. Where nothing at all could be played, that is so from the answer on. The
switch's journal is told of both, for the time after a death of ours. Refuses to know flows and
their commands.
"""

from typing import Final

import structlog

from agi.flow_line import FlowLine
from agi.handlers import NEXT, CallHandlers
from agi.inbound_line import CallerLine
from agi.server import AgiSession, ChannelGone
from dialer.domain.callflow import LET_GO_AFTER_S
from dialer.ports import Audio, CallDesk, Clock, FlowDesk, LedCall, MessageDesk

log = structlog.get_logger(__name__)

TRANSFERRED: Final = "transferred"
"""Why a flow is over that has handed its call over."""


class MessageLine(CallerLine):
    """The line of a person whom we have called, while a flow leads it."""

    def __init__(self, session: AgiSession, call: LedCall, clock: Clock) -> None:
        super().__init__(session, call, call.flow.head.language)
        self._clock = clock
        self.asked_at: float | None = None
        """When the flow began to hand the call over."""
        self.heard = False
        """Whether anything was played."""

    async def due_in(self, seconds: float) -> None:
        """As of any line; what is handed over is the dialplan's to let go, as after an answer."""
        if seconds:
            await super().due_in(seconds)
            return
        self.asked_at = self._clock.now()
        await self.set("TIMEOUT(absolute)", f"{LET_GO_AFTER_S:.3f}")

    async def heard_key(self, audio: Audio) -> str:
        """Play a file; return the key that cut it short, "" if none did."""
        key = await super().heard_key(audio)
        self.heard = True
        return key

    async def first_key(self, audio: Audio, wait_s: float) -> str | None:
        """Play a file and wait for a key, which cuts it short; None: no key came."""
        key = await super().first_key(audio, wait_s)
        self.heard = True
        return key

    async def note(self, event: str) -> None:
        """Put an event into the switch's journal."""
        await self._do("EXEC", "CELGenUserEvent", event)


class BroadcastHandlers(CallHandlers):
    """The handlers of one node's attempts, broadcasts among them."""

    def __init__(
        self, desk: CallDesk, clock: Clock, messages: MessageDesk, flows: FlowDesk
    ) -> None:
        super().__init__(desk, clock)
        self._messages = messages
        self._flows = flows

    async def _serve(self, session: AgiSession, channel_id: str, at: float) -> None:
        call = await self._messages.led(channel_id)
        if call is None:
            await super()._serve(session, channel_id, at)
            return
        line = MessageLine(session, call, self._clock)
        self._messages.began(call, at)
        try:
            await line.note("MESSAGE")
            why = await FlowLine(line, self._flows, call, self._clock).lead()
            self._flows.left(call, why)
            if session.gone.done():
                return
            if why != TRANSFERRED and line.heard:
                self._messages.over(call, self._clock.now())
                await line.set(NEXT, "hangup")
                return
            if why == TRANSFERRED:
                at = line.asked_at or self._clock.now()
            else:
                left_s = max(0.05, at + LET_GO_AFTER_S - self._clock.now())
                await line.set("TIMEOUT(absolute)", f"{left_s:.3f}")
            await line.note("KEY")
        except ChannelGone:
            return  # the switch tells of the end
        if not session.gone.done():
            await super()._serve(session, channel_id, at)
