"""Calls that are no attempts and whose end nobody saw: closed as lost when their channel is gone.

Looks twice, as the reaper does. Refuses to know what such a call was for.
"""

import asyncio
from typing import Final

import structlog

from dialer.domain.events import ChannelHungUp
from dialer.domain.ids import CallId
from dialer.domain.outcome import Outcome
from dialer.ports import CallRecords, Clock, Switch
from dialer.services.other_calls import ChannelEvent, OtherCalls
from dialer.services.recorder import Recorder

log = structlog.get_logger(__name__)

LOOK_AGAIN_S: Final = 1.1
"""Between two looks at the live channels."""


class CallEnds:
    """Brings the record of calls and the switch back to agreement."""

    def __init__(
        self,
        *,
        switch: Switch,
        calls: CallRecords,
        others: OtherCalls,
        recorder: Recorder,
        clock: Clock,
        node: str,
    ) -> None:
        self._switch = switch
        self._calls = calls
        self._others = others
        self._recorder = recorder
        self._clock = clock
        self._node = node

    async def at_start(self) -> None:
        """Settle what an engine before us left: calls that live end with their hang-up."""
        left: set[str] = {call.call_id for call in await self._calls.open(self._node)}
        if not left:
            return
        for call_id in left:
            self._others.register(call_id, self._hang_up_of(call_id))
        for call_id in await self._gone(set(left)):
            self._others.take(ChannelHungUp(call_id, 0, "", self._clock.now()))

    async def after_loss(self) -> None:
        """The session is back: end the calls that ended while nobody listened."""
        known = self._others.live()
        if not known:
            return
        for call_id in await self._gone(known):
            log.warning("call_lost", call=call_id)
            self._others.take(ChannelHungUp(call_id, 0, "", self._clock.now()))

    async def _gone(self, calls: set[str]) -> set[str]:
        gone = calls - {one.channel_id for one in await self._switch.live_channels()}
        if gone:
            await asyncio.sleep(LOOK_AGAIN_S)
            gone -= {one.channel_id for one in await self._switch.live_channels()}
        return gone

    def _hang_up_of(self, call_id: str) -> "_Ending":
        return _Ending(CallId(call_id), self._calls, self._recorder)


class _Ending:
    """Ends a call of an engine before us."""

    def __init__(self, call_id: CallId, calls: CallRecords, recorder: Recorder) -> None:
        self._call_id = call_id
        self._calls = calls
        self._recorder = recorder

    def __call__(self, event: ChannelEvent) -> None:
        if isinstance(event, ChannelHungUp):
            self._recorder.book(lambda: self._end(event.at))

    async def _end(self, at: float) -> None:
        if await self._calls.ended(self._call_id, at, Outcome.LOST):
            log.warning("call_lost", call=self._call_id)
