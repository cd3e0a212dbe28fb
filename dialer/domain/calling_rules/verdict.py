"""May this number be dialed now? Effective rules and facts go in, a verdict with reasons comes out.

Every rule is judged, so that a refusal names all of its reasons and, where waiting helps, when the
number may be dialed again. Refuses to know where facts come from. Whether a number is on a
do-not-call list is decided where leads are leased; here only the age of that list counts.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final, Literal

from pydantic import Field

from dialer.domain.calling_rules.hours import CallingHours
from dialer.domain.calling_rules.rule import Consent, Plain
from dialer.domain.calling_rules.strictest import EffectiveRules, Repeat, Sourced

_ANY_CONSENT: Final = (Sourced[tuple[Consent, ...]](rule_id="", value=tuple(Consent)),)
"""Asked for a recorded voice where no rule speaks of one; a rule that asks for none says so."""

_HOUR_S: Final = 3600.0
_DAY_S: Final = 86_400.0


class DialFacts(Plain):
    """What is known of a number and of the dial that is about to be made.

    Instants are seconds since the epoch; None says that it never happened.
    """

    zones: tuple[str, ...]
    """Where the called party may be: `zones.zones_of`."""
    attempts_at: Mapping[Literal["number", "lead", "debt"], tuple[float, ...]]
    """When it was dialed before, by each scope that is counted; empty ones are given, too."""
    last_abandon_at: float | None = None
    last_machine_at: float | None = None
    last_refusal_at: float | None = None
    last_conversation_at: float | None = None
    list_dated_at: float | None = None
    """Date of the do-not-call list that the number was screened against; None: never screened."""
    consents: tuple[Consent, ...] = ()
    agent_guaranteed: bool = False
    """An agent is kept free for this very call."""
    caller_id: str = ""
    """E.164 with the leading plus."""
    message_ready: bool = False
    message_opt_out: bool = False
    prerecorded: bool = False
    """A recorded or artificial voice says more than the message of an abandoned call."""


class Refusal(Plain):
    """One reason why not."""

    rule_id: str
    field: str
    text: str
    dialable_again_at: float | None = None
    """When this reason is over by itself; None if waiting does not help."""


class Verdict(Plain):
    """The decision, as it is stored with the attempt."""

    at: float
    allowed: bool
    rule_ids: tuple[str, ...] = Field(default=())
    """All rules that were obeyed."""
    refusals: tuple[Refusal, ...] = ()
    dialable_again_at: float | None = None
    """When all reasons are over, within calling hours and as far as these rules go; None if
    waiting does not help."""


def decide(rules: EffectiveRules, facts: DialFacts, *, now: float) -> Verdict:
    """Judge one dial at the instant `now`, in seconds since the epoch."""
    refusals = tuple(
        refusal for judge in _JUDGES for refusal in judge(rules, facts, now) if refusal is not None
    )
    if not refusals:
        return Verdict(at=now, allowed=True, rule_ids=rules.rule_ids)
    ends = [refusal.dialable_again_at for refusal in refusals]
    known = [end for end in ends if end is not None]
    again = _hours(rules, facts).next_allowed(max(known)) if len(known) == len(ends) else None
    return Verdict(
        at=now,
        allowed=False,
        rule_ids=rules.rule_ids,
        refusals=refusals,
        dialable_again_at=again,
    )


def _hours(rules: EffectiveRules, facts: DialFacts) -> CallingHours:
    calendars = tuple(calendar.value for calendar in rules.closed_holidays)
    return CallingHours(rules.week, facts.zones, calendars)


def _time_of_day(rules: EffectiveRules, facts: DialFacts, now: float) -> Iterator[Refusal]:
    hours = _hours(rules, facts)
    if hours.allow(now):
        return
    again = hours.next_allowed(now)
    if not facts.zones:
        yield Refusal(rule_id="", field="zones", text="the time zone is not known")
        return
    for window in rules.windows:
        if not CallingHours(window.value, facts.zones).allow(now):
            text = "outside the calling window where the called party may be"
            yield Refusal(
                rule_id=window.rule_id, field="windows", text=text, dialable_again_at=again
            )
    for calendar in rules.closed_holidays:
        whole_days = CallingHours(EffectiveRules().week, facts.zones, (calendar.value,))
        if not whole_days.allow(now):
            text = f"a public holiday of {calendar.value}"
            yield Refusal(
                rule_id=calendar.rule_id,
                field="closed_holidays",
                text=text,
                dialable_again_at=again,
            )


def _repeats(rules: EffectiveRules, facts: DialFacts, now: float) -> Iterator[Refusal]:
    last = (
        ("repeat_after_abandon_h", rules.repeat_after_abandon, facts.last_abandon_at, "abandoned"),
        ("repeat_after_machine_h", rules.repeat_after_machine, facts.last_machine_at, "a machine"),
    )
    for field, repeats, at, what in last:
        for sourced in repeats:
            repeat: Repeat = sourced.value
            if at is None or (repeat.live_agent_only and facts.agent_guaranteed):
                continue
            text = f"the last call was {what}; it rests for {repeat.hours:g} h"
            if repeat.live_agent_only:
                text += " unless a live agent is guaranteed"
            yield from _until(sourced.rule_id, field, text, at + repeat.hours * _HOUR_S, now)


def _quiet(rules: EffectiveRules, facts: DialFacts, now: float) -> Iterator[Refusal]:
    last = (
        ("refusal_quiet_d", rules.refusal_quiet_d, facts.last_refusal_at, "a refusal"),
        (
            "conversation_quiet_d",
            rules.conversation_quiet_d,
            facts.last_conversation_at,
            "a conversation",
        ),
    )
    for field, quiet, at, what in last:
        for sourced in quiet:
            if at is not None:
                text = f"{sourced.value:g} days of quiet after {what}"
                yield from _until(sourced.rule_id, field, text, at + sourced.value * _DAY_S, now)


def _attempts(rules: EffectiveRules, facts: DialFacts, now: float) -> Iterator[Refusal]:
    for sourced in rules.attempts:
        cap, rule_id = sourced.value, sourced.rule_id
        if cap.scope not in facts.attempts_at:
            text = f"the attempts of this {cap.scope} are not known"
            yield Refusal(rule_id=rule_id, field="attempts", text=text)
            continue
        free_at = sorted(at + cap.per_h * _HOUR_S for at in facts.attempts_at[cap.scope])
        if len(free_at) >= cap.n:
            text = f"{cap.n} attempts of this {cap.scope} within {cap.per_h:g} h"
            yield from _until(rule_id, "attempts", text, free_at[-cap.n], now)


def _screening(rules: EffectiveRules, facts: DialFacts, now: float) -> Iterator[Refusal]:
    for sourced in rules.list_age_max_d:
        dated = facts.list_dated_at
        if dated is None:
            text = "never screened against the do-not-call list"
        elif now - dated > sourced.value * _DAY_S:
            text = f"screened against a do-not-call list older than {sourced.value:g} days"
        else:
            continue
        yield Refusal(rule_id=sourced.rule_id, field="list_age_max_d", text=text)


def _consent(rules: EffectiveRules, facts: DialFacts, now: float) -> Iterator[Refusal]:  # noqa: ARG001
    yield from _lacking("consent_required", rules.consent_required, facts.consents, "a call")
    if facts.prerecorded:
        yield from recorded_voice(rules, facts.consents)


def recorded_voice(rules: EffectiveRules, consents: Collection[Consent]) -> Iterator[Refusal]:
    """Yield why somebody must not be spoken to by a recorded or artificial voice."""
    demands = rules.prerecorded_consent or _ANY_CONSENT
    what = "a recorded or artificial voice"
    yield from _lacking("prerecorded_consent", demands, consents, what)


def _presented(rules: EffectiveRules, facts: DialFacts, now: float) -> Iterator[Refusal]:  # noqa: ARG001
    for sourced in rules.caller_id:
        policy = sourced.value
        text = ""
        if policy.required and not facts.caller_id:
            text = "no caller id is shown"
        elif policy.prefixes and not facts.caller_id.startswith(policy.prefixes):
            text = f"the caller id must begin with {' or '.join(policy.prefixes)}"
        if text:
            yield Refusal(rule_id=sourced.rule_id, field="caller_id", text=text)
    for told in rules.message:
        if told.value.required and not facts.message_ready:
            text = "no message is ready for a person nobody can take"
        elif told.value.opt_out and not facts.message_opt_out:
            text = "the message offers no way out of further calls"
        else:
            continue
        yield Refusal(rule_id=told.rule_id, field="message", text=text)


def _until(rule_id: str, field: str, text: str, end: float, now: float) -> Iterator[Refusal]:
    if now < end:
        yield Refusal(rule_id=rule_id, field=field, text=text, dialable_again_at=end)


def _lacking(
    field: str,
    demands: Collection[Sourced[tuple[Consent, ...]]],
    held: Collection[Consent],
    what: str,
) -> Iterator[Refusal]:
    for demand in demands:
        if demand.value and not set(demand.value) & set(held):
            kinds = " or ".join(demand.value)
            yield Refusal(
                rule_id=demand.rule_id, field=field, text=f"{what} needs consent: {kinds}"
            )


_JUDGES: Final[tuple[Callable[[EffectiveRules, DialFacts, float], Iterator[Refusal]], ...]] = (
    _time_of_day,
    _repeats,
    _quiet,
    _attempts,
    _screening,
    _consent,
    _presented,
)
"""Who judges, in the order in which reasons are given."""
