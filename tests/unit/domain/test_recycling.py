"""When a lead is dialed again, on which number, and the rule that decided."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from recycled import after, dial, talk

from dialer.domain.disposition import DEFAULT_DISPOSITIONS, Disposition, Then
from dialer.domain.ids import AgentId
from dialer.domain.outcome import Outcome
from dialer.domain.recycling_history import NumberState, Tried
from dialer.domain.recycling_rules import RecyclingRules, Retry
from dialer.domain.recycling_step import SENTENCES, STEPS, Callback, Dial, Done, Next, Why

O = Outcome  # noqa: E741
USABLE, INVALID, DO_NOT_CALL = NumberState
ONE, TWO, THREE = [USABLE], [USABLE] * 2, [USABLE] * 3
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
NOON = 20_000 * DAY + 12 * HOUR
"""Noon, UTC, of some day."""
RULES = RecyclingRules()
SAID = DEFAULT_DISPOSITIONS.by_code
BY_RULE = [o for o in Outcome if o not in (O.CONNECTED, O.INVALID, O.MESSAGE_HEARD)]
PAGE = (Path(__file__).parents[3] / "docs" / "recycling.md").read_text(encoding="utf-8")


def test_a_lead_never_dialed_may_be_dialed_at_once() -> None:
    assert dial(after()) == (0, 0.0, Why.FIRST)


@pytest.mark.parametrize(
    ("outcome", "wait_s"),
    [
        (O.BUSY, 10 * MINUTE),
        (O.NO_ANSWER, 4 * HOUR),
        (O.MACHINE, 24 * HOUR),
        (O.CONGESTION, 5 * MINUTE),
        (O.FAILED, 1 * HOUR),
        (O.CANCELLED, 10 * MINUTE),
        (O.HUNG_UP_WAITING, 24 * HOUR),
        (O.LOST, 4 * HOUR),
    ],
)
def test_each_outcome_has_its_wait(outcome: Outcome, wait_s: float) -> None:
    assert dial(after(Tried(0, outcome, NOON))) == (0, NOON + wait_s, Why.OUTCOME)


def test_a_number_that_does_not_exist_is_never_dialed_again() -> None:
    step = after(Tried(0, O.INVALID, NOON), now=NOON + 1000 * DAY)
    assert step == Done(why=Why.NO_VALID_NUMBER)


def test_machines_are_tried_at_the_same_hour_then_at_another_one() -> None:
    at, history, hours = NOON, [], []
    for _ in range(4):
        hours.append((at - NOON) % DAY / HOUR)
        history.append(Tried(0, O.MACHINE, at))
        step = after(*history, now=at)
        at = step.not_before if isinstance(step, Dial) else at
    assert hours == [0, 0, 5, 0]
    assert step == Done(why=Why.NUMBERS_EXHAUSTED, outcome=O.MACHINE)


def test_a_number_is_left_alone_when_an_outcome_had_its_share() -> None:
    rules = RecyclingRules(busy=Retry(waits_s=(60.0,), most=2))
    once, twice = Tried(0, O.BUSY, NOON), Tried(0, O.BUSY, NOON + 60)
    assert dial(after(once, rules=rules)) == (0, NOON + 60, Why.OUTCOME)
    assert after(once, twice, rules=rules) == Done(why=Why.NUMBERS_EXHAUSTED, outcome=O.BUSY)
    assert dial(after(once, twice, rules=rules, numbers=TWO))[0] == 1


def test_who_heard_a_broadcasts_message_is_done_unless_a_rule_says_otherwise() -> None:
    heard = Tried(0, O.MESSAGE_HEARD, NOON)
    assert after(heard, numbers=TWO) == Done(why=Why.MESSAGE_HEARD, outcome=O.MESSAGE_HEARD)
    assert "\n| message_heard | never again | 1 | " in PAGE
    rules = RecyclingRules(message_heard=Retry(waits_s=(60.0,), most=2))
    assert dial(after(heard, numbers=TWO, rules=rules)) == (0, NOON + 60, Why.OUTCOME)
    twice = (heard, Tried(0, O.MESSAGE_HEARD, NOON + 60))
    assert after(*twice, rules=rules) == Done(why=Why.NUMBERS_EXHAUSTED, outcome=O.MESSAGE_HEARD)


def test_lost_attempts_can_have_a_rule_of_their_own() -> None:
    rules = RecyclingRules(lost=Retry(waits_s=(60.0,), most=1))
    assert after(Tried(0, O.LOST, NOON), rules=rules) == Done(
        why=Why.NUMBERS_EXHAUSTED, outcome=O.LOST
    )


# -- maxima ----------------------------------------------------------------------------------------


def test_the_fourth_attempt_of_a_day_waits_for_the_next_day_of_the_leads_zone() -> None:
    busy = [Tried(0, O.BUSY, NOON + i * 10 * MINUTE) for i in range(3)]
    midnight = 20_001 * DAY
    assert dial(after(*busy)) == (0, midnight, Why.MOST_PER_DAY)
    east = 2 * 3600
    assert dial(after(*busy, offset_s=east)) == (0, midnight - east, Why.MOST_PER_DAY)


def test_a_day_begins_at_the_leads_midnight_not_at_ours() -> None:
    late = [Tried(0, O.BUSY, NOON + 9 * HOUR + i * 60) for i in range(3)]  # 21:00 UTC
    assert dial(after(*late, now=NOON + 12 * HOUR, offset_s=3 * 3600))[2] is Why.MOST_PER_DAY
    assert dial(after(*late, now=NOON + 12 * HOUR, offset_s=0))[2] is Why.OUTCOME


def test_a_lead_has_so_many_attempts_in_all_whatever_they_were() -> None:
    outcomes = [O.BUSY, O.NO_ANSWER, O.CONGESTION, O.FAILED, O.LOST] * 2
    history = [Tried(i % 3, o, NOON + i * DAY) for i, o in enumerate(outcomes)]
    assert isinstance(after(*history[:9], numbers=THREE), Dial)
    assert after(*history, numbers=THREE) == Done(why=Why.MOST_IN_ALL)


# -- other numbers of the lead ---------------------------------------------------------------------


def test_the_next_number_is_dialed_at_once_then_the_first_after_its_wait() -> None:
    first = Tried(0, O.BUSY, NOON)
    assert dial(after(first, numbers=TWO)) == (1, NOON, Why.NEXT_NUMBER)
    second = Tried(1, O.NO_ANSWER, NOON + 60)
    assert dial(after(first, second, numbers=TWO)) == (0, NOON + 10 * MINUTE, Why.OUTCOME)


def test_numbers_that_may_all_be_dialed_now_take_turns() -> None:
    history = [Tried(0, O.NO_ANSWER, NOON), Tried(1, O.BUSY, NOON + 60)]
    assert dial(after(*history, numbers=TWO, now=NOON + HOUR))[0] == 1
    assert dial(after(*history, numbers=TWO, now=NOON + DAY))[0] == 0


def test_the_next_number_can_have_to_wait() -> None:
    rules = RecyclingRules(next_number_after_s=HOUR)
    busy = Tried(0, O.NO_ANSWER, NOON)
    assert dial(after(busy, numbers=TWO, rules=rules)) == (1, NOON + HOUR, Why.NEXT_NUMBER)
    again = Tried(1, O.NO_ANSWER, NOON + 5 * HOUR)
    assert dial(after(busy, again, numbers=TWO, rules=rules)) == (
        0,
        NOON + 6 * HOUR,
        Why.NEXT_NUMBER,
    )


def test_other_numbers_can_be_kept_until_the_first_is_exhausted() -> None:
    rules = RecyclingRules(next_number_after_s=None, no_answer=Retry(waits_s=(HOUR,), most=2))
    once, twice = Tried(0, O.NO_ANSWER, NOON), Tried(0, O.NO_ANSWER, NOON + HOUR)
    assert dial(after(once, numbers=TWO, rules=rules)) == (0, NOON + HOUR, Why.OUTCOME)
    assert dial(after(once, twice, numbers=TWO, rules=rules))[0] == 1


def test_numbers_that_cannot_be_dialed_are_skipped() -> None:
    assert dial(after(numbers=[INVALID, DO_NOT_CALL, USABLE]))[0] == 2
    step = after(Tried(0, O.BUSY, NOON), Tried(1, O.INVALID, NOON + 1), numbers=THREE)
    assert dial(step)[0] == 2
    assert after(numbers=[INVALID, DO_NOT_CALL]) == Done(why=Why.NO_VALID_NUMBER)
    assert after(numbers=[]) == Done(why=Why.NO_VALID_NUMBER)
    assert after(numbers=[DO_NOT_CALL]) == Done(why=Why.DO_NOT_CALL)


def test_another_number_fares_no_better_when_the_network_is_full() -> None:
    step = after(Tried(0, O.CONGESTION, NOON), numbers=TWO)
    assert dial(step) == (0, NOON + 5 * MINUTE, Why.OUTCOME)


def test_a_person_who_was_reached_is_not_rung_up_elsewhere_at_once() -> None:
    assert dial(after(talk("not_in"), numbers=TWO)) == (0, NOON + 4 * HOUR, Why.DISPOSITION_RETRY)
    left = Tried(0, O.HUNG_UP_WAITING, NOON)
    assert dial(after(left, numbers=TWO)) == (0, NOON + 24 * HOUR, Why.OUTCOME)


def test_an_attempt_on_a_number_that_was_taken_away_still_counts() -> None:
    rules = RecyclingRules(most_in_all=1)
    assert after(Tried(7, O.BUSY, NOON), rules=rules) == Done(why=Why.MOST_IN_ALL)
    assert dial(after(Tried(7, O.BUSY, NOON)))[0] == 0


# -- what the agent said ---------------------------------------------------------------------------


def test_a_machine_the_agent_heard_is_a_machine() -> None:
    assert dial(after(talk("machine"))) == (0, NOON + 24 * HOUR, Why.OUTCOME)
    assert dial(after(talk("machine"), numbers=TWO)) == (1, NOON, Why.NEXT_NUMBER)


def test_a_wrong_number_is_never_dialed_again_and_the_next_one_is() -> None:
    assert dial(after(talk("wrong_number"), numbers=TWO))[:2] == (1, NOON)
    assert after(talk("wrong_number")) == Done(why=Why.NO_VALID_NUMBER)


@pytest.mark.parametrize("code", ["sale", "not_interested", "not_suited"])
def test_what_is_final_ends_the_lead(code: str) -> None:
    assert after(talk(code), numbers=TWO) == Done(why=Why.DISPOSITION_FINAL, disposition=code)


def test_who_asked_not_to_be_called_is_not_called_whatever_came_after() -> None:
    later = Tried(1, O.BUSY, NOON + DAY)
    step = after(talk("do_not_call"), later, numbers=TWO, now=NOON + 999 * DAY)
    assert step == Done(why=Why.DO_NOT_CALL, disposition="do_not_call")


def test_a_talk_of_which_nothing_was_said_is_the_end() -> None:
    assert after(Tried(0, O.CONNECTED, NOON)) == Done(why=Why.TALKED, outcome=O.CONNECTED)


def test_after_a_refusal_it_is_quiet_on_all_numbers() -> None:
    soft = Disposition(
        code="soft_no",
        label="Not this time",
        human=True,
        refusal=True,
        then=Then.RETRY,
        retry_after_s=DAY,
    )
    step = after(Tried(0, O.CONNECTED, NOON, soft), numbers=TWO)
    assert dial(step) == (0, NOON + 30 * DAY, Why.REFUSAL_QUIET)
    assert isinstance(step, Dial)
    assert step.sentence == "the person refused (soft_no)"


# -- abandoned -------------------------------------------------------------------------------------


def test_who_was_abandoned_is_left_in_peace_for_72_hours() -> None:
    abandoned = Tried(0, O.ABANDONED, NOON)
    assert dial(after(abandoned, numbers=TWO)) == (0, NOON + 72 * HOUR, Why.ABANDON_QUIET)


def test_with_an_agent_guaranteed_the_abandoned_are_called_sooner() -> None:
    step = after(Tried(0, O.ABANDONED, NOON), agent_guaranteed=True)
    assert dial(step) == (0, NOON + 4 * HOUR, Why.OUTCOME)


def test_an_abandon_is_remembered_beyond_the_next_attempt_and_when_only_charged() -> None:
    history = [Tried(0, O.ABANDONED, NOON), Tried(0, O.BUSY, NOON + 5 * HOUR)]
    assert dial(after(*history, now=NOON + 6 * HOUR))[1:] == (NOON + 72 * HOUR, Why.ABANDON_QUIET)
    charged = Tried(0, O.CONNECTED, NOON, SAID["not_in"], charged=True)
    assert dial(after(charged))[2] is Why.ABANDON_QUIET


def test_the_72_hours_can_be_raised_and_never_lowered() -> None:
    assert RecyclingRules(abandon_quiet_s=96 * HOUR).abandon_quiet_s == 96 * HOUR
    with pytest.raises(ValidationError, match="abandon_quiet_s"):
        RecyclingRules(abandon_quiet_s=71 * HOUR)


# -- promises --------------------------------------------------------------------------------------


def promise(at: float = NOON, due_at: float | None = NOON + DAY) -> Tried:
    """Return a talk in which ann promised to call again."""
    return Tried(
        0,
        O.CONNECTED,
        at,
        SAID["callback"],
        callback_at=due_at,
        callback_agent=AgentId("ann"),
    )


def test_a_promise_comes_before_all_dialing() -> None:
    step = after(promise(), numbers=TWO)
    assert step == Callback(due_at=NOON + DAY, agent_id=AgentId("ann"), disposition="callback")


def test_an_attempt_that_missed_does_not_undo_a_promise_and_a_later_word_does() -> None:
    missed = Tried(0, O.BUSY, NOON + DAY)
    assert isinstance(after(promise(), missed), Callback)
    later = talk("not_in", at=NOON + 2 * DAY)
    assert dial(after(promise(), missed, later))[1] == NOON + 2 * DAY + 4 * HOUR


def test_a_promise_that_is_over_gives_the_lead_back_to_the_list() -> None:
    assert dial(after(promise(), callback_over=True)) == (0, NOON, Why.CALLBACK_OVER)


def test_a_promise_without_a_time_is_due_a_day_later() -> None:
    step = after(promise(due_at=None))
    assert isinstance(step, Callback)
    assert step.due_at == NOON + DAY


def test_who_is_promised_a_call_gets_it_even_if_all_attempts_are_used_up() -> None:
    rules = RecyclingRules(most_in_all=1)
    assert isinstance(after(promise(), rules=rules), Callback)


# -- stored and shown ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "step",
    [
        after(),
        after(Tried(0, O.BUSY, NOON)),
        after(promise()),
        after(talk("sale")),
        after(Tried(0, O.INVALID, NOON)),
    ],
)
def test_a_step_comes_back_from_where_it_was_stored(step: Next) -> None:
    assert STEPS.validate_json(step.model_dump_json()) == step


def test_every_reason_reads_as_a_sentence() -> None:
    assert set(SENTENCES) == set(Why)
    for why in Why:
        assert "{" not in Done(why=why).sentence
    assert after(Tried(0, O.BUSY, NOON)).sentence == "the last attempt on this number ended busy"


def told(seconds: float) -> str:
    """Return a wait as the page tells it."""
    return f"{seconds / MINUTE:g} min" if seconds < HOUR else f"{seconds / HOUR:g} h"


def test_the_page_tells_the_default_rules() -> None:
    for outcome in BY_RULE:
        rule = RULES.of(outcome)
        assert rule is not None
        waits = ", ".join(told(wait_s) for wait_s in rule.waits_s)
        assert f"\n| {outcome} | {waits} | {rule.most} | " in PAGE
    assert f"| attempts in one day of its zone | {RULES.most_per_day} |" in PAGE
    assert f"| attempts in all | {RULES.most_in_all} |" in PAGE
