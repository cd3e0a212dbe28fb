"""Whole campaigns in virtual time: what the floor gets out of it, and whether the cap holds.

Quick seeds; utilisation is (talk + wrap-up) / logged-in time. The exact optimum of the memoryless
campaign (T 150 s, R 12 s, p .25, no grace, 3 %) is .821 / .856 / .896 for 5 / 10 / 20 agents, and
.758 for one line per idle agent.
"""

import numpy as np
import pytest
from virtual_campaign import (
    REALISTIC,
    Carrier,
    Day,
    VirtualCampaign,
    constant,
    lognormal,
    uniform,
)

from pacing import PacingSettings


def memoryless(agents: int, seed: int, hours: float = 2.0, **settings: object) -> Day:
    chosen = PacingSettings(answer_grace_s=0.0, **{"mode": "predictive", **settings})
    return VirtualCampaign(chosen, agents=agents, seed=seed).run(hours=hours)


def short_laws(seed: int, mode: str, answer_rate: float = 0.35) -> Day:
    """Eight agents, talks of 4 to 10 s, wrap-up 2 s, rings of 1 to 4 s, 90 answers."""

    def other(rng: np.random.Generator) -> tuple[str, float]:
        busy = rng.random() < 0.3
        return ("busy", float(rng.uniform(0.5, 2.0))) if busy else ("no_answer", 12.0)

    return VirtualCampaign(
        PacingSettings(mode=mode, answer_grace_s=1.8),
        agents=8,
        seed=seed,
        carrier=Carrier(answer_rate, uniform(1.0, 4.0), other),
        talk=uniform(4.0, 10.0),
        wrap_up=constant(2.0),
        tick_s=0.25,
    ).run(answers=90)


def test_progressive_gets_what_theory_says_and_abandons_nobody():
    day = memoryless(10, seed=1, mode="progressive")
    assert day.utilisation == pytest.approx(0.758, abs=0.015)
    assert day.abandoned == 0


@pytest.mark.parametrize(
    ("agents", "floor"), [pytest.param(5, 0.77, marks=pytest.mark.soak), (10, 0.81)]
)
def test_predictive_beats_progressive_and_holds_the_cap_whenever_it_is_stopped(agents, floor):
    days = [memoryless(agents, seed) for seed in range(2)]
    assert np.mean([day.utilisation for day in days]) > floor
    for day in days:
        after_100 = [abandoned <= 0.03 * live for live, abandoned in day.marks if live >= 100]
        assert np.mean(after_100) > 0.98
        assert day.abandon_rate <= 0.03


def test_the_mean_guard_aims_at_the_target_itself():
    day = memoryless(10, seed=1, hours=4.0, abandon_rate_guard="mean")
    assert day.abandon_rate == pytest.approx(0.03, abs=0.008)
    assert day.utilisation > 0.83


def test_realistic_rings_and_talks_with_a_grace():
    settings = PacingSettings(mode="predictive")
    day = VirtualCampaign(
        settings, agents=10, seed=3, carrier=REALISTIC, talk=lognormal(150.0, 1.0)
    ).run(hours=2.0)
    assert day.utilisation > 0.76  # progressive .656
    assert day.abandon_rate <= 0.03


@pytest.mark.parametrize("answer_rate", [pytest.param(0.2, marks=pytest.mark.soak), 0.6])
def test_a_campaign_of_two_minutes_is_neither_reckless_nor_stuck(answer_rate):
    days = [short_laws(seed, "predictive", answer_rate) for seed in range(4)]
    assert sum(day.abandoned > 2 for day in days) == 0
    plain = short_laws(0, "progressive", answer_rate)
    assert np.mean([day.utilisation for day in days]) > 1.2 * plain.utilisation


def test_limits_hold_in_the_simulated_campaign():
    settings = PacingSettings(
        mode="predictive", max_lines=14, calls_per_second=2.0, abandon_rate_guard="mean"
    )
    day = VirtualCampaign(settings, agents=10, seed=5, keep_decisions=True).run(hours=0.5)
    assert day.most_lines <= 14
    assert {"lines", "agents"} <= {str(decision.limited_by) for decision in day.decisions}


@pytest.mark.soak
def test_age_blind_pays_for_what_it_does_not_look_at():
    seeing, blind = (
        [
            VirtualCampaign(
                PacingSettings(mode=mode, abandon_rate_guard="mean"),
                agents=10,
                seed=seed,
                carrier=REALISTIC,
                talk=lognormal(150.0, 1.0),
            ).run(hours=2.0)
            for seed in range(3)
        ]
        for mode in ("predictive", "predictive_age_blind")
    )
    assert np.mean([day.utilisation for day in blind]) > 0.76  # progressive .656
    assert np.mean([day.utilisation for day in seeing]) > np.mean(
        [day.utilisation for day in blind]
    )
