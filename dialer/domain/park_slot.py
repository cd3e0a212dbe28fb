"""Where customers are parked: slots by name, as agents say them to each other. Pure.

Refuses to know who parks and picks up.
"""

import re
from collections.abc import Collection
from typing import Final

from dialer.errors import BadInput, WrongState

SLOT: Final = r"^[a-z0-9][a-z0-9-]{0,15}$"
"""A name of a slot."""


def slot_for(wanted: str, taken: Collection[str]) -> str:
    """Return the slot that a customer is parked in.

    Args:
        wanted: its name; "": the lowest number that is free.
        taken: those of the tenant in which somebody waits.

    Raises:
        BadInput: it is no name of a slot.
        WrongState: somebody waits there.
    """
    if not wanted:
        return next(str(place) for place in range(1, len(taken) + 2) if str(place) not in taken)
    if not re.match(SLOT, wanted):
        fix = "use up to 16 of a-z, 0-9 and -, or leave it out"
        raise BadInput("slot", f"{wanted!r} is no name of a slot", fix)
    if wanted in taken:
        raise WrongState("slot", f"somebody is parked in {wanted!r}", "name another, or none")
    return wanted
