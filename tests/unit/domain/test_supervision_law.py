"""The law of listening in."""

import pytest

from dialer.domain.agentflow import AgentState
from dialer.domain.callflow import CallState
from dialer.domain.ids import AgentId, new_attempt_id, new_leg_id, new_spy_id
from dialer.domain.legal_limits import NOT_LOOKED_UP, Ground, Listening
from dialer.domain.roles import Role
from dialer.domain.supervision import (
    HEARD_BY,
    MOVES,
    Spy,
    SpyMode,
    SpyState,
    check_lawful,
    check_role,
    check_talk,
    lasts,
    not_reached,
)
from dialer.errors import Denied, WrongState

ANN = AgentId("ann")


def spy(mode: SpyMode = SpyMode.LISTEN, *, state: SpyState = SpyState.THERE) -> Spy:
    return Spy(
        new_spy_id(), "1005", "sue", "main", ANN, new_leg_id(), new_attempt_id(), mode, 0.0, state
    )


def test_the_customer_hears_a_supervisor_only_who_barges_in_or_takes_over() -> None:
    assert [mode for mode in SpyMode if "customer" in HEARD_BY[mode]] == [
        SpyMode.BARGE,
        SpyMode.TAKE,
    ]
    assert [mode for mode in SpyMode if "agent" in HEARD_BY[mode]] == [
        SpyMode.WHISPER,
        SpyMode.BARGE,
        SpyMode.COACH,
    ]


@pytest.mark.parametrize("state", list(SpyState))
@pytest.mark.parametrize("move", ["answer", "turn", "end"])
def test_a_move_that_the_table_does_not_have_changes_nothing(state: SpyState, move: str) -> None:
    one = spy(state=state)
    target = MOVES.get((state, move))
    assert one.move(move) is (target is not None)
    assert one.state is (target or state)


def test_what_is_over_stays_over() -> None:
    assert not [move for state, move in MOVES if state is SpyState.ENDED]


def test_a_talk_can_be_listened_to_while_both_say_that_it_is_one() -> None:
    lawful = [
        (state, call) for state in AgentState for call in (*CallState, None) if lasts(state, call)
    ]
    assert lawful == [(AgentState.TALKING, CallState.TALKING)]
    check_talk(ANN, AgentState.TALKING, CallState.TALKING)
    with pytest.raises(WrongState, match="'ann' talks to nobody"):
        check_talk(ANN, AgentState.IDLE, None)


def test_on_hold_only_who_hangs_on_the_customers_channel_goes_on() -> None:
    for call in (CallState.PARTING, CallState.HOLDING, CallState.REJOINING):
        lasting = [mode for mode in SpyMode if lasts(AgentState.TALKING, call, mode)]
        assert lasting == [SpyMode.LISTEN, SpyMode.BARGE]


def test_only_a_whisper_that_is_heard_must_be_prolonged() -> None:
    lapsing = [
        (mode, state) for mode in SpyMode for state in SpyState if spy(mode, state=state).lapses
    ]
    assert lapsing == [(SpyMode.WHISPER, SpyState.THERE)]


def test_supervisors_and_administrators_may_listen_and_nobody_else() -> None:
    for role in Role:
        if role in (Role.SUPERVISOR, Role.ADMINISTRATOR):
            check_role(role)
        else:
            with pytest.raises(Denied, match=f"role: {role} may not listen in"):
                check_role(role)


def test_a_call_without_a_ground_says_what_it_lacks() -> None:
    check_lawful("at-1", Listening(Ground.ONE_PARTY))
    for law in (NOT_LOOKED_UP, Listening(lacks="an announcement", fix="make one")):
        with pytest.raises(Denied) as refused:
            check_lawful("at-1", law)
        assert law.lacks in str(refused.value)
        assert refused.value.fix == law.fix


@pytest.mark.parametrize(
    ("cause", "said"),
    [(None, "not registered"), (17, "is busy"), (19, "did not answer"), (34, "cause 34")],
)
def test_a_phone_that_was_not_reached_says_why(cause: int | None, said: str) -> None:
    assert said in not_reached("1005", cause).problem
