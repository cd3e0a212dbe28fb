"""Audio lines for the bench's customers and phones, whose own faults are written down.

A beat that our busy process sends late makes the far end hear later: how late, and which frames
were left out, is part of the report. Refuses to know SIP and what is measured.
"""

import time
from array import array
from collections.abc import Callable
from typing import Final

from simulation.sip.media import CallLine, CallMedia
from simulation.sip.pulse import Pulse, Rhythm
from simulation.sip.rtp import FRAME_S


class WatchedPulse(Pulse):
    """A pulse that knows how late its beats were."""

    def __init__(self) -> None:
        super().__init__()
        self.late_s: Final = array("d")
        """Of each beat: seconds after it was due."""
        self.stalls_s: Final[list[float]] = []
        """When frames were left out, seconds since the epoch."""

    def forget(self) -> None:
        """Begin to count anew."""
        del self.late_s[:]
        self.stalls_s.clear()

    def start(self, beat: Callable[[int], None]) -> Rhythm:
        """Beat now, and every 20 ms from now on."""
        due_s = time.monotonic()

        def watched(skipped: int) -> None:
            nonlocal due_s
            due_s += skipped * FRAME_S
            self.late_s.append(time.monotonic() - due_s)
            due_s += FRAME_S
            if skipped:
                self.stalls_s.append(time.time())
            beat(skipped)

        return super().start(watched)


class WatchedMedia:
    """A socket per call on one watched pulse; make it on a running event loop."""

    def __init__(self, host: str, first_ssrc: int) -> None:
        self.pulse: Final = WatchedPulse()
        self._media = CallMedia(host, self.pulse, first_ssrc=first_ssrc)

    def open(self) -> CallLine:
        """Return a line with a free port."""
        return self._media.open()

    def close(self) -> None:
        """Nothing is held."""
