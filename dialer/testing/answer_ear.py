"""An `AnswerEar` whose verdicts are the test's."""

from dialer.domain.amd.law import Verdict
from dialer.domain.ids import AttemptId
from dialer.ports.listening import OnBeep, OnLost, OnVerdict


class ToldEar:
    """Says what it is told to say, of calls that it was asked to listen to."""

    def __init__(self) -> None:
        self.listening: list[AttemptId] = []
        """Attempts it was asked to listen to, in order."""
        self.screening: list[AttemptId] = []
        """Attempts it was asked to screen, in order."""
        self._open: set[AttemptId] = set()
        self._lost_listeners: list[OnLost] = []
        self._listeners: list[OnVerdict] = []
        self.awaiting_beep: set[AttemptId] = set()
        """Machines whose beep is waited for."""
        self.staying: list[AttemptId] = []
        """Machines that were listened to after the verdict, in order."""
        self.deaf = False
        """Whether nobody can be listened to."""
        self._beep_listeners: list[OnBeep] = []

    def on_verdict(self, listener: OnVerdict) -> None:
        """Be told of each verdict."""
        self._listeners.append(listener)

    def listen(self, attempt_id: AttemptId) -> None:
        """Note that somebody wants to know."""
        if not self.deaf:
            self.listening.append(attempt_id)
            self._open.add(attempt_id)

    def screen(self, attempt_id: AttemptId) -> bool:
        """Note that somebody wants to know before an agent is sought."""
        if not self.deaf:
            self.screening.append(attempt_id)
            self._open.add(attempt_id)
        return not self.deaf

    def on_lost(self, listener: OnLost) -> None:
        """Be told of calls that cannot be heard any more."""
        self._lost_listeners.append(listener)

    def lose(self, attempt_id: AttemptId) -> None:
        """Nothing more is heard of a call that is screened."""
        self._open.remove(attempt_id)
        for listener in self._lost_listeners:
            listener(attempt_id)

    def over(self, attempt_id: AttemptId) -> None:
        """A call has ended: what was not known of it is not known any more."""
        if attempt_id in self._open:
            if attempt_id in self.screening:
                self.lose(attempt_id)
            self._open.discard(attempt_id)
        if attempt_id in self.awaiting_beep:
            self._beeped(attempt_id, "lost")

    def on_beep(self, listener: OnBeep) -> None:
        """Be told when messages may begin."""
        self._beep_listeners.append(listener)

    def listen_for_beep(self, attempt_id: AttemptId) -> bool:
        """Note that a message is to begin."""
        if not self.deaf:
            self.awaiting_beep.add(attempt_id)
        return not self.deaf

    def stay(self, attempt_id: AttemptId) -> None:
        """Note that somebody listens on after the verdict."""
        self.staying.append(attempt_id)

    def beep(self, attempt_id: AttemptId) -> None:
        """The machine of a call that is listened to beeps."""
        self._beeped(attempt_id, "beep")

    def _beeped(self, attempt_id: AttemptId, why: str) -> None:
        self.awaiting_beep.remove(attempt_id)
        for listener in self._beep_listeners:
            listener(attempt_id, why)

    def settle(self, attempt_id: AttemptId, verdict: Verdict) -> None:
        """Give the verdict of a call that is listened to."""
        self._open.remove(attempt_id)
        for listener in self._listeners:
            listener(attempt_id, verdict)
