"""The strictest of all rules that apply to a dial, field by field, with the rule it comes from.

Knows which rules apply (where, when, what for) and which of two values is stricter. Values that
cannot be compared, such as caps over different windows, are kept side by side and all hold. Refuses
to know the lead's past and the time of day.
"""

from collections.abc import Callable, Collection, Hashable, Iterable
from datetime import date
from functools import reduce
from typing import Any, Final, Generic, TypeVar

from dialer.domain.calling_rules.rule import (
    DEFAULT,
    EVERYWHERE,
    AttemptCap,
    CallerId,
    CallingRule,
    Cap,
    Consent,
    Message,
    Plain,
    Purpose,
    ShortCalls,
)
from dialer.domain.calling_rules.week import ALWAYS, Week

T = TypeVar("T")


class Sourced(Plain, Generic[T]):
    """A value and the id of the rule that supplied it."""

    rule_id: str
    value: T


class Repeat(Plain):
    """How long a number rests; a guaranteed live agent may lift that."""

    hours: float
    live_agent_only: bool


class Cut(Plain):
    """When a person must have an agent or the message."""

    within_s: float
    since: str


class EffectiveRules(Plain):
    """What holds for a dial; a field that no rule speaks of is empty."""

    rule_ids: tuple[str, ...] = ()
    """All rules that apply, whether or not one of their values was the strictest."""
    windows: tuple[Sourced[Week], ...] = ()
    closed_holidays: tuple[Sourced[str], ...] = ()
    message: tuple[Sourced[Message], ...] = ()
    repeat_after_abandon: tuple[Sourced[Repeat], ...] = ()
    repeat_after_machine: tuple[Sourced[Repeat], ...] = ()
    attempts: tuple[Sourced[AttemptCap], ...] = ()
    refusal_quiet_d: tuple[Sourced[float], ...] = ()
    conversation_quiet_d: tuple[Sourced[float], ...] = ()
    list_age_max_d: tuple[Sourced[float], ...] = ()
    consent_required: tuple[Sourced[tuple[Consent, ...]], ...] = ()
    prerecorded_consent: tuple[Sourced[tuple[Consent, ...]], ...] = ()
    caller_id: tuple[Sourced[CallerId], ...] = ()
    cap: tuple[Sourced[Cap], ...] = ()
    cut: tuple[Sourced[Cut], ...] = ()
    ring_min_s: tuple[Sourced[float], ...] = ()
    short_call: tuple[Sourced[ShortCalls], ...] = ()
    recording: tuple[Sourced[str], ...] = ()
    listening: tuple[Sourced[str], ...] = ()
    retention_d: tuple[Sourced[float], ...] = ()

    @property
    def week(self) -> Week:
        """What all windows leave open."""
        return reduce(Week.cut_with, (window.value for window in self.windows), ALWAYS)


RECORDING: Final = ("one_party", "announced", "opt_in")
"""Mildest first."""


def strictest(
    rules: Iterable[CallingRule],
    *,
    jurisdictions: Collection[str],
    purpose: Purpose,
    days: Collection[date],
) -> EffectiveRules:
    """Return what holds where all of these rules are obeyed.

    Args:
        rules: all there are.
        jurisdictions: where the called party may be, such as `zones.jurisdictions_of` says.
        purpose: of the call.
        days: the dates it may be there (`zones.dates_in`); a rule in force on one of them applies.
    """
    apply = [
        rule
        for rule in rules
        if purpose in rule.purposes and any(rule.applies_on(day) for day in days)
    ]
    default = [rule for rule in apply if rule.jurisdiction == DEFAULT]
    everywhere = [rule for rule in apply if rule.jurisdiction == EVERYWHERE]
    places = {place.partition("-")[0] for place in jurisdictions} or {""}
    by_country = [
        [r for r in apply if r.jurisdiction in jurisdictions and r.country == place]
        for place in places
    ]

    def values(read: Read) -> list[Sourced[Any]]:
        found = [*_values(everywhere, read)]
        for own in by_country:
            found += _values(own, read) or _values(default, read)
        return sorted(dict.fromkeys(found), key=lambda value: value.rule_id)

    found = {field: pick(values(read)) for field, (read, pick) in _FIELDS.items()}
    ids = {value.rule_id for sourced in found.values() for value in sourced}
    ids |= {rule.id for rules_of in (everywhere, *by_country) for rule in rules_of}
    return EffectiveRules(rule_ids=tuple(sorted(ids)), **found)


