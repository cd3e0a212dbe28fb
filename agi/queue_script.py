"""A caller's line over FastAGI, and the script that puts a call straight into a queue.

`AgiLine` is an `InboundLine`; `queue` is for a dialplan that knows which queue it wants:
`AGI(agi://ENGINE/queue,<queue>,<tenant>)`, after `Set(AGIEXITONHANGUP=yes)`, without which nobody
hears that the caller left. Refuses to know who takes the call.
"""

import asyncio
from typing import Final

import structlog

from agi.server import AgiSession, ChannelGone, Handler
from dialer.domain.call_record import E164, CallRecord, Direction
from dialer.domain.ids import MAIN_TENANT, CallId, LegId, TenantId, new_call_id
from dialer.errors import BadInput
from dialer.ports import BridgeEnd, CallRecords, CallTaker, Clock
from dialer.services.recorder import Recorder

log = structlog.get_logger(__name__)

RESULT: Final = "OUTPACE_QUEUE"
"""Channel variable in which the dialplan reads "taken", or why nobody took the call."""


class AgiLine:
    """An `InboundLine` (dialer.ports) of one AGI session, whose channel is answered.

    Args:
        session: the channel's.
        call_id: ours, written into its account code.
        number: who calls, E.164; "": withheld.
        our_number: what they called.
        tenant_id: whose number that is.
        language: in which the caller is spoken to.
    """

    def __init__(
        self,
        session: AgiSession,
        call_id: CallId,
        *,
        number: str,
        our_number: str,
        tenant_id: TenantId,
        language: str,
    ) -> None:
        self._session = session
        self.call_id = call_id
        self.number = number
        self.our_number = our_number
        self.tenant_id = tenant_id
        self.language = language

    @property
    def gone(self) -> "asyncio.Future[None]":
        """Done when the line takes no more orders."""
        return self._session.gone

    async def join(self, leg_id: LegId) -> BridgeEnd:
        """Join the caller and an agent's leg; returns when they part."""
        try:
            await self._session.join(leg_id)
            if self._session.hung_up:
                return BridgeEnd.CUSTOMER_LEFT
            result = await self._session.command("GET", "VARIABLE", "BRIDGERESULT")
        except ChannelGone:
            return BridgeEnd.CUSTOMER_LEFT
        return BridgeEnd.NO_LEG if result.data == "NONEXISTENT" else BridgeEnd.LEG_LEFT

    async def music(self, on: bool) -> None:
        """Play music until it is taken off again, or a join begins."""
        await self._say("SET", "MUSIC", "ON" if on else "OFF")

    async def play(self, path: str) -> None:
        """Play a prompt, its path without extension; returns when it was heard."""
        await self._say("STREAM", "FILE", path, "")

    async def _say(self, *words: str) -> None:
        try:
            await self._session.command(*words)
        except ChannelGone:
            return  # `gone` says so


class QueueScript:
    """The script `queue`.

    Args:
        taker: has calls taken.
        records: of calls.
        recorder: writes in the background.
        clock: of the engine.
        node: its name.
    """

    def __init__(
        self,
        taker: CallTaker,
        records: CallRecords,
        recorder: Recorder,
        clock: Clock,
        *,
        node: str,
    ) -> None:
        self._taker = taker
        self._records = records
        self._recorder = recorder
        self._clock = clock
        self._node = node

    def routes(self) -> dict[str, Handler]:
        """Return the handlers by script."""
        return {"queue": self.queue}

    async def queue(self, session: AgiSession) -> None:
        """Somebody called: put them into the queue that the dialplan names."""
        said = session.environment
        caller = said.values.get("agi_callerid", "")
        line = AgiLine(
            session,
            new_call_id(),
            number=caller if E164.fullmatch(caller) else "",
            our_number=said.values.get("agi_dnid", ""),
            tenant_id=TenantId(said.argument(2) or MAIN_TENANT),
            language=said.values.get("agi_language", ""),
        )
        await session.command("SET", "VARIABLE", "CHANNEL(accountcode)", line.call_id)
        self._begin(line)
        await session.command("EXEC", "Answer")
        reason = await self._taker.take(line, "queue", said.argument(1), 0.0)
        if not session.hung_up:
            await session.command("SET", "VARIABLE", RESULT, reason or "taken")

    def _begin(self, line: AgiLine) -> None:
        call = CallRecord(
            line.call_id,
            Direction.IN,
            line.number,
            self._clock.now(),
            self._node,
            tenant_id=line.tenant_id,
        )

        async def begin() -> None:
            try:
                await self._records.begin(call)
            except BadInput as error:
                log.warning("call_not_recorded", call=call.call_id, error=str(error))

        self._recorder.book(begin)
