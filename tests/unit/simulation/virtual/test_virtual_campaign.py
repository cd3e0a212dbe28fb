"""A virtual floor: who is connected, let go, leaves and comes back, and when."""

import pytest
from floors import Diary, clockwork

from simulation.virtual.campaign import VirtualCampaign
from simulation.virtual.scenario import Scenario


def run(scenario: Scenario, dials: dict[float, int], *, grace_s: float = 2.0):
    diary = Diary(dials=dict(dials))
    return diary, VirtualCampaign(scenario, diary, seed=1, grace_s=grace_s, tick_s=0.5).run()


def test_an_answer_goes_to_an_idle_agent_who_talks_and_writes_up() -> None:
    diary, day = run(clockwork(), {0.0: 1})
    assert diary.of("c0") == [
        (0.0, "dialed", None),
        (10.0, "answered"),
        (10.0, "connected to a0"),
    ]
    assert diary.of("a0") == [(0.0, "idle"), (10.0, "talking"), (70.0, "wrap_up"), (90.0, "idle")]
    assert (day.dials, day.conversations, day.waits_s) == (1, 1, [0.0])
    assert (day.busy_s, day.present_s) == (80.0, 3600.0)


def test_a_person_without_an_agent_is_let_go_after_the_grace() -> None:
    diary, day = run(clockwork(), {0.0: 2})
    assert diary.of("c1")[1:] == [(10.0, "answered"), (12.0, "abandoned")]
    assert (day.conversations, day.abandoned, day.abandon_rate) == (1, 1, 0.5)


def test_without_any_grace_they_are_let_go_at_once() -> None:
    diary, _ = run(clockwork(), {0.0: 2}, grace_s=0.0)
    assert diary.of("c1")[1:] == [(10.0, "answered"), (10.0, "abandoned")]


def test_who_waits_gets_the_agent_who_is_free_within_the_grace() -> None:
    diary, day = run(clockwork(), {0.0: 1, 79.0: 1})
    assert diary.of("c1")[1:] == [(89.0, "answered"), (90.0, "connected to a0")]
    assert day.waits_s == [0.0, 1.0]
    assert day.abandoned == 0


def test_who_has_less_patience_than_the_grace_leaves_and_is_not_abandoned() -> None:
    calls = 'patience = { law = "constant", seconds = 1.5 }'
    diary, day = run(clockwork(calls=calls), {0.0: 2})
    assert diary.of("c1")[1:] == [(10.0, "answered"), (11.5, "hung up")]
    assert (day.hung_up, day.abandoned, day.live_answers) == (1, 0, 2)


def test_machines_cost_their_time_and_are_struck_from_the_live_answers() -> None:
    calls = """
    [calls.machines]
    share = 1.0
    talk = { law = "constant", seconds = 8 }
    wrap_up = { law = "constant", seconds = 2 }
    """
    diary, day = run(clockwork(calls=calls), {0.0: 1})
    assert diary.of("c0")[2:] == [(10.0, "connected to a0"), (18.0, "machine")]
    assert (day.machines, day.conversations, day.live_answers, day.busy_s) == (1, 0, 0, 10.0)


def test_a_carrier_may_say_that_it_rings() -> None:
    calls = 'ringing_after = { law = "constant", seconds = 1.0 }'
    diary, _ = run(clockwork(calls=calls), {0.0: 1})
    assert diary.of("c0")[1] == (1.0, "ringing")


def message(presses: float) -> str:
    return f"""
    [calls.message]
    presses = {presses}
    press_after = {{ law = "constant", seconds = 5 }}
    listens = {{ law = "constant", seconds = 12 }}
    """


def test_who_presses_a_key_in_the_message_of_a_broadcast_gets_an_agent() -> None:
    diary, day = run(clockwork(calls=message(1.0)), {0.0: 1})
    assert diary.of("c0")[1:] == [(10.0, "ringing"), (15.0, "answered"), (15.0, "connected to a0")]
    assert (day.conversations, day.waits_s) == (1, [0.0])


