"""The times of an attempt's law, in seconds. Refuses to know what follows when they are over."""

from typing import Final

GRACE_S: Final = 2.0
"""A person who waits longer than this after the answer was abandoned (47 CFR 64.1200(a)(7))."""

LET_GO_AFTER_S: Final = 1.8
"""When a person nobody can take is let go, so that the message is audible within the grace."""

DEAD_LEG_S: Final = 4.0
"""A leg that leaves this soon after joining was dead when it joined: the switch notices a phone
without audio after 2.5 to 3.5 s, so the person heard nobody."""

SECOND_SEAT_S: Final = 0.15
"""How long a person who heard a dead leg waits for another agent before the message."""

REFUSED_WAIT_S: Final = 1.0
"""After a failed originate the hang-up may still be on its way (their order is not fixed)."""
