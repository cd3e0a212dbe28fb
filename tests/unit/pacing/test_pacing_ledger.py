"""The ledger: live answers and abandons over any window."""

import math

import pytest

from pacing import Cap, Ledger, Pacer, PacingError, PacingSettings, Window

DAY = 86_400.0


def test_a_campaign_counts_from_its_first_answer_for_ever():
    ledger = Ledger([(0.0, False), (10.0, True), (400 * DAY, False)])
    assert ledger.counts(Window.campaign(), 400 * DAY) == (3.0, 1.0)
    assert ledger.counts(Window.campaign(), 400 * DAY).rate == pytest.approx(1 / 3)


def test_a_rolling_day_forgets_and_leans_to_the_safe_side():
    ledger = Ledger([(0.0, True), (30.0, False), (7200.0, False)])
    rolling = Window.rolling(DAY)
    assert ledger.counts(rolling, 7200.0) == (3.0, 1.0)
    # half of the first minute is out: its abandons still count, its answers do not
    assert ledger.counts(rolling, DAY + 30.0) == (1.0, 1.0)
    assert ledger.counts(rolling, DAY + 120.0) == (1.0, 0.0)


def test_a_rolling_window_counts_what_came_since_it_was_last_asked():
    ledger = Ledger()
    rolling = Window.rolling(DAY)
    assert ledger.counts(rolling, 0.0) == (0.0, 0.0)
    ledger.record(1.0, abandoned=True)
    ledger.record(3600.0, abandoned=False)
    assert ledger.counts(rolling, 3600.0) == (2.0, 1.0)


def test_blocks_and_dated_windows_begin_anew_at_their_edges():
    ledger = Ledger([(100.0, True), (DAY * 30 + 90.0, False)])
    block = Window.block(30 * DAY, 60.0)
    assert ledger.counts(block, DAY) == (2.0, 1.0)
    assert ledger.counts(block, 30 * DAY + 100.0) == (1.0, 0.0)
    months = Window.dated((0.0, 31 * DAY, 59 * DAY))
    assert ledger.counts(months, 30 * DAY) == (2.0, 1.0)
    assert ledger.counts(months, 31 * DAY) == (0.0, 0.0)


def test_records_may_be_rebuilt_in_any_order_and_retracted():
    ledger = Ledger()
    ledger.rebuild([(500.0, False), (20.0, True), (300.0, False)])
    ledger.retract(20.0, abandoned=True)
    assert ledger.counts(Window.rolling(DAY), 600.0) == (2.0, 0.0)
    assert ledger.counts(Window.campaign(), 600.0) == (2.0, 0.0)


def test_persons_thrown_away_by_detection_are_charged():
    ledger = Ledger()
    for at in range(98):
        ledger.record(float(at), abandoned=False, amd_false_positive_rate=0.02)
    live, abandoned = ledger.counts(Window.campaign(), 100.0)
    assert live == pytest.approx(100.0)
    assert abandoned == pytest.approx(2.0)


@pytest.mark.parametrize("at", [math.nan, math.inf])
def test_a_record_without_a_time_is_refused(at):
    ledger = Ledger()
    with pytest.raises(PacingError):
        ledger.record(at, abandoned=False)
    assert ledger.counts(Window.campaign(), 0.0) == (0.0, 0.0)


def test_a_ledger_shared_by_two_campaigns_holds_both_back():
    centre = Ledger()
    caps = (Cap(0.02, DAY, centre),)
    first = Pacer(PacingSettings(mode="predictive", caps=caps))
    second = Pacer(PacingSettings(mode="predictive", caps=caps))
    first.agent_changed("ann", "idle", 0.0)
    first.call_dialed("a", 0.0)
    first.call_answered("a", 5.0)
    first.call_abandoned("a", 7.0)
    assert centre.counts(Window.rolling(DAY), 7.0) == (1.0, 1.0)
    for number in range(20):
        second.agent_changed(f"bob-{number}", "idle", 8.0)
    decision = second.decide(8.0)
    assert decision.lines == 20  # progressive: not one line beyond the idle agents
    assert decision.limited_by == "abandon budget"
    assert decision.abandon_room == pytest.approx(-0.98)


def test_one_ledger_under_several_caps_counts_each_answer_once():
    ledger = Ledger()
    settings = PacingSettings(caps=(Cap(0.02, DAY, ledger), Cap(0.05, "campaign", ledger)))
    pacer = Pacer(settings, ledger=ledger)
    pacer.agent_changed("ann", "idle", 0.0)
    pacer.call_dialed("a", 0.0)
    pacer.call_answered("a", 5.0)
    pacer.call_connected("a", "ann", 5.0)
    assert ledger.counts(Window.campaign(), 5.0) == (1.0, 0.0)


def charged(rate: float) -> PacingSettings:
    return PacingSettings(mode="progressive", amd_false_positive_rate=rate)


def test_another_share_of_errors_is_charged_as_if_it_had_always_been_that_one():
    months = Window.dated((0.0, 31 * DAY))
    pacers = {}
    for name, rate in (("changed", 0.044), ("known", 0.01)):
        own, centre = Ledger(), Ledger([(30.0, True)])  # of another campaign, not charged
        settings = charged(rate)
        with_centre = PacingSettings(
            mode="progressive", amd_false_positive_rate=rate, caps=(Cap(0.03, months, centre),)
        )
        pacer = Pacer(settings, ledger=own)
        pacer.reconfigure(with_centre, 0.0)
        pacers[name] = (pacer, own, centre)
        for index in range(50):
            at = 70.0 * index
            pacer.agent_changed("ann", "idle", at)
            pacer.call_dialed(f"c{index}", at)
            pacer.call_answered(f"c{index}", at + 1)
            pacer.call_connected(f"c{index}", "ann", at + 1)
            pacer.call_ended(f"c{index}", at + 20)
    pacer, own, centre = pacers["changed"]
    assert own.counts(months, 3600.0).live == pytest.approx(50 / (1 - 0.044))
    pacer.reconfigure(
        PacingSettings(
            mode="progressive", amd_false_positive_rate=0.01, caps=(Cap(0.03, months, centre),)
        ),
        3600.0,
    )
    _, known, of_all = pacers["known"]
    for window in (Window.campaign(), months, Window.rolling(600.0)):
        assert own.counts(window, 3600.0) == pytest.approx(known.counts(window, 3600.0))
        assert centre.counts(window, 3600.0) == pytest.approx(of_all.counts(window, 3600.0))


@pytest.mark.parametrize(("before", "after"), [(0.044, 0.0), (0.0, 0.044)])
def test_answers_of_before_keep_their_charge_when_detection_is_switched(before, after):
    own = Ledger()
    pacer = Pacer(charged(before), ledger=own)
    own.rebuild([(1.0, False), (2.0, True)], amd_false_positive_rate=before)
    booked = own.counts(Window.campaign(), 3.0)
    pacer.reconfigure(charged(after), 3.0)
    assert own.counts(Window.campaign(), 3.0) == booked
