"""What a caller is told while they wait: the prompts, one after the other. Pure.

In pieces of a word or two, so that an agent who comes meanwhile is not kept: between two pieces the
caller can be taken. Refuses to know where prompts are.
"""

from math import ceil
from typing import Final

FOLDER: Final = "queue"
"""Of the prompts, in the folder of a node's prompts."""

NUMBERS: Final = (*range(1, 11), 15, 20, 30)
"""For which there is a prompt."""

LAST_PLACE: Final = 10
"""Who stands further back is told only that many are before them."""


def spoken(position: int, wait_s: float | None, call_back_key: str = "") -> list[str]:
    """Return the names of the prompts.

    Args:
        position: the caller's place, from 1.
        wait_s: how long they will wait; None: nobody knows, and nothing is said of it.
        call_back_key: digit by which they ask to be called back; "": there is none.
    """
    key = [f"{FOLDER}/call-back-press", f"digits/{call_back_key}"] if call_back_key else []
    place = ["you-are-number", str(position)] if position <= LAST_PLACE else ["many-before-you"]
    return [*(f"{FOLDER}/{name}" for name in (*place, *_wait(wait_s))), *key]


def _wait(wait_s: float | None) -> list[str]:
    if wait_s is None:
        return []
    if wait_s < 60:
        return ["expected-wait", "less-than-a-minute"]
    minutes = ceil(wait_s / 60)
    # rounded up: who was told too little is angrier than who was told too much
    said = next((number for number in NUMBERS if number >= max(2, minutes)), None)
    if said is None:
        return ["expected-wait", "more-than-30-minutes"]
    return ["expected-wait", str(said), "minutes"]