def test_who_presses_none_is_no_live_answer_and_takes_nobodys_time() -> None:
    diary, day = run(clockwork(calls=message(0.0)), {0.0: 1})
    assert diary.of("c0")[1:] == [(10.0, "ringing"), (22.0, "no_answer")]
    assert (day.unanswered["message"], day.live_answers, day.busy_s) == (1, 0, 0.0)


def test_agents_of_a_shift_come_and_go_after_their_call() -> None:
    crew = "agents = 0\nshifts = [{ agents = 1, from_h = 0.1, to_h = 0.2 }]"
    diary, day = run(clockwork(crew=crew), {700.0: 1})
    dialed = diary.of("c0")[0][0]
    assert diary.of("a0") == [
        (360.0, "idle"),
        (dialed + 10.0, "talking"),
        (720.0, "talking, leaving"),
        (dialed + 70.0, "wrap_up, leaving"),
        (dialed + 90.0, "offline"),
    ]
    assert day.present_s == dialed + 90.0 - 360.0


def test_lunch_is_no_time_present_and_two_halves_go_one_after_the_other() -> None:
    crew = """
    agents = 2
    absences = [
        { share = 0.5, from_h = 0.25, for_s = 600 },
        { share = 0.5, from_h = 0.50, for_s = 600 },
    ]
    """
    diary, day = run(clockwork(crew=crew), {})
    assert diary.of("a0") == [(0.0, "idle"), (900.0, "paused"), (1500.0, "idle")]
    assert diary.of("a1") == [(0.0, "idle"), (1800.0, "paused"), (2400.0, "idle")]
    assert day.present_s == 2 * 3600.0 - 2 * 600.0


def test_who_is_back_before_the_call_has_ended_never_was_away() -> None:
    crew = "agents = 1\nabsences = [{ share = 1.0, from_h = 0.01, for_s = 10 }]"
    diary, day = run(clockwork(crew=crew), {0.0: 1})
    assert (36.0, "talking, leaving") in diary.of("a0")
    assert (46.0, "talking") in diary.of("a0")
    assert diary.of("a0")[-1] == (90.0, "idle")
    assert day.present_s == 3600.0


def test_every_dial_has_one_end_or_is_unfinished() -> None:
    dials = {0.0: 3, 100.0: 5, 500.0: 9, 3595.0: 4}
    _, day = run(clockwork(crew="agents = 2"), dials)
    ends = day.conversations + day.machines + day.abandoned + day.hung_up
    assert day.dials == 21
    assert day.dials == ends + sum(day.unanswered.values()) + day.unfinished
    assert day.unfinished == 4


@pytest.mark.parametrize(
    ("at_s", "rate"),
    [(0, 0.2), (1800, 0.3), (3599, 0.4), (3600, 0.1), (7200, 0.2), (99_999, 0.2)],
)
def test_the_answer_rate_drifts_in_lines_and_jumps_at_two_points(at_s: float, rate: float) -> None:
    points = "[{at_h=0,factor=1},{at_h=1,factor=2},{at_h=1,factor=0.5},{at_h=2,factor=1}]"
    scenario = clockwork(calls=f"rate_over_day = {points}")
    calls = scenario.calls.model_copy(update={"answer_rate": 0.2})
    campaign = VirtualCampaign(scenario.model_copy(update={"calls": calls}), Diary(), seed=1)
    assert campaign.answer_rate(at_s) == pytest.approx(rate, abs=2e-4)


def test_a_lead_list_that_is_worse_answers_less() -> None:
    points = "rate_over_day = [{at_h=0,factor=1},{at_h=0.5,factor=1},{at_h=0.5,factor=0.5}]"
    # all agents are away, so that each answer is an abandon
    scenario = clockwork(calls=points, crew="agents = 1")
    _, day = run(scenario, {10.0: 2000, 1900.0: 2000})
    late = sum(at > 1900.0 for at in day.settled_at_s)
    assert (len(day.settled_at_s) - late) / 2000 == pytest.approx(0.98, abs=0.02)
    assert late / 2000 == pytest.approx(0.49, abs=0.04)
