"""How many lines a campaign may start now, and why: a pure library.

Events go in (`Pacer.call_answered`, ...), decisions come out (`Pacer.decide`); time is an argument.
Refuses to know IO, clocks, random numbers and the dialer around it.
"""

from pacing.decision import Decision, LimitedBy
from pacing.errors import PacingError
from pacing.ledger import Counts, Ledger
from pacing.pacer import Pacer
from pacing.settings import Cap, PacingSettings
from pacing.window import Window

__all__ = [
    "Cap",
    "Counts",
    "Decision",
    "Ledger",
    "LimitedBy",
    "Pacer",
    "PacingError",
    "PacingSettings",
    "Window",
]
