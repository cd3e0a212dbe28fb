"""Moves within a talk, on a switch in memory.

Who is joined with whom is the switch's; keys, mute and the recording are only noted, for a test to
look at. Refuses to know what is heard.
"""

from dialer.domain.ids import AttemptId, LegId
from dialer.domain.prompt_path import check_prompt
from dialer.domain.telephone_keys import checked_keys
from dialer.errors import SwitchUnavailable
from dialer.ports import OutsideCall
from dialer.testing.switch import MemorySwitch


class MemoryTalkControl:
    """A `TalkControl` (dialer.ports) in memory."""

    def __init__(self, switch: MemorySwitch) -> None:
        self._switch = switch
        self.pressed: list[tuple[str, str]] = []
        """(channel, keys)."""
        self.muted: set[LegId] = set()
        self.paused: set[str] = set()
        """Channels whose recording is paused."""
        self.outside: list[OutsideCall] = []
        self.recorded: list[AttemptId] = []
        """Talks of which a recording was begun."""
        self.announced: list[tuple[AttemptId, str]] = []
        """(whose line, the prompt)."""
        self.asked: list[tuple[AttemptId, str]] = []
        """(whose line, the question)."""
        self.answers: list[AttemptId] = []
        """Whose question was ended."""

    def part(self, channel_id: str) -> None:
        """Take a leg or an outside line out of any talk."""
        self._switch.part(channel_id)

    def consult(self, leg_id: LegId, channel_id: str) -> None:
        """Join two that idle."""
        self._switch.join(channel_id, leg_id)

    def join_third(self, channel_id: str, leg_id: LegId) -> None:
        """Put a channel into the talk of a leg."""
        self._switch.join(channel_id, leg_id)

    def press(self, channel_id: str, digits: str) -> None:
        """Note the keys."""
        self._need_session()
        self.pressed.append((channel_id, checked_keys(digits)))

    def mute(self, leg_id: LegId, *, muted: bool) -> None:
        """Note it."""
        self._need_session()
        (self.muted.add if muted else self.muted.discard)(leg_id)

    def start_recording(self, attempt_id: AttemptId) -> None:
        """Note it."""
        self._need_session()
        self.recorded.append(attempt_id)

    def announce(self, attempt_id: AttemptId, prompt: str) -> None:
        """Note it."""
        check_prompt("recording_announcement", prompt)
        self._need_session()
        self.announced.append((attempt_id, prompt))

    def ask(self, attempt_id: AttemptId, prompt: str) -> None:
        """Note it."""
        check_prompt("recording_question", prompt)
        self._need_session()
        self.asked.append((attempt_id, prompt))

    def answered(self, attempt_id: AttemptId) -> None:
        """Note it."""
        self._need_session()
        self.answers.append(attempt_id)

    def pause_recording(self, channel_id: str, *, paused: bool) -> None:
        """Note it."""
        self._need_session()
        (self.paused.add if paused else self.paused.discard)(channel_id)

    def call_outside(self, call: OutsideCall) -> None:
        """Call a number."""
        self._switch.start(call.call_id, call.number, call.ring_timeout_s)
        self.outside.append(call)

    def _need_session(self) -> None:
        if not self._switch.connected:
            raise SwitchUnavailable("no session; not sent")
