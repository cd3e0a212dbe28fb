"""Moves within a talk in AMI's words: Redirect, Bridge, BridgeAdd, PlayDTMF, mute, MixMonitorMute.

Only agents' legs and outside lines are redirected, never a customer: their line comes back by
itself when it is alone, and asks its desk. Refuses to know what a move is for.
"""

from itertools import cycle
from typing import Final

from dialer.adapters.asterisk.conf import LANES, lane
from dialer.adapters.asterisk.movements import Movements
from dialer.adapters.asterisk.switch import AsteriskSwitch
from dialer.domain.ids import AttemptId, LegId, is_channel_id, is_leg_id
from dialer.domain.prompt_path import check_prompt
from dialer.domain.telephone_keys import checked_keys
from dialer.errors import BadInput
from dialer.ports import OutsideCall

KEY_MS: Final = 120
"""How long a key sounds. PlayDTMF queues them, so that several follow each other."""

ANNOUNCE_CONTEXT: Final = "announce"


class AsteriskTalkControl:
    """A `TalkControl` in the session of an `AsteriskSwitch`."""

    def __init__(self, switch: AsteriskSwitch, movements: Movements) -> None:
        self._switch = switch
        self._movements = movements
        self._lanes = cycle(map(lane, range(LANES)))

    def part(self, channel_id: str) -> None:
        """Take a leg or an outside line out of any talk: it idles."""
        leg = is_leg_id(channel_id)
        self._redirect(channel_id, *(("agent-leg", "idle") if leg else ("outside", "wait")))
        self._movements.began(channel_id)

    def consult(self, leg_id: LegId, channel_id: str) -> None:
        """Join two that idle, or will; AMI's Bridge matches prefixes, so both ids must be whole."""
        names = [self._whole(leg_id), self._whole(channel_id)]
        fields = [("Channel1", names[0]), ("Channel2", names[1]), ("Tone", "no")]
        self._movements.then((leg_id, channel_id), lambda: self._switch.send("Bridge", fields))

    def join_third(self, channel_id: str, leg_id: LegId) -> None:
        """Have a channel run BridgeAdd on the talk that a leg is in."""
        third, leg = self._whole(channel_id), self._whole(leg_id)
        with_whom = [("Channel", third), ("Variable", "TALK_WITH"), ("Value", leg)]

        def go() -> None:
            self._switch.send("Setvar", with_whom)
            self._redirect(channel_id, "talk", "join")

        self._movements.then((channel_id,), go)

    def press(self, channel_id: str, digits: str) -> None:
        """Send telephone keys to the far end of a channel."""
        for digit in checked_keys(digits):
            self._switch.send(
                "PlayDTMF",
                [("Channel", self._whole(channel_id)), ("Digit", digit), ("Duration", str(KEY_MS))],
            )

    def mute(self, leg_id: LegId, *, muted: bool) -> None:
        """Drop what comes from an agent's phone."""
        fields = [("Channel", self._whole(leg_id)), ("Direction", "in")]
        self._switch.send("MuteAudio", [*fields, ("State", "on" if muted else "off")])

    def start_recording(self, attempt_id: AttemptId) -> None:
        """Record a customer's channel from now on: as the dialplan does from the join on."""
        where = [("Channel", self._whole(attempt_id)), ("File", f"{attempt_id}.raw")]
        self._switch.send("MixMonitor", [*where, ("Options", "bD")])

    def announce(self, attempt_id: AttemptId, prompt: str) -> None:
        """Barge into a customer's channel with a prompt; its dialplan says when it was heard."""
        check_prompt("recording_announcement", prompt)
        self._switch.send("Originate", self._barging(attempt_id, "play", prompt))

    def ask(self, attempt_id: AttemptId, prompt: str) -> None:
        """Barge in with a question, under an id by which it can be ended."""
        check_prompt("recording_question", prompt)
        fields = [*self._barging(attempt_id, "ask", prompt), ("ChannelId", _question(attempt_id))]
        self._switch.send("Originate", fields)

    def answered(self, attempt_id: AttemptId) -> None:
        """Hang up the channel of a question, not the customer's."""
        self._switch.send("Hangup", [("Channel", _question(attempt_id))])

    def pause_recording(self, channel_id: str, *, paused: bool) -> None:
        """Write silence in place of both sides; the recording's time goes on."""
        fields = [("Channel", self._whole(channel_id)), ("Direction", "both")]
        self._switch.send("MixMonitorMute", [*fields, ("State", "1" if paused else "0")])

    def call_outside(self, call: OutsideCall) -> None:
        """Originate a call under its own id; once answered it idles in context `outside`."""
        number = call.number.lstrip("+")
        fields = [
            ("Channel", f"PJSIP/{number}@{call.trunk}-{next(self._lanes)}"),
            ("Context", "outside"),
            ("Exten", "wait"),
            ("Priority", "1"),
            ("Timeout", str(int(call.ring_timeout_s * 1000))),
            ("Async", "true"),
            ("ChannelId", self._whole(call.call_id)),
        ]
        if call.caller_id:
            fields.append(("CallerID", call.caller_id))
        self._switch.start(call.call_id, fields)

    def _barging(self, attempt_id: AttemptId, exten: str, prompt: str) -> list[tuple[str, str]]:
        return [
            ("Channel", f"Local/spy@{ANNOUNCE_CONTEXT}/n"),
            ("Context", ANNOUNCE_CONTEXT),
            ("Exten", exten),
            ("Priority", "1"),
            ("Timeout", "2000"),
            ("Async", "true"),
            ("Variable", f"ANNOUNCE_CALL={self._whole(attempt_id)}"),
            ("Variable", f"ANNOUNCE_ID={attempt_id}"),
            ("Variable", f"ANNOUNCE_PROMPT={prompt}"),
        ]

    def _redirect(self, channel_id: str, context: str, exten: str) -> None:
        where = [("Context", context), ("Exten", exten), ("Priority", "1")]
        self._switch.send("Redirect", [("Channel", self._whole(channel_id)), *where])

    def _whole(self, channel_id: str) -> str:
        """Return what Asterisk calls a channel; part of an id could match another's channel."""
        if not is_channel_id(channel_id):
            raise BadInput(
                "channel", f"{channel_id!r} is no id of ours", "name a channel of a talk"
            )
        return self._switch.uniqueid_of(channel_id)


def _question(attempt_id: AttemptId) -> str:
    """Return the id of the channel that asks: one for each talk, and none of ours that is told."""
    return f"qu-{attempt_id.removeprefix('at-')}"
