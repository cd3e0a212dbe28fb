"""Who sees how much of a number, and who may do what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.masking import masked, shown_to
from dialer.domain.roles import RIGHTS, Right, Role, may, role_named
from dialer.errors import BadInput

NUMBER = "+49301234512"


def test_each_role_sees_its_part_of_a_number() -> None:
    assert shown_to(None, NUMBER) == "+49*******12"
    assert shown_to(Role.AGENT, NUMBER) == "+49*******12"
    assert shown_to(Role.QA, NUMBER) == "+49*******12"
    assert shown_to(Role.SUPERVISOR, NUMBER) == "+49*****4512"
    assert shown_to(Role.ADMINISTRATOR, NUMBER) == NUMBER


def test_a_number_too_short_to_hide_anything_is_hidden_whole() -> None:
    assert masked("+4912") == "*****"
    assert masked("") == ""


@given(st.text("0123456789", max_size=15))
def test_a_masked_number_keeps_its_length_and_shows_five_digits_at_most(number: str) -> None:
    shown = masked(number)
    assert len(shown) == len(number)
    assert sum(char != "*" for char in shown) <= 5


def test_rights_are_of_every_role_and_only_the_administrator_erases() -> None:
    assert set(RIGHTS) == set(Role)
    assert [role for role in Role if may(role, Right.ERASE)] == [Role.ADMINISTRATOR]
    assert RIGHTS[Role.AGENT] == frozenset()


def test_an_unknown_role_is_told_with_those_there_are() -> None:
    assert role_named("qa") is Role.QA
    with pytest.raises(BadInput, match="'boss' is unknown; use one of agent"):
        role_named("boss")
