"""What the parts of the bench have found, as values. Pure.

Refuses to know how it was found, and what is good enough.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Held:
    """What a page holds once all that nobody needs is thrown away."""

    heap_bytes: int
    nodes: int
    """Of the document, and those that scripts keep."""
    listeners: int
    """To events, of the same."""


@dataclass(frozen=True, slots=True)
class FloorFound:
    """What was found."""

    empty: Mapping[str, float]
    """Share of a core that an empty page takes, by kind of process, 0..1."""
    cost: Mapping[str, float]
    """The same of the floor."""
    main_thread: Mapping[str, float]
    """Share of a core of the floor's main thread, by what it did."""
    events_per_s: float
    ages_s: Sequence[float]
    """Of the marks that were shown: from the change until it was in the document."""
    unseen: int
    """Changes of agents whose rows are drawn that were never shown; no two come in one second."""
    warm_s: float
    """Seconds that the page had been open when it was first looked at what it holds."""
    held: Sequence[tuple[float, Held]]
    """Minutes, and what was held then."""
    complaints: Sequence[str]


@dataclass(frozen=True, slots=True)
class Load:
    """One load."""

    usable_ms: float
    """From the begin of the navigation."""
    files_bytes: int
    """Of the page's files, as they came over the network, heads included."""
    data_bytes: int
    """The same of what they asked the API for."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One call, seen from the page; ms after the customer's 200 OK, inf: never."""

    sound_ms: float
    """Until the customer's tone is in the page's decoded audio."""
    shown_ms: float
    """Until the page shows who it is; below 0: before the answer."""

    @property
    def known_first(self) -> bool:
        """Whether the agent could read who it is before the first word."""
        return self.shown_ms <= self.sound_ms < math.inf


@dataclass(frozen=True, slots=True)
class Answered:
    """What was found."""

    first: Sequence[Taken]
    """The page's first calls."""
    taken: Sequence[Taken]
    phones_ms: Sequence[float]
    """The same until a bare SIP phone plays the tone."""
    complaints: Sequence[str]


def taken(
    answers: Sequence[tuple[float, str]],
    spells: Sequence[tuple[bool, float]],
    seen: Sequence[tuple[str, float]],
) -> list[Taken]:
    """Tell for each answer when it was heard and shown.

    Args:
        answers: epoch seconds of each 200 OK and the attempt, in order.
        spells: when the tone began (true) and ended to sound.
        seen: of which attempt the page showed the person, and since when.
    """
    found = []
    for place, (ok_s, attempt) in enumerate(answers):
        before = answers[place - 1][0] if place else 0.0
        after = answers[place + 1][0] if place + 1 < len(answers) else math.inf
        sounds = [at for begins, at in spells if begins and ok_s <= at < after]
        shown = [at for whose, at in seen if whose == attempt and before <= at < after]
        found.append(Taken(_after_ms(ok_s, sounds), _after_ms(ok_s, shown)))
    return found


def _after_ms(since_s: float, times_s: Sequence[float]) -> float:
    return 1000 * (times_s[0] - since_s) if times_s else math.inf
