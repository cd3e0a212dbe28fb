"""Ctrl-C, SIGTERM and a closed terminal: the first asks for an orderly end, the second hurries it.

Knows signals. Refuses to know what is ended. Only for the main thread.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, Self

_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(KeyboardInterrupt):
    """Somebody asked us to end."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(signal.Signals(number).name)

    @property
    def exit_code(self) -> int:
        """What a shell expects of a program that a signal ended: 130 after Ctrl-C."""
        return 128 + self.number


class Interrupts:
    """Catches the signals for as long as the block lasts.

    The first one raises `Interrupted` where the program is, or inside `softly` calls back; every
    further one calls `hurry`, and raises nothing, so that tidying up is never cut off.
    """

    def __init__(self) -> None:
        self.number = 0
        """The first signal; 0 while there was none."""
        self.hurry: Callable[[], None] = lambda: None
        self._soft: Callable[[], None] | None = None
        self._before: dict[signal.Signals, Any] = {}

    def check(self) -> None:
        """Raise now what came while it could not be raised.

        Raises:
            Interrupted: a signal came.
        """
        if self.number:
            raise Interrupted(self.number)

    @contextmanager
    def softly(self, callback: Callable[[], None] = lambda: None) -> Iterator[None]:
        """In this block the first signal calls back and raises nothing; `check` after it."""
        self._soft = callback
        try:
            yield
        finally:
            self._soft = None

    def __enter__(self) -> Self:
        for number in _ENDING:
            if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # nohup: the terminal may go
            self._before[number] = signal.signal(number, self._caught)
        return self

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _caught(self, number: int, _frame: FrameType | None) -> None:
        if self.number:
            self.hurry()
            return
        self.number = number
        if self._soft is None:
            raise Interrupted(number)
        self._soft()
