"""What is learned from a campaign: a day simulated, recorded and learned again is the same day."""

from typing import NamedTuple

import pytest
from floors import memoryless

from dialer.errors import BadInput
from pacing import Pacer, PacingSettings
from pacing.trace import TracedPacer
from simulation.virtual.campaign import VirtualCampaign
from simulation.virtual.observed import Observations, scenario_like
from simulation.virtual.observed_record import observe_record
from simulation.virtual.observed_trace import observe_trace
from simulation.virtual.scenario import Scenario, load_scenario


def trace_of(scenario: Scenario) -> list[str]:
    lines: list[str] = []
    pacer = TracedPacer(Pacer(PacingSettings()), lines.append)
    VirtualCampaign(scenario, pacer, seed=1).run()
    return lines


@pytest.mark.soak
def test_what_is_learned_from_a_trace_is_what_was_simulated() -> None:
    true = load_scenario("amd-off").model_copy(update={"hours": 4.0})
    like = scenario_like(observe_trace(trace_of(true), "day.jsonl"), "day")
    calls, known = like.calls, true.calls
    assert like.crew.agents == true.crew.agents
    assert calls.answer_rate == pytest.approx(known.answer_rate, abs=0.025)
    assert calls.ring.mean_s == pytest.approx(known.ring.mean_s, rel=0.05)
    assert calls.talk.mean_s == pytest.approx(known.talk.mean_s, rel=0.15)
    assert calls.wrap_up.mean_s == pytest.approx(known.wrap_up.mean_s, rel=0.15)
    assert calls.machines is not None
    assert calls.machines.share == pytest.approx(0.28, abs=0.05)
    assert calls.machines.talk.mean_s == pytest.approx(8.0, rel=0.1)
    assert calls.machines.wrap_up.mean_s == pytest.approx(2.0)
    shares = {end.outcome: end.share for end in calls.other}
    assert shares == pytest.approx({"no_answer": 0.70, "busy": 0.12, "invalid": 0.18}, abs=0.03)


def test_a_trace_that_is_cut_is_learned_from_up_to_there() -> None:
    lines = trace_of(memoryless(hours=1.0))
    assert observe_trace([*lines, '["call_di'], "x") == observe_trace(lines, "x")
    with pytest.raises(BadInput, match=r"x\.jsonl, line 5 is not of a trace"):
        observe_trace([*lines[:4], "{", *lines[4:]], "x.jsonl")
    with pytest.raises(BadInput, match=r"x\.jsonl, line 1 is not of a trace"):
        observe_trace(["{}"], "x.jsonl")


class Call(NamedTuple):
    dialed_at: float
    answered_at: float | None
    connected_at: float | None
    talk_ended_at: float | None
    ended_at: float
    outcome: str
    agent_id: str | None = None


class State(NamedTuple):
    agent_id: str
    state: str
    since: float
    serves: bool = True


def connected(at: float) -> Call:
    return Call(at, at + 10.0, at + 10.5, at + 70.5, at + 71.0, "connected", "a1")


def test_a_record_gives_rings_talks_ends_and_the_days_they_were_on() -> None:
    begin = 1_700_000_000.0
    tomorrow = begin + 86_400.0
    calls = [
        connected(begin),
        Call(begin + 5.0, None, None, None, begin + 30.0, "no_answer"),
        Call(begin + 6.0, None, None, None, begin + 9.0, "cancelled"),
        Call(begin + 90.0, begin + 99.0, None, None, begin + 101.0, "abandoned"),
        connected(tomorrow),
    ]
    states = [
        State("a1", "idle", begin - 600.0),
        State("a1", "talking", begin + 10.5),
        State("a1", "wrap_up", begin + 70.5),
        State("a1", "idle", begin + 82.5),
        State("a1", "offline", begin + 200.0),
        State("a2", "idle", begin, serves=False),
    ]
    seen = observe_record(calls, states)
    assert seen.dials == [(0.0, True), (5.0, False), (90.0, True), (0.0, True)]
    assert seen.rings_s == [10.0, 9.0, 10.0]
    assert seen.ends == [("no_answer", 25.0)]
    assert seen.talks_s == [60.0, 60.0]
    assert seen.wrap_ups_s == [12.0]
    # present for the first day's 101 s of the 101 + 71 s of both days
    assert seen.agents == pytest.approx(101.0 / 172.0)


def test_without_a_log_of_agents_those_who_talked_are_counted() -> None:
    assert observe_record([connected(0.0), connected(1.0)], []).agents == 1.0
    assert observe_record([], []).agents == 1.0


def test_hours_with_enough_dials_have_their_own_rate() -> None:
    dials = [(1800.0, number % 5 == 0) for number in range(1000)]
    dials += [(5400.0, number % 5 < 2) for number in range(1000)]
    dials += [(9000.0, True)] * 20
    seen = Observations(dials=dials, rings_s=[10.0], talks_s=[60.0] * 30)
    calls = scenario_like(seen, "x").calls
    assert calls.answer_rate == pytest.approx(0.307, abs=0.001)
    assert [point.at_h for point in calls.rate_over_day] == [0.5, 1.5]
    early, late = (calls.answer_rate * point.factor for point in calls.rate_over_day)
    assert early == pytest.approx(0.21, abs=0.01)
    assert late == pytest.approx(0.39, abs=0.01)


def test_too_few_calls_are_refused_with_how_many_are_needed() -> None:
    seen = Observations(dials=[(0.0, True)] * 99, talks_s=[60.0] * 12)
    told = "has 99 calls and 12 conversations on record; at least 100 and 30 are needed"
    with pytest.raises(BadInput, match=told):
        scenario_like(seen, "campaign 'x'")


def test_long_records_are_thinned_to_their_quantiles() -> None:
    talks = [float(number) for number in range(10_000)]
    seen = Observations(dials=[(0.0, True)] * 100, rings_s=[9.0], talks_s=talks)
    talk = scenario_like(seen, "x").calls.talk
    assert len(talk.values) == 2_000
    assert talk.mean_s == pytest.approx(4999.5, rel=1e-3)
