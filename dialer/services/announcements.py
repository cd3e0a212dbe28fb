"""A recording that is announced: both who talk hear of it, then it begins.

Nothing is recorded before the announcement was heard to its end, and its ground is on record before
the first word. Whoever was told of it by an engine that died meanwhile is not recorded. Refuses to
know what the rules ask (`dialing` does), and how a prompt gets into a talk.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from dialer.domain.call_states import CallState
from dialer.domain.callflow import CallFlow
from dialer.domain.ids import AttemptId
from dialer.domain.legal_limits import Ground
from dialer.errors import BadInput, SwitchUnavailable, WrongState
from dialer.ports import TalkControl
from dialer.services.calls import Calls

log = structlog.get_logger(__name__)

Announced = Callable[[AttemptId], Awaitable[None]]
"""Puts it on record that a person was told; returns once it is committed."""

WITH_SOMEBODY = frozenset(
    {
        CallState.TALKING,
        CallState.PARTING,
        CallState.HOLDING,
        CallState.PARKED,
        CallState.QUEUED,
        CallState.RETURNING,
        CallState.REJOINING,
    }
)
"""In these a customer is in good hands: what is recorded then is what is said in a talk."""


class Announcements:
    """Announces recordings, and begins them."""

    def __init__(self, *, calls: Calls, control: TalkControl, announced: Announced) -> None:
        self._calls = calls
        self._control = control
        self._announced = announced
        self._asked: set[AttemptId] = set()
        calls.on_change(self._changed)

    async def announced(self, attempt_id: AttemptId) -> None:
        """Both have heard all of it: record from now on."""
        if not self._awaited(attempt_id):
            return
        try:
            await self._announced(attempt_id)
        except WrongState:
            return  # over meanwhile
        flow = self._calls.flow(attempt_id)
        if flow is None or not self._awaited(attempt_id):
            return
        try:
            self._control.start_recording(attempt_id)
        except SwitchUnavailable as error:
            log.warning("recording_not_announced", attempt=attempt_id, reason=str(error))
            return
        flow.attempt = replace(flow.attempt, ground=Ground.ANNOUNCED)
        log.info("recording_announced", attempt=attempt_id)

    def _awaited(self, attempt_id: AttemptId) -> bool:
        flow = self._calls.flow(attempt_id)
        if flow is None or attempt_id not in self._asked or flow.attempt.ground:
            return False
        return flow.state in WITH_SOMEBODY

    def _changed(self, flow: CallFlow) -> None:
        attempt_id = flow.attempt.attempt_id
        if flow.state is CallState.ENDED:
            self._asked.discard(attempt_id)
            return
        wanted = flow.attempt.announces and flow.state is CallState.TALKING
        run = self._calls.run_of(attempt_id)
        if not wanted or run is None or attempt_id in self._asked:
            return
        announcement = run.campaign.settings.recording_announcement
        if not announcement:
            return  # they are asked instead
        self._asked.add(attempt_id)
        try:
            self._control.announce(attempt_id, announcement)
        except (SwitchUnavailable, BadInput) as error:
            log.warning("recording_not_announced", attempt=attempt_id, reason=str(error))
