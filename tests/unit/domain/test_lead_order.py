"""The order of the hopper: priority first, then the campaign's wish, lists by share."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dialer.domain.ids import LeadId
from dialer.domain.lead_order import Candidate, LeadOrder, OrderBy, arranged, mix, sort_key

NAMES = ("a", "b", "c")
SHARES = st.dictionaries(st.sampled_from(NAMES), st.floats(0.1, 100), max_size=3)
AVAILABLE = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 20), max_size=3)
LEADS = st.lists(
    st.builds(
        Candidate,
        lead_id=st.integers(0, 10_000).map(LeadId),
        list_name=st.sampled_from(NAMES),
        priority=st.integers(0, 2),
        added_at=st.floats(0, 1e9),
        attempts=st.integers(0, 5),
        last_call_at=st.none() | st.floats(0, 1e9),
    ),
    unique_by=lambda lead: lead.lead_id,
    max_size=40,
)


def lead(number: int, **fields: object) -> Candidate:
    """Return a lead with this id."""
    return Candidate(LeadId(number), **fields)  # type: ignore[arg-type]


def ids(order: LeadOrder, *leads: Candidate, count: int = 99) -> list[int]:
    """Return the ids of the leads in order."""
    return [lead.lead_id for lead in arranged(order, leads, count)[0]]


# -- order -----------------------------------------------------------------------------------------

OLD = lead(1, added_at=100.0, attempts=2, last_call_at=500.0)
MID = lead(2, added_at=200.0, attempts=0)
NEW = lead(3, added_at=300.0, attempts=1, last_call_at=400.0)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (OrderBy.NEWEST, [3, 2, 1]),
        (OrderBy.OLDEST, [1, 2, 3]),
        (OrderBy.FEWEST_ATTEMPTS, [2, 3, 1]),
        (OrderBy.LAST_CALL_OLDEST, [2, 3, 1]),
    ],
)
def test_each_wish_has_its_order(by: OrderBy, expected: list[int]) -> None:
    assert ids(LeadOrder(by=by), NEW, OLD, MID) == expected


def test_priority_comes_before_every_wish() -> None:
    urgent = lead(4, added_at=999.0, attempts=9, last_call_at=999.0, priority=1)
    for by in OrderBy:
        assert ids(LeadOrder(by=by), OLD, MID, NEW, urgent)[0] == 4


def test_ties_go_to_the_lead_that_came_first() -> None:
    assert ids(LeadOrder(by=OrderBy.NEWEST), lead(2), lead(1), lead(3)) == [1, 2, 3]


def test_chance_is_a_seed() -> None:
    leads = [lead(number) for number in range(50)]
    one = ids(LeadOrder(by=OrderBy.RANDOM, seed=1), *leads)
    assert one == ids(LeadOrder(by=OrderBy.RANDOM, seed=1), *reversed(leads))
    assert one != ids(LeadOrder(by=OrderBy.RANDOM, seed=2), *leads)
    assert sorted(one) == list(range(50)) != one


def test_the_random_order_is_the_same_in_every_version() -> None:
    order = LeadOrder(by=OrderBy.RANDOM, seed=7)
    assert ids(order, *(lead(number) for number in range(8))) == [1, 0, 2, 5, 4, 7, 6, 3]


@settings(deadline=None)
@given(LEADS, st.sampled_from(OrderBy), st.integers(), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_leads_come_in(
    leads: list[Candidate], by: OrderBy, seed: int, rng: random.Random
) -> None:
    order = LeadOrder(by=by, seed=seed)
    shuffled = rng.sample(leads, len(leads))
    assert arranged(order, shuffled, 99)[0] == arranged(order, leads, 99)[0]
    assert len({sort_key(order, lead) for lead in leads}) == len(leads)


def test_a_random_lead_that_leaves_moves_no_other() -> None:
    order = LeadOrder(by=OrderBy.RANDOM, seed=3)
    whole = ids(order, *(lead(number) for number in range(20)))
    without = ids(order, *(lead(number) for number in range(20) if number != 5))
    assert without == [number for number in whole if number != 5]


# -- the mix of lists ------------------------------------------------------------------------------


def test_lists_take_turns_by_share() -> None:
    assert "".join(mix({"a": 3.0, "b": 1.0}, {"a": 9, "b": 9}, 8)[0]) == "aabaaaba"


def test_one_lead_at_a_time_is_mixed_as_evenly_as_many() -> None:
    shares = {"a": 3.0, "b": 1.0}
    credit: dict[str, float] = {}
    turns: list[str] = []
    for _ in range(8):
        taken, credit = mix(shares, {"a": 9, "b": 9}, 1, credit)
        turns += taken
    assert "".join(turns) == "aabaaaba"


def test_a_list_that_was_empty_for_long_has_saved_up_nothing() -> None:
    shares = {"a": 1.0, "b": 1.0}
    credit: dict[str, float] = {}
    for _ in range(100):
        _, credit = mix(shares, {"a": 5}, 5, credit)
    turns, _ = mix(shares, {"a": 9, "b": 9}, 8, credit)
    assert turns.count("b") == 4


def test_a_list_that_is_used_up_is_owed_nothing() -> None:
    turns, credit = mix({"a": 1.0, "b": 3.0}, {"a": 1, "b": 9}, 4)
    assert turns.count("a") == 1
    assert credit.keys() == {"b"}


def test_a_list_without_a_share_comes_after_those_that_have_one() -> None:
    assert mix({"b": 1.0}, {"a": 2, "b": 1, "c": 1}, 9)[0] == ["b", "a", "a", "c"]
    assert mix({"b": 1.0}, {"a": 2, "b": 1, "c": 1}, 2)[0] == ["b", "a"]


@settings(deadline=None)
@given(SHARES, AVAILABLE, st.integers(-2, 80))
def test_no_turn_is_wasted_and_none_goes_to_a_list_that_has_no_lead(
    shares: dict[str, float], available: dict[str, int], count: int
) -> None:
    turns, _ = mix(shares, available, count)
    assert len(turns) == min(max(count, 0), sum(available.values()))
    assert all(turns.count(name) <= have for name, have in available.items())


@settings(deadline=None)
@given(
    st.fixed_dictionaries({name: st.floats(0.1, 100) for name in NAMES}),
    st.lists(st.integers(0, 7), max_size=50),
)
def test_each_list_gets_its_share_within_a_few_leads(
    shares: dict[str, float], counts: list[int]
) -> None:
    taken = dict.fromkeys(NAMES, 0)
    credit: dict[str, float] = {}
    for count in counts:
        turns, credit = mix(shares, dict.fromkeys(NAMES, 99), count, credit)
        for name in turns:
            taken[name] += 1
    for name, share in shares.items():
        assert abs(taken[name] - sum(counts) * share / sum(shares.values())) < len(NAMES)


# -- together --------------------------------------------------------------------------------------


def test_lists_are_mixed_among_leads_of_one_priority() -> None:
    order = LeadOrder(by=OrderBy.OLDEST, shares={"a": 1.0, "b": 1.0})
    leads = [
        lead(1, list_name="a", added_at=1.0),
        lead(2, list_name="a", added_at=2.0),
        lead(3, list_name="b", added_at=3.0),
        lead(4, list_name="b", added_at=4.0, priority=1),
    ]
    assert ids(order, *leads) == [4, 1, 3, 2]
    assert ids(order, *leads, count=2) == [4, 1]


def test_urgent_leads_of_one_list_cost_another_nothing_of_what_it_is_owed() -> None:
    order = LeadOrder(shares={"a": 1.0, "b": 1.0})
    urgent = [lead(1, list_name="a", priority=1)]
    assert arranged(order, urgent, 1, {"a": -0.5, "b": 0.5})[1] == {"b": 0.5}


def test_leads_taken_one_by_one_are_mixed_like_leads_taken_together() -> None:
    order = LeadOrder(shares={"a": 3.0, "b": 1.0})
    left = [lead(number, list_name="ab"[number % 2]) for number in range(16)]
    together = ids(order, *left, count=8)
    credit: dict[str, float] = {}
    one_by_one = []
    for _ in range(8):
        (taken,), credit = arranged(order, left, 1, credit)
        one_by_one.append(taken.lead_id)
        left.remove(taken)
    assert one_by_one == together


@settings(deadline=None)
@given(LEADS, SHARES, st.integers(-1, 50), st.sampled_from(OrderBy))
def test_each_lead_is_taken_once_and_none_before_one_of_higher_priority(
    leads: list[Candidate], shares: dict[str, float], count: int, by: OrderBy
) -> None:
    taken, _ = arranged(LeadOrder(by=by, shares=shares), leads, count)
    assert len(taken) == min(max(count, 0), len(leads))
    assert len({lead.lead_id for lead in taken}) == len(taken)
    priorities = [lead.priority for lead in taken]
    assert priorities == sorted((lead.priority for lead in leads), reverse=True)[: len(taken)]


def test_a_share_is_more_than_nothing() -> None:
    with pytest.raises(ValidationError, match=r"shares\.a"):
        LeadOrder(shares={"a": 0.0})
