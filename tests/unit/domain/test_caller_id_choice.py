"""Which caller id a call shows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.caller_id import DAY_S, MOST_REST_DAYS, CallerId, checked_caller_id, complained
from dialer.domain.caller_id_choice import choose_caller_id, not_shown, region_of
from dialer.errors import BadInput

NOW = 1_790_000_000.0


def proven(number: str, **more: object) -> CallerId:
    values = {"verified_at": 1.0, "proof": "letter of the carrier", **more}
    return CallerId(number, **values)  # type: ignore[arg-type]


DC, DC2, NY = proven("+12025550100"), proven("+12025550101"), proven("+12125550100")
TORONTO, LONDON = proven("+14165550100"), proven("+442079460100")
POOL = (NY, DC, LONDON, TORONTO)


@pytest.mark.parametrize(
    ("called", "shown", "why"),
    [
        ("+12025550199", DC, "of the same area"),
        ("+12125550199", NY, "of the same area"),
        ("+442079460999", LONDON, "of the same area"),
        ("+441316460000", LONDON, "of the same country"),
    ],
)
def test_the_most_local_number_is_shown(called: str, shown: CallerId, why: str) -> None:
    choice = choose_caller_id(POOL, called, "west", NOW)
    assert (choice.number, choice.why) == (shown.number, why)


def test_another_area_of_the_country_comes_before_another_country() -> None:
    choice = choose_caller_id((TORONTO, DC, LONDON), "+13055550100", "west", NOW)
    assert (choice.number, choice.why) == (DC.number, "of the same country")
    abroad = choose_caller_id((DC,), "+442079460999", "west", NOW)
    assert (abroad.number, abroad.why) == (DC.number, "of another country")


@given(st.integers(0, 9999), st.permutations([DC, DC2, NY]))
def test_the_same_person_sees_the_same_number_whatever_the_order(
    last: int, pool: list[CallerId]
) -> None:
    called = f"+1202555{last:04}"
    first = choose_caller_id((DC, DC2, NY), called, "west", NOW)
    assert choose_caller_id(pool, called, "west", NOW + 1000 * last) == first


def test_people_are_spread_over_the_numbers_of_their_area() -> None:
    called = [f"+1202555{last:04}" for last in range(1000)]
    shown = [choose_caller_id((DC, DC2), number, "west", NOW).number for number in called]
    assert 400 < shown.count(DC.number) < 600


def test_a_number_that_rests_is_not_shown_and_the_others_keep_their_people() -> None:
    called = [f"+1202555{last:04}" for last in range(300)]
    three = (DC, DC2, proven("+12025550102"))
    before = {number: choose_caller_id(three, number, "west", NOW).number for number in called}
    rested = (complained(DC, NOW, 14), *three[1:])
    for number in called:
        after = choose_caller_id(rested, number, "west", NOW + 1).number
        assert after != DC.number
        if before[number] != DC.number:
            assert after == before[number]
    again = choose_caller_id(rested, called[0], "west", NOW + 14 * DAY_S)
    assert again.number == before[called[0]]


def test_without_a_number_that_may_be_shown_none_is() -> None:
    resting = complained(DC, NOW, 14)
    choice = choose_caller_id((resting, replace(NY, verified_at=None)), "+12025550199", "w", NOW)
    assert choice.number is None
    assert "+12025550100: it rests after a complaint" in choice.why
    assert "+12125550100: no proof" in choice.why
    assert choose_caller_id((), "+12025550199", "w", NOW).why == "there is none"


def test_a_number_of_one_trunk_is_shown_on_that_trunk_only() -> None:
    own = proven("+12025550100", trunk="east")
    assert choose_caller_id((own, NY), "+12025550199", "east", NOW).number == own.number
    assert choose_caller_id((own, NY), "+12025550199", "west", NOW).number == NY.number


def test_in_france_no_mobile_number_is_shown_to_people_there() -> None:
    mobile, paris = proven("+33612345678"), proven("+33170186543")
    assert choose_caller_id((mobile, paris), "+33142685300", "w", NOW).number == paris.number
    only = choose_caller_id((mobile,), "+33142685300", "w", NOW)
    assert "automated calls in FR" in only.why
    assert not_shown(mobile, region_of("+12025550199"), "w", NOW) is None
    before_the_rule = 1_672_527_599.0
    assert not_shown(mobile, region_of("+33142685300"), "w", before_the_rule) is None


@pytest.mark.parametrize("number", ["+19005550100", "+448712345678", "+1911"])
def test_a_number_nobody_can_call_back_cheaply_is_no_caller_id(number: str) -> None:
    with pytest.raises(BadInput):
        checked_caller_id(proven(number))


def test_each_complaint_rests_a_number_for_longer_up_to_a_year() -> None:
    one, rests = DC, []
    for _ in range(8):
        one = complained(one, NOW, 14)
        assert one.rests_until is not None
        rests.append((one.rests_until - NOW) / DAY_S)
    assert rests[:4] == [14, 28, 56, 112]
    assert rests[-1] == MOST_REST_DAYS
    assert one.complaints == 8
    with pytest.raises(BadInput):
        complained(DC, NOW, 0)
