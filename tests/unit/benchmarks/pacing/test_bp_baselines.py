"""Baselines, a few decisions each, worked out by hand from their documentation."""

from collections import deque

import pytest

from benchmarks.pacing.baselines.counting import CountingPacing
from benchmarks.pacing.baselines.impact import Impact, Past, replay
from benchmarks.pacing.baselines.issabel import Issabel
from benchmarks.pacing.baselines.ratio import Ratio
from benchmarks.pacing.baselines.unicom import Unicom
from benchmarks.pacing.baselines.vicidial import Adapt, Vicidial


def seat(pacing: CountingPacing, agents: int, now: float = 0.0) -> None:
    for number in range(agents):
        pacing.agent_changed(f"a{number}", "idle", now)


def dial(pacing: CountingPacing, *calls: str, now: float) -> None:
    for call in calls:
        pacing.call_dialed(call, now)


def talk(pacing: CountingPacing, call: str, agent: str, now: float) -> None:
    """A call is dialed, answered and connected at once."""
    pacing.call_dialed(call, now)
    pacing.call_answered(call, now)
    pacing.call_connected(call, agent, now)
    pacing.agent_changed(agent, "talking", now)


def drop(pacing: CountingPacing, call: str, now: float) -> None:
    pacing.call_dialed(call, now)
    pacing.call_answered(call, now)
    pacing.call_abandoned(call, now)


def test_the_counts_follow_agents_and_calls() -> None:
    pacing = Ratio(1.0)
    seat(pacing, 3)
    talk(pacing, "c1", "a0", 1.0)
    dial(pacing, "c2", "c3", now=2.0)
    pacing.call_answered("c2", 5.0)
    pacing.agent_changed("a1", "paused", 6.0)
    assert (pacing.ready, pacing.in_call, pacing.logged_in) == (1, 1, 3)
    assert (pacing.in_flight, pacing.waiting, pacing.answers) == (1, 1, 2)
    pacing.call_abandoned("c2", 7.0)
    pacing.call_failed("c3", "no_answer", 8.0)
    pacing.agent_changed("a0", "wrap_up", 31.0)
    assert (pacing.in_flight, pacing.waiting, pacing.drops) == (0, 0, 1)
    assert (pacing.in_call, pacing.talked, pacing.talked_s) == (0, 1, 30.0)


def test_a_ratio_of_two_keeps_two_lines_for_each_idle_agent() -> None:
    pacing = Ratio(2.0)
    seat(pacing, 3)
    assert pacing.decide(0.0).lines == 6
    dial(pacing, "c1", "c2", "c3", "c4", now=0.0)
    assert pacing.decide(0.0).lines == 2
    pacing.agent_changed("a0", "paused", 1.0)
    pacing.agent_changed("a1", "paused", 1.0)
    assert pacing.decide(1.0).lines == 0


def test_a_broken_ratio_is_rounded_up_as_often_as_its_fraction_says() -> None:
    pacing = Ratio(1.5)
    lines = []
    for now in range(200):
        pacing.agent_changed("a0", "idle", float(now))
        lines.append(pacing.decide(float(now)).lines)
        pacing.agent_changed("a0", "paused", now + 0.5)
        pacing.decide(now + 0.5)
    assert set(lines) == {1, 2}
    assert sum(lines) == pytest.approx(300, abs=4)


def test_vicidial_starts_at_one_line_an_agent_and_dials_each_two_and_a_half_seconds() -> None:
    pacing = Vicidial(Adapt.AVERAGE)
    seat(pacing, 10)
    assert pacing.decide(0.0).lines == 10
    dial(pacing, *(f"c{n}" for n in range(10)), now=0.0)
    for n in range(10):
        pacing.call_failed(f"c{n}", "no_answer", 1.0)
    assert pacing.decide(4.4).lines == 0  # 2.5 s and 0.2 s for each of ten calls
    assert pacing.decide(4.5).lines == 10


def test_vicidial_raises_the_level_by_the_share_of_agents_who_wait() -> None:
    pacing = Vicidial(Adapt.AVERAGE)
    seat(pacing, 10)
    for n in range(6):
        talk(pacing, f"t{n}", f"a{n}", 0.0)
    for second in range(15):
        pacing.decide(float(second))
    assert pacing.level == 1.0
    pacing.decide(15.0)  # four of ten wait: 1 x (1 + 4/10)
    assert pacing.level == pytest.approx(1.4)
    assert pacing.decide(18.0).lines == 8  # round(1.4 x (4 + 6)) - 6 in call


def test_vicidial_available_only_counts_agents_who_are_ready() -> None:
    pacing = Vicidial(Adapt.AVERAGE, available_only=True)
    seat(pacing, 10)
    for n in range(6):
        talk(pacing, f"t{n}", f"a{n}", 0.0)
    for second in range(16):
        pacing.decide(float(second))
    assert pacing.decide(18.0).lines == 6  # round(1.4 x 4)


def test_vicidial_stays_between_one_and_its_highest_level() -> None:
    pacing = Vicidial(Adapt.AVERAGE, max_level=3.0)
    seat(pacing, 10)
    for second in range(120):
        pacing.decide(float(second))
    assert pacing.level == 3.0


