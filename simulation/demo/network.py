"""The two Asterisks of a demonstration, looked at from outside: channels, calls, processes.

Knows Asterisk's command line. Refuses to know the engine. All calls block.
"""

import os
import re
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from dialer.adapters.asterisk.instance import AsteriskInstance
from simulation.lab import Lab

SETTLED_WITHIN_S: Final = 5.0
"""Hang-ups that are on their way when the last agent has left."""

_LOOK_EVERY_S: Final = 0.1
_CALLS: Final = re.compile(r"^(\d+) calls? processed", re.MULTILINE)


def asterisks(lab: Lab) -> Mapping[str, AsteriskInstance]:
    """Return the two, by what a person calls them."""
    named = {"the dialer's Asterisk": lab.asterisk}
    if lab.carrier is not None:
        named["the simulated carrier"] = lab.carrier.instance
    return named


def channels_left(lab: Lab) -> dict[str, int]:
    """Count the channels of each, once those that are just hanging up have gone."""
    deadline = time.monotonic() + SETTLED_WITHIN_S
    while True:
        left = {name: _channels(asterisk) for name, asterisk in asterisks(lab).items()}
        if not any(left.values()) or time.monotonic() > deadline:
            return left
        time.sleep(_LOOK_EVERY_S)


def calls_seen(lab: Lab) -> int:
    """Return how many calls the network itself has taken, agents' phones included.

    Counted by the carrier's Asterisk: it cannot be wrong about a call that we forgot.
    """
    if lab.carrier is None:
        return 0
    found = _CALLS.search(lab.carrier.instance.rx("core show channels count"))
    return int(found[1]) if found is not None else 0


def kill(lab: Lab) -> None:
    """End both at once and wait for nothing; `lab.stop` is still due.

    Safe in a signal handler, which may have cut off that very `stop`.
    """
    for asterisk in asterisks(lab).values():
        pid = asterisk.pid
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _channels(asterisk: AsteriskInstance) -> int:
    return len(asterisk.rx("core show channels concise").split("\n")) - 1
