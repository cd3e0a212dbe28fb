"""How campaigns share agents and lines: nobody twice, everybody by weight, nothing wasted."""

import math

from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.ids import CampaignId
from dialer.domain.sharing import LineShares, home_of

A, B, C = CampaignId("a"), CampaignId("b"), CampaignId("c")
CAMPAIGNS = (A, B, C)
WEIGHTS = st.fixed_dictionaries({c: st.floats(0.1, 100) for c in CAMPAIGNS})
ROUNDS = st.lists(
    st.tuples(
        st.integers(-5, 40), st.fixed_dictionaries({c: st.integers(0, 60) for c in CAMPAIGNS})
    ),
    max_size=30,
)


# -- agents ----------------------------------------------------------------------------------


def test_an_agent_goes_where_agents_are_missing_most() -> None:
    assert home_of([A, B], {A: 3, B: 1}, {A: 1.0, B: 1.0}) == B
    assert home_of([A, B], {A: 3, B: 1}, {A: 10.0, B: 1.0}) == A


def test_ties_are_settled_by_name_whatever_the_order() -> None:
    assert home_of([B, A], {}, {A: 1.0, B: 1.0}) == A


def test_only_campaigns_that_dial_and_are_served_are_chosen() -> None:
    assert home_of([A, B], {B: 99}, {B: 1.0, C: 1.0}) == B
    assert home_of([A], {}, {B: 1.0}) is None
    assert home_of([], {}, {A: 1.0}) is None


@given(WEIGHTS, st.integers(1, 200))
def test_agents_who_serve_all_are_divided_by_weight(
    weights: dict[CampaignId, float], agents: int
) -> None:
    counted = dict.fromkeys(CAMPAIGNS, 0)
    for _ in range(agents):
        home = home_of(CAMPAIGNS, counted, weights)
        assert home is not None
        counted[home] += 1
    for campaign, weight in weights.items():
        due = agents * weight / sum(weights.values())
        # nobody is a whole agent above the due: whoever is above would not have been chosen
        assert counted[campaign] <= math.ceil(due + 1)


# -- lines -----------------------------------------------------------------------------------


@given(ROUNDS, WEIGHTS)
def test_lines_are_given_only_as_far_as_free_and_wanted_and_none_is_wasted(
    rounds: list[tuple[int, dict[CampaignId, int]]], weights: dict[CampaignId, float]
) -> None:
    shares = LineShares()
    for free, wants in rounds:
        given_out = shares.divide(free, wants, weights)
        assert set(given_out) == set(wants)
        assert all(0 <= given_out[c] <= wants[c] for c in wants)
        assert sum(given_out.values()) == min(max(free, 0), sum(wants.values()))


@given(WEIGHTS, st.lists(st.integers(0, 7), min_size=1, max_size=200))
def test_a_trickle_is_shared_as_evenly_as_a_flood(
    weights: dict[CampaignId, float], free: list[int]
) -> None:
    shares = LineShares()
    total = dict.fromkeys(CAMPAIGNS, 0)
    for lines in free:
        for campaign, count in shares.divide(lines, dict.fromkeys(CAMPAIGNS, 100), weights).items():
            total[campaign] += count
    for campaign, weight in weights.items():
        due = sum(free) * weight / sum(weights.values())
        assert abs(total[campaign] - due) < len(CAMPAIGNS)


def test_one_line_at_a_time_follows_the_weights() -> None:
    shares = LineShares()
    taken = [shares.divide(1, {A: 9, B: 9}, {A: 3.0, B: 1.0}) for _ in range(8)]
    assert "".join("a" if round_[A] else "b" for round_ in taken) == "aabaaaba"


def test_what_one_does_not_want_passes_to_the_others() -> None:
    assert LineShares().divide(10, {A: 2, B: 50}, {A: 9.0, B: 1.0}) == {A: 2, B: 8}


def test_who_wanted_nothing_for_long_has_saved_up_nothing() -> None:
    shares = LineShares()
    for _ in range(1000):
        shares.divide(5, {A: 0, B: 9}, {A: 1.0, B: 1.0})
    assert shares.divide(10, {A: 9, B: 9}, {A: 1.0, B: 1.0}) == {A: 5, B: 5}


@given(ROUNDS, WEIGHTS, WEIGHTS)
def test_after_any_past_a_campaign_gets_its_share_again_soon(
    rounds: list[tuple[int, dict[CampaignId, int]]],
    before: dict[CampaignId, float],
    now: dict[CampaignId, float],
) -> None:
    shares = LineShares()
    for free, wants in rounds:
        shares.divide(free, wants, before)
    given_out = shares.divide(60, dict.fromkeys(CAMPAIGNS, 60), now)
    for campaign, weight in now.items():
        assert abs(given_out[campaign] - 60 * weight / sum(now.values())) < 2 * len(CAMPAIGNS)