@pytest.mark.parametrize(
    ("adapt", "level"),
    [(Adapt.HARD_LIMIT, 1.0), (Adapt.AVERAGE, 1.5), (Adapt.TAPERED, 2.4)],
)
def test_vicidial_over_its_drop_limit(adapt: Adapt, level: float) -> None:
    pacing = Vicidial(adapt, hours=8.0)
    seat(pacing, 10)
    for second in range(50):
        pacing.decide(float(second))
    assert pacing.level == 3.0  # two and a half doublings, held at three
    for n in range(60):
        talk(pacing, f"t{n}", "a0", 50.0)
        pacing.agent_changed("a0", "idle", 50.0)
    for n in range(4):
        drop(pacing, f"d{n}", 50.0)
    pacing.decide(60.0)  # the statistics; 4 of 64 dropped; at 17:00 - 9:01 it is 0.799
    assert pacing.level == pytest.approx(level, abs=0.01)


def test_vicidial_halves_when_most_of_the_last_minute_was_dropped() -> None:
    pacing = Vicidial(Adapt.AVERAGE)
    seat(pacing, 10)
    for second in range(46):
        pacing.decide(float(second))
    for n in range(30):
        drop(pacing, f"d{n}", 50.0)
    pacing.decide(60.0)
    assert pacing.level == 1.5


def test_issabel_counts_agents_whose_talk_is_nearly_sure_to_end() -> None:
    pacing = Issabel()
    seat(pacing, 4)
    talk(pacing, "c1", "a0", 0.0)
    pacing.agent_changed("a0", "idle", 20.0)  # the mean talk is 20 s
    talk(pacing, "c2", "a0", 30.0)
    talk(pacing, "c3", "a1", 80.0)
    # 1 - exp(-(age + 8)/20) reaches .97 at an age of 62.1 s
    assert pacing.decide(92.0).lines == 2
    assert pacing.decide(96.0).lines == 0  # its timer
    assert pacing.decide(97.0).lines == 3


def test_issabel_overcommit_divides_by_the_share_that_succeeds() -> None:
    pacing = Issabel(overcommit=True)
    seat(pacing, 3)
    for n in range(15):
        dial(pacing, f"f{n}", now=0.0)
        pacing.call_failed(f"f{n}", "no_answer", 1.0)
    for n in range(5):
        drop(pacing, f"d{n}", 1.0)
    assert pacing.decide(2.0).lines == 12  # 3 / (5/20)
    for n in range(60):
        dial(pacing, f"g{n}", now=3.0)
        pacing.call_failed(f"g{n}", "no_answer", 4.0)
    assert pacing.decide(8.0).lines == 15  # 3 / .2


def test_impact_is_progressive_until_it_has_calls_to_replay() -> None:
    pacing = Impact()
    seat(pacing, 5)
    assert pacing.decide(0.0).lines == 5
    dial(pacing, "c1", "c2", now=0.0)
    assert pacing.decide(1.0).lines == 0  # every three seconds
    assert pacing.decide(3.0).lines == 3


def test_a_replay_with_one_agent_and_one_line() -> None:
    # 10 s rings, each answered, 20 s talks: 30 s rounds, eight of them in four minutes
    past = deque([Past(answered=True, line_s=10.0, busy_s=20.0)])
    busy_s, drops, answers = replay(past, 1.0, 1, [])
    assert (busy_s, drops, answers) == (pytest.approx(160.0), 0, 8)


def test_a_replay_with_too_many_lines_drops() -> None:
    past = deque([Past(answered=True, line_s=10.0, busy_s=20.0)])
    _, drops, answers = replay(past, 2.0, 1, [])
    assert (drops, answers) == (8, 16)


def test_impact_takes_the_ratio_that_its_last_calls_would_have_liked() -> None:
    pacing = Impact()
    seat(pacing, 2)
    # none is answered together: 3 of 4 fail, so more than one line an agent pays
    for n in range(40):
        at = 0.5 * n
        if n % 4 == 0:
            talk(pacing, f"c{n}", "a0", at)
            pacing.agent_changed("a0", "idle", at + 0.4)
        else:
            dial(pacing, f"c{n}", now=at)
            pacing.call_failed(f"c{n}", "no_answer", at + 0.4)
    pacing.decide(60.0)
    assert 1.0 < pacing.ratio <= 4.0


def test_unicom_dials_for_the_failures_of_the_last_quarter_of_an_hour() -> None:
    pacing = Unicom()
    seat(pacing, 4)
    for n in range(30):
        dial(pacing, f"f{n}", now=0.0)
        pacing.call_failed(f"f{n}", "no_answer", 1.0)
    for n in range(10):
        talk(pacing, f"t{n}", "a0", 1.0)
        pacing.agent_changed("a0", "idle", 1.0)
    assert pacing.decide(2.0).lines == 8  # 4 + 4 x .3 x 30/10
    assert pacing.decide(1000.0).lines == 4  # all of it is forgotten


def test_unicom_turns_its_knob_up_below_two_and_a_half_percent_and_down_above() -> None:
    pacing = Unicom()
    seat(pacing, 1)
    for n in range(100):
        talk(pacing, f"t{n}", "a0", 1.0)
        pacing.agent_changed("a0", "idle", 1.0)
    pacing.decide(60.0)  # error .025: sum + .0125, and 4 x .025 on top
    assert pacing.adjust == pytest.approx(0.3 + 0.0125 + 0.1)
    for n in range(20):
        drop(pacing, f"d{n}", 61.0)
    pacing.decide(120.0)
    assert pacing.adjust < 0.0001 + 0.3 + 0.0125
