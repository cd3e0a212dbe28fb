"""Time in a test's hands: a clock that is set, and an event loop whose hours pass in no time.

`VirtualTimeLoop` runs whatever is ready and then jumps to the next timer, so that a wrap-up of
30 s takes none. Refuses to know what waits: threads and sockets are not waited for while a timer
is set, so it is for what lives in memory alone.
"""

import asyncio
import selectors
from collections.abc import Callable
from typing import Final

START: Final = 1_700_000_000.0
"""Where these clocks begin, in seconds since the epoch."""


class SetClock:
    """A `Clock` that stands still until it is moved."""

    def __init__(self, now: float = START) -> None:
        self._now = now

    def now(self) -> float:
        """Return seconds since the epoch."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        if seconds < 0:
            raise ValueError("a clock never goes back")
        self._now += seconds


class LoopClock:
    """A `Clock` that follows the running event loop's time."""

    def now(self) -> float:
        """Return seconds since the epoch, were the loop's start `START`."""
        return START + asyncio.get_running_loop().time()


class _JumpingSelector(selectors.DefaultSelector):
    """Never waits for a timer: has the time moved instead."""

    def __init__(self, jump: Callable[[float], None]) -> None:
        super().__init__()
        self._jump = jump

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0 if timeout is not None else None)
        if not ready and timeout is not None and timeout > 0:
            self._jump(timeout)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop that starts at 0 s and whose timers are due as soon as nothing else is."""

    def __init__(self) -> None:
        self._virtual_now = 0.0
        super().__init__(_JumpingSelector(self._advance))

    def time(self) -> float:
        """Return the loop's seconds."""
        return self._virtual_now

    def _advance(self, seconds: float) -> None:
        self._virtual_now += seconds
