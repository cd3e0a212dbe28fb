"""The list of a demonstration: real people's attributes, fictional numbers, exact shares."""

import re
from collections import Counter
from pathlib import Path

import pytest

from simulation.carrier.plan import LineOutcome, render_plan
from simulation.demo.leads import draw_leads, real_calls, shares_of, shortening, write_list
from simulation.demo.scenario import Law, LeadOutcome, load_scenario

CALLS = real_calls()


def test_the_data_that_ships_are_a_thousand_real_calls() -> None:
    assert len(CALLS) == 1000
    assert all(call.duration_s > 0 and 17 <= call.age <= 98 for call in CALLS)


def test_the_same_seed_gives_the_same_list_and_another_seed_another() -> None:
    scenario = load_scenario("demo")
    other = scenario.model_copy(update={"seed": 2})

    assert draw_leads(scenario, CALLS) == draw_leads(scenario, CALLS)
    assert draw_leads(scenario, CALLS) != draw_leads(other, CALLS)


def test_every_number_is_kept_for_fiction_and_no_two_are_the_same() -> None:
    leads = draw_leads(load_scenario("busy-floor"), CALLS)
    numbers = [lead.line.number for lead in leads]

    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"\+1[2-9]\d\d55501\d\d", number) for number in numbers)
    render_plan(lead.line for lead in leads)  # the network takes them all


def test_outcomes_come_in_exactly_their_shares() -> None:
    counts = Counter(
        shares_of(10, {LeadOutcome.PERSON: 0.35, LeadOutcome.BUSY: 0.33, LeadOutcome.FAX: 0.32})
    )

    assert counts == {LeadOutcome.PERSON: 4, LeadOutcome.BUSY: 3, LeadOutcome.FAX: 3}


def test_talks_are_real_durations_shortened_to_the_scenarios_mean() -> None:
    law = Law(shortest=2.0, mean=6.0, longest=16.0)

    factor = shortening([call.duration_s for call in CALLS], law)

    talks = [min(16.0, max(2.0, call.duration_s * factor)) for call in CALLS]
    assert sum(talks) / len(talks) == pytest.approx(6.0, abs=0.01)


def test_who_hangs_up_early_still_has_time_for_hello() -> None:
    scenario = load_scenario("demo").model_copy(update={"outcomes": {LeadOutcome.EARLY_HANG_UP: 1}})

    for lead in draw_leads(scenario, CALLS):
        assert lead.line.outcome is LineOutcome.PERSON
        assert 800 <= lead.line.talk_ms <= 1800


def test_the_list_is_one_that_the_product_reads(tmp_path: Path) -> None:
    leads = draw_leads(load_scenario("smoke"), CALLS)

    write_list(tmp_path / "leads.csv", leads)

    header, *rows = (tmp_path / "leads.csv").read_text().splitlines()
    assert header == "phone,age,job,month,day_of_week,contacts"
    assert len(rows) == 40
    assert rows[0].startswith(leads[0].line.number + ",")
