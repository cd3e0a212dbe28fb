"""Calls that are no attempts and whose end nobody saw: ended as the journal says, or as lost.

Looks twice for their channels, as the reaper does. Refuses to know what such a call was for.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from dialer.domain.booking import JournalEntry
from dialer.domain.call_record import CallRecord
from dialer.domain.events import ChannelHungUp
from dialer.domain.outcome import Outcome, unanswered_outcome
from dialer.ports import CallRecords, Clock, Journal, Switch
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
        journal: Journal,
        recorder: Recorder,
        clock: Clock,
        node: str,
    ) -> None:
        self._switch = switch
        self._calls = calls
        self._others = others
        self._journal = journal
        self._recorder = recorder
        self._clock = clock
        self._node = node

    async def at_start(self) -> None:
        """Settle what an engine before us left: calls that live end with their hang-up."""
        left: dict[str, CallRecord] = {c.call_id: c for c in await self._calls.open(self._node)}
        if not left:
            return
        for call_id, call in left.items():
            self._others.register(call_id, _Ending(call, self))
        gone = {one for one in await self._gone(set(left)) if self._others.knows(one)}
        stories = self._journal.read(gone)
        for call_id in gone:
            self._others.forget(call_id)
            self._end(left[call_id], stories.get(call_id, ()))

    async def after_loss(self) -> None:
        """The session is back: tell of the calls that ended while nobody listened."""
        known = self._others.live()
        if not known:
            return
        gone = await self._gone(known)
        stories = self._journal.read(gone)
        for call_id in gone:
            ended = _hang_up_in(stories.get(call_id, ()))
            log.warning("call_end_missed", call=call_id, journaled=ended is not None)
            at = self._clock.now() if ended is None else ended.at
            cause = 0 if ended is None else ended.cause
            self._others.take(ChannelHungUp(call_id, cause, "", at))

    async def _gone(self, calls: set[str]) -> set[str]:
        gone = calls - {one.channel_id for one in await self._switch.live_channels()}
        if gone:
            await asyncio.sleep(LOOK_AGAIN_S)
            gone -= {one.channel_id for one in await self._switch.live_channels()}
        return gone

    def _end(self, call: CallRecord, story: Sequence[JournalEntry]) -> None:
        """Put the end on record of a call that ended while no engine ran."""
        ended = _hang_up_in(story)
        if ended is None:
            log.warning("call_lost", call=call.call_id)
            at, outcome = self._clock.now(), Outcome.LOST
        else:
            at, outcome = ended.at, Outcome.CONNECTED
            if not _answered(call, story):
                outcome = unanswered_outcome(ended.cause)
        self._book(call, at, outcome)

    def hung_up(self, call: CallRecord, event: ChannelHungUp) -> None:
        """Put the end on record of a call that outlived its engine."""
        outcome = Outcome.CONNECTED
        # the answer may have been told to an engine that died before it was on record
        if not _answered(call, self._journal.read({call.call_id}).get(call.call_id, ())):
            outcome = unanswered_outcome(event.cause, event.tech_cause)
        self._book(call, event.at, outcome)

    def _book(self, call: CallRecord, at: float, outcome: Outcome) -> None:
        async def write() -> None:
            await self._calls.ended(call.call_id, at, outcome)

        self._recorder.book(write)


class _Ending:
    """Ends a call of an engine before us with its hang-up."""

    def __init__(self, call: CallRecord, ends: CallEnds) -> None:
        self._call = call
        self._ends = ends

    def __call__(self, event: ChannelEvent) -> None:
        if isinstance(event, ChannelHungUp):
            self._ends.hung_up(self._call, event)


def _answered(call: CallRecord, story: Sequence[JournalEntry]) -> bool:
    return call.answered_at is not None or any(one.event == "ANSWER" for one in story)


def _hang_up_in(story: Sequence[JournalEntry]) -> JournalEntry | None:
    return next((one for one in reversed(story) if one.event == "HANGUP"), None)
