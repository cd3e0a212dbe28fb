"""Pause codes: which may be said, which can be kept, and which pauses last too long."""

import pytest

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.ids import AgentId
from dialer.domain.pause_code import OverduePause, PauseCode, check_pause, checked_code, overdue
from dialer.errors import BadInput

LUNCH = PauseCode("lunch", "Lunch", paid=False, limit_s=1800)
TALK = PauseCode("team-talk")


def paused(name: str, code: str, since: float) -> Agent:
    return Agent(AgentId(name), state=AgentState.PAUSED, reason=code, since=since)


def test_any_code_may_be_said_where_there_are_none() -> None:
    check_pause([], "gone fishing")
    check_pause([], "")


def test_only_codes_that_exist_may_be_said_where_there_are_some() -> None:
    check_pause([LUNCH, TALK], "lunch")
    with pytest.raises(BadInput, match=r"code: 'brunch' is no pause code; use one of lunch, team"):
        check_pause([LUNCH, TALK], "brunch")
    with pytest.raises(BadInput, match=r"code: is missing; use one of lunch, team-talk"):
        check_pause([LUNCH, TALK], "")


@pytest.mark.parametrize("code", ["", " ", "a b", "x\n", "-", "é" * 41])
def test_what_is_no_word_is_no_code(code: str) -> None:
    with pytest.raises(BadInput, match="is no code"):
        checked_code(PauseCode(code))


def test_a_limit_is_above_zero_and_a_label_one_line() -> None:
    with pytest.raises(BadInput, match="0 s is no time"):
        checked_code(PauseCode("lunch", limit_s=0))
    with pytest.raises(BadInput, match="label: is not one line"):
        checked_code(PauseCode("lunch", "a\nb"))


def test_a_pause_is_overdue_once_its_limit_has_passed_and_not_at_it() -> None:
    agents = [
        paused("ann", "lunch", 100.0),
        paused("ben", "team-talk", 0.0),  # without a limit
        paused("cid", "lunch", 101.0),
        Agent(AgentId("dan"), state=AgentState.IDLE, reason="lunch", since=0.0),
    ]
    assert overdue(agents, [LUNCH, TALK], 1900.5) == [OverduePause("ann", "lunch", 100.0, 1800)]
    assert overdue(agents, [LUNCH, TALK], 1900.0) == []
