"""The decision at the dial: facts and an instant in, a verdict with all of its reasons out."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.calling_rules.rule import Purpose, rule_from
from dialer.domain.calling_rules.strictest import EffectiveRules, strictest
from dialer.domain.calling_rules.verdict import DialFacts, Verdict, decide

HOUR, DAY = 3600.0, 86_400.0
NOON = datetime(2026, 12, 1, 17, tzinfo=UTC).timestamp()
"""A Tuesday, noon in New York."""

NOBODY_DIALED = {"number": (), "lead": (), "debt": ()}


def rules(**fields: Any) -> EffectiveRules:
    """Return what holds where one rule, "r", is all there is."""
    row = {
        "id": "r",
        "jurisdiction": "US",
        "effective_from": "2026-01-01",
        "source": "a law",
        "confidence": "V",
        **fields,
    }
    return strictest(
        [rule_from(row)],
        jurisdictions={"US"},
        purpose=Purpose.SALES,
        days={date(2026, 12, 1)},
    )


def facts(**fields: Any) -> DialFacts:
    return DialFacts.model_validate(
        {"zones": ("America/New_York",), "attempts_at": NOBODY_DIALED, **fields}
    )


def reasons(verdict: Verdict) -> list[tuple[str, str, float | None]]:
    """Return field, text and end of each refusal."""
    return [(r.field, r.text, r.dialable_again_at) for r in verdict.refusals]


def test_where_no_rule_speaks_a_dial_is_allowed() -> None:
    assert decide(EffectiveRules(), facts(), now=NOON) == Verdict(at=NOON, allowed=True)


def test_a_verdict_names_the_rules_that_were_obeyed() -> None:
    verdict = decide(rules(ring_min_s=15), facts(), now=NOON)
    assert verdict.allowed
    assert verdict.rule_ids == ("r",)


# -- time of day -----------------------------------------------------------------------------


def test_outside_the_window_it_says_when_it_opens() -> None:
    hours = rules(windows={"daily": ["13:00-20:00"]})
    verdict = decide(hours, facts(), now=NOON)
    text = "outside the calling window where the called party may be"
    assert reasons(verdict) == [("windows", text, NOON + HOUR)]
    assert verdict.dialable_again_at == NOON + HOUR
    assert decide(hours, facts(), now=NOON + HOUR).allowed
    assert decide(hours, facts(), now=NOON + 8 * HOUR - 1).allowed
    assert not decide(hours, facts(), now=NOON + 8 * HOUR).allowed


def test_a_holiday_is_named_and_so_is_the_day_after() -> None:
    christmas = datetime(2026, 12, 25, 17, tzinfo=UTC).timestamp()
    verdict = decide(
        rules(windows={"daily": ["08:00-21:00"]}, closed_holidays=["US"]), facts(), now=christmas
    )
    assert reasons(verdict) == [
        ("closed_holidays", "a public holiday of US", christmas + 20 * HOUR)
    ]


def test_a_second_zone_in_which_it_is_night_is_enough_to_refuse() -> None:
    both = facts(zones=("America/New_York", "Asia/Tokyo"))
    verdict = decide(rules(windows={"daily": ["08:00-21:00"]}), both, now=NOON)
    assert [field for field, _, _ in reasons(verdict)] == ["windows"]
    assert verdict.dialable_again_at == datetime(2026, 12, 1, 23, tzinfo=UTC).timestamp()


def test_an_unknown_zone_is_refused_and_waiting_does_not_help() -> None:
    verdict = decide(rules(windows={"daily": ["00:00-24:00"]}), facts(zones=()), now=NOON)
    assert reasons(verdict) == [("zones", "the time zone is not known", None)]
    assert verdict.dialable_again_at is None


# -- what happened before --------------------------------------------------------------------


def test_an_abandoned_person_rests_unless_an_agent_is_guaranteed() -> None:
    rest = rules(repeat_after_abandon_h=72, live_agent_only=True)
    past = {"last_abandon_at": NOON - 70 * HOUR}
    verdict = decide(rest, facts(**past), now=NOON)
    text = "the last call was abandoned; it rests for 72 h unless a live agent is guaranteed"
    assert reasons(verdict) == [("repeat_after_abandon_h", text, NOON + 2 * HOUR)]
    assert decide(rest, facts(**past, agent_guaranteed=True), now=NOON).allowed
    assert decide(rest, facts(**past), now=NOON + 2 * HOUR).allowed


def test_a_rest_that_an_agent_does_not_lift_is_kept_with_an_agent_too() -> None:
    rest = rules(repeat_after_machine_h=24)
    past = facts(last_machine_at=NOON - HOUR, agent_guaranteed=True)
    assert reasons(decide(rest, past, now=NOON)) == [
        (
            "repeat_after_machine_h",
            "the last call was a machine; it rests for 24 h",
            NOON + 23 * HOUR,
        )
    ]


def test_attempts_are_counted_over_the_last_hours_whatever_their_order() -> None:
    cap = rules(attempts=[{"n": 2, "per_h": 24, "scope": "number"}])
    past = (NOON - 2 * HOUR, NOON - 23 * HOUR, NOON - 25 * HOUR)
    verdict = decide(cap, facts(attempts_at={"number": past}), now=NOON)
    assert reasons(verdict) == [("attempts", "2 attempts of this number within 24 h", NOON + HOUR)]
    assert not decide(cap, facts(attempts_at={"number": past[:2]}), now=NOON).allowed
    assert decide(cap, facts(attempts_at={"number": past[:1]}), now=NOON).allowed
    assert decide(cap, facts(attempts_at={"number": past}), now=NOON + HOUR).allowed


def test_attempts_nobody_counted_are_not_taken_for_none() -> None:
    cap = rules(attempts=[{"n": 7, "per_h": 168, "scope": "debt"}])
    verdict = decide(cap, facts(attempts_at={"number": ()}), now=NOON)
    assert reasons(verdict) == [("attempts", "the attempts of this debt are not known", None)]


def test_who_refused_or_was_talked_to_is_left_in_peace_for_days() -> None:
    quiet = rules(refusal_quiet_d=60, conversation_quiet_d=7)
    past = facts(last_refusal_at=NOON - 59 * DAY, last_conversation_at=NOON - 2 * DAY)
    verdict = decide(quiet, past, now=NOON)
    assert reasons(verdict) == [
        ("refusal_quiet_d", "60 days of quiet after a refusal", NOON + DAY),
        ("conversation_quiet_d", "7 days of quiet after a conversation", NOON + 5 * DAY),
    ]
    assert verdict.dialable_again_at == NOON + 5 * DAY


def test_the_end_of_a_rest_is_moved_into_the_calling_hours() -> None:
    verdict = decide(
        rules(repeat_after_abandon_h=12, windows={"daily": ["08:00-21:00"]}),
        facts(last_abandon_at=NOON),
        now=NOON,
    )
    assert verdict.refusals[0].dialable_again_at == NOON + 12 * HOUR  # midnight
    assert verdict.dialable_again_at == NOON + 20 * HOUR


# -- what must be on file and at hand --------------------------------------------------------


def test_a_number_screened_too_long_ago_or_never_is_refused() -> None:
    fresh = rules(list_age_max_d=31)
    assert decide(fresh, facts(list_dated_at=NOON - 31 * DAY), now=NOON).allowed
    old = decide(fresh, facts(list_dated_at=NOON - 31 * DAY - 1), now=NOON)
    assert reasons(old) == [
        ("list_age_max_d", "screened against a do-not-call list older than 31 days", None)
    ]
    assert reasons(decide(fresh, facts(), now=NOON)) == [
        ("list_age_max_d", "never screened against the do-not-call list", None)
    ]


def test_one_of_the_consents_asked_for_is_enough() -> None:
    asks = rules(consent_required=["express", "express_written"])
    assert decide(asks, facts(consents=("express",)), now=NOON).allowed
    assert reasons(decide(asks, facts(), now=NOON)) == [
        ("consent_required", "a call needs consent: express or express_written", None)
    ]
    assert decide(rules(consent_required=[]), facts(), now=NOON).allowed


def test_a_recorded_voice_needs_a_consent_of_its_own() -> None:
    said = facts(prerecorded=True)
    assert [field for field, _, _ in reasons(decide(EffectiveRules(), said, now=NOON))] == [
        "prerecorded_consent"
    ]
    assert decide(rules(prerecorded_consent=[]), said, now=NOON).allowed
    agreed = facts(prerecorded=True, consents=("express",))
    assert decide(EffectiveRules(), agreed, now=NOON).allowed
    asks = rules(prerecorded_consent=["express_written"])
    assert decide(asks, facts(), now=NOON).allowed
    spoken = decide(asks, facts(prerecorded=True, consents=("express",)), now=NOON)
    text = "a recorded or artificial voice needs consent: express_written"
    assert reasons(spoken) == [("prerecorded_consent", text, None)]


def test_the_number_shown_must_be_there_and_of_the_right_series() -> None:
    shown = rules(caller_id={"required": True, "prefixes": ["+91140"]})
    assert reasons(decide(shown, facts(), now=NOON)) == [
        ("caller_id", "no caller id is shown", None)
    ]
    assert reasons(decide(shown, facts(caller_id="+919876543210"), now=NOON)) == [
        ("caller_id", "the caller id must begin with +91140", None)
    ]
    assert decide(shown, facts(caller_id="+911401234567"), now=NOON).allowed


def test_without_the_message_nobody_may_be_called_who_might_be_abandoned() -> None:
    told = rules(message={"required": True, "opt_out": True})
    assert [r[0] for r in reasons(decide(told, facts(), now=NOON))] == ["message"]
    half = decide(told, facts(message_ready=True), now=NOON)
    assert reasons(half) == [("message", "the message offers no way out of further calls", None)]
    assert decide(told, facts(message_ready=True, message_opt_out=True), now=NOON).allowed


def test_all_reasons_are_given_and_one_that_waiting_does_not_end_decides() -> None:
    verdict = decide(
        rules(consent_required=["express"], windows={"daily": ["13:00-20:00"]}), facts(), now=NOON
    )
    assert [r[0] for r in reasons(verdict)] == ["windows", "consent_required"]
    assert verdict.dialable_again_at is None


INSTANTS = st.none() | st.floats(NOON - 90 * DAY, NOON)


@given(
    last=st.tuples(INSTANTS, INSTANTS, INSTANTS, INSTANTS),
    dialed=st.lists(st.floats(NOON - 40 * DAY, NOON), max_size=9).map(tuple),
    later=st.floats(0, 14 * DAY),
)
def test_at_the_instant_a_verdict_names_the_dial_is_allowed_and_never_just_before(
    last: tuple[float | None, ...], dialed: tuple[float, ...], later: float
) -> None:
    all_at_once = rules(
        windows={"mon-fri": ["10:00-13:00", "14:00-20:00"], "sat-sun": []},
        closed_holidays=["FR"],
        repeat_after_abandon_h=72,
        repeat_after_machine_h=24,
        attempts=[
            {"n": 4, "per_h": 720, "scope": "number"},
            {"n": 1, "per_h": 24, "scope": "number"},
        ],
        refusal_quiet_d=60,
        conversation_quiet_d=7,
    )
    names = ("last_abandon_at", "last_machine_at", "last_refusal_at", "last_conversation_at")
    known = facts(
        zones=("Europe/Paris", "America/Martinique"),
        attempts_at={"number": dialed},
        **dict(zip(names, last, strict=True)),
    )
    now = NOON + later
    verdict = decide(all_at_once, known, now=now)
    assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict
    assert verdict.allowed == (not verdict.refusals)
    if verdict.allowed:
        return
    again = verdict.dialable_again_at
    assert again is not None
    assert decide(all_at_once, known, now=again).allowed
    for step in range(20):
        assert not decide(all_at_once, known, now=now + (again - now) * step / 20).allowed
    assert not decide(all_at_once, known, now=again - 0.001).allowed
