"""Which trunk of a route a call takes, and why."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.trunk_choice import TrunkChooser, TrunkStanding
from dialer.domain.trunk_route import Policy, TrunkRoute, Way, checked_route, only
from dialer.errors import BadInput

OPEN = TrunkStanding(free=10)
AB = TrunkRoute("ab", (Way("b", 2), Way("a", 1)))


def test_the_first_takes_all_until_it_is_full_and_then_the_second() -> None:
    chooser = TrunkChooser()
    assert chooser.choose(AB, {"a": OPEN, "b": OPEN}).trunk == "a"
    full = chooser.choose(AB, {"a": TrunkStanding(0), "b": OPEN})
    assert (full.trunk, full.why, full.passed) == ("b", "priority 2", (("a", "full"),))


def test_who_is_out_or_has_failed_for_this_call_is_passed_over() -> None:
    chooser = TrunkChooser()
    out = chooser.choose(AB, {"a": replace(OPEN, out="5 of 5 failed"), "b": OPEN})
    assert (out.trunk, out.passed) == ("b", (("a", "out: 5 of 5 failed"),))
    tried = chooser.choose(AB, {"a": OPEN, "b": OPEN}, tried=("a",))
    assert (tried.trunk, tried.passed) == ("b", (("a", "failed for this call already"),))
    assert chooser.choose(AB, {"a": OPEN, "b": OPEN}, tried=("a", "b")).trunk is None


def test_a_number_goes_where_it_may_be_dialed() -> None:
    barred = replace(OPEN, barred="CA is not among the countries that may be called")
    assert TrunkChooser().choose(AB, {"a": barred, "b": OPEN}).trunk == "b"


def test_a_number_that_no_trunk_may_dial_is_left_to_the_law() -> None:
    barred = replace(OPEN, barred="an emergency number")
    choice = TrunkChooser().choose(AB, {"a": barred, "b": barred})
    assert choice.trunk == "a"
    assert choice.why == "no trunk may dial this number"


def test_a_number_waits_for_the_one_trunk_that_may_dial_it() -> None:
    barred = replace(OPEN, barred="not a country of this trunk")
    choice = TrunkChooser().choose(AB, {"a": TrunkStanding(0), "b": barred})
    assert choice.trunk is None
    assert choice.why == "b: not a country of this trunk; a: full"


def test_the_cheapest_takes_the_call_and_who_has_no_rate_comes_last() -> None:
    route = TrunkRoute("r", (Way("a"), Way("b"), Way("c")), Policy.LEAST_COST)
    stand = {
        "a": replace(OPEN, price=0.02),
        "b": replace(OPEN, price=0.01),
        "c": OPEN,
    }
    chooser = TrunkChooser()
    choice = chooser.choose(route, stand)
    assert (choice.trunk, choice.why) == ("b", "cheapest, 0.01 a minute")
    stand["b"] = replace(stand["b"], free=0)
    assert chooser.choose(route, stand).trunk == "a"
    stand["a"] = replace(stand["a"], free=0)
    unrated = chooser.choose(route, stand)
    assert (unrated.trunk, unrated.why) == ("c", "no rate known")


def test_equal_prices_are_settled_by_priority() -> None:
    route = TrunkRoute("r", (Way("a", 2), Way("b", 1)), Policy.LEAST_COST)
    same = replace(OPEN, price=0.0)
    assert TrunkChooser().choose(route, {"a": same, "b": same}).trunk == "b"


@given(st.lists(st.integers(1, 100), min_size=2, max_size=6), st.integers(1, 400))
def test_shares_are_kept_to_within_one_call_at_all_times(weights: list[int], calls: int) -> None:
    names = [f"t{index}" for index in range(len(weights))]
    ways = tuple(Way(n, weight=float(w)) for n, w in zip(names, weights, strict=True))
    route = TrunkRoute("r", ways, Policy.PERCENTAGE)
    chooser, taken = TrunkChooser(), Counter[str]()
    for _ in range(calls):
        choice = chooser.choose(route, dict.fromkeys(names, OPEN))
        assert choice.trunk is not None
        taken[choice.trunk] += 1
    for name, weight in zip(names, weights, strict=True):
        due = calls * weight / sum(weights)
        assert abs(taken[name] - due) <= len(weights)


def test_seventy_thirty_over_two_hundred_calls() -> None:
    ways = (Way("a", weight=70), Way("b", weight=30))
    route, chooser = TrunkRoute("r", ways, Policy.PERCENTAGE), TrunkChooser()
    choices = [chooser.choose(route, {"a": OPEN, "b": OPEN}) for _ in range(200)]
    assert Counter(choice.trunk for choice in choices) == {"a": 140, "b": 60}
    assert choices[0].why == "by percentage, a share of 70%"


def test_who_was_out_is_not_flooded_when_it_is_back() -> None:
    ways = (Way("a"), Way("b"))
    route, chooser = TrunkRoute("r", ways, Policy.PERCENTAGE), TrunkChooser()
    for _ in range(100):
        assert chooser.choose(route, {"a": replace(OPEN, out="x"), "b": OPEN}).trunk == "b"
    back = [chooser.choose(route, {"a": OPEN, "b": OPEN}).trunk for _ in range(10)]
    assert back.count("a") == 5


def test_a_trunk_that_the_node_has_not_is_passed_over() -> None:
    assert TrunkChooser().choose(AB, {"b": OPEN}).passed == (("a", "not configured on this node"),)
    assert TrunkChooser().choose(only("z"), {}).trunk is None


@pytest.mark.parametrize(
    ("route", "field"),
    [
        (TrunkRoute("r", ()), "ways"),
        (TrunkRoute("r", (Way("a"), Way("a"))), "ways"),
        (TrunkRoute("", (Way("a"),)), "name"),
        (TrunkRoute("r", (Way("a", 0),)), "priority"),
        (TrunkRoute("r", (Way("a", weight=0),)), "weight"),
        (TrunkRoute("r", (Way("a", weight=float("nan")),)), "weight"),
    ],
)
def test_a_route_that_cannot_be_is_refused(route: TrunkRoute, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked_route(route)
    assert refused.value.field == field
