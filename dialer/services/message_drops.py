"""A message left on a machine by one key: who may, and when it begins.

The agent who asks is free at once. A recorded voice is for who agreed to one, so the record is
asked in that moment. Refuses to know how a beep is heard (`AnswerEar`), and what the message says.
"""

import structlog

from dialer.domain.call_events import BeepHeard, MessageAsked
from dialer.domain.callflow import CallFlow, CallState
from dialer.domain.company import Company, check_request
from dialer.domain.ids import AttemptId
from dialer.domain.prompt_path import check_prompt
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import WrongState
from dialer.ports import Clock
from dialer.ports.listening import AnswerEar
from dialer.ports.recorded_voice import RecordedVoice
from dialer.services.calls import Calls
from dialer.services.talks import Talks

log = structlog.get_logger(__name__)

REQUEST = "leave-message"


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
        calls.on_change(self._changed)
        ear.on_beep(self._may_begin)

    async def leave_message(self, attempt_id: AttemptId) -> TalkFlow:
        """Leave the campaign's message on the machine that the agent hears.

        Raises:
            WrongState: the campaign has none, or the person has not agreed to a recorded voice.
            BadInput: its path is none that the dialplan would play.
        """
        async with self._talks.turn(attempt_id, REQUEST) as flow:
            attempt = self._calls.flow(attempt_id)
            if attempt is None:
                raise WrongState("call", "came in: nobody called a machine", "hang up")
            await self._check(attempt)
            check_request(REQUEST, flow.state, Company.ALONE)  # they may have hung up meanwhile
            agent_id = flow.agent_id
            self._calls.handle(attempt_id, MessageAsked(self._clock.now()))
            log.info("message_asked", attempt=attempt_id, agent=agent_id)
            return await self._talks.rest(flow)

    async def _check(self, flow: CallFlow) -> None:
        run = self._calls.run_of(flow.talk_id)
        if run is None or flow.agent_id is None:
            raise WrongState("call", "has no agent, or came in", "see who is talking")
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
