"""Calls that no attempt stands for: what can be put on record of them."""

from dataclasses import replace

import pytest

from dialer.domain.call_record import CallRecord, Direction, checked_call
from dialer.domain.ids import (
    AttemptId,
    CallId,
    is_attempt_id,
    is_call_id,
    new_attempt_id,
    new_call_id,
    new_leg_id,
)
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput

IN = CallRecord(new_call_id(), Direction.IN, "+12025550100", 10.0, "east")
OUT = replace(IN, direction=Direction.OUT)


def test_ids_of_calls_are_told_from_those_of_attempts_and_have_their_length() -> None:
    call_id = new_call_id()
    assert is_call_id(call_id)
    assert not is_attempt_id(call_id)
    assert not is_call_id(new_attempt_id())
    assert len(call_id) == len(new_attempt_id()) == len(new_leg_id())
    assert len({new_call_id() for _ in range(1000)}) == 1000


def test_a_caller_may_show_no_number_and_whom_we_call_has_one() -> None:
    assert checked_call(replace(IN, number="")).number == ""
    with pytest.raises(BadInput, match=r"^number: '' is no number; write it as"):
        checked_call(replace(OUT, number=""))


def test_a_leg_hangs_off_an_attempt_and_off_a_call() -> None:
    leg = replace(OUT, attempt_id=new_attempt_id(), parent_id=new_call_id())
    assert checked_call(leg) == leg


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (replace(IN, call_id=CallId("ca-1")), "call"),
        (replace(IN, call_id=CallId(new_attempt_id())), "call"),
        (replace(IN, number="12025550100"), "number"),
        (replace(IN, number="+1202555010\n"), "number"),
        (replace(IN, began_at=float("inf")), "began_at"),
        (replace(IN, began_at=-1.0), "began_at"),
        (replace(IN, node=""), "node"),
        (replace(IN, node="east\nwest"), "node"),
        (replace(IN, trunk="a\x00"), "trunk"),
        (replace(IN, queue="q" * 101), "queue"),
        (replace(IN, attempt_id=new_attempt_id()), "attempt"),
        (replace(OUT, attempt_id=AttemptId("at-1")), "attempt"),
        (replace(IN, parent_id=CallId("ca-1")), "parent"),
        (replace(IN, parent_id=IN.call_id), "parent"),
        (replace(IN, answered_at=11.0), "call"),
        (replace(IN, ended_at=11.0, outcome=Outcome.LOST), "call"),
    ],
)
def test_what_cannot_begin_is_refused_with_the_field_and_the_fix(
    call: CallRecord, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        checked_call(call)
    assert refused.value.field == field
    assert refused.value.fix
