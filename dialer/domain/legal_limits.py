"""What the calling rules ask of a campaign as a whole, and of one call besides its dial. Pure.

Pacing must hold the strictest cap of all places the campaign calls; a line must ring as long as the
strictest asks; a talk is recorded only on a ground that holds where the person is. Refuses to know
which number may be dialed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dialer.domain.calling_rules.place import Place
from dialer.domain.dial_law import DialLaw, DialTerms


class Ground(StrEnum):
    """Why a talk may be recorded."""

    NONE = ""  # it may not
    NOBODY_CALLED = "nobody_called"  # a simulated network
    ONE_PARTY = "one_party"  # the agent knows, and that is enough
    ANNOUNCED = "announced"  # the person is told
    OPT_IN = "opt_in"  # the person has agreed


@dataclass(frozen=True, slots=True)
class LegalLimits:
    """What holds for a campaign wherever it calls."""

    abandon_rate_cap: float = 1.0
    """Abandoned / live answers, 0..1."""
    ring_min_s: float = 0.0


NO_LIMITS: Final = LegalLimits()
"""Of a campaign that calls nobody."""


def limits_of(law: DialLaw, places: Iterable[Place], terms: DialTerms, now: float) -> LegalLimits:
    """Return the strictest limits over all places of a campaign.

    Args:
        law: the rules.
        places: where its leads may be.
        terms: on which it dials.
        now: epoch seconds.
    """
    if not terms.calls_people:
        return NO_LIMITS
    cap, ring_min_s = NO_LIMITS.abandon_rate_cap, NO_LIMITS.ring_min_s
    for place in places:
        rules = law.holds(place, terms.purpose, now)
        cap = min([cap, *(one.value.rate for one in rules.cap)])
        ring_min_s = max([ring_min_s, *(one.value for one in rules.ring_min_s)])
    return LegalLimits(cap, ring_min_s)


def ground_of(
    law: DialLaw, place: Place | None, terms: DialTerms, now: float, *, announced: bool
) -> Ground:
    """Return on what ground a talk may be recorded from its first second.

    Args:
        law: the rules.
        place: where the person may be; None: not known, so the strictest is asked for.
        terms: on which the campaign dials.
        now: epoch seconds.
        announced: whether each person is told before anything is recorded.
    """
    if not terms.calls_people:
        return Ground.NOBODY_CALLED
    if place is None:
        return Ground.NONE
    asked = [one.value for one in law.holds(place, terms.purpose, now).recording]
    if "opt_in" in asked:
        return Ground.NONE  # nobody has agreed before the talk began
    if "announced" in asked:
        return Ground.ANNOUNCED if announced else Ground.NONE
    return Ground.ONE_PARTY if asked else Ground.NONE
