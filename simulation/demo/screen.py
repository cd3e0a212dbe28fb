"""Where the view goes: drawn over itself on a terminal, a line now and then elsewhere.

Knows rich's screen. Refuses to know what is on it.
"""

from collections.abc import Callable
from typing import Final, Self

from rich.console import Console
from rich.live import Live

from simulation.demo.view import Past, Status, line, picture

LINE_EVERY_S: Final = 5.0
"""Between two lines where nothing can be drawn over."""


class Screen:
    """Shows a floor for as long as the block lasts; the last picture stays."""

    def __init__(self, console: Console, past: Past) -> None:
        self._past = past
        self._console = console
        draws = console.is_terminal and not console.is_dumb_terminal
        self._live = Live(console=console, auto_refresh=False) if draws else None
        self._said_at = 0.0

    def show(self, status: Status) -> None:
        """Show the floor as it is now."""
        self._past.see(status)
        if self._past.started_at is None:
            return
        draw: Callable[[Status], None] = self._line if self._live is None else self._draw
        draw(status)

    def _draw(self, status: Status) -> None:
        if self._live is not None:
            if not self._live.is_started:
                self._live.start()
            self._live.update(picture(status, self._past), refresh=True)

    def _line(self, status: Status) -> None:
        now = float(status["at"])
        if now - self._said_at >= LINE_EVERY_S:
            self._said_at = now
            self._console.print(line(status, self._past), highlight=False, soft_wrap=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._live is not None:
            self._live.stop()
