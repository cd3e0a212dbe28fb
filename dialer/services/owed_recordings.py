"""Recordings that have their ground on record, and that nobody lived to begin.

Between the commit of a ground (the person agreed, or was told) and the beginning the engine
may die, or lose the switch unseen. Both who talk believe then that it records: so it is begun from
now on. Refuses to know what a ground is, and recordings that the dialplan begins by itself.
"""

import structlog

from dialer.errors import SwitchUnavailable
from dialer.ports import Recordings, TalkControl
from dialer.services.announcements import WITH_SOMEBODY
from dialer.services.calls import Calls

log = structlog.get_logger(__name__)


class OwedRecordings:
    """Begins what is owed, after a start and after each loss of the session."""

    def __init__(self, calls: Calls, control: TalkControl, recordings: Recordings) -> None:
        self._calls = calls
        self._control = control
        self._recordings = recordings

    def begin(self) -> None:
        """Record each talk that has a ground to be, and is not."""
        for flow in self._calls.live():
            attempt_id = flow.attempt.attempt_id
            run = self._calls.run_of(attempt_id)
            if run is None or not flow.attempt.ground or flow.state not in WITH_SOMEBODY:
                continue
            settings = run.campaign.settings
            heard = settings.recording_announcement or settings.recording_question
            in_the_talk = settings.recording_asked or bool(heard)
            if not in_the_talk or self._recordings.begun(attempt_id):
                continue
            try:
                self._control.start_recording(attempt_id)
            except SwitchUnavailable:
                return  # the session's return has us look again
            log.info("recording_begun_late", attempt=attempt_id, ground=str(flow.attempt.ground))
