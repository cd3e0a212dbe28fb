"""When the process looks for garbage: seldom for all of it, as a look at all stops everybody.

What is there after the start stays for good and is not looked at again. Refuses to know what the
process does.
"""

import gc
from typing import Final

YOUNG: Final = 20_000
"""Objects made, beyond those let go, before the youngest are looked at."""

SELDOM: Final = 50
"""Looks at a generation before the next older one is looked at."""


def look_seldom() -> None:
    """Set the collector so; once, when everything is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, SELDOM, SELDOM)
