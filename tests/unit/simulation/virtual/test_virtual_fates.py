"""The same leads for every pacing; laws that have the mean and survival they say."""

import numpy as np
import pytest
from floors import clockwork, memoryless
from pydantic import TypeAdapter

from simulation.virtual.fates import Fates
from simulation.virtual.laws import Law
from simulation.virtual.scenario import load_scenario

LAWS = {
    "constant": {"law": "constant", "seconds": 7.0},
    "uniform": {"law": "uniform", "after_s": 5.0, "width_s": 4.0},
    "exponential": {"law": "exponential", "scale_s": 12.0},
    "gamma": {"law": "gamma", "after_s": 3.0, "shape": 2.5, "scale_s": 3.2},
    "lognormal": {"law": "lognormal", "scale_s": 150.0, "cv": 1.0},
    "observed": {"law": "observed", "of": "bank-marketing", "scale": 0.5},
    "sample": {"law": "sample", "values": [4.0, 1.0, 9.0, 9.0]},
    "mixture": {
        "law": "mixture",
        "parts": [
            {"share": 0.25, "of": {"law": "constant", "seconds": 2.0}},
            {"share": 0.75, "of": {"law": "exponential", "scale_s": 30.0}},
        ],
    },
}


@pytest.mark.parametrize("name", LAWS)
def test_what_is_drawn_has_the_mean_and_the_survival_of_its_law(name: str) -> None:
    law = TypeAdapter(Law).validate_python(LAWS[name])
    drawn = law.draw(np.random.default_rng(1), 40_000)
    assert drawn.min() >= 0.0
    assert drawn.mean() == pytest.approx(law.mean_s, rel=0.03)
    ages = np.array([0.5, 3.0, 8.0, 20.0, 100.0])
    seen = (drawn[:, None] > ages).mean(axis=0)
    assert law.survival(ages) == pytest.approx(seen, abs=0.01)
    assert law.survival(ages.reshape(5, 1)).shape == (5, 1)


def test_a_seed_has_one_row_of_fates_and_another_seed_another() -> None:
    calls = load_scenario("r1").calls

    def row(seed: int):
        fates = Fates(calls, seed)
        return [fates.next() for _ in range(3000)]

    assert row(3) == row(3)
    assert row(3) != row(4)


def test_the_same_leads_ring_and_talk_alike_when_the_answer_rate_changes() -> None:
    calls = memoryless().calls
    better = calls.model_copy(update={"answer_rate": 0.5})
    assert Fates(calls, 1).next() == Fates(better, 1).next()


def test_other_ends_and_machines_come_in_their_shares() -> None:
    calls = load_scenario("r1").calls
    fates = Fates(calls, 1)
    ends = [fates.next().outcome for _ in range(20_000)]
    for end in calls.other:
        assert ends.count(end.outcome) / 20_000 == pytest.approx(end.share, abs=0.015)


def test_leads_with_rates_of_their_own_have_the_mean_rate() -> None:
    spread = clockwork(calls="lead_rates = { alpha = 1.2 }").calls
    calls = spread.model_copy(update={"answer_rate": 0.25})
    fates = Fates(calls, 1)
    rates = np.array([0.25 * fates.next().own_rate for _ in range(20_000)])
    assert rates.mean() == pytest.approx(0.25, abs=0.005)
    alpha, beta = 1.2, 3.6
    variance = alpha * beta / ((alpha + beta) ** 2 * (alpha + beta + 1.0))
    assert rates.var() == pytest.approx(variance, rel=0.05)
