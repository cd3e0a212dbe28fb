"""Promised calls: on time, by the agent who promised, never the predictive way."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.domain.callback import (
    CLOSED,
    MOVES,
    CallbackState,
    CallbackTerms,
    Fallback,
    Move,
    PromisedCall,
    due_move,
    moved,
    wakes_at,
)
from dialer.domain.ids import AgentId, LeadId

S = CallbackState
ANN, BOB = AgentId("ann"), AgentId("bob")
MINE = PromisedCall(LeadId(1), due_at=10_000.0, owner=ANN)
ANYONES = PromisedCall(LeadId(1), due_at=10_000.0)
TERMS = CallbackTerms()
DAY = 86_400.0


def at_time(call: PromisedCall, now: float, terms: CallbackTerms = TERMS) -> PromisedCall:
    """Make all moves that time asks for now."""
    for _ in range(5):
        move = due_move(call, terms, now)
        if move is None:
            return call
        after = moved(call, move, now, terms)
        assert after is not None, f"time asks for {move} in {call.state}"
        call = after
    pytest.fail("time asks without end")


def then(call: PromisedCall, *steps: tuple[Move, float], agent: AgentId = ANN) -> PromisedCall:
    """Apply moves that must be lawful."""
    for move, at in steps:
        after = moved(call, move, at, TERMS, agent_id=agent if move is Move.RESERVE else None)
        assert after is not None, f"{move} in {call.state}"
        call = after
    return call


# -- transcripts -----------------------------------------------------------------------------------


def test_my_callback_holds_me_first_and_is_dialed_on_time() -> None:
    assert at_time(MINE, 9_969.9).state is S.PROMISED
    call = at_time(MINE, 9_970.0)
    assert call.state is S.SEEKING_OWNER
    call = then(call, (Move.RESERVE, 9_980.0))
    assert (call.state, call.agent_id) == (S.RESERVED, ANN)
    assert moved(call, Move.DIAL, 9_999.9, TERMS) is None
    call = then(call, (Move.DIAL, 10_000.0), (Move.TALK, 10_010.0))
    assert (call.state, call.agent_id) == (S.KEPT, ANN)


def test_nobody_else_is_held_for_my_callback_while_only_i_will_do() -> None:
    call = at_time(MINE, 10_000.0)
    assert moved(call, Move.RESERVE, 10_000.0, TERMS, agent_id=BOB) is None
    assert moved(call, Move.RESERVE, 10_000.0, TERMS) is None


def test_after_half_an_hour_anyone_will_do() -> None:
    call = at_time(MINE, 10_000.0)
    assert at_time(call, 11_799.0).state is S.SEEKING_OWNER
    call = at_time(call, 11_800.0)
    assert call.state is S.SEEKING_ANYONE
    assert then(call, (Move.RESERVE, 11_801.0), agent=BOB).agent_id == BOB


def test_anyones_callback_seeks_anyone_from_the_start() -> None:
    call = at_time(ANYONES, 9_970.0)
    assert call.state is S.SEEKING_ANYONE
    assert then(call, (Move.RESERVE, 9_971.0), agent=BOB).agent_id == BOB


def test_a_campaign_can_fall_back_to_the_list_or_to_nobody() -> None:
    to_list = CallbackTerms(fallback=Fallback.LIST)
    for call in (MINE, ANYONES):
        assert at_time(call, 11_800.0, to_list).state is S.RETURNED
    to_nobody = CallbackTerms(fallback=Fallback.NOBODY)
    assert at_time(MINE, 10_000.0 + 6 * DAY, to_nobody).state is S.SEEKING_OWNER


def test_a_promise_expires_after_a_week() -> None:
    for call in (MINE, ANYONES, at_time(MINE, 10_000.0)):
        assert at_time(call, 10_000.0 + 7 * DAY).state is S.EXPIRED


def test_a_callback_nobody_answers_is_tried_again_and_then_the_list_has_it() -> None:
    call, now = MINE, 10_000.0
    for misses in (1, 2, 3):
        call = then(at_time(call, now), (Move.RESERVE, now), (Move.DIAL, now), (Move.MISS, now))
        assert (call.state, call.misses, call.agent_id) == (S.PROMISED, misses, None)
        assert call.next_at == now + 900.0
        now = call.next_at
    assert at_time(call, now - 899.0).state is S.RETURNED


def test_after_a_miss_its_agent_is_sought_again_before_anyone() -> None:
    call = then(
        at_time(MINE, 10_000.0),
        (Move.RESERVE, 11_000.0),
        (Move.DIAL, 11_000.0),
        (Move.MISS, 11_030.0),
    )
    assert at_time(call, 11_930.0).state is S.SEEKING_OWNER
    assert at_time(call, 11_930.0 + 1_800.0).state is S.SEEKING_ANYONE


def test_an_agent_who_leaves_before_the_dial_lets_the_callback_seek_again() -> None:
    call = then(at_time(MINE, 9_990.0), (Move.RESERVE, 9_990.0), (Move.RELEASE, 9_995.0))
    assert (call.state, call.agent_id) == (S.PROMISED, None)
    assert at_time(call, 9_995.0).state is S.SEEKING_OWNER


def test_a_promise_without_an_owner_seeks_none() -> None:
    assert moved(ANYONES, Move.SEEK_OWNER, 10_000.0, TERMS) is None


def test_another_time_can_be_agreed_on_until_an_agent_is_held() -> None:
    call = moved(at_time(MINE, 10_000.0), Move.POSTPONE, 10_001.0, TERMS, due_at=20_000.0)
    assert call is not None
    assert (call.state, call.next_at, call.misses) == (S.PROMISED, 20_000.0, 0)
    assert due_move(call, TERMS, 19_000.0) is None
    assert moved(MINE, Move.POSTPONE, 1.0, TERMS) is None
    held = then(at_time(MINE, 10_000.0), (Move.RESERVE, 10_000.0))
    assert moved(held, Move.POSTPONE, 1.0, TERMS, due_at=20_000.0) is None


def test_a_cancelled_callback_frees_its_agent_and_a_call_that_is_out_goes_on() -> None:
    held = then(at_time(MINE, 10_000.0), (Move.RESERVE, 10_000.0))
    cancelled = then(held, (Move.CANCEL, 10_000.0))
    assert (cancelled.state, cancelled.agent_id) == (S.CANCELLED, None)
    dialing = then(held, (Move.DIAL, 10_000.0))
    assert moved(dialing, Move.CANCEL, 10_001.0, TERMS) is None
    assert due_move(dialing, TERMS, 10_000.0 + 99 * DAY) is None


# -- the table -------------------------------------------------------------------------------------


def test_a_callback_is_dialed_only_when_an_agent_is_held() -> None:
    assert {state for state, move in MOVES if move is Move.DIAL} == {S.RESERVED}
    assert {key for key, target in MOVES.items() if target is S.DIALING} == {
        (S.RESERVED, Move.DIAL)
    }


def test_nothing_follows_a_closed_promise_and_every_other_state_can_be_left() -> None:
    assert {state for state, _ in MOVES} == set(S) - CLOSED
    assert {move for _, move in MOVES} == set(Move)
    assert set(MOVES.values()) == set(S)


# -- for every promise -----------------------------------------------------------------------------

ANY_TERMS = st.builds(
    CallbackTerms,
    reserve_ahead_s=st.floats(0, 600),
    fallback=st.sampled_from(Fallback),
    fallback_after_s=st.floats(0, DAY),
    expires_after_s=st.floats(0, 3 * DAY),
    miss_wait_s=st.floats(0, DAY),
    most_misses=st.integers(1, 3),
)
STEPS = st.lists(
    st.tuples(st.sampled_from([None, *Move]), st.floats(0, DAY), st.sampled_from([None, ANN, BOB])),
    max_size=30,
)


@settings(deadline=None)
@given(st.sampled_from([MINE, ANYONES]), ANY_TERMS, STEPS)
def test_whatever_happens_who_is_dialed_has_an_agent_and_closed_stays_closed(
    call: PromisedCall, terms: CallbackTerms, steps: list[tuple[Move | None, float, AgentId | None]]
) -> None:
    now = 0.0
    for asked, wait_s, agent in steps:
        now += wait_s
        move = asked or due_move(call, terms, now)
        after = moved(call, move, now, terms, agent_id=agent, due_at=now) if move else None
        if after is None:
            continue
        assert call.state not in CLOSED
        assert (after.agent_id is not None) == (after.state in (S.RESERVED, S.DIALING, S.KEPT))
        if after.state is S.DIALING:
            assert call.state is S.RESERVED
            assert now >= after.due_at
        if call.state is S.SEEKING_OWNER and after.state is S.RESERVED:
            assert after.agent_id == call.owner
        call = after


@settings(deadline=None)
@given(st.sampled_from([MINE, ANYONES]), ANY_TERMS, STEPS)
def test_who_sleeps_until_the_time_that_was_told_misses_nothing(
    call: PromisedCall, terms: CallbackTerms, steps: list[tuple[Move | None, float, AgentId | None]]
) -> None:
    now = 0.0
    for move, wait_s, agent in steps:
        if move is not None:
            call = moved(call, move, now, terms, agent_id=agent, due_at=now + wait_s) or call
        call = at_time(call, now, terms)
        wake = wakes_at(call, terms)
        if call.state in (S.PROMISED, S.SEEKING_OWNER, S.SEEKING_ANYONE):
            assert wake is not None
            assert wake > now
            assert due_move(call, terms, math.nextafter(wake, 0.0)) is None
            assert due_move(call, terms, wake) is not None
        now += wait_s
