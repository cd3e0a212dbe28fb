"""Who answered is listened to, and let go, or left a message, when it is surely a machine.

Agent first: from the join on. Screening: from the answer on, and an agent is sought at the verdict
or when nobody can tell. Knows which calls are listened to, what a verdict does, and that it is put
on record, so that what people say of the call can be held against it. Refuses to know how one
listens (`AnswerEar`) and what a machine sounds like (`dialer.domain.amd`).
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import structlog

from dialer.domain.amd.law import RECORDS, AmdDetector, Answerer, Verdict
from dialer.domain.amd.trust import AmdMode
from dialer.domain.call_events import MachineHeard, ScreeningOver
from dialer.domain.callflow import CallFlow, CallState
from dialer.domain.ids import AttemptId, CampaignId
from dialer.ports import Clock, Verdicts
from dialer.ports.listening import AnswerEar
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.recorder import Recorder

log = structlog.get_logger(__name__)

LISTEN_WITHIN_S: Final = 3.0
"""How long after the answer listening may begin: later, whoever speaks on is a person in a talk (an
engine that takes up the talks of another hears them so)."""

GONE_S: Final = 0.05
"""Who cannot be heard any more has mostly hung up, and that is told so much later at most: nobody
is to be seated for them meanwhile."""

_OVER: Final = frozenset({CallState.CLOSING, CallState.LETTING_GO, CallState.ENDED})


class MachineRelease:
    """Listens to the calls of campaigns that ask for it."""

    def __init__(
        self,
        ears: Mapping[AmdDetector, AnswerEar],
        calls: Calls,
        run_of: Callable[[CampaignId], CampaignRun | None],
        clock: Clock,
        verdicts: Verdicts,
        recorder: Recorder,
        leave_message: Callable[[AttemptId, str], None],
    ) -> None:
        self._ears = ears
        self._calls = calls
        self._run_of = run_of
        self._clock = clock
        self._verdicts = verdicts
        self._recorder = recorder
        self._leave_message = leave_message
        self._heard: dict[AttemptId, CampaignId] = {}
        """Calls that are listened to, or were."""
        calls.on_change(self._changed)
        for ear in ears.values():
            ear.on_verdict(self._settled)
            ear.on_lost(self._lost)

    def _changed(self, flow: CallFlow) -> None:
        attempt = flow.attempt
        if flow.state in _OVER:
            self._heard.pop(attempt.attempt_id, None)
            return
        if flow.state is CallState.SCREENING:
            self._screen(attempt.attempt_id, attempt.campaign_id)
            return
        talking = flow.state is CallState.TALKING and flow.connected_at is not None
        person = attempt.agent_guaranteed or self._calls.broadcast_of(attempt.attempt_id)
        if not talking or attempt.attempt_id in self._heard or person:
            return  # a call that was promised is a person's, and so is who pressed a key
        if self._clock.now() - (flow.answered_at or 0.0) > LISTEN_WITHIN_S:
            return
        run = self._run_of(attempt.campaign_id)
        if run is not None and run.detecting is not AmdMode.OFF:
            self._heard[attempt.attempt_id] = attempt.campaign_id
            self._ears[run.taken.amd_detector].listen(attempt.attempt_id)

    def _screen(self, attempt_id: AttemptId, campaign_id: CampaignId) -> None:
        run = self._run_of(campaign_id)
        if run is not None and self._ears[run.taken.amd_detector].screen(attempt_id):
            self._heard[attempt_id] = campaign_id
        else:
            # once everybody was told that it is screened
            asyncio.get_running_loop().call_soon(self._seek, attempt_id)

    def _lost(self, attempt_id: AttemptId) -> None:
        self._heard.pop(attempt_id, None)  # the talk is listened to anew
        asyncio.get_running_loop().call_later(GONE_S, self._seek, attempt_id)

    def _seek(self, attempt_id: AttemptId) -> None:
        self._calls.handle(attempt_id, ScreeningOver(self._clock.now()))

    def _settled(self, attempt_id: AttemptId, verdict: Verdict) -> None:
        campaign_id = self._heard.get(attempt_id)
        if campaign_id is None:
            return  # over meanwhile
        log.info(
            "answerer_heard",
            attempt=attempt_id,
            answerer=verdict.answerer.value,
            detector=verdict.detector.value,
            reason=verdict.reason,
            at_s=verdict.at_s,
        )
        known = self._since_answer(attempt_id, verdict)
        self._recorder.note(lambda: self._verdicts.heard(attempt_id, known))
        run = self._run_of(campaign_id)
        if verdict.answerer is Answerer.MACHINE and run is not None:
            run.tally.machines_released += 1
            if run.campaign.settings.machine_leaves_message and verdict.reason in RECORDS:
                self._leave_message(attempt_id, verdict.reason)
            else:
                self._calls.handle(attempt_id, MachineHeard(verdict.reason, self._clock.now()))
        else:
            self._seek(attempt_id)

    def _since_answer(self, attempt_id: AttemptId, verdict: Verdict) -> Verdict:
        """Return a verdict by the time since the answer: listening began with it, or after it."""
        flow = self._calls.flow(attempt_id)
        if flow is None or flow.answered_at is None:
            return verdict
        at_s = self._clock.now() - flow.answered_at
        early = verdict.screened_at_s
        return replace(
            verdict,
            at_s=at_s,
            screened_at_s=None if early is None else early + at_s - verdict.at_s,
        )
