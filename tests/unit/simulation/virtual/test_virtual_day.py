"""Whole days with the real pacer: what theory says must come of them."""

import pytest
from floors import memoryless

from pacing import Pacer, PacingSettings
from simulation.virtual.campaign import VirtualCampaign
from simulation.virtual.day import Day
from simulation.virtual.scenario import Scenario, load_scenario, scenario_names
from simulation.virtual.seeds import Estimate, Job, run_jobs


def progressive(scenario: Scenario) -> Pacer:
    return Pacer(scenario.settings(mode="progressive"))


def predictive(scenario: Scenario) -> Pacer:
    return Pacer(scenario.settings(mode="predictive"))


@pytest.mark.soak
def test_progressive_has_the_utilisation_that_queueing_theory_gives() -> None:
    # each agent in turn: dial until answered (48 s in the mean), talk for 150 s
    jobs = [Job(memoryless(hours=3), progressive, seed, grace_s=0.0) for seed in range(1, 5)]
    days = [day for _, day in run_jobs(jobs, processes=1)]
    found = Estimate.of([day.utilisation for day in days])
    assert found.mean == pytest.approx(150 / (150 + 12 / 0.25), abs=0.01)
    assert sum(day.abandoned for day in days) == 0
    for day in days:
        ends = day.conversations + day.abandoned + day.hung_up + sum(day.unanswered.values())
        assert day.dials == ends + day.unfinished


def test_the_same_seed_gives_the_same_day() -> None:
    scenario = memoryless(hours=1)
    first, second = (Job(scenario, predictive, 7).run() for _ in range(2))
    assert first == second
    assert first != Job(scenario, predictive, 8).run()


def test_a_bolder_pacing_meets_the_same_leads_sooner() -> None:
    scenario = memoryless(hours=1)
    slow, fast = (Job(scenario, make, 1).run() for make in (progressive, predictive))
    assert fast.dials > slow.dials
    assert fast.conversations > slow.conversations


@pytest.mark.soak
def test_jobs_in_processes_give_the_days_that_one_process_gives() -> None:
    jobs = [Job(memoryless(hours=0.5), predictive, seed, key=seed) for seed in (1, 2)]
    apart = {job.key: day for job, day in run_jobs(jobs, processes=2)}
    here = {job.key: day for job, day in run_jobs(jobs, processes=1)}
    assert apart == here


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_that_ships_runs_and_keeps_its_people_busy(name: str) -> None:
    scenario = load_scenario(name).model_copy(update={"hours": 0.6})
    day = VirtualCampaign(scenario, Pacer(scenario.settings()), seed=1).run()
    assert day.conversations > 0
    assert 0.2 < day.utilisation <= 1.0


def test_an_estimate_of_one_day_has_no_interval() -> None:
    assert Estimate.of([0.5]).half_width == float("inf")
    wide = Estimate.of([0.4, 0.6])
    assert wide.mean == pytest.approx(0.5)
    assert wide.half_width == pytest.approx(12.706 * 0.1, rel=1e-3)  # t of one degree of freedom


def test_the_time_over_a_cap_begins_after_some_answers() -> None:
    day = Day(hours=1.0)
    # abandoned at 10 s; the running rate is 1, 1/2, 1/3, 1/4 from 10, 100, 1000, 3000 s on
    day.settled_at_s = [10.0, 100.0, 1000.0, 3000.0]
    day.settled_abandoned = [True, False, False, False]
    assert day.over(0.3, after=1) == pytest.approx((3000 - 100) / (3600 - 100))
    assert day.over(0.3, after=4) == 0.0
    assert day.over(0.6, after=1) == 0.0


def test_settings_of_a_scenario_reach_the_pacer() -> None:
    scenario = memoryless()
    assert scenario.settings() == PacingSettings(mode="predictive")
    assert scenario.settings(abandon_rate_target=0.01).abandon_rate_target == 0.01
