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
class Listening:
    """Whether others than the two who talk may hear a call."""

    ground: Ground = Ground.NONE
    lacks: str = "what the calling rules ask was not looked up"
    """What stands against it, for people; only without a ground."""
    fix: str = "listen to a call that was dialed since the engine started"


NOT_LOOKED_UP: Final = Listening()
"""Of a call whose dial nobody remembers; the strictest is assumed."""


@dataclass(frozen=True, slots=True, order=True)
class LegalCap:
    """A cap on abandoned / live answers."""

    scope: str
    """Over whom it is counted: "campaign", "centre" or "tenant"."""
    window: str
    """Over what: "rolling_24h", "block_30d" or "calendar_month"."""
    rate: float
    """0..1."""


@dataclass(frozen=True, slots=True)
class LegalLimits:
    """What holds for a campaign wherever it calls."""

    caps: tuple[LegalCap, ...] = ()
    """One for each scope and window that some rule speaks of; all of them hold."""
    ring_min_s: float = 0.0

    @property
    def abandon_rate_cap(self) -> float:
        """The strictest of all caps, 0..1; 1 without any."""
        return min((cap.rate for cap in self.caps), default=1.0)


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
    rates: dict[tuple[str, str], float] = {}
    ring_min_s = 0.0
    for place in places:
        rules = law.holds(place, terms.purpose, now)
        for cap in (one.value for one in rules.cap):
            key = (cap.scope, cap.window)
            rates[key] = min(cap.rate, rates.get(key, 1.0))
        ring_min_s = max([ring_min_s, *(one.value for one in rules.ring_min_s)])
    caps = sorted(LegalCap(scope, window, rate) for (scope, window), rate in rates.items())
    return LegalLimits(tuple(caps), ring_min_s)


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
    return _ground(asked, announced=announced)


def listening_of(
    law: DialLaw, place: Place | None, terms: DialTerms, now: float, *, announced: bool
) -> Listening:
    """Return whether a supervisor may listen to a call, and on what ground.

    What no rule says of listening in, the rules for recording say of it: who hears is a third
    party either way. Arguments as `ground_of`.
    """
    if not terms.calls_people:
        return Listening(Ground.NOBODY_CALLED)
    if place is None:
        return Listening(lacks="where the person is is not known", fix="give leads a place")
    rules = law.holds(place, terms.purpose, now)
    asked = [one.value for one in rules.listening or rules.recording]
    ground = _ground(asked, announced=announced)
    if ground is not Ground.NONE:
        return Listening(ground)
    if "opt_in" in asked:
        return Listening(
            lacks="a calling rule asks for the person's agreement (opt_in)",
            fix="add a rule with `listening` for their country, if the law there allows it",
        )
    if "announced" in asked:
        return Listening(
            lacks="a calling rule asks for an announcement, and none was made",
            fix="have each person told, and set recording_announced of the campaign",
        )
    return Listening(
        lacks="no calling rule allows it", fix="add a rule with `listening` for their country"
    )


def _ground(asked: list[str], *, announced: bool) -> Ground:
    if "opt_in" in asked:
        return Ground.NONE  # nobody has agreed before the talk began
    if "announced" in asked:
        return Ground.ANNOUNCED if announced else Ground.NONE
    return Ground.ONE_PARTY if asked else Ground.NONE
