"""What outlives a restart and a change of settings."""

import json

import pytest

from pacing import Cap, Ledger, Pacer, PacingError, PacingSettings, Window
from pacing.calls import REMEMBER_AT_MOST, REMEMBER_FAILED_S, Call, CallBook, Event, Phase

ALL = Window.campaign()


def taught(pacer: Pacer, calls: int = 120) -> Pacer:
    """Four agents, talks of 30 s, every third dial answered after 6 s."""
    for name in ("ann", "bob", "cy", "di"):
        pacer.agent_changed(name, "idle", 0.0)
    now = 0.0
    for number in range(calls):
        pacer.call_dialed(f"c{number}", now)
        if number % 3:
            pacer.call_failed(f"c{number}", "no_answer", now + 20.0)
        else:
            pacer.call_answered(f"c{number}", now + 6.0)
            pacer.call_connected(f"c{number}", "ann", now + 6.0)
            pacer.agent_changed("ann", "idle", now + 36.0)
        now += 40.0
    return pacer


def test_a_snapshot_is_plain_json_and_carries_the_laws():
    settings = PacingSettings(mode="predictive")
    pacer = taught(Pacer(settings))
    snapshot = json.loads(json.dumps(pacer.snapshot(), allow_nan=False))
    restored = Pacer.restore(settings, snapshot)
    assert restored.decide(4800.0) == pacer.decide(4800.0)
    assert restored.decide(4801.0).answer_rate == pytest.approx(1 / 3, abs=0.07)


def test_what_was_learned_can_be_taken_over_without_yesterdays_agents_and_calls():
    settings = PacingSettings(mode="predictive")
    pacer = taught(Pacer(settings))
    pacer.call_dialed("lost", 4800.0)
    ledger = Ledger([(100.0, False), (200.0, True)])
    fresh = Pacer.restore(settings, pacer.snapshot(), ledger=ledger, learned_only=True)
    decision = fresh.decide(10.0)  # a new process may have another clock
    assert decision.lines == 0
    assert decision.answer_rate == pytest.approx(1 / 3, abs=0.07)
    assert decision.abandon_rate == 0.5
    fresh.call_dialed("lost", 11.0)


def test_a_ledger_that_was_rebuilt_is_preferred_to_the_snapshots():
    settings = PacingSettings(mode="predictive")
    snapshot = taught(Pacer(settings)).snapshot()
    rebuilt = Ledger([(float(at), at % 10 == 0) for at in range(100)])
    pacer = Pacer.restore(settings, snapshot, ledger=rebuilt)
    assert pacer.ledger is rebuilt
    assert pacer.decide(4800.0).abandon_rate == pytest.approx(0.1)


def test_shared_ledgers_are_no_part_of_a_snapshot():
    centre = Ledger()
    settings = PacingSettings(caps=(Cap(0.02, 86_400.0, centre),))
    snapshot = taught(Pacer(settings)).snapshot()
    before = centre.counts(ALL, 4800.0)
    Pacer.restore(settings, snapshot)
    assert centre.counts(ALL, 4800.0) == before


@pytest.mark.parametrize(
    "snapshot",
    [{}, {"format": 99}, {"format": 1}, {"format": 2}, {"format": 2, "floor": {"laws": 3}}],
)
def test_what_is_no_snapshot_is_refused(snapshot):
    with pytest.raises(PacingError):
        Pacer.restore(PacingSettings(), snapshot)


def test_settings_change_while_running_and_nothing_learned_is_lost():
    pacer = taught(Pacer(PacingSettings(mode="progressive")))
    rate = pacer.decide(4800.0).answer_rate
    pacer.reconfigure(PacingSettings(mode="preview"), 4801.0)
    assert pacer.decide(4801.0).lines == 0
    pacer.reconfigure(PacingSettings(mode="predictive", answer_rate_half_life_s=60.0), 4802.0)
    decision = pacer.decide(4802.0)
    assert decision.lines >= 4
    assert decision.answer_rate == pytest.approx(rate, abs=0.1)
    assert pacer.ledger.counts(ALL, 4802.0).live == 40.0


def test_memory_stays_flat_over_many_calls():
    """A snapshot holds all there is: it must not grow with the number of calls."""
    settings = PacingSettings(mode="predictive")
    pacer = Pacer(settings)
    pacer.agent_changed("ann", "idle", 0.0)
    sizes = []
    for number in range(6000):
        now = number * 10.0
        pacer.call_dialed(f"c{number:06}", now)
        pacer.call_answered(f"c{number:06}", now + 2.0)
        pacer.call_connected(f"c{number:06}", "ann", now + 2.0)
        pacer.agent_changed("ann", "idle", now + 5.0)
        if number in (2999, 5999):
            snapshot = pacer.snapshot()["floor"]
            sizes.append(len(json.dumps({key: snapshot[key] for key in ("calls", "laws")})))
    assert sizes[1] < 1.05 * sizes[0]


def test_what_is_remembered_of_calls_that_are_over_does_not_grow_for_ever():
    book = CallBook()
    for number in range(2 * REMEMBER_AT_MOST):
        now = number * 0.01
        for name, event in (("failed", Event.FAILED), ("left", Event.HUNG_UP)):
            call = Call(f"{name}{number}", now)
            book.add(call)
            if event is Event.HUNG_UP:
                book.move(call, Phase.WAITING, now)
            book.move(call, book.check(call.call_id, event)[1], now)
    rows = book.to_rows()
    assert len(rows["answered"]) == REMEMBER_AT_MOST
    assert len(rows["failed"]) == pytest.approx(REMEMBER_FAILED_S / 0.01, abs=1)
    assert book.find(f"left{2 * REMEMBER_AT_MOST - 1}") is not None
    assert book.find("left0") is None
