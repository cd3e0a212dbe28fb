"""The server's clock, told from afar: it is never earlier than one bound, nor later than another.

Hosts need not agree on the time of day: whoever asks and whoever is asked go by the server's, each
on the safe side. Pure; seconds of the monotonic clock come in.
"""


class ServerClock:
    """What time it is at the server."""

    def __init__(self) -> None:
        self._told_ms = 0
        self._asked_at_s = 0.0
        self._told_at_s = 0.0

    @property
    def known(self) -> bool:
        """Whether the server has told its time yet."""
        return self._told_ms > 0

    def note(self, told: tuple[int, int], asked_at_s: float, told_at_s: float) -> None:
        """Take what the server answered to TIME.

        Args:
            told: seconds and microseconds.
            asked_at_s: when it was asked.
            told_at_s: when the answer was here.
        """
        self._told_ms = told[0] * 1000 + told[1] // 1000
        self._asked_at_s = asked_at_s
        self._told_at_s = told_at_s

    def earliest_ms(self, at_s: float) -> int:
        """Return the earliest time that it can be now."""
        return self._told_ms + int((at_s - self._told_at_s) * 1000)

    def latest_ms(self, at_s: float) -> int:
        """Return the latest time that it can be now."""
        return self._told_ms + int((at_s - self._asked_at_s) * 1000) + 2
