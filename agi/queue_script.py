"""The AGI script `queue`: a dialplan that knows which queue it wants puts a call straight into it.

`AGI(agi://ENGINE/queue,<queue>,<tenant>)`, after `Set(AGIEXITONHANGUP=yes)`, without which nobody
hears that the caller left. Refuses to know who takes the call.
"""

from contextlib import suppress
from typing import Final

import structlog

from agi.inbound_line import CallerLine
from agi.server import AgiSession, ChannelGone, Handler
from dialer.domain.call_record import E164, CallRecord, Direction
from dialer.domain.ids import MAIN_TENANT, TenantId, new_call_id
from dialer.errors import BadInput
from dialer.ports import CallRecords, CallTaker, Clock, LineFacts
from dialer.services.recorder import Recorder

log = structlog.get_logger(__name__)

RESULT: Final = "OUTPACE_QUEUE"
"""Channel variable in which the dialplan reads "taken", or why nobody took the call."""


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
        call = LineFacts(
            new_call_id(),
            TenantId(said.argument(2) or MAIN_TENANT),
            caller if E164.fullmatch(caller) else "",
            said.values.get("agi_dnid", ""),
        )
        line = CallerLine(session, call, said.values.get("agi_language", ""))
        await session.command("SET", "VARIABLE", "CHANNEL(accountcode)", call.call_id)
        self._begin(call)
        with suppress(ChannelGone):  # who left meanwhile is missed as any other
            await line.answer()
        reason = await self._taker.take(line, "queue", said.argument(1), 0.0)
        if not session.hung_up:
            await session.command("SET", "VARIABLE", RESULT, reason or "taken")

    def _begin(self, said: LineFacts) -> None:
        call = CallRecord(
            said.call_id,
            Direction.IN,
            said.number,
            self._clock.now(),
            self._node,
            tenant_id=said.tenant_id,
        )

        async def begin() -> None:
            try:
                await self._records.begin(call)
            except BadInput as error:
                log.warning("call_not_recorded", call=call.call_id, error=str(error))

        self._recorder.book(begin)
