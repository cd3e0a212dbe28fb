"""Callers who are passed on to an outside number: it is called, and joined when it answers.

On record as a call of ours before it is made. Only numbers that the node may reach
(`OUTPACE_TRANSFER_TO`), and none of our own, which would call itself for ever. Refuses to know why
a caller is passed on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.dial_law import DialTerms
from dialer.domain.events import ChannelHungUp, ChannelUp, OriginateFailed
from dialer.domain.ids import CallId, LegId, new_call_id
from dialer.domain.masking import masked
from dialer.domain.outcome import Outcome, unanswered_outcome
from dialer.domain.outside import OutsidePolicy
from dialer.errors import BadInput, StoreUnavailable, SwitchUnavailable
from dialer.ports import CallRecords, Clock, InboundLine, OutsideCall, Switch, TalkControl
from dialer.services.other_calls import ChannelEvent, OtherCalls
from dialer.services.recorder import Recorder

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Outside:
    """One line to an outside number."""

    call_id: CallId
    answered: asyncio.Event
    over: asyncio.Event
    talked: bool = False
    left: bool = False
    """Whether the caller left before it answered."""


class Forwarding:
    """Passes callers on.

    Args:
        control: calls outside numbers.
        switch: hangs up.
        records: of calls.
        recorder: writes in the background.
        others: hands on what the switch says of calls.
        policy: which numbers may be reached.
        terms: countries of the trunk, and trials.
        trunk: on which they are called.
        is_ours: tells whether a number is one of our own.
        clock: of the engine.
        node: its name.
    """

    def __init__(
        self,
        *,
        control: TalkControl,
        switch: Switch,
        records: CallRecords,
        recorder: Recorder,
        others: OtherCalls,
        policy: OutsidePolicy,
        terms: DialTerms,
        trunk: str,
        is_ours: Callable[[str], bool],
        clock: Clock,
        node: str,
    ) -> None:
        self._control = control
        self._switch = switch
        self._records = records
        self._recorder = recorder
        self._others = others
        self._policy = policy
        self._terms = terms
        self._trunk = trunk
        self._is_ours = is_ours
        self._clock = clock
        self._node = node

    async def forward(self, line: InboundLine, number: str, wait_s: float) -> str:
        """Pass a caller on; returns when that is over.

        Args:
            line: of the caller, who hears music meanwhile.
            number: E.164.
            wait_s: how long it rings at most.

        Returns:
            "" when somebody took the call; else why nobody did.
        """
        try:
            wanted = self._policy.check(number, self._terms)
        except BadInput as refused:
            log.warning("forward_refused", call=line.call_id, reason=str(refused))
            return refused.problem
        if self._is_ours(wanted):
            log.warning("forward_refused", call=line.call_id, reason="it is a number of ours")
            return "it is a number of ours"
        outside = _Outside(new_call_id(), asyncio.Event(), asyncio.Event())
        try:
            await self._begin(outside, line, wanted)
            self._control.call_outside(
                OutsideCall(outside.call_id, wanted, self._trunk, line.our_number, wait_s)
            )
        except (StoreUnavailable, SwitchUnavailable, BadInput) as lost:
            self._others.forget(outside.call_id)
            self._end(outside, Outcome.FAILED)
            return str(lost)
        log.info("call_forwarded", call=line.call_id, to=outside.call_id, number=masked(wanted))
        return await self._joined(line, outside, wait_s)

    async def _joined(self, line: InboundLine, outside: _Outside, wait_s: float) -> str:
        await line.music(True)
        try:
            await self._until(line, outside, wait_s)
            await line.music(False)
            if line.gone.done() or not outside.answered.is_set() or outside.over.is_set():
                return "nobody answered"
            outside.talked = True
            await line.join(LegId(outside.call_id))
            return ""
        finally:
            outside.left = line.gone.done() and not outside.talked
            with suppress(SwitchUnavailable):
                if not outside.over.is_set():
                    self._switch.hang_up(LegId(outside.call_id))

    async def _until(self, line: InboundLine, outside: _Outside, wait_s: float) -> None:
        """Wait until the number answers or is given up, or the caller is gone."""
        async with asyncio.TaskGroup() as tasks:
            ends = [
                tasks.create_task(outside.answered.wait(), name=f"answered-{outside.call_id}"),
                tasks.create_task(outside.over.wait(), name=f"over-{outside.call_id}"),
            ]
            waited: set[asyncio.Future[Any]] = {*ends, line.gone}
            await asyncio.wait(waited, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
            for task in ends:
                task.cancel()

    async def _begin(self, outside: _Outside, line: InboundLine, number: str) -> None:
        self._others.register(outside.call_id, lambda event: self._said(outside, event))
        record = CallRecord(
            outside.call_id,
            Direction.OUT,
            number,
            self._clock.now(),
            self._node,
            tenant_id=line.tenant_id,
            parent_id=line.call_id,
            trunk=self._trunk,
        )
        await self._records.begin(record)

    def _said(self, outside: _Outside, event: ChannelEvent) -> None:
        match event:
            case ChannelUp(at=at):
                outside.answered.set()
                self._recorder.book(lambda: _done(self._records.answered(outside.call_id, at)))
            case ChannelHungUp(cause=cause, tech_cause=tech_cause):
                outside.over.set()
                self._end(outside, _outcome(outside, unanswered_outcome(cause, tech_cause)))
            case OriginateFailed(no_channel=True):
                outside.over.set()
                self._end(outside, Outcome.FAILED)
            case _:
                pass

    def _end(self, outside: _Outside, outcome: Outcome) -> None:
        at = self._clock.now()
        self._recorder.book(lambda: _done(self._records.ended(outside.call_id, at, outcome)))


def _outcome(outside: _Outside, unanswered: Outcome) -> Outcome:
    if outside.talked:
        return Outcome.CONNECTED
    return Outcome.CANCELLED if outside.left or outside.answered.is_set() else unanswered


async def _done(writing: Awaitable[bool]) -> None:
    await writing
