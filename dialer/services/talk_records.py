"""Puts on record who had a customer after a transfer, and calls to outside numbers.

A call is committed before it is made (`begin`); what becomes of it follows in the background, in
order. A database that is away holds up nothing: what could not be written is tried again. Refuses
to know the switch.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from dialer.domain.call_record import CallRecord
from dialer.domain.ids import AgentId, CallId
from dialer.domain.outcome import Outcome
from dialer.errors import StoreUnavailable
from dialer.ports import CallRecords, Clock

log = structlog.get_logger(__name__)

AGAIN_S: Final = 0.5
"""Between two tries to write."""


class TalkRecords:
    """The rows of transfers and outside calls."""

    def __init__(self, records: CallRecords, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self._facts: asyncio.Queue[Callable[[], Awaitable[object]]] = asyncio.Queue()

    async def begin(self, call: CallRecord) -> None:
        """Commit that a call begins.

        Raises:
            BadInput, StoreUnavailable: it is not on record, so must not be made.
        """
        await self._records.begin(call)

    def begin_soon(self, call: CallRecord) -> None:
        """Write that a call begins for which nobody is called."""
        self._facts.put_nowait(lambda: self._records.begin(call))

    def answered(self, call_id: CallId, agent_id: AgentId | None = None) -> None:
        """Somebody took it now."""
        at = self._clock.now()
        self._facts.put_nowait(lambda: self._records.answered(call_id, at, agent_id=agent_id))

    def ended(self, call_id: CallId, outcome: Outcome) -> None:
        """It is over."""
        at = self._clock.now()
        self._facts.put_nowait(lambda: self._records.ended(call_id, at, outcome))

    async def close_left(self, node: str) -> None:
        """At a start: end the rows that an engine before us left; what became of them is lost."""
        for call in await self._records.open(node):
            if call.attempt_id is not None:
                await self._records.ended(call.call_id, self._clock.now(), Outcome.LOST)

    async def settled(self) -> None:
        """Wait until everything told so far is written."""
        await self._facts.join()

    async def run(self) -> None:
        """Write, for ever."""
        while True:
            write = await self._facts.get()
            while True:
                try:
                    await write()
                    break
                except StoreUnavailable:
                    log.warning("talk_record_waits", waiting=self._facts.qsize() + 1)
                    await asyncio.sleep(AGAIN_S)
            self._facts.task_done()
