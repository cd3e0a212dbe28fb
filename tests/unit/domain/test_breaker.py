"""When a carrier is taken out, and when it is tried again."""

import pytest

from dialer.domain.breaker import (
    FEWEST,
    FIRST_PAUSE_S,
    FORGOTTEN_S,
    LONGEST_PAUSE_S,
    LOOKED_AT,
    Breaker,
    BreakerState,
    Verdict,
    verdict_of,
)
from dialer.domain.outcome import Outcome, unanswered_outcome

FAULT, CARRIED, UNTOLD = Verdict.FAULT, Verdict.CARRIED, Verdict.UNTOLD


def opened(at: float = 0.0) -> Breaker:
    breaker = Breaker()
    for call in range(FEWEST):
        breaker.told(f"c{call}", FAULT, at)
    assert breaker.state is BreakerState.OPEN
    return breaker


def test_a_few_faults_among_many_good_calls_change_nothing() -> None:
    breaker = Breaker()
    for call in range(100):
        breaker.told(str(call), FAULT if call % 4 == 0 else CARRIED, float(call))
        assert breaker.allows(float(call))


def test_a_share_of_faults_takes_it_out_and_says_why() -> None:
    breaker = Breaker()
    for call in range(FEWEST):
        breaker.told(f"g{call}", CARRIED, 1.0)
    for call in range(FEWEST - 1):
        breaker.told(f"b{call}", FAULT, 2.0)
        assert breaker.allows(2.0)
    breaker.told("last", FAULT, 3.0)
    assert not breaker.allows(3.0)
    assert breaker.reason == "5 of the last 10 calls failed by its fault"
    assert breaker.opened == 1


def test_it_is_tried_after_a_pause_with_one_call_and_no_other() -> None:
    breaker = opened(at=10.0)
    assert not breaker.allows(10.0 + FIRST_PAUSE_S - 0.1)
    assert breaker.allows(10.0 + FIRST_PAUSE_S)
    assert breaker.state is BreakerState.HALF_OPEN
    breaker.sent("trial")
    assert not breaker.allows(1000.0)
    breaker.told("an older call", CARRIED, 16.0)
    assert breaker.state is BreakerState.HALF_OPEN
    breaker.told("trial", CARRIED, 17.0)
    assert breaker.state is BreakerState.CLOSED
    assert breaker.reason == ""


def test_each_trial_that_fails_doubles_the_pause_up_to_the_longest() -> None:
    breaker, now, pauses = opened(), 0.0, []
    for trial in range(8):
        pauses.append(breaker.pause_s)
        now += breaker.pause_s
        assert breaker.allows(now)
        breaker.sent(f"t{trial}")
        breaker.told(f"t{trial}", FAULT, now)
    assert pauses[:4] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, 4 * FIRST_PAUSE_S, 8 * FIRST_PAUSE_S]
    assert max(pauses) == LONGEST_PAUSE_S
    assert breaker.allows(now + LONGEST_PAUSE_S)
    breaker.sent("good")
    breaker.told("good", CARRIED, now)
    assert breaker.pause_s == FIRST_PAUSE_S


def test_a_trial_that_was_not_sent_after_all_leaves_room_for_another() -> None:
    breaker = opened()
    assert breaker.allows(FIRST_PAUSE_S)
    breaker.sent("held by the law")
    breaker.unsent("held by the law")
    assert breaker.allows(FIRST_PAUSE_S)


def test_who_does_not_answer_is_out_until_it_does_and_is_then_tried_at_once() -> None:
    breaker = Breaker()
    breaker.answers(False, 1.0)
    assert not breaker.allows(1.0 + 10 * LONGEST_PAUSE_S)
    assert breaker.reason == "it does not answer OPTIONS"
    breaker.answers(True, 4000.0)
    assert breaker.allows(4000.0)
    assert breaker.state is BreakerState.HALF_OPEN


def test_it_may_go_away_while_it_is_tried() -> None:
    breaker = opened()
    assert breaker.allows(FIRST_PAUSE_S)
    breaker.sent("trial")
    breaker.answers(False, FIRST_PAUSE_S)
    assert breaker.state is BreakerState.OPEN
    breaker.told("trial", CARRIED, FIRST_PAUSE_S + 1)
    assert breaker.state is BreakerState.OPEN


def test_what_was_long_ago_says_nothing() -> None:
    breaker = Breaker()
    for call in range(FEWEST - 1):
        breaker.told(f"old{call}", FAULT, 0.0)
    breaker.told("new", FAULT, FORGOTTEN_S + 1)
    assert breaker.allows(FORGOTTEN_S + 1)


def test_silence_alone_takes_out_only_who_carried_none_of_many() -> None:
    breaker = Breaker()
    for call in range(LOOKED_AT - 1):
        breaker.told(str(call), UNTOLD, 1.0)
        assert breaker.allows(1.0)
    breaker.told("last", UNTOLD, 1.0)
    assert breaker.reason == f"none of the last {LOOKED_AT} calls came through"


@pytest.mark.parametrize(
    ("tech_cause", "cause", "verdict"),
    [
        ("503", 34, FAULT),
        ("500", 41, FAULT),
        ("502", 38, FAULT),
        ("504", 102, FAULT),
        ("408", 18, FAULT),
        ("402", 21, FAULT),
        ("407", 21, FAULT),
        ("", 34, FAULT),
        ("", 38, FAULT),
        ("", None, FAULT),
        ("486", 17, CARRIED),
        ("404", 1, CARRIED),
        ("600", 17, CARRIED),
        ("484", 28, CARRIED),
        ("403", 21, UNTOLD),
        ("603", 21, UNTOLD),
        ("480", 19, UNTOLD),
        ("", 16, UNTOLD),
    ],
)
def test_only_what_is_the_carriers_fault_counts_against_it(
    tech_cause: str, cause: int | None, verdict: Verdict
) -> None:
    outcome = Outcome.FAILED if cause is None else unanswered_outcome(cause, tech_cause)
    told = verdict_of(outcome, rang=False, answered=False, cause=cause, tech_cause=tech_cause)
    assert told is verdict


def test_who_rang_or_answered_was_carried_whatever_came_then() -> None:
    for rang, answered in ((True, False), (False, True)):
        told = verdict_of(
            Outcome.CONGESTION, rang=rang, answered=answered, cause=34, tech_cause="503"
        )
        assert told is CARRIED


def test_what_we_took_back_says_nothing() -> None:
    for outcome in (Outcome.CANCELLED, Outcome.LOST):
        told = verdict_of(outcome, rang=False, answered=False, cause=16, tech_cause="487")
        assert told is None
