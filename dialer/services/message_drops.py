"""A message left on a machine, by one key or by itself: who may, and when it begins.

The agent is free at once. A recorded voice is for who agreed to one, so the record is asked in that
moment. Refuses to know how machines and beeps are heard (`AnswerEar`), and what the message says.
"""

import asyncio
from typing import Final

import structlog

from dialer.domain.call_events import BeepHeard, MachineHeard, MessageAsked
from dialer.domain.callflow import CallFlow, CallState
from dialer.domain.company import Company, check_request
from dialer.domain.ids import AttemptId
from dialer.domain.prompt_path import check_prompt
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import OutpaceError, WrongState
from dialer.ports import Clock
from dialer.ports.listening import AnswerEar
from dialer.ports.recorded_voice import RecordedVoice
from dialer.services.calls import Calls
from dialer.services.talks import Talks

log = structlog.get_logger(__name__)

REQUEST: Final = "leave-message"

ALLOWED_WITHIN_S: Final = 1.0
"""A machine that nobody says anything about for so long is let go: its agent waits."""


class MessageDrops:
    """Leaves campaigns' messages on machines."""

    def __init__(
        self, *, talks: Talks, calls: Calls, voice: RecordedVoice, ear: AnswerEar, clock: Clock
    ) -> None:
        self._talks = talks
        self._calls = calls
        self._voice = voice
        self._ear = ear
        self._clock = clock
        self._heard: asyncio.Queue[tuple[AttemptId, str]] = asyncio.Queue()
        calls.on_change(self._changed)
        ear.on_beep(self._may_begin)

    async def leave_message(self, attempt_id: AttemptId) -> TalkFlow:
        """Leave the campaign's message on the machine that the agent hears.

        Raises:
            WrongState: the campaign has none, or the person has not agreed to a recorded voice.
            BadInput: its path is none that the dialplan would play.
        """
        return await self._leave_in_talk(attempt_id, by="agent")

    # -- by itself ---------------------------------------------------------------------------

    def machine_heard(self, attempt_id: AttemptId, reason: str) -> None:
        """Leave the message on what was heard to be a machine, or let it go where none may be."""
        self._ear.stay(attempt_id)
        self._heard.put_nowait((attempt_id, reason))

    async def run(self) -> None:
        """Do so for each of them, for ever."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                attempt_id, reason = await self._heard.get()
                act = self._leave_by_itself(attempt_id, reason)
                tasks.create_task(act, name=f"machine-message-{attempt_id}")

    async def _leave_by_itself(self, attempt_id: AttemptId, reason: str) -> None:
        try:
            async with asyncio.timeout(ALLOWED_WITHIN_S):
                await self._leave_unasked(attempt_id)
        except (OutpaceError, TimeoutError) as error:
            why = str(error) or "nobody knows of a consent in time"
            log.info("message_not_left", attempt=attempt_id, why=why)
        # one that waits for its beep by now does not hear this
        self._calls.handle(attempt_id, MachineHeard(reason, self._clock.now()))

    async def _leave_unasked(self, attempt_id: AttemptId) -> None:
        flow = self._calls.flow(attempt_id)
        if flow is None:
            return
        if flow.state is not CallState.SCREENING:
            await self._leave_in_talk(attempt_id, by="dialer")
            return
        await self._check(flow)
        self._calls.handle(attempt_id, MessageAsked(self._clock.now(), by="dialer"))
        log.info("message_asked", attempt=attempt_id, agent=None)

    # -- inside ------------------------------------------------------------------------------

    async def _leave_in_talk(self, attempt_id: AttemptId, *, by: str) -> TalkFlow:
        async with self._talks.turn(attempt_id, REQUEST) as flow:
            attempt = self._calls.flow(attempt_id)
            if attempt is None:
                raise WrongState("call", "came in: nobody called a machine", "hang up")
            if flow.agent_id is None:
                raise WrongState("call", "has no agent", "see who is talking")
            await self._check(attempt)
            check_request(REQUEST, flow.state, Company.ALONE)  # they may have hung up meanwhile
            agent_id = flow.agent_id
            self._calls.handle(attempt_id, MessageAsked(self._clock.now(), by))
            log.info("message_asked", attempt=attempt_id, agent=agent_id)
            return await self._talks.rest(flow) if by == "agent" else flow

    async def _check(self, flow: CallFlow) -> None:
        run = self._calls.run_of(flow.talk_id)
        if run is None:
            raise WrongState("call", "is over", "see who is talking")
        check_prompt("machine_message", run.campaign.settings.machine_message)
        if not run.campaign.settings.machine_message:
            problem = f"campaign {run.campaign.name!r} leaves no messages"
            raise WrongState("machine_message", problem, "set it: see docs/operations.md")
        if run.ways is None:
            problem = "on what terms people are called is not known yet"
            raise WrongState("machine_message", problem, "try again, or hang up")
        terms = run.terms_on(flow.attempt.trunk)
        refusal = await self._voice.refusal(flow.attempt, terms, self._clock.now())
        if refusal:
            raise WrongState("consent", refusal, "hang up; or record it: outpace consents add")

    def _changed(self, flow: CallFlow) -> None:
        attempt_id = flow.attempt.attempt_id
        if flow.state is CallState.AWAITING_BEEP and not self._ear.listen_for_beep(attempt_id):
            self._may_begin(attempt_id, "not_heard")

    def _may_begin(self, attempt_id: AttemptId, why: str) -> None:
        flow = self._calls.flow(attempt_id)
        if flow is not None and flow.state is CallState.AWAITING_BEEP:
            log.info("message_begins", attempt=attempt_id, why=why)
            self._calls.handle(attempt_id, BeepHeard(self._clock.now()))
