"""Figures, tables and scenarios of the pacing bench."""

import numpy as np
import pytest

from benchmarks.pacing import bars, closed_form
from benchmarks.pacing.clockwork import size_of
from benchmarks.pacing.optimum import Memoryless, optimum
from benchmarks.pacing.paced import (
    BASELINES,
    CAP,
    FOLDER,
    MEAN,
    PROGRESSIVE,
    grace_s,
    ratio_policy,
    scenario,
)
from benchmarks.pacing.plan import FULL, QUICK
from benchmarks.pacing.realistic import JUMPS, NAMES, After, place_of
from benchmarks.pacing.runs import Result, run_day
from benchmarks.pacing.steering import steered_ratio
from benchmarks.pacing.table import Row, as_markdown, as_text


def day(settled: list[tuple[float, bool]], hours: float = 1.0, seed: int = 0) -> Result:
    abandoned = sum(lost for _, lost in settled)
    return Result(
        seed=seed,
        hours=hours,
        utilisation=0.8,
        abandon_rate=abandoned / len(settled),
        live_answers=len(settled),
        abandoned=abandoned,
        conversations_per_hour=20.0,
        dials_per_hour=90.0,
        waits_s=np.zeros(1, dtype=np.float32),
        settled_at_s=np.array([at for at, _ in settled], dtype=np.float32),
        settled_abandoned=np.array([lost for _, lost in settled]),
        idle=np.full(60, 1, dtype=np.int16),
        busy=np.full(60, 9, dtype=np.int16),
        decided=100,
        deciding_s=0.01,
    )


def test_the_share_of_time_over_the_cap_begins_after_so_many_answers() -> None:
    # ten answers one a minute, the sixth is abandoned: 1/6 until 420 s, then 1/7, 1/8, ...
    found = day([(60.0 * n, n == 6) for n in range(1, 11)])
    assert found.over(0.13, after=5) == pytest.approx(120.0 / (3600.0 - 360.0))
    assert found.over(0.13, after=50) == 0.0


def test_a_figure_in_full_is_judged_as_it_is_and_in_a_hurry_by_its_confidence() -> None:
    values = [0.80, 0.82, 0.81, 0.83]
    assert bars.percent("u", values, FULL, at_least=0.82).missed
    assert not bars.percent("u", values, QUICK, at_least=0.82).missed
    assert bars.percent("u", values, QUICK, at_least=0.95).missed


def test_counts_are_judged_in_full_only() -> None:
    assert bars.counted("days", 2, FULL, at_most=1).missed
    assert not bars.counted("days", 2, QUICK, at_most=1).missed


def test_a_table_shows_mean_and_confidence() -> None:
    row = Row.of("ours", [day([(60.0, False), (120.0, False)]), day([(60.0, True)] * 2)])
    assert row.cells()[:2] == ("ours", "80.0 ±0.0")
    assert row.cells()[-1] == "100"
    assert "(2 seeds)" in as_markdown("place", [row])
    assert any("ours" in line for line in as_text("place", [row]))


def test_the_hour_after_a_jump_counts_abandons_beyond_budget() -> None:
    settled = [(1800.0 + 30.0 * n, n % 5 == 0) for n in range(20)]
    settled += [(2400.0 + 30.0 * n, False) for n in range(1, 40)]
    after = After.of([day(settled)], 1800.0)
    # four of twenty in ten minutes, where .6 were allowed
    assert after.excess[9] == pytest.approx(4.0 - 0.03 * 20.0)
    assert after.back_after(after) == 3.0  # two of twenty are within two standard errors


@pytest.mark.parametrize("agents", [20, pytest.param(50, marks=pytest.mark.soak)])
def test_the_closed_form_is_within_half_a_point_of_the_optimum(agents: int) -> None:
    exact = optimum(Memoryless(agents, 0.5)).utilisation
    form = closed_form.utilisation(agents, 0.5, cap=CAP, ring_s=12.0, handle_s=150.0)
    assert form == pytest.approx(exact, abs=0.005)


def test_leads_that_answer_are_those_with_high_rates() -> None:
    assert closed_form.rate_of_answering(1.2, 3.6) == pytest.approx(2.2 / 5.8)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_each_scenario_is_one_that_pacing_can_run(name: str) -> None:
    place = scenario(name, hours=0.1)
    assert grace_s(place) in (0.0, 2.0)
    assert run_day(MEAN, place, 0).live_answers >= 0


def test_half_of_the_realistic_scenarios_have_amd_off() -> None:
    off = [scenario(name).calls.machines is not None for name in NAMES]
    assert sum(off) * 2 >= len(NAMES)


def test_on_a_shorter_day_a_jump_comes_earlier() -> None:
    for name in JUMPS:
        assert place_of(name, QUICK).calls.rate_over_day[-1].at_h == QUICK.hours / 2.0


@pytest.mark.parametrize("policy", BASELINES, ids=lambda policy: policy.name)
def test_every_baseline_paces_a_campaign(policy: object) -> None:
    found = run_day(policy, scenario("r1-10", hours=0.5), 1)
    assert 0.3 < found.utilisation < 1.0


def test_progressive_abandons_nobody() -> None:
    assert run_day(PROGRESSIVE, scenario("r1-5", hours=1.0), 1).abandoned == 0


def test_the_ratio_is_steered_to_the_cap() -> None:
    place = scenario("r1-20", hours=1.0)
    ratio = steered_ratio(place, CAP, 2)
    assert 2.0 < ratio < 8.0
    days = [run_day(ratio_policy(ratio), place, 9_000 + seed) for seed in range(2)]
    rate = sum(d.abandoned for d in days) / sum(d.live_answers for d in days)
    assert rate <= CAP


def test_all_that_a_thing_holds_is_weighed_once() -> None:
    shared = np.zeros(1_000)
    assert 8_000 < size_of({"a": shared, "b": [shared, shared]}) < 9_500
