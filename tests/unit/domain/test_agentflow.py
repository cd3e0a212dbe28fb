"""The law of one agent: what may follow what, and what each move leaves behind."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.agentflow import MOVES, Agent, AgentState, AgentWish
from dialer.domain.ids import AgentId, AttemptId, LegId

A = AgentState
NAMES = sorted({move for _, move in MOVES})


def agent(state: AgentState = A.OFFLINE) -> Agent:
    return Agent(
        AgentId("ann"),
        state=state,
        leg_id=LegId("ag-1"),
        attempt_id=AttemptId("at-1"),
        wrap_up_until=5.0,
    )


def test_a_day_at_work() -> None:
    ann = Agent(AgentId("ann"))
    for at, (move, state) in enumerate(
        [
            ("log_in", A.CALLING),
            ("leg_up", A.IDLE),
            ("reserve", A.RESERVED),
            ("talk", A.TALKING),
            ("wrap_up", A.WRAP_UP),
            ("ready", A.IDLE),
            ("pause", A.PAUSED),
            ("resume", A.IDLE),
            ("leave", A.OFFLINE),
        ]
    ):
        assert ann.move(move, float(at))
        assert (ann.state, ann.since) == (state, at)


@pytest.mark.parametrize(("state", "move"), list(product(AgentState, NAMES)))
def test_a_move_is_lawful_when_the_table_has_it_and_else_changes_nothing(
    state: AgentState, move: str
) -> None:
    ann = agent(state)
    lawful = (state, move) in MOVES
    assert ann.may(move) is lawful
    assert ann.move(move, 9.0, reason="r") is lawful
    if lawful:
        assert (ann.state, ann.since, ann.reason) == (MOVES[state, move], 9.0, "r")
    else:
        assert ann == agent(state)


def test_whoever_is_there_may_leave_at_any_time() -> None:
    assert {state for state, move in MOVES if move == "leave"} == set(AgentState) - {A.OFFLINE}


def test_a_phone_that_rings_is_not_there_yet() -> None:
    assert {move for state, move in MOVES if state is A.CALLING} == {"leg_up", "leave"}
    assert not agent(A.CALLING).logged_in
    assert agent(A.PAUSED).logged_in


@pytest.mark.parametrize("state", [A.RESERVED, A.TALKING, A.WRAP_UP])
def test_the_customer_is_kept_until_the_wrap_up_is_over(state: AgentState) -> None:
    ann = agent(state)
    for move in ("talk", "wrap_up"):
        ann.move(move, 1.0)
    assert ann.attempt_id == "at-1"
    ann.move("ready", 2.0)
    assert (ann.attempt_id, ann.wrap_up_until) == (None, None)


def test_a_phone_that_is_called_on_demand_has_only_to_be_registered() -> None:
    ann = Agent(AgentId("ann"), on_demand=True)
    assert ann.move("register", 1.0)
    assert (ann.state, ann.logged_in, ann.leg_id) == (A.IDLE, True, None)
    assert not ann.move("register", 2.0)
    assert {state for state, move in MOVES if move == "register"} == {A.OFFLINE}


def test_whoever_left_has_no_leg_no_customer_and_no_wish() -> None:
    ann = agent(A.TALKING)
    ann.wish = AgentWish.PAUSE
    ann.move("leave", 1.0, reason="phone lost")
    assert (ann.leg_id, ann.attempt_id, ann.wish, ann.reason) == (
        None,
        None,
        AgentWish.NONE,
        "phone lost",
    )


def test_a_wish_and_its_code_outlive_the_call_and_its_wrap_up() -> None:
    ann = agent(A.RESERVED)
    ann.wish, ann.reason = AgentWish.PAUSE, "lunch"
    for move in ("talk", "wrap_up"):
        ann.move(move, 1.0)
        assert (ann.leaving, ann.reason) == (True, "lunch")
    ann.move("pause", 2.0, reason=ann.reason)
    assert (ann.state, ann.leaving, ann.reason) == (A.PAUSED, False, "lunch")
    ann.move("resume", 3.0)
    assert ann.reason == ""


@given(st.lists(st.sampled_from(NAMES)))
def test_after_any_moves_only_the_engaged_have_a_customer_and_only_the_absent_no_leg(
    moves: list[str],
) -> None:
    ann = Agent(AgentId("ann"))
    for at, move in enumerate(moves):
        if ann.may(move):
            if move in ("log_in", "register"):
                ann.leg_id = LegId(f"ag-{at}")
            if move == "reserve":
                ann.attempt_id = AttemptId(f"at-{at}")
        ann.move(move, float(at))
        engaged = ann.state in (A.RESERVED, A.TALKING, A.WRAP_UP)
        assert (ann.attempt_id is not None) is engaged
        assert (ann.leg_id is None) is (ann.state is A.OFFLINE)
