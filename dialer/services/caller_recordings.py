"""Talks with people who called us, recorded when their queue says so.

As with attempts: the ground is on record before the first word, who is told hears it to its end,
and when in doubt nothing is recorded. One recording of a call, however many agents have it; what
the caller hears between talks, and a talk from a queue that does not record, is silent in it.
Refuses to know what the calling rules ask, how a prompt gets into a talk, and audio.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

from dialer.domain.call_states import CallState
from dialer.domain.events import ChannelHungUp
from dialer.domain.ids import AttemptId, CallId
from dialer.domain.legal_limits import Ground
from dialer.domain.queue import QueueRecording
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import OutpaceError, SwitchUnavailable, WrongState
from dialer.ports import Clock, RecordedCallers, Recordings, TalkControl
from dialer.services.other_calls import ChannelEvent, OtherCalls
from dialer.services.queued_call import QueuedCall
from dialer.services.queues import Queues
from dialer.services.recorder import Recorder

log = structlog.get_logger(__name__)

S = CallState

CallerGround = Callable[[str], Awaitable[Ground]]
"""Given a caller's number, returns on what ground they may be recorded once they were told."""

_TALK_OVER: Final = frozenset({S.CLOSING, S.ENDED})


class CallerRecordings:
    """The recordings of one node's callers.

    Args:
        queues: who talks.
        control: begins and pauses recordings.
        records: of recordings that begin.
        recorder: writes in its turn, once the call is on record.
        recordings: finishes them.
        others: tells of each call's end.
        ground: what the calling rules say.
        paused: whether an agent has paused a recording.
        clock: of the engine.
    """

    def __init__(
        self,
        *,
        queues: Queues,
        control: TalkControl,
        records: RecordedCallers,
        recorder: Recorder,
        recordings: Recordings,
        others: OtherCalls,
        ground: CallerGround,
        paused: Callable[[AttemptId], bool],
        clock: Clock,
    ) -> None:
        self._queues = queues
        self._control = control
        self._records = records
        self._recorder = recorder
        self._recordings = recordings
        self._others = others
        self._ground = ground
        self._paused = paused
        self._clock = clock
        self._due: asyncio.Queue[CallId] = asyncio.Queue()
        self._decided: dict[CallId, str] = {}
        """Queue for which it was decided whether a talk is recorded."""
        self._told: set[CallId] = set()
        """Who is being told."""
        self._beginning: set[CallId] = set()
        self._begun: set[CallId] = set()
        self._silent: set[CallId] = set()
        queues.on_change(self._changed)

    async def run(self) -> None:
        """Begin the recordings of talks, for ever."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                call_id = await self._due.get()
                tasks.create_task(self._begin(call_id), name=f"caller-recording-{call_id}")

    # -- what is asked -----------------------------------------------------------------------

    def recorded(self, call_id: str) -> bool:
        """Whether what is said in a caller's talk now is recorded, or paused by the agent."""
        return call_id in self._begun and call_id not in self._silent

    def asks(self, call_id: str) -> bool:
        """Whether the caller is to be asked before anything is recorded."""
        call = self._queues.call(CallId(call_id))
        wanted = call is not None and _way_of(call) is QueueRecording.ASKED
        return wanted and call_id not in self._begun

    async def agreed(self, call_id: str, *, by: str) -> None:
        """The caller of a talk has agreed: record from now on.

        Raises:
            WrongState: the queue does not ask, or the talk is over by then.
            SwitchUnavailable: it cannot be told now.
        """
        this = CallId(call_id)
        call = self._queues.call(this)
        if call is None or _way_of(call) is not QueueRecording.ASKED:
            fix = "set recording of the queue to asked"
            raise WrongState("call", "is none whose caller is asked", fix)
        await self._record(this, Ground.OPT_IN, by=by)

    async def announced(self, call_id: str) -> None:
        """Both have heard all of the announcement: record from now on."""
        this = CallId(call_id)
        if this not in self._told or not self._in_talk(this):
            return
        self._told.discard(this)
        with suppress(OutpaceError):  # the log says why
            await self._told_of(this, Ground.ANNOUNCED)

    def adopt(self, call_ids: Iterable[str]) -> None:
        """Take over recordings that an engine before us began; the switch goes on with them."""
        for call_id in call_ids:
            self._keep(CallId(call_id))

    # -- inside: the beginning ---------------------------------------------------------------

    def _changed(self, flow: TalkFlow) -> None:
        call_id = CallId(flow.talk_id)
        if flow.state in _TALK_OVER:
            self._decided.pop(call_id, None)
            self._told.discard(call_id)
            self._silence(call_id, silent=True)
            return
        call = self._queues.call(call_id)
        if flow.state is not S.TALKING or call is None:
            return
        way = _way_of(call)
        if call_id in self._begun:
            # who asked for one agent, or was handed to a team, is in no queue: it stays as it was
            self._silence(call_id, silent=bool(call.queue) and way is QueueRecording.OFF)
        elif way is QueueRecording.ANNOUNCED and self._decided.get(call_id) != call.queue:
            self._decided[call_id] = call.queue
            if call_id not in self._told:
                self._due.put_nowait(call_id)

    async def _begin(self, call_id: CallId) -> None:
        """Record a talk as its queue says, or have its two told first."""
        call = self._queues.call(call_id)
        if call is None or call.line is None:
            return
        prompt = call.wish.settings.recording_announcement
        try:
            ground = await self._ground(call.line.number)
            if not ground:
                reason = "the calling rules do not allow it"
            elif not prompt:
                await self._told_of(call_id, ground)
                return
            elif not Path(f"{prompt}.wav").is_file():
                reason = f"no announcement at {prompt}.wav"
            elif not self._in_talk(call_id):
                reason = "the talk is over"
            else:
                self._told.add(call_id)
                self._control.announce(AttemptId(call_id), prompt)
                return
        except OutpaceError as error:
            reason = str(error)
        self._told.discard(call_id)
        log.warning("caller_not_recorded", call=call_id, queue=call.queue, reason=reason)

    async def _told_of(self, call_id: CallId, ground: Ground) -> None:
        try:
            await self._record(call_id, ground)
        except OutpaceError as error:
            log.warning("caller_not_recorded", call=call_id, reason=str(error))

    async def _record(self, call_id: CallId, ground: Ground, *, by: str = "") -> None:
        """Put the ground on record, then record."""
        if call_id in self._begun or call_id in self._beginning:
            return
        self._beginning.add(call_id)
        try:
            await self._on_record(call_id, ground, by)
            try:
                if not self._in_talk(call_id):
                    raise WrongState("call", "is over", "ask in the next talk")
                self._control.start_recording(AttemptId(call_id))
            except (WrongState, SwitchUnavailable):
                await self._records.void(call_id)
                raise
        finally:
            self._beginning.discard(call_id)
        self._keep(call_id)
        log.info("caller_recorded", call=call_id, ground=ground.value, by=by)

    async def _on_record(self, call_id: CallId, ground: Ground, by: str) -> None:
        refused: list[WrongState] = []

        async def write() -> None:
            try:
                await self._records.begin(call_id, ground, by=by, at=self._clock.now())
            except WrongState as error:
                refused.append(error)

        await self._recorder.commit(write)  # after the call itself
        if refused:
            raise refused[0]

    # -- inside: while it lasts, and its end -----------------------------------------------------

    def _keep(self, call_id: CallId) -> None:
        if call_id in self._begun:
            return
        self._begun.add(call_id)
        self._others.register(call_id, lambda event: self._heard(call_id, event))

    def _heard(self, call_id: CallId, event: ChannelEvent) -> None:
        if isinstance(event, ChannelHungUp):
            self._begun.discard(call_id)
            self._silent.discard(call_id)
            self._recordings.finish(AttemptId(call_id))

    def _silence(self, call_id: CallId, *, silent: bool) -> None:
        """Write silence in place of what is not to be recorded; an agent's pause stays."""
        if call_id not in self._begun or silent is (call_id in self._silent):
            return
        (self._silent.add if silent else self._silent.discard)(call_id)
        if not self._paused(AttemptId(call_id)):
            with suppress(SwitchUnavailable):
                self._control.pause_recording(AttemptId(call_id), paused=silent)

    def _in_talk(self, call_id: CallId) -> bool:
        """Whether a caller has talked with an agent, and may again: only talks are recorded."""
        call = self._queues.call(call_id)
        if call is None or call.flow.state in _TALK_OVER:
            return False
        return call.flow.first_connected_at is not None


def _way_of(call: QueuedCall) -> QueueRecording:
    return call.wish.settings.recording if call.queue else QueueRecording.OFF
