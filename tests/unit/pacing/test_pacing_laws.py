"""The estimators and the sums of chances, against what is known exactly."""

import itertools

import numpy as np
import pytest

from pacing.answer_rate import AnswerRate
from pacing.handle_law import HandleLaw
from pacing.hazard import Grid, HazardLaw
from pacing.ring_law import RingLaw
from pacing.unserved import Unserved

GRID = Grid(first_s=0.25, ratio=1.12, count=98)


def brute_force(chances: list[float], needed: int) -> float:
    total = 0.0
    for outcome in itertools.product((0, 1), repeat=len(chances)):
        if sum(outcome) >= needed:
            terms = [p if one else 1.0 - p for p, one in zip(chances, outcome, strict=True)]
            total += float(np.prod(terms))
    return total


def test_the_chance_to_find_nobody_is_exact_on_a_small_floor():
    chances = [0.1, 0.9, 0.35, 0.6, 0.02]
    unserved = Unserved(np.array(chances)[:, None], np.array([0.2]), needed=3)
    for lines in range(4):
        exact = brute_force(chances + [0.2] * lines, 3)
        assert unserved.after(lines)[0] == pytest.approx(exact, abs=1e-12)


def test_the_normal_form_of_a_large_floor_agrees_with_the_exact_one():
    rng = np.random.default_rng(1)
    chances = rng.uniform(0.02, 0.5, size=(400, 1))
    law = np.array([1.0])
    for chance in chances[:, 0]:
        law = np.convolve(law, [1.0 - chance, chance])
    for needed in range(80, 130, 5):
        near = Unserved(chances, np.array([0.1]), needed).after(0)[0]
        assert near == pytest.approx(law[needed:].sum(), abs=5e-4)