Read = Callable[[CallingRule], Iterable[Any]]
Pick = Callable[[list[Sourced[Any]]], tuple[Sourced[Any], ...]]


def _values(rules: Iterable[CallingRule], read: Read) -> list[Sourced[Any]]:
    return [Sourced[Any](rule_id=r.id, value=v) for r in rules for v in read(r) if v is not None]


def _all(values: list[Sourced[Any]]) -> tuple[Sourced[Any], ...]:
    return tuple(values)


def _least(size: Callable[[Any], float], alike: Callable[[Any], Hashable] = lambda _: None) -> Pick:
    """Keep the value of least size among those that are alike; the first rule's where equal."""

    def pick(values: list[Sourced[Any]]) -> tuple[Sourced[Any], ...]:
        kept: dict[Hashable, Sourced[Any]] = {}
        for sourced in values:
            key = alike(sourced.value)
            if key not in kept or size(sourced.value) < size(kept[key].value):
                kept[key] = sourced
        return tuple(kept.values())

    return pick


def _field(name: str) -> Read:
    return lambda rule: (getattr(rule, name),)


def _several(name: str) -> Read:
    return lambda rule: getattr(rule, name) or ()


def _repeat(name: str) -> Read:
    def read(rule: CallingRule) -> Iterable[Repeat]:
        hours = getattr(rule, name)
        if hours is not None:
            yield Repeat(hours=hours, live_agent_only=rule.live_agent_only)

    return read


def _cut(rule: CallingRule) -> Iterable[Cut]:
    if rule.cut_s is not None and rule.cut_from is not None:
        yield Cut(within_s=rule.cut_s, since=rule.cut_from)


_longest: Final = _least(lambda value: -value)
_longest_repeat: Final = _least(lambda r: -r.hours, alike=lambda r: r.live_agent_only)

_FIELDS: Final[dict[str, tuple[Read, Pick]]] = {
    "windows": (_field("windows"), _all),
    "closed_holidays": (_several("closed_holidays"), _least(lambda _: 0, alike=lambda code: code)),
    "message": (_field("message"), _all),
    "repeat_after_abandon": (_repeat("repeat_after_abandon_h"), _longest_repeat),
    "repeat_after_machine": (_repeat("repeat_after_machine_h"), _longest_repeat),
    "attempts": (
        _several("attempts"),
        _least(lambda cap: cap.n, alike=lambda cap: (cap.scope, cap.per_h)),
    ),
    "refusal_quiet_d": (_field("refusal_quiet_d"), _longest),
    "conversation_quiet_d": (_field("conversation_quiet_d"), _longest),
    "list_age_max_d": (_field("list_age_max_d"), _least(lambda days: days)),
    "consent_required": (_field("consent_required"), _all),
    "prerecorded_consent": (_field("prerecorded_consent"), _all),
    "caller_id": (_field("caller_id"), _all),
    "cap": (
        _field("cap"),
        _least(lambda cap: cap.rate, alike=lambda cap: (cap.denominator, cap.scope, cap.window)),
    ),
    "cut": (_cut, _least(lambda cut: cut.within_s, alike=lambda cut: cut.since)),
    "ring_min_s": (_field("ring_min_s"), _longest),
    "short_call": (
        _field("short_call"),
        _least(lambda calls: calls.share, alike=lambda calls: (calls.s, calls.volume)),
    ),
    "recording": (_field("recording"), _least(lambda how: -RECORDING.index(how))),
    "listening": (_field("listening"), _least(lambda how: -RECORDING.index(how))),
    "retention_d": (_field("retention_d"), _longest),
}
"""How each field is read from a rule, and which of several values are kept."""
