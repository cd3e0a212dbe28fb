"""Dealing leads out, and what a lead is when nobody holds it."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.ids import AgentId
from dialer.domain.ownership import Holder, deal, resting_state

ANN, BEN, CID = AgentId("ann"), AgentId("ben"), AgentId("cid")


def test_the_best_leads_are_dealt_in_turns_and_not_in_blocks() -> None:
    dealt = deal(range(5), [Holder(ANN, 0), Holder(BEN, 0)])
    assert dealt.to == {ANN: [0, 2, 4], BEN: [1, 3]}
    assert dealt.left == []


def test_who_was_given_fewer_in_the_slices_before_comes_first() -> None:
    dealt = deal(range(3), [Holder(ANN, 9), Holder(BEN, 0)], {BEN: 2})
    assert dealt.to == {ANN: [0, 1], BEN: [2]} or dealt.to == {ANN: [0, 1, 2]}


def test_nobody_is_given_more_than_it_may_hold() -> None:
    dealt = deal(range(6), [Holder(ANN, 1, most=2), Holder(BEN, 7, most=5), Holder(CID, 0, most=3)])
    assert {name: len(leads) for name, leads in dealt.to.items()} == {ANN: 1, CID: 3}
    assert dealt.left == [4, 5]


@given(
    leads=st.integers(0, 60),
    holders=st.lists(st.tuples(st.integers(0, 20), st.none() | st.integers(0, 20)), max_size=6),
)
def test_dealing_loses_no_lead_gives_none_twice_and_is_even(
    leads: int, holders: list[tuple[int, int | None]]
) -> None:
    agents = [Holder(AgentId(f"a{i}"), held, most) for i, (held, most) in enumerate(holders)]
    dealt = deal(range(leads), agents)
    given_out = [lead for own in dealt.to.values() for lead in own]
    assert Counter([*given_out, *dealt.left]) == Counter(range(leads))
    counts = {holder.agent_id: len(dealt.to.get(holder.agent_id, ())) for holder in agents}
    for holder in agents:
        assert holder.room is None or counts[holder.agent_id] <= holder.room
    unfilled = [counts[h.agent_id] for h in agents if h.room is None or counts[h.agent_id] < h.room]
    if unfilled:
        assert max(counts.values()) - min(unfilled) <= 1
        assert not dealt.left


def test_a_resting_lead_is_owned_while_its_owner_lives_else_waits_for_its_time() -> None:
    def state(owner: str | None, until: float | None, due_at: float) -> str:
        return resting_state(owner=owner, assigned_until=until, due_at=due_at, now=100.0)

    assert state("ann", None, 0.0) == "owned"
    assert state("ann", 101.0, 500.0) == "owned"
    assert state("ann", 100.0, 500.0) == "waiting"
    assert state(None, None, 500.0) == "waiting"
    assert state(None, None, 0.0) == "ready"
    assert state("ann", 99.0, 100.0) == "ready"
