"""Whether a talk may be recorded, asked by a prompt and answered by a key of the customer's.

The first key decides: the campaign's is a yes, any other a no, and so is none. The yes is on record
before the first word is recorded. Who was asked by an engine that died meanwhile is not recorded.
Refuses to know what the rules ask, and how a prompt gets into a talk.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace

import structlog

from dialer.domain.call_states import CallState
from dialer.domain.callflow import CallFlow
from dialer.domain.events import KeyPressed, SwitchEvent
from dialer.domain.ids import AttemptId
from dialer.domain.legal_limits import Ground
from dialer.domain.recording_answer import RecordingAnswer
from dialer.errors import BadInput, OutpaceError, SwitchUnavailable, WrongState
from dialer.ports import Clock, TalkControl
from dialer.services.announcements import WITH_SOMEBODY
from dialer.services.calls import Calls
from dialer.services.talk_buttons import Agreed

log = structlog.get_logger(__name__)

A = RecordingAnswer


class RecordingQuestions:
    """Asks, and begins recordings."""

    def __init__(self, *, calls: Calls, control: TalkControl, agreed: Agreed, clock: Clock) -> None:
        self._calls = calls
        self._control = control
        self._agreed = agreed
        self._clock = clock
        self._answers: dict[AttemptId, RecordingAnswer] = {}
        self._yes: asyncio.Queue[tuple[AttemptId, str]] = asyncio.Queue()
        self._said_yes: set[AttemptId] = set()
        calls.on_change(self._changed)

    def answer(self, attempt_id: AttemptId) -> RecordingAnswer:
        """Return where the question of a talk stands."""
        return self._answers.get(attempt_id, A.NOT_ASKED)

    def take(self, event: SwitchEvent) -> None:
        """Hear the customer's keys."""
        if not isinstance(event, KeyPressed):
            return
        attempt_id = AttemptId(event.channel_id)
        run = self._calls.run_of(attempt_id)
        if run is None or not self._waits(attempt_id):
            return
        with suppress(SwitchUnavailable):
            self._control.answered(attempt_id)
        if event.key == run.campaign.settings.recording_key:
            self._said_yes.add(attempt_id)
            self._yes.put_nowait((attempt_id, event.key))
        else:
            self._decline(attempt_id, "another key")

    def unanswered(self, attempt_id: AttemptId) -> None:
        """The question is over, and so is the time for an answer."""
        if self._waits(attempt_id):
            self._decline(attempt_id, "no key")

    async def run(self) -> None:
        """Put each yes on record and record from then on, for ever."""
        while True:
            attempt_id, key = await self._yes.get()
            try:
                await self._record(attempt_id, key)
            except OutpaceError as error:
                if attempt_id in self._answers:
                    self._answers[attempt_id] = A.FAILED
                log.warning("recording_not_agreed", attempt=attempt_id, reason=str(error))
            finally:
                self._said_yes.discard(attempt_id)

    async def _record(self, attempt_id: AttemptId, key: str) -> None:
        by = f"customer, by key {key}"
        await self._agreed(attempt_id, by=by, at=self._clock.now())
        flow = self._calls.flow(attempt_id)
        if flow is None or flow.state not in WITH_SOMEBODY:
            raise WrongState("call", "is over", "ask in the next talk")
        self._control.start_recording(attempt_id)
        flow.attempt = replace(flow.attempt, ground=Ground.OPT_IN)
        self._answers[attempt_id] = A.AGREED
        log.info("recording_agreed", attempt=attempt_id, by=by)

    def _waits(self, attempt_id: AttemptId) -> bool:
        asking = self._answers.get(attempt_id) is A.ASKING
        return asking and attempt_id not in self._said_yes

    def _decline(self, attempt_id: AttemptId, reason: str) -> None:
        self._answers[attempt_id] = A.DECLINED
        log.info("recording_not_agreed", attempt=attempt_id, reason=reason)

    def _changed(self, flow: CallFlow) -> None:
        attempt_id = flow.attempt.attempt_id
        if flow.state is CallState.ENDED:
            self._answers.pop(attempt_id, None)
            return
        wanted = flow.attempt.announces and flow.state is CallState.TALKING
        run = self._calls.run_of(attempt_id)
        if not wanted or run is None or attempt_id in self._answers:
            return
        question = run.campaign.settings.recording_question
        if not question:
            return
        self._answers[attempt_id] = A.ASKING
        try:
            self._control.ask(attempt_id, question)
        except (SwitchUnavailable, BadInput) as error:
            self._decline(attempt_id, str(error))
