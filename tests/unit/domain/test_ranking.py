"""Where an agent stands among others."""

from dialer.domain.ranking import Achieved, rank_of


def test_who_sold_more_is_before_and_then_who_talked_more() -> None:
    others = [Achieved(3, 10), Achieved(2, 40), Achieved(2, 30), Achieved(0, 90)]
    assert rank_of(Achieved(2, 30), others) == 3
    assert rank_of(Achieved(4, 0), others) == 1
    assert rank_of(Achieved(0, 0), others) == 5


def test_who_did_the_same_has_the_same_place_and_who_is_alone_is_first() -> None:
    assert rank_of(Achieved(1, 1), [Achieved(1, 1), Achieved(1, 1)]) == 1
    assert rank_of(Achieved(0, 0), []) == 1
