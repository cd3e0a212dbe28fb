"""A number and its PIN, keyed in by a caller, so many times. Pure.

Refuses to know whether they are right, and what a step does then.
"""

from dialer.domain.flow import commands as do
from dialer.domain.flow import events as on
from dialer.domain.flow.fields import Sound
from dialer.domain.flow.steps import PinStep
from dialer.domain.pin import MOST, MOST_NUMBER

_END = "#"


class NumberAndPin:
    """One caller who identifies themselves.

    Args:
        step: what is asked, and how often.
        kind: of the account.
        language: of what is played.
    """

    def __init__(self, step: PinStep, kind: str, language: str) -> None:
        self._step = step
        self._kind = kind
        self._language = language
        self._tries = 0
        self._number = ""
        self.comparing = False
        """Whether an answer is waited for, and no key."""

    def begin(self) -> do.Gather:
        """Ask for the number, the first time."""
        return self._ask_number(())

    def handle(
        self, event: on.FlowEvent
    ) -> do.Gather | do.CheckPin | on.LoggedIn | on.LogInRefused | None:
        """Take what happened; return what is asked next, or how it ended; None: nothing changes."""
        match event:
            case on.LoggedIn() if self.comparing:
                return event
            case on.LogInRefused(locked) if self.comparing:
                return event if locked else self._again()
            case on.TimedOut() if not self.comparing:
                return self._again()
            case on.Digits(keys) if not self.comparing:
                return self._keyed(keys)
        return None

    def _keyed(self, keys: str) -> do.Gather | do.CheckPin | on.LogInRefused:
        most = MOST if self._number else MOST_NUMBER
        if not keys.isascii() or not keys.isdigit() or len(keys) > most:
            return self._again()
        if not self._number:
            self._number = keys
            return self._ask((self._step.pin,), MOST)
        number, self._number = self._number, ""
        self.comparing = True
        return do.CheckPin(self._kind, number, keys)

    def _again(self) -> do.Gather | on.LogInRefused:
        if self._tries >= self._step.tries:
            return on.LogInRefused(locked=False)
        wrong = self._step.wrong
        return self._ask_number(() if wrong is None else (wrong,))

    def _ask_number(self, told: tuple[Sound, ...]) -> do.Gather:
        self._tries += 1
        self._number, self.comparing = "", False
        return self._ask((*told, self._step.number), MOST_NUMBER)

    def _ask(self, sounds: tuple[Sound, ...], most: int) -> do.Gather:
        step = self._step
        return do.Gather(sounds, self._language, 1, most, _END, step.wait_s, step.between_s)
