"""How the network's causes are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.outcome import LIVE_ANSWERS, Outcome, machine_outcome, unanswered_outcome

O = Outcome  # noqa: E741 - as in the table


@pytest.mark.parametrize(
    ("cause", "tech_cause", "outcome"),
    [
        # measured on Asterisk 22: busy, 503, 404, 403, ring timeout
        (17, "486", O.BUSY),
        (34, "503", O.CONGESTION),
        (1, "404", O.INVALID),
        (21, "403", O.FAILED),
        (16, "487", O.NO_ANSWER),
        # without TechCause (before 20.17 / 22.7) the cause alone says it
        (17, "", O.BUSY),
        (34, "", O.CONGESTION),
        (1, "", O.INVALID),
        (21, "", O.FAILED),
        (0, "", O.NO_ANSWER),
        (16, "", O.NO_ANSWER),
        (18, "", O.NO_ANSWER),
        (19, "", O.NO_ANSWER),
        (28, "", O.INVALID),
        (38, "", O.CONGESTION),
        # where both are known, the network's own word is the finer one
        (19, "480", O.NO_ANSWER),
        (21, "603", O.FAILED),
        (17, "600", O.BUSY),
        (127, "484", O.INVALID),
        # a status that says nothing leaves it to the cause
        (17, "200", O.BUSY),
        (34, "599", O.CONGESTION),
        # and what nobody knows is a failure
        (127, "", O.FAILED),
        (999, "999", O.FAILED),
    ],
)
def test_cause_and_sip_status_tell_how_a_call_failed(
    cause: int, tech_cause: str, outcome: Outcome
) -> None:
    assert unanswered_outcome(cause, tech_cause) is outcome


@given(st.integers(-10, 300), st.one_of(st.just(""), st.integers(0, 999).map(str), st.text()))
def test_no_cause_whatever_makes_an_unanswered_call_a_live_answer(cause: int, tech: str) -> None:
    outcome = unanswered_outcome(cause, tech)
    assert outcome not in LIVE_ANSWERS
    assert outcome not in {O.CANCELLED, O.LOST, O.MACHINE}


def test_live_answers_are_what_the_abandon_rate_is_counted_on() -> None:
    assert {O.CONNECTED, O.ABANDONED, O.HUNG_UP_WAITING} == LIVE_ANSWERS


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("long_greeting", Outcome.MACHINE),
        ("beep", Outcome.MACHINE),
        ("fax", Outcome.MACHINE),
        ("sit_vacant", Outcome.INVALID),
        ("sit_no_circuit", Outcome.CONGESTION),
        ("sit", Outcome.FAILED),
    ],
)
def test_what_answered_is_sorted_by_its_sound(reason: str, outcome: Outcome) -> None:
    assert machine_outcome(reason) is outcome
