"""Small things within a talk: keys to the customer, mute, and recording paused for card data.

What is on when a talk ends is off for the next one. Who paused a recording is noted in the audit
log before the answer. Refuses to know who may ask.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

import structlog

from dialer.domain.call_states import CallState
from dialer.domain.company import Company, check_request
from dialer.domain.ids import AttemptId, LegId, is_call_id
from dialer.domain.legal_limits import Ground
from dialer.domain.talk_flow import TalkFlow
from dialer.domain.telephone_keys import checked_keys
from dialer.errors import NoSuch, SwitchUnavailable, WrongState
from dialer.ports import Clock, TalkControl
from dialer.services.any_talks import AnyTalks, TalkFacts
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun

log = structlog.get_logger(__name__)


class AuditNote(Protocol):
    """Notes in the audit log what was done."""

    def __call__(
        self,
        *,
        by: str,
        action: str,
        subject: str,
        detail: Mapping[str, Any],
        at: float,
        tenant_id: str,
    ) -> Awaitable[None]:
        """Note it; returns once it is committed."""
        ...


class Agreed(Protocol):
    """Puts it on record that a person has agreed to be recorded."""

    def __call__(self, attempt_id: AttemptId, *, by: str, at: float) -> Awaitable[None]:
        """Record it; returns once it is committed."""
        ...


class CallersAsked(Protocol):
    """People who called us and are to be asked before they are recorded."""

    def asks(self, call_id: str) -> bool:
        """Whether the caller is to be asked before anything is recorded."""
        ...

    async def agreed(self, call_id: str, *, by: str) -> None:
        """The caller of a talk has agreed: record from now on.

        Raises:
            WrongState: nobody asks, or the talk is over by then.
        """
        ...


class TalkButtons:
    """Keys, mute and the recording of this node's talks."""

    def __init__(
        self,
        *,
        any_talks: AnyTalks,
        calls: Calls,
        company: Callable[[AttemptId], Company],
        control: TalkControl,
        note: AuditNote,
        agreed: Agreed,
        clock: Clock,
    ) -> None:
        self._calls = any_talks
        self._attempts = calls
        self._company = company
        self._control = control
        self._note = note
        self._agreed = agreed
        self._clock = clock
        self._muted: dict[AttemptId, LegId] = {}
        self._paused: set[AttemptId] = set()
        self._callers: CallersAsked | None = None
        any_talks.on_change(self._changed)

    def also(self, callers: CallersAsked) -> None:
        """Let people who called us be asked as well."""
        self._callers = callers

    def muted(self, attempt_id: AttemptId) -> bool:
        """Whether the agent of a talk is muted."""
        return attempt_id in self._muted

    def paused(self, attempt_id: AttemptId) -> bool:
        """Whether the recording of a talk is paused."""
        return attempt_id in self._paused

    def press(self, attempt_id: AttemptId, digits: str) -> None:
        """Send keys to the customer."""
        keys = checked_keys(digits)
        self._flow(attempt_id, "dtmf")
        self._control.press(attempt_id, keys)

    def mute(self, attempt_id: AttemptId, *, muted: bool) -> None:
        """Have nobody hear the agent, or everybody again."""
        flow = self._flow(attempt_id, "mute")
        if flow.leg_id is None or flow.agent_id is None:
            raise WrongState("call", "has no agent", "see who is talking")
        self._control.mute(flow.leg_id, muted=muted)
        if muted:
            self._muted[attempt_id] = flow.leg_id
        else:
            self._muted.pop(attempt_id, None)

    async def start_recording(self, attempt_id: AttemptId, *, by: str) -> None:
        """Record from now on, as the customer has agreed; that is on record before the first word.

        Raises:
            WrongState: campaign or queue does not ask, or the talk is over by then.
        """
        self._flow(attempt_id, "record-start")
        if self._callers is not None and is_call_id(attempt_id):
            await self._callers.agreed(attempt_id, by=by)
            return
        flow, run = self._attempts.flow(attempt_id), self._attempts.run_of(attempt_id)
        if flow is None or run is None or not _asks(run):
            fix = "set recording_asked of the campaign"
            raise WrongState("call", "is none whose customer is asked", fix)
        if flow.attempt.ground:
            return
        await self._agreed(attempt_id, by=by, at=self._clock.now())
        self._flow(attempt_id, "record-start")  # they may have parted meanwhile
        self._control.start_recording(attempt_id)
        flow.attempt = replace(flow.attempt, ground=Ground.OPT_IN)
        log.info("recording_agreed", attempt=attempt_id, by=by)

    def asks(self, attempt_id: AttemptId) -> bool:
        """Whether the customer of a talk is to be asked before anything is recorded."""
        if is_call_id(attempt_id):
            return self._callers is not None and self._callers.asks(attempt_id)
        flow, run = self._attempts.flow(attempt_id), self._attempts.run_of(attempt_id)
        asked = run is not None and _asks(run)
        return asked and flow is not None and not flow.attempt.ground

    async def pause_recording(self, attempt_id: AttemptId, *, paused: bool, by: str) -> None:
        """Record silence in place of what is said, or record again; noted in the audit log."""
        flow = self._flow(attempt_id, "record-pause" if paused else "record-resume")
        who = self._calls.facts(attempt_id)
        if who is None or not who.recorded:
            raise WrongState("call", "is not recorded", "there is nothing to pause")
        if paused is (attempt_id in self._paused):
            return
        # card data first: the silence begins before the note is committed
        self._control.pause_recording(attempt_id, paused=paused)
        (self._paused.add if paused else self._paused.discard)(attempt_id)
        if paused:
            log.info("recording_paused", attempt=attempt_id, by=by)
        else:
            log.info("recording_resumed", attempt=attempt_id, by=by)
        await self._note(
            by=by,
            action="recording_pause" if paused else "recording_resume",
            subject=f"{'call' if who.call_id else 'attempt'} {attempt_id}",
            detail={**_of_what(who), "agent": flow.agent_id},
            at=self._clock.now(),
            tenant_id=who.tenant_id,
        )

    def _flow(self, attempt_id: AttemptId, request: str) -> TalkFlow:
        flow = self._calls.flow(attempt_id)
        if flow is None:
            raise NoSuch("call", f"{attempt_id!r} is not live", "see GET calls")
        check_request(request, flow.state, self._company(attempt_id))
        return flow

    def _changed(self, flow: TalkFlow) -> None:
        attempt_id = flow.talk_id
        over = flow.state in (CallState.ENDED, CallState.CLOSING, CallState.LETTING_GO)
        leg_id = self._muted.get(attempt_id)
        if leg_id is not None and (over or flow.leg_id != leg_id):
            del self._muted[attempt_id]
            with suppress(SwitchUnavailable):
                self._control.mute(leg_id, muted=False)
        if flow.state is CallState.ENDED:
            self._paused.discard(attempt_id)


def _of_what(who: TalkFacts) -> dict[str, str | None]:
    return {"queue": who.queue} if who.call_id else {"campaign": who.campaign_id}


def _asks(run: CampaignRun) -> bool:
    settings = run.campaign.settings
    return settings.record and settings.recording_asked
