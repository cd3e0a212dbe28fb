"""What it changes that a carrier says when a number rings."""

import numpy as np
import pytest

from pacing import Pacer, PacingSettings
from pacing.ringing_law import RingingLaw, at_rate

AGES = np.arange(0.0, 40.0, 0.5)
NOBODY = np.zeros(0)


def at(age_s: float) -> int:
    return int(np.searchsorted(AGES, age_s))


def learned(lines: int = 6000) -> RingingLaw:
    """A half rings after 2 s; of those a half answers after 4 to 12 s more, the others never.

    What does not ring is over after 8 s.
    """
    rng = np.random.default_rng(4)
    law = RingingLaw(half_life_s=1e6, weight=4.0)
    for _ in range(lines):
        if rng.random() < 0.5:
            law.ended(8.0, None, at=0.0)
            continue
        law.rang(2.0, at=0.0)
        if rng.random() < 0.5:
            for_s = float(rng.uniform(4.0, 12.0))
            law.answered(2.0 + for_s, for_s, 0.0, 1.0)
        else:
            law.ended(27.0, 25.0, at=0.0)
    return law


def test_a_line_that_rings_is_likelier_answered_than_one_that_is_silent():
    ahead = np.array([4.0, 12.0])
    silent, ringing = learned().stages(0.0, ahead, AGES, NOBODY, NOBODY)
    assert silent.ever[0] == pytest.approx(0.25, abs=0.02)
    assert ringing.ever[0] == pytest.approx(0.5, abs=0.02)
    assert silent.ever[at(4.0)] < 0.02  # who rings does so after 2 s
    assert ringing.within[0] == pytest.approx([0.0, 0.5], abs=0.05)
    assert ringing.within[at(8.0)] == pytest.approx([1.0 / 3.0, 1.0 / 3.0], abs=0.05)
    assert ringing.ever[at(14.0)] < 0.02


def test_the_time_until_it_rings_is_counted_before_the_time_it_takes_to_answer():
    ahead = np.array([5.0, 10.0, 16.0])
    silent, _ = learned().stages(0.0, ahead, AGES, NOBODY, NOBODY)
    # it rings at 2 s, and is answered evenly between 6 and 14 s
    assert silent.within[0] == pytest.approx([0.0, 0.125, 0.25], abs=0.03)


def test_lines_that_are_silent_still_count_as_not_rung():
    law = RingingLaw(half_life_s=1e6, weight=4.0)
    for _ in range(50):
        law.rang(2.0, at=0.0)
        law.answered(6.0, 4.0, 0.0, 1.0)
    ahead = np.array([10.0])
    none_silent, _ = law.stages(0.0, ahead, AGES, NOBODY, NOBODY)
    many_silent, _ = law.stages(0.0, ahead, AGES, np.full(200, 20.0), NOBODY)
    assert none_silent.within[0, 0] > 0.9
    assert many_silent.within[0, 0] < 0.3


def test_chances_at_another_rate_are_those_of_bayes():
    within, ever = np.array([[0.25]]), np.array([0.5])
    for rate in (0.1, 0.2, 0.6):
        odds = ever[0] / (1.0 - ever[0]) * (rate / (1.0 - rate)) / (0.2 / 0.8)
        expected = 0.5 * odds / (1.0 + odds)
        found = at_rate(within, ever, np.array([rate]), 0.2)
        assert found[0, 0] == pytest.approx(expected)
    assert at_rate(within, ever, np.array([0.0]), 0.2)[0, 0] == 0.0
    assert at_rate(within, ever, np.array([1.0]), 0.2)[0, 0] == pytest.approx(0.5)


def floor_of(rings: bool) -> Pacer:
    """Four busy agents of ten; a hundred dead numbers fell silent, a hundred rang and answered."""
    pacer = Pacer(PacingSettings(mode="predictive", abandon_rate_guard="mean"))
    for place in range(10):
        pacer.agent_changed(f"a{place}", "idle", 0.0)
    now = 0.0
    for place in range(100):
        for name in (f"dead{place}", f"live{place}"):
            pacer.call_dialed(name, now)
        if rings:
            pacer.call_ringing(f"live{place}", now + 1.0)
        now += 4.0
        pacer.call_answered(f"live{place}", now)
        pacer.call_connected(f"live{place}", "a0", now)
        now += 4.0
        pacer.call_failed(f"dead{place}", "invalid", now)
        pacer.agent_changed("a0", "idle", now)
    return pacer


def test_a_pacer_expects_answers_from_the_lines_that_ring():
    heard, unheard = floor_of(rings=True), floor_of(rings=False)
    # two in six ring: half of what answers on average
    for pacer in (heard, unheard):
        for place in range(6):
            pacer.call_dialed(f"c{place}", 2000.0)
    for place in (0, 1):
        heard.call_ringing(f"c{place}", 2001.0)
    assert heard.decide(2003.0).expected_answers == pytest.approx(2.0, abs=0.3)
    assert unheard.decide(2003.0).expected_answers == pytest.approx(2.8, abs=0.3)


def test_a_lead_that_never_answers_is_expected_to_ring_out():
    pacer = floor_of(rings=True)
    for place in range(6):
        pacer.call_dialed(f"c{place}", 2000.0, answer_rate=0.0 if place else 1.0)
    for place in range(6):
        pacer.call_ringing(f"c{place}", 2001.0)
    assert pacer.decide(2003.0).expected_answers == pytest.approx(1.0, abs=0.2)


def test_a_snapshot_keeps_what_was_learned_of_ringing():
    pacer = floor_of(rings=True)
    pacer.call_dialed("c1", 2000.0)
    pacer.call_dialed("c2", 2000.0)
    pacer.call_ringing("c1", 2001.0)
    snapshot = pacer.snapshot()
    again = Pacer.restore(pacer.settings, snapshot)
    assert again.decide(2003.0) == pacer.decide(2003.0)
