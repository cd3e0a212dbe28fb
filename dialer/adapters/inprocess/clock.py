"""The engine's clock: the machine's time of day at the start, carried on by the monotonic clock.

Comparable with the stamps Asterisk puts on its events (same machine), and never going back when
the time of day is set. Drifts from the time of day only by what is set after the start.
"""

import time


class SteadyClock:
    """Seconds since the epoch that never go back."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Return seconds since the epoch."""
        return self._offset + time.monotonic()
