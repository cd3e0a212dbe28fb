"""Who is called in a load run and what they do. Pure: the number itself says it.

Numbers are +1 999 and seven digits: no area code of that name exists, so no real person has one.
Refuses to know SIP, engines and how fast they are dialed.
"""

from enum import StrEnum
from typing import Final
from zlib import crc32

from simulation.sip.behaviour import FOREVER, Behaviour

PREFIX: Final = "1999"
RATE_LEADS: Final = 0
"""First index of the leads that the engine dials in a rate run."""
TALK_LEADS: Final = 4_000_000
"""First index of the leads that talk for as long as the bench wants."""
BARE_CALLS: Final = 6_000_000
"""First index of the calls that no engine is involved in."""

TALK_S: Final = 1.0
CUSTOMER_HZ: Final = 1000
AGENT_HZ: Final = 400


class Fate(StrEnum):
    """What a called number does in a rate run."""

    ANSWERS = "answers"
    BUSY = "busy"
    SILENT = "silent"


SHARES: Final = {Fate.ANSWERS: 20, Fate.BUSY: 30, Fate.SILENT: 50}
"""Of a hundred numbers."""

BEHAVIOURS: Final = {
    Fate.ANSWERS: Behaviour(ring_s=0.5, talk_s=TALK_S, rtp=False),
    Fate.BUSY: Behaviour(ring_s=0.2, code=486, rtp=False),
    Fate.SILENT: Behaviour(ring_s=FOREVER, rtp=False),
}

TALKS: Final = Behaviour(ring_s=0.3, tone_hz=CUSTOMER_HZ, expect_hz=AGENT_HZ)
"""A customer with audio who talks until we hang up."""


def number(index: int) -> str:
    """Return the number (E.164) of a lead, 0 to 9,999,999."""
    return f"+{PREFIX}{index:07}"


def index_of(dialed: str) -> int:
    """Return the index of a number, with or without its plus."""
    return int(dialed.removeprefix("+").removeprefix(PREFIX))


def fate(dialed: str) -> Fate:
    """Return what a number does; neighbours have nothing to do with each other."""
    place = crc32(dialed.removeprefix("+").encode()) % 100
    for outcome, share in SHARES.items():
        if place < share:
            return outcome
        place -= share
    raise AssertionError("the shares are not a hundred")
