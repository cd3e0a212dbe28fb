"""Which tone is whose: the frequencies of the simulated agents and customers.

All lie within one octave, so none is a harmonic of another; neighbours are 31 Hz apart, which a
window of 0.1 s tells apart; none is a tone of the telephone network (ring, busy, beep 1400, fax
2100). Refuses to know how tones are made and found.
"""

from typing import Final

SPACING_HZ: Final = 31

AGENT_TONES_HZ: Final = tuple(range(1498, 1498 + 24 * SPACING_HZ, SPACING_HZ))
"""1498, 1529, ... 2211 Hz: one for each of 24 agents."""

CUSTOMER_TONES_HZ: Final = tuple(range(2262, 2262 + 23 * SPACING_HZ, SPACING_HZ))
"""2262, 2293, ... 2944 Hz: one for each of 23 neighbouring leads."""

BEEP_HZ: Final = 1400
"""Before an answering machine records."""

FAX_HZ: Final = 2100
"""A fax machine's answering tone (CED)."""


def agent_tone_hz(index: int) -> int:
    """Return the tone of the agent at `index` (0, 1, ...); past the table they come again."""
    return AGENT_TONES_HZ[index % len(AGENT_TONES_HZ)]


def customer_tone_hz(index: int) -> int:
    """Return the tone of the lead at `index` (0, 1, ...); past the table they come again."""
    return CUSTOMER_TONES_HZ[index % len(CUSTOMER_TONES_HZ)]
