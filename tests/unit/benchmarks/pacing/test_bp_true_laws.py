"""The rule told the true laws: what it is told is what the scenario says."""

import numpy as np
import pytest

from benchmarks.pacing.paced import RUNNING, TOLD, scenario, settings
from benchmarks.pacing.runs import run_day
from benchmarks.pacing.true_laws import TrueLaws
from pacing import Pacer
from simulation.virtual.laws import Constant, Exponential

NOBODY = np.zeros(0)
AGES = np.array([0.0, 5.0, 60.0, 300.0])


def free(name: str, ahead: float, **calls: object) -> tuple[np.ndarray, np.ndarray]:
    place = scenario(name)
    place = place.model_copy(update={"calls": place.calls.model_copy(update=calls)})
    handle = TrueLaws(place).handle
    talk, wrap_up = handle.free_within(0.0, np.array([ahead]), AGES, NOBODY, NOBODY)
    return talk[:, 0], wrap_up[:, 0]


def test_a_memoryless_talk_ends_within_ten_seconds_alike_at_any_age() -> None:
    talk, _ = free("memoryless-5", 10.0)
    assert talk == pytest.approx(1.0 - np.exp(-10.0 / 150.0))


def test_a_wrap_up_of_four_seconds_must_fit_in() -> None:
    talk, wrap_up = free("memoryless-5", 10.0, wrap_up=Constant(law="constant", seconds=4.0))
    assert talk == pytest.approx(1.0 - np.exp(-6.0 / 150.0))
    assert wrap_up == pytest.approx(1.0)


def test_a_wrap_up_that_varies_is_summed_over() -> None:
    # talk and wrap-up both exponential: the sum of two rates, in closed form
    wrap = Exponential(law="exponential", scale_s=15.0)
    talk, wrap_up = free("memoryless-5", 10.0, wrap_up=wrap)
    a, b, t = 1.0 / 150.0, 1.0 / 15.0, 10.0
    both = 1.0 - (b * np.exp(-a * t) - a * np.exp(-b * t)) / (b - a)
    assert talk == pytest.approx(both, rel=0.03)
    assert wrap_up == pytest.approx(1.0 - np.exp(-10.0 / 15.0))


def test_with_machines_a_young_talk_is_likely_to_end_soon_and_an_older_one_is_not() -> None:
    talk, _ = free("list-doubles", 12.0, wrap_up=Constant(law="constant", seconds=0.0))
    persons = scenario("list-doubles").calls.talk.survival
    # of age 0: all machines (8 + 2 s) and a few persons; of age 60: persons only
    share = 0.28 + 0.72 * (1.0 - persons(np.array([12.0]))[0])
    assert talk[0] == pytest.approx(share)
    alive, later = persons(np.array([60.0, 72.0]))
    assert talk[2] == pytest.approx(1.0 - later / alive)


def test_the_law_of_lines_is_the_one_the_carrier_follows() -> None:
    shape = TrueLaws(scenario("r1-5")).ring.shape(0.0, NOBODY)
    assert shape.other_by(np.array([2.5]))[0] == pytest.approx(0.13)
    assert shape.other_by(np.array([26.5]))[0] == pytest.approx(0.13 + 0.47 + 0.4 * 0.5)
    assert shape.answered_by(np.array([3.0]))[0] == pytest.approx(0.0, abs=1e-9)
    median = shape.answer_quantiles(np.array([0.5]))[0]
    assert median == pytest.approx(3.0 + 6.96, abs=0.2)


def test_the_answer_rate_follows_the_day_and_tables_follow_it() -> None:
    laws = TrueLaws(scenario("list-doubles"))
    assert laws.answer_rate.at(3.9 * 3600.0) == pytest.approx(0.18)
    assert laws.answer_rate.at(4.0 * 3600.0) == pytest.approx(0.36)
    laws.line_failed(20.0, 3.9 * 3600.0)
    assert laws.learned == 0.0
    laws.line_failed(20.0, 4.1 * 3600.0)
    assert laws.learned > 0.0


def test_a_pacer_told_the_truth_knows_the_answer_rate_at_once() -> None:
    place = scenario("r1-5")
    pacer = Pacer(settings(place), laws=TrueLaws.of(place))
    pacer.agent_changed("a", "idle", 0.0)
    assert pacer.decide(0.0).answer_rate == pytest.approx(0.25)


def test_the_same_seed_gives_the_same_day() -> None:
    place = scenario("r1-5", hours=0.5)
    first, second = (run_day(TOLD, place, 7) for _ in range(2))
    assert first.utilisation == second.utilisation
    assert run_day(RUNNING, place, 7).utilisation != run_day(RUNNING, place, 8).utilisation
