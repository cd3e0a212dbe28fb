"""Recycling, whatever the rules and the past: properties."""

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.domain.disposition import DEFAULT_DISPOSITIONS
from dialer.domain.outcome import Outcome
from dialer.domain.recycling import next_step
from dialer.domain.recycling_history import NumberState, Tried
from dialer.domain.recycling_rules import RecyclingRules, Retry
from dialer.domain.recycling_step import Dial, Done, Next

O = Outcome  # noqa: E741
USABLE, INVALID, DO_NOT_CALL = NumberState
ONE, TWO, THREE = [USABLE], [USABLE] * 2, [USABLE] * 3
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
NOON = 20_000 * DAY + 12 * HOUR
"""Noon, UTC, of some day."""
RULES = RecyclingRules()
SAID = DEFAULT_DISPOSITIONS.by_code
BY_RULE = [o for o in Outcome if o not in (O.CONNECTED, O.INVALID)]
PAGE = (Path(__file__).parents[3] / "docs" / "recycling.md").read_text(encoding="utf-8")


WAITS = st.lists(st.floats(0, 3 * DAY), min_size=1, max_size=3).map(tuple)
RETRIES = st.builds(Retry, waits_s=WAITS, most=st.integers(1, 4))
ANY_RULES = st.builds(
    RecyclingRules,
    **{o.value: RETRIES for o in BY_RULE if o is not O.LOST},
    most_per_day=st.integers(1, 4),
    most_in_all=st.integers(1, 12),
    next_number_after_s=st.none() | st.floats(0, DAY),
)
REPEATING = [SAID[code] for code in ("not_in", "hung_up", "machine", "silence", "wrong_number")]
ANY_NUMBERS = st.lists(st.sampled_from(NumberState), min_size=1, max_size=4)
OFFSETS = st.integers(-12, 14).map(lambda hours: hours * 3600)


def live(
    rules: RecyclingRules, numbers: list[NumberState], offset_s: int, seed: int
) -> tuple[list[Tried], Next]:
    """Dial a lead as soon as it may be dialed, until it may not; check each step."""
    rng = random.Random(seed)
    now = NOON
    history: list[Tried] = []
    for _ in range(rules.most_in_all + 1):
        step = next_step(rules, numbers, history, offset_s, now)
        if not isinstance(step, Dial):
            return history, step
        assert numbers[step.number] is USABLE
        check_waits(rules, history, step)
        now = max(now, step.not_before) + rng.choice([0, 0, 1, HOUR, DAY])
        same = next_step(rules, numbers, history, offset_s, now)
        assert isinstance(same, Dial)
        now = max(now, same.not_before)  # the day may have had its attempts when we came late
        outcome = rng.choice([*BY_RULE, O.INVALID, O.CONNECTED])
        said = rng.choice(REPEATING) if outcome is O.CONNECTED else None
        history.append(Tried(same.number, outcome, now, said))
    pytest.fail("it never ends")


def check_waits(rules: RecyclingRules, history: list[Tried], step: Dial) -> None:
    """Check a dial against the waits, told in another way than the law tells them."""
    before = [tried for tried in history if tried.number == step.number]
    assert all(tried.outcome is not O.INVALID for tried in before)
    assert all(not (t.disposition and t.disposition.wrong_number) for t in before)
    for tried in history:
        if tried.outcome is O.ABANDONED:
            assert step.not_before >= tried.at + 72 * HOUR
    if before and before[-1].disposition is None:
        last = before[-1]
        rule = rules.of(last.outcome)
        assert rule is not None
        assert step.not_before >= last.at + min(rule.waits_s)
        if len({tried.outcome for tried in before}) == 1 and len(rule.waits_s) >= len(before):
            assert step.not_before >= last.at + rule.waits_s[len(before) - 1]
    elif before:
        said = before[-1].disposition
        assert said is not None
        assert step.not_before >= before[-1].at + (
            min(rules.machine.waits_s) if said.retry_after_s is None else said.retry_after_s
        )


@settings(deadline=None)
@given(ANY_RULES, ANY_NUMBERS, OFFSETS, st.integers(0, 2**32))
def test_no_lead_is_dialed_before_a_wait_or_beyond_a_maximum(
    rules: RecyclingRules, numbers: list[NumberState], offset_s: int, seed: int
) -> None:
    history, end = live(rules, numbers, offset_s, seed)
    assert isinstance(end, Done)
    assert len(history) <= rules.most_in_all
    days = Counter((tried.at + offset_s) // DAY for tried in history)
    assert all(count <= rules.most_per_day for count in days.values())
    for (_, outcome), count in Counter((t.number, t.read_as) for t in history).items():
        rule = rules.of(outcome)
        assert rule is None or count <= rule.most


@settings(deadline=None)
@given(
    ANY_RULES,
    ANY_NUMBERS,
    OFFSETS,
    st.integers(0, 2**32),
    st.integers(0, 12),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_a_history_is_read_does_not_matter(
    rules: RecyclingRules,
    numbers: list[NumberState],
    offset_s: int,
    seed: int,
    length: int,
    rng: random.Random,
) -> None:
    history = live(rules, numbers, offset_s, seed)[0][:length]
    if len({tried.at for tried in history}) < len(history):
        return
    shuffled = rng.sample(history, len(history))
    step = next_step(rules, numbers, history, offset_s, NOON)
    assert next_step(rules, numbers, shuffled, offset_s, NOON) == step


@settings(deadline=None)
@given(ANY_RULES, ANY_NUMBERS, OFFSETS, st.integers(0, 2**32), st.integers(0, 12))
def test_an_agent_who_is_guaranteed_makes_no_lead_wait_longer(
    rules: RecyclingRules, numbers: list[NumberState], offset_s: int, seed: int, length: int
) -> None:
    history = live(rules, numbers, offset_s, seed)[0][:length]
    now = history[-1].at if history else NOON
    plain = next_step(rules, numbers, history, offset_s, now)
    guaranteed = next_step(rules, numbers, history, offset_s, now, agent_guaranteed=True)
    assert type(plain) is type(guaranteed)
    if isinstance(plain, Dial) and isinstance(guaranteed, Dial):
        assert guaranteed.not_before <= plain.not_before
