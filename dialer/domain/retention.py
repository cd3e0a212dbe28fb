"""How long records are kept: what the law wants kept, and not longer than we say.

A legal hold on a number wins over every time, and what is not finished is never deleted. Times are
counted from when something began. Knows kinds of records, times and the law behind each. Refuses to
know tables and files.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dialer.errors import BadInput

DAY_S: Final = 86_400.0

MOST_DAYS: Final = 36_525
"""A hundred years."""


class Kind(StrEnum):
    """A kind of records."""

    RECORDINGS = "recordings"
    ATTEMPTS = "attempts"
    CALLS = "calls"
    VOICEMAILS = "voicemails"
    REFUSALS = "refusals"
    AUDIT = "audit"
    AGENT_LOG = "agent_log"
    PACING_DECISIONS = "pacing_decisions"
    REJECTS = "rejects"
    WEBHOOK_EVENTS = "webhook_events"
    MESSAGES = "messages"


@dataclass(frozen=True, slots=True)
class Law:
    """How long a kind is kept unless told otherwise, and why."""

    days: int
    why: str


_CALL_RECORDS: Final = "16 CFR 310.5 (from 2024-10-15): five years for the details of each call"

LAWS: Final[Mapping[Kind, Law]] = {
    Kind.RECORDINGS: Law(1827, "16 CFR 310.5: five years where they prove consent"),
    Kind.ATTEMPTS: Law(1827, _CALL_RECORDS),
    Kind.CALLS: Law(1827, _CALL_RECORDS),
    Kind.VOICEMAILS: Law(366, "no law of ours; what a caller asked for was seen to long ago"),
    Kind.REFUSALS: Law(1827, "16 CFR 310.5: five years for what kept a number from being called"),
    Kind.AUDIT: Law(1827, "as long as the records it is about"),
    Kind.AGENT_LOG: Law(366, "no law of ours; figures of a year"),
    Kind.PACING_DECISIONS: Law(90, "no law: the rate is counted from the attempts"),
    Kind.REJECTS: Law(30, "no law: rows that were never imported"),
    Kind.WEBHOOK_EVENTS: Law(7, "no law: what was told is on record elsewhere"),
    Kind.MESSAGES: Law(90, "no law: what was of the moment"),
}
"""The longest that the laws we know ask for (checked November 2026); not legal advice."""


class Fate(StrEnum):
    """What becomes of a record, and why."""

    DELETE = "its time is over"
    YOUNG = "its time is not over"
    OPEN = "it is not finished"
    HELD = "it is under legal hold"
    FOR_EVER = "it is kept for ever"


@dataclass(frozen=True, slots=True)
class Retention:
    """Days that each kind is kept; None: for ever. A kind that is not named: as its law says."""

    days: Mapping[Kind, int | None] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> "Retention":
        """Read settings such as `{"recordings": 180, "attempts": "ever"}`.

        Raises:
            BadInput: a kind that there is none of, or days out of range.
        """
        return cls({_kind(name): _days(name, value) for name, value in settings.items()})

    @classmethod
    def longest(cls, several: Iterable["Retention"]) -> "Retention":
        """Return what keeps each kind as long as any of several does."""
        all_of_them = list(several) or [cls()]
        days: dict[Kind, int | None] = {}
        for kind in Kind:
            kept = [each.of_kind(kind) for each in all_of_them]
            known = [one for one in kept if one is not None]
            days[kind] = max(known) if len(known) == len(kept) else None
        return cls(days)

    def of_kind(self, kind: Kind) -> int | None:
        """Return the days that a kind is kept; None: for ever."""
        return self.days.get(kind, LAWS[kind].days)

    def before(self, kind: Kind, now: float) -> float | None:
        """Return the time before which records of a kind are deleted; None: none ever is."""
        days = self.of_kind(kind)
        return None if days is None else now - days * DAY_S

    def shortened(self) -> list[Kind]:
        """Return the kinds that are kept for less than the law we know asks for."""
        given = ((kind, self.of_kind(kind)) for kind in Kind)
        return [kind for kind, days in given if days is not None and days < LAWS[kind].days]

    def fate(
        self, kind: Kind, *, at: float, now: float, is_held: bool = False, is_open: bool = False
    ) -> Fate:
        """Decide about one record.

        Args:
            kind: of the record.
            at: when it began; seconds since the epoch.
            now: seconds since the epoch.
            is_held: whether its number is under a legal hold.
            is_open: whether it is not finished.
        """
        before = self.before(kind, now)
        if is_held:
            return Fate.HELD
        if is_open:
            return Fate.OPEN
        if before is None:
            return Fate.FOR_EVER
        return Fate.DELETE if at < before else Fate.YOUNG


def _kind(name: str) -> Kind:
    try:
        return Kind(name)
    except ValueError:
        raise BadInput(
            "retention", f"there is no kind {name!r}", f"use {', '.join(Kind)}"
        ) from None


def _days(name: str, value: object) -> int | None:
    if value in {"ever", None}:
        return None
    try:
        days = int(str(value))
    except ValueError:
        days = 0
    if not 1 <= days <= MOST_DAYS:
        problem = f"{value!r} is no time to keep {name}"
        raise BadInput("retention", problem, f"give days, 1 to {MOST_DAYS:,}, or ever")
    return days
