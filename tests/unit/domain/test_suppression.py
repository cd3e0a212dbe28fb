"""Digests of erased numbers, and numbers taken out of texts."""

from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.suppression import digest_of, is_stand_in, stand_in, without_number

KEY, OTHER = b"k" * 32, b"o" * 32
NUMBER = "+12025550100"


def test_a_digest_depends_on_number_and_key_and_does_not_hold_the_number() -> None:
    assert len(digest_of(NUMBER, KEY)) == 64
    assert digest_of(NUMBER, KEY) == digest_of(NUMBER, KEY)
    assert digest_of(NUMBER, KEY) not in {digest_of(NUMBER, OTHER), digest_of(NUMBER + "1", KEY)}


def test_a_stand_in_is_its_own_stand_in() -> None:
    name = stand_in(NUMBER, KEY)
    assert is_stand_in(name)
    assert not is_stand_in(NUMBER)
    assert stand_in(name, KEY) == name


def test_a_number_is_replaced_in_any_depth_and_longer_ones_are_left() -> None:
    document = {
        NUMBER: ["call 12025550100!", {"also": NUMBER}],
        "longer": "+120255501001",
        "longer in front": "912025550100",
        "digits": 12025550100,
        "truth": True,
        "share": 0.5,
        "nothing": None,
    }
    assert without_number(document, NUMBER, "X") == {
        "X": ["call X!", {"also": "X"}],
        "longer": "+120255501001",
        "longer in front": "912025550100",
        "digits": "X",
        "truth": True,
        "share": 0.5,
        "nothing": None,
    }


@given(st.text("+0123456789 x"))
def test_a_replaced_number_is_not_found_again(text: str) -> None:
    once = without_number(text + NUMBER, NUMBER, "X")
    assert without_number(once, NUMBER, "Y") == once
