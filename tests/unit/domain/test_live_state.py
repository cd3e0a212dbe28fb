"""A state told change by change is the same wherever every change arrived."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.live_state import Delta, History, LiveState
from dialer.errors import BadInput

TOPICS = st.sampled_from(["agents", "calls"])
KEYS = st.sampled_from(["a", "b", "c", "d"])
VALUES = st.none() | st.fixed_dictionaries({"n": st.integers(0, 2)})
CHANGES = st.lists(st.tuples(TOPICS, KEYS, VALUES), max_size=40)


def whole(state: LiveState) -> dict[tuple[str, str], Any]:
    return {(one.topic, one.key): one.value for one in state.entries()}


def test_a_change_has_the_next_number_and_none_is_no_change() -> None:
    state = LiveState("e")
    assert state.put("agents", "ann", {"state": "idle"}) == Delta(
        1, "agents", "ann", {"state": "idle"}
    )
    assert state.put("agents", "ann", {"state": "idle"}) is None
    assert state.put("agents", "bob", None) is None
    assert state.put("agents", "ann", None) == Delta(2, "agents", "ann", None)
    assert (state.seq, state.snapshot("agents"), state.snapshot("calls")) == (2, {}, {})


def test_a_gap_is_refused_and_what_is_known_already_changes_nothing() -> None:
    state = LiveState("e")
    assert state.apply(Delta(1, "agents", "ann", {"n": 1}))
    assert not state.apply(Delta(3, "agents", "ann", {"n": 3}))
    assert state.apply(Delta(1, "agents", "ann", {"n": 9}))
    assert (state.seq, state.get("agents", "ann")) == (1, {"n": 1})


@given(CHANGES, st.integers(1, 12), st.integers(0, 40))
def test_who_comes_back_gets_what_is_missing_or_is_told_that_it_is_not_known(
    changes: list[tuple[str, str, Any]], limit: int, away_at: int
) -> None:
    state, copy, history = LiveState("e"), LiveState("e"), History(limit)
    history.begin("e", 0)
    for topic, key, value in changes:
        delta = state.put(topic, key, value)
        if delta is None:
            continue
        history.note(delta)
        if delta.seq <= away_at:
            copy.apply(delta)
    missing = history.since("e", copy.seq)
    assert (missing is None) == (state.seq - copy.seq > limit)
    if missing is not None:
        assert all(copy.apply(delta) for delta in missing)
        assert (copy.seq, whole(copy)) == (state.seq, whole(state))


@given(CHANGES, CHANGES, st.integers(1, 5))
def test_pages_taken_while_the_state_changes_make_it_up_with_the_changes_after_the_first(
    before: list[tuple[str, str, Any]], meanwhile: list[tuple[str, str, Any]], most: int
) -> None:
    state = LiveState("e")
    for topic, key, value in before:
        state.put(topic, key, value)
    page = state.page(most=most)
    copy, changes, told = LiveState("e", page.seq), list(meanwhile), []
    copy.fill(page.entries)
    while page.after is not None:
        if changes:
            told.append(state.put(*changes.pop()))
        page = state.page(page.after, most=most)
        copy.fill(page.entries)
    assert all(copy.apply(delta) for delta in told if delta is not None)
    assert (copy.seq, whole(copy)) == (state.seq, whole(state))


def test_another_life_of_the_engine_is_not_what_was_known() -> None:
    history = History(5)
    history.begin("one", 7)
    assert history.since("one", 7) == []
    assert history.since("one", 8) is None  # who heard more than is known here
    assert history.since("one", 6) is None
    assert history.since("two", 7) is None
    with pytest.raises(BadInput, match="keep at least one"):
        History(0)
