"""How a called party behaves: a plain value that a test or a scenario hands out per call."""

from dataclasses import dataclass
from math import inf
from typing import Final

FOREVER: Final = inf


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What happens to one INVITE; times are seconds from its arrival unless said otherwise."""

    ring_s: float = 0.2
    """Until the final answer; FOREVER rings until the caller gives up."""
    code: int = 200
    """Final status: 200 answers, 486 is busy, 404 unknown, 503 congestion, ..."""
    talk_s: float | None = None
    """From the 200 OK until we hang up; None leaves it to the other side."""
    tone_hz: int | None = None
    """Tone we send; None sends silence."""
    sounds: tuple[tuple[float, int | None], ...] = ()
    """Tones that are sent first, one after the other: seconds, and Hz (None: silence)."""
    ring: bool = True
    """Whether a 180 is sent."""
    echo: bool = False
    """Send back what is heard instead of a tone."""
    rtp: bool = True
    """Whether there is audio at all; without it the 200 names a port that swallows everything."""
    trying: bool = True
    """Whether a 100 is sent; with it and `ring` off and FOREVER the trunk seems dead."""
    ring_after_s: float = 0.0
    """Until the 180."""
    expect_hz: int | None = None
    """Tone the far end sends; in bulk, packets that carry exactly it are counted."""

    @property
    def answers(self) -> bool:
        """Whether this call will get a 200."""
        return self.code == 200 and self.ring_s < FOREVER
