"""Why is nothing dialed? Counts of leads by what holds them back, as sentences with a time. Pure.

Refuses to know how leads are counted.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dialer.domain.calling_rules.place import Place
from dialer.domain.dial_law import DialLaw, DialTerms, HeldBy
from dialer.domain.lead_standing import LeadState
from dialer.domain.recycling_step import Why


class Hold(StrEnum):
    """What holds leads back, the most hopeful first."""

    NOTHING = "nothing"
    DIALING = "dialing"
    LEASED = "leased"
    RETRY_LATER = "retry_later"
    HOURS = "hours"
    RULES = "rules"
    CALLBACK = "callback"
    OWNED = "owned"
    FILTERED = "filtered"
    IMPORTING = "importing"
    DO_NOT_CALL = "do_not_call"
    ATTEMPTS_USED_UP = "attempts_used_up"
    NO_NUMBER = "no_number"
    DONE = "done"


SENTENCES: Final[Mapping[Hold, str]] = {
    Hold.NOTHING: "may be dialed now",
    Hold.DIALING: "have a call out now",
    Hold.LEASED: "are held by an engine, to be dialed next",
    Hold.RETRY_LATER: "wait for their next attempt",
    Hold.HOURS: "are where it is outside calling hours",
    Hold.RULES: "are held by a calling rule",
    Hold.CALLBACK: "were promised a call, with an agent held for it",
    Hold.OWNED: "are an agent's own",
    Hold.FILTERED: "are left out by the campaign's filter",
    Hold.IMPORTING: "are still being imported",
    Hold.DO_NOT_CALL: "are on a do-not-call list",
    Hold.ATTEMPTS_USED_UP: "had all their attempts",
    Hold.NO_NUMBER: "have no number that can be dialed",
    Hold.DONE: "are done",
}
"""What is shown to people, after a count of leads."""

_BY_STATE: Final = {
    LeadState.DIALING: Hold.DIALING,
    LeadState.LEASED: Hold.LEASED,
    LeadState.CALLBACK: Hold.CALLBACK,
    LeadState.OWNED: Hold.OWNED,
    LeadState.FILTERED: Hold.FILTERED,
    LeadState.IMPORTING: Hold.IMPORTING,
}

_BY_WHY: Final = {
    Why.DO_NOT_CALL.value: Hold.DO_NOT_CALL,
    Why.MOST_IN_ALL.value: Hold.ATTEMPTS_USED_UP,
    Why.NUMBERS_EXHAUSTED.value: Hold.ATTEMPTS_USED_UP,
    Why.NO_VALID_NUMBER.value: Hold.NO_NUMBER,
    HeldBy.NEVER_DIALED.value: Hold.NO_NUMBER,
}

_RULES: Final = "rules:"


@dataclass(frozen=True, slots=True)
class StandingCount:
    """Leads that stand alike."""

    state: LeadState
    why: str
    leads: int
    due_at: float | None = None
    """When the first of them may be dialed, of those that wait; epoch seconds."""
    place: Place | None = None
    """Where leads that are ready may be."""
    listed: int = 0
    """How many of them are on a do-not-call list by now."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that holds leads back."""

    hold: Hold
    leads: int
    next_at: float | None = None
    """When the first of them may be dialed; None: not by waiting."""
    detail: str = ""

    @property
    def sentence(self) -> str:
        """The reason, for people."""
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.leads:,} {SENTENCES[self.hold]}{detail}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """All reasons, and when the next lead becomes dialable."""

    reasons: tuple[Reason, ...]
    next_at: float | None
    """`now` when some lead may be dialed now; None if waiting does not help."""


def explained(
    counts: Iterable[StandingCount], law: DialLaw, terms: DialTerms, now: float
) -> Explanation:
    """Say what holds a campaign's leads back.

    Args:
        counts: all leads of the campaign.
        law: says when places are open.
        terms: on which the campaign dials.
        now: epoch seconds.
    """
    leads: dict[tuple[Hold, str], int] = defaultdict(int)
    first: dict[tuple[Hold, str], float] = {}
    for count in counts:
        for hold, detail, many, at in _held(count, law, terms, now):
            if many:
                leads[hold, detail] += many
                if at is not None:
                    first[hold, detail] = min(at, first.get((hold, detail), at))
    reasons = [
        Reason(hold, many, first.get((hold, detail)), detail)
        for (hold, detail), many in leads.items()
    ]
    order = list(Hold)
    reasons.sort(key=lambda reason: (order.index(reason.hold), -reason.leads, reason.detail))
    times = [reason.next_at for reason in reasons if reason.next_at is not None]
    return Explanation(tuple(reasons), min(times, default=None))


def wait_said(instant: float, now: float) -> str:
    """Return how long it is until an instant, as "in 3 h 20 min"; "now" if it has come."""
    minutes = math.ceil(max(instant - now, 0.0) / 60)
    if minutes == 0:
        return "now"
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"in {days} d {hours} h" if hours else f"in {days} d"
    if hours:
        return f"in {hours} h {minutes} min" if minutes else f"in {hours} h"
    return f"in {minutes} min"


def _held(
    count: StandingCount, law: DialLaw, terms: DialTerms, now: float
) -> Iterable[tuple[Hold, str, int, float | None]]:
    if count.state is LeadState.READY:
        yield Hold.DO_NOT_CALL, "", count.listed, None
        many = count.leads - count.listed
        opens = now
        if count.place is not None:
            at = law.open_places([count.place], terms, now)[count.place]
            if at is None or at > now:
                yield Hold.HOURS, ", ".join(count.place.jurisdictions), many, at
                return
            opens = at
        yield Hold.NOTHING, "", many, opens
    elif count.state is LeadState.WAITING:
        due_at = max(count.due_at or 0.0, now)
        if count.why.startswith(_RULES):
            field = count.why.removeprefix(_RULES)
            yield (Hold.HOURS if field == "windows" else Hold.RULES), field, count.leads, due_at
        else:
            yield Hold.RETRY_LATER, count.why.replace("_", " "), count.leads, due_at
    elif count.state is LeadState.CALLBACK:
        yield Hold.CALLBACK, "", count.leads, max(count.due_at or 0.0, now)
    elif count.state in _BY_STATE:
        yield _BY_STATE[count.state], "", count.leads, None
    else:
        hold = _BY_WHY.get(count.why, Hold.DONE)
        yield hold, "" if hold is not Hold.DONE else count.why.replace("_", " "), count.leads, None
