"""An `AnswerEar` on Asterisk's app_amd: ChanSpy takes the customer's sound, AMD() hears it.

Each listening is a Local channel whose halves run ChanSpy (on the customer's channel, only what the
customer says) and, over AGI, AMD(). Neither customer nor agent hears anything of it. What app_amd
does not know, the beep, another ear hears. Refuses to know campaigns and what a verdict does.
"""

import asyncio
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import structlog

from dialer.adapters.asterisk.answer_ear import CONTEXT, FIRST_S, Originates
from dialer.domain.amd.app_amd import verdict_of
from dialer.domain.ids import AttemptId
from dialer.errors import SwitchUnavailable
from dialer.ports import Clock
from dialer.ports.listening import AnswerEar, OnBeep, OnLost, OnVerdict

log = structlog.get_logger(__name__)

_TIMEOUT_MS: Final = "2000"


@dataclass(slots=True)
class _Hearing:
    attempt_id: AttemptId
    screened: bool
    began_at: float | None = None


class AppAmdEar:
    """Has app_amd listen on one node; an `AmdDesk` as well.

    Args:
        switch: the node's Asterisk; None: another kind of switch, nothing is heard.
        clock: of the engine.
        beeps: hears the beep.
    """

    def __init__(self, switch: Originates | None, clock: Clock, beeps: AnswerEar) -> None:
        self._switch = switch
        self._clock = clock
        self._beeps = beeps
        self._heard: dict[str, _Hearing] = {}
        self._listeners: list[OnVerdict] = []
        self._lost_listeners: list[OnLost] = []

    def on_verdict(self, listener: OnVerdict) -> None:
        """Be told of each verdict."""
        self._listeners.append(listener)

    def on_lost(self, listener: OnLost) -> None:
        """Be told of calls that are screened and cannot be heard any more."""
        self._lost_listeners.append(listener)

    def on_beep(self, listener: OnBeep) -> None:
        """Be told when messages may begin."""
        self._beeps.on_beep(listener)

    def listen(self, attempt_id: AttemptId) -> None:
        """Begin to listen to an attempt's customer."""
        self._begin(_Hearing(attempt_id, screened=False))

    def screen(self, attempt_id: AttemptId) -> bool:
        """Begin to listen to who answered, for the agent's sake; False: that cannot be done."""
        return self._begin(_Hearing(attempt_id, screened=True))

    def listen_for_beep(self, attempt_id: AttemptId) -> bool:
        """Have a machine's greeting listened to; False: that cannot be done."""
        return self._beeps.listen_for_beep(attempt_id)

    def stay(self, attempt_id: AttemptId) -> None:
        """Nothing: app_amd's hearing ends with its verdict, and the beep is listened for anew."""

    def began(self, name: str) -> bool:
        """A channel has begun to hear a call; False: a stranger's, or one for the second time."""
        hearing = self._heard.get(name)
        if hearing is None or hearing.began_at is not None:
            return False
        hearing.began_at = self._clock.now()
        return True

    def ended(self, name: str, status: str, cause: str) -> None:
        """Tell what app_amd said of a call."""
        hearing = self._heard.pop(name)
        at_s = self._clock.now() - (hearing.began_at or 0.0)
        verdict = verdict_of(status, cause, at_s)
        if verdict is not None:
            for listener in self._listeners:
                listener(hearing.attempt_id, verdict)
            return
        if status not in ("", "HANGUP"):
            log.warning("answer_ear_lost", reason=f"app_amd said {status} {cause}")
        self._lost(hearing)

    def _begin(self, hearing: _Hearing) -> bool:
        if self._switch is None:
            return False
        name = str(uuid4())
        fields = [
            ("Channel", f"Local/spy@{CONTEXT}/n"),
            ("Context", CONTEXT),
            ("Exten", "judge"),
            ("Priority", "1"),
            ("Timeout", _TIMEOUT_MS),
            ("Async", "true"),
            ("Variable", f"AMD_CALL={hearing.attempt_id}"),
            ("Variable", f"AMD_ID={name}"),
        ]
        self._heard[name] = hearing
        asyncio.get_running_loop().call_later(FIRST_S, self._nobody_came, name)
        try:
            self._switch.send("Originate", fields)
        except SwitchUnavailable:
            del self._heard[name]
            return False
        return True

    def _nobody_came(self, name: str) -> None:
        hearing = self._heard.get(name)
        if hearing is not None and hearing.began_at is None:
            del self._heard[name]
            self._lost(hearing)

    def _lost(self, hearing: _Hearing) -> None:
        if hearing.screened:
            for listener in self._lost_listeners:
                listener(hearing.attempt_id)