def test_the_number_of_lines_is_the_last_one_below_beta_in_either_form():
    for terms in (4, 200):
        unserved = Unserved(np.full((terms, 1), 0.3), np.array([0.25]), needed=terms // 2 + 5)
        lines, chance = unserved.lines_within(0.05, 1000)
        assert lines > 0
        assert unserved.after(lines - 1)[0] <= 0.05 < chance
        assert unserved.lines_within(0.05, lines - 1)[0] == lines - 1
        assert unserved.lines_within(0.05, 0)[0] == 0


def test_more_callers_waiting_than_agents_to_come_is_certain_to_fail():
    assert Unserved(np.zeros((0, 6)), np.full(6, 0.2), needed=-1).lines_within(0.99, 9) == (0, 1.0)


def test_a_constant_hazard_is_learned_in_spite_of_censoring():
    rng = np.random.default_rng(2)
    law = HazardLaw(GRID, half_life_s=1e6, prior_means_s=(300.0,), weight=4.0)
    for _ in range(4000):
        life, watched = rng.exponential(100.0), rng.exponential(100.0)
        law.add(min(life, watched), 0 if life <= watched else None, at=0.0)
    hazards = law.hazards(0.0)[0]
    survival = np.exp(-law.cumulated(hazards, np.array([20.0, 100.0, 200.0])))
    assert survival == pytest.approx(np.exp([-0.2, -1.0, -2.0]), abs=0.03)


def test_talks_that_still_run_count_before_the_first_one_has_ended():
    law = HazardLaw(GRID, half_life_s=1e6, prior_means_s=(60.0,), weight=4.0)
    before = law.hazards(0.0)[0].mean()
    assert law.hazards(0.0, np.full(10, 600.0))[0].mean() < 0.5 * before


def test_old_ends_are_forgotten_by_half_life():
    law = HazardLaw(GRID, half_life_s=600.0, prior_means_s=(60.0,), weight=1.0)
    for _ in range(200):
        law.add(20.0, 0, at=0.0)
    for _ in range(200):
        law.add(200.0, 0, at=12_000.0)
    survival = np.exp(-law.cumulated(law.hazards(12_000.0)[0], np.array([100.0])))
    assert survival[0] > 0.9


def test_an_observation_can_be_taken_back():
    law = HazardLaw(GRID, half_life_s=600.0, prior_means_s=(60.0,), weight=1.0)
    before = law.hazards(5000.0)[0]
    law.add(20.0, 0, at=0.0)
    law.add(90.0, None, at=90_000.0)
    law.add(90.0, None, at=90_000.0, count=-1.0)
    law.add(20.0, 0, at=0.0, count=-1.0)
    assert law.hazards(90_000.0)[0] == pytest.approx(before, rel=1e-6)


def test_ring_laws_separate_answers_from_other_ends():
    rng = np.random.default_rng(3)
    law = RingLaw(half_life_s=1e6, answer_rate=0.3, ring_s=12.0, other_s=18.0, weight=4.0)
    for _ in range(4000):
        if rng.random() < 0.25:
            law.answered(float(rng.uniform(4.0, 12.0)), at=0.0)
        else:
            law.ended(25.0, at=0.0)
    shape = law.shape(0.0, np.zeros(0))
    assert shape.answered_by(np.array([4.0, 8.0, 13.0])) == pytest.approx([0, 0.5, 1], abs=0.06)
    assert shape.other_by(np.array([20.0])) == pytest.approx([0.0], abs=0.03)
    assert shape.answer_quantiles(np.array([0.5]))[0] == pytest.approx(8.0, abs=0.7)


def test_lines_in_flight_keep_quick_answers_from_biasing_the_rate():
    """Answers come after 5 s, failures after 25 s: at 6 s only answers have been seen."""
    naive = AnswerRate(prior_rate=0.3, weight=4.0, half_life_s=900.0)
    for _ in range(25):
        naive.answered(5.0)
    seen = naive.estimate(6.0, np.zeros(0), np.zeros(0))
    aware = AnswerRate(prior_rate=0.3, weight=4.0, half_life_s=900.0)
    for _ in range(25):
        aware.answered(5.0)
    with_pending = aware.estimate(6.0, np.full(75, 1.0), np.zeros(75))
    assert seen > 0.85
    assert with_pending == pytest.approx(0.25, abs=0.02)


def test_an_agent_in_a_constant_wrap_up_is_free_when_it_is_over():
    law = HandleLaw(half_life_s=1e6, talk_s=150.0, wrap_up_s=15.0, weight=4.0)
    for _ in range(300):
        law.talk_ended(60.0, 0.0, wrapped=True)
        law.wrap_up_ended(10.0, 0.0)
    ages = np.array([1.0, 9.0])
    none = np.zeros(0)
    talk, wrap_up = law.free_within(0.0, np.array([3.0, 12.0]), ages, none, none)
    assert talk.max() < 0.02
    assert wrap_up[0] == pytest.approx([0.0, 1.0], abs=0.05)
    assert wrap_up[1] == pytest.approx([1.0, 1.0], abs=0.1)


def test_a_talk_near_its_end_still_has_its_wrap_up_before_it():
    law = HandleLaw(half_life_s=1e6, talk_s=150.0, wrap_up_s=15.0, weight=4.0)
    for _ in range(600):
        law.talk_ended(60.0, 0.0, wrapped=True)
        law.wrap_up_ended(10.0, 0.0)
    none = np.zeros(0)
    talk, _ = law.free_within(0.0, np.array([5.0, 30.0]), np.array([57.0]), none, none)
    assert talk[0] == pytest.approx([0.0, 1.0], abs=0.1)


def test_what_is_assumed_weighs_as_little_as_it_says_and_is_never_forgotten():
    law = HazardLaw(GRID, half_life_s=60.0, prior_means_s=(60.0,), weight=1.0)
    law.assume(30.0, 0, 10.0)
    ages = np.array([20.0, 40.0])
    for now in (0.0, 1e9):
        early, late = np.exp(-law.cumulated(law.hazards(now)[0], ages))
        assert early > 0.6
        assert late < 0.3
    for _ in range(500):
        law.add(5.0, 0, at=1e9)
    assert np.exp(-law.cumulated(law.hazards(1e9)[0], ages))[0] < 0.1


def test_before_anybody_was_called_nobody_is_expected_to_answer_at_once():
    law = RingLaw(half_life_s=1e6, answer_rate=0.3, ring_s=12.0, other_s=25.0, weight=12.0)
    shape = law.shape(0.0, np.zeros(0))
    assert shape.answered_by(np.array([3.0]))[0] < 0.15
    assert 8.0 < shape.answer_quantiles(np.array([0.5]))[0] < 14.0


def test_few_first_answers_are_believed_more_slowly_than_many():
    few = AnswerRate(prior_rate=0.3, weight=4.0, half_life_s=900.0)
    many = AnswerRate(prior_rate=0.3, weight=4.0, half_life_s=900.0)
    for place in range(20):
        (few.answered if place < 1 else few.ended)(5.0)
        (many.answered if place < 16 else many.ended)(5.0)
    none = np.zeros(0)
    assert few.estimate(5.0, none, none) == pytest.approx((0.3 * 24 + 1) / 44)
    assert many.estimate(5.0, none, none) == pytest.approx((0.3 * 4 + 16) / 24)


@pytest.mark.parametrize("answers_first", [True, False])
def test_the_rate_stays_itself_when_old_counts_are_scaled_down(answers_first):
    """Weights grow by half-lives and are brought back now and then, at whatever comes then."""
    law = AnswerRate(prior_rate=0.3, weight=4.0, half_life_s=900.0)
    none = np.zeros(0)
    for now in np.arange(0.0, 80.0 * 900.0, 30.0):
        for place in range(4):
            (law.answered if (place == 0) is answers_first else law.ended)(float(now))
        rate = law.estimate(float(now), none, none) if now % 900.0 == 0.0 else None
        if rate is not None and now > 9000.0:
            assert rate == pytest.approx(0.25 if answers_first else 0.75, abs=0.03)
