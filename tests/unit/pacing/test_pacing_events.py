"""Transcripts: what the pacer is told, and what it answers."""

import math

import pytest

from pacing import LimitedBy, Pacer, PacingError, PacingSettings, Window

ALL = Window.campaign()


def progressive(**settings) -> Pacer:
    return Pacer(PacingSettings(**settings))


def with_agents(pacer: Pacer, *names: str) -> Pacer:
    for name in names:
        pacer.agent_changed(name, "idle", 0.0)
    return pacer


def test_each_idle_agent_gets_one_line_and_a_failed_one_is_replaced():
    pacer = with_agents(progressive(), "ann", "bob")
    assert pacer.decide(0.0).lines == 2
    pacer.call_dialed("a", 0.0)
    pacer.call_dialed("b", 0.0)
    decision = pacer.decide(0.0)
    assert (decision.lines, decision.limited_by) == (0, LimitedBy.AGENTS)
    pacer.call_failed("a", "busy", 3.0)
    assert pacer.decide(3.0).lines == 1


def test_a_caller_who_waits_counts_as_the_idle_agents_call():
    pacer = with_agents(progressive(), "ann")
    pacer.call_dialed("a", 0.0)
    pacer.call_answered("a", 5.0)
    assert pacer.decide(5.0).lines == 0
    pacer.call_connected("a", "ann", 5.0)
    pacer.agent_changed("ann", "talking", 5.0)
    assert pacer.decide(5.0).lines == 0
    pacer.agent_changed("ann", "wrap_up", 60.0)
    assert pacer.decide(60.0).lines == 0
    pacer.agent_changed("ann", "idle", 70.0)
    assert pacer.decide(70.0).lines == 1


@pytest.mark.parametrize("talking_first", [True, False])
def test_talking_may_be_told_before_or_after_connected(talking_first):
    pacer = with_agents(progressive(max_lines=5), "ann")
    pacer.call_dialed("a", 0.0)
    pacer.call_answered("a", 5.0)
    if talking_first:
        pacer.agent_changed("ann", "talking", 5.0)
    pacer.call_connected("a", "ann", 5.0)
    if not talking_first:
        pacer.agent_changed("ann", "talking", 5.0)
    pacer.agent_changed("ann", "idle", 30.0)
    assert pacer.decide(30.0).lines == 1
    assert pacer.ledger.counts(ALL, 30.0) == (1.0, 0.0)


def test_preview_never_dials():
    decision = with_agents(progressive(mode="preview"), "ann").decide(0.0)
    assert (decision.lines, decision.limited_by) == (0, LimitedBy.MODE)


def test_power_dials_its_ratio_once_the_cap_has_room():
    pacer = with_agents(
        progressive(mode="power", power_ratio=2.0, abandon_rate_guard="mean"), "ann", "bob", "cy"
    )
    assert pacer.decide(0.0).lines == 6
    for number in range(4):
        pacer.call_dialed(f"c{number}", 0.0)
    assert pacer.decide(0.0).lines == 2


def test_power_falls_back_to_progressive_while_the_cap_is_overdrawn():
    pacer = with_agents(
        progressive(mode="power", power_ratio=2.0, abandon_rate_guard="mean"), "ann", "bob"
    )
    pacer.call_dialed("a", 0.0)
    pacer.call_answered("a", 5.0)
    pacer.call_abandoned("a", 7.0)
    decision = pacer.decide(7.0)
    assert (decision.lines, decision.limited_by) == (2, LimitedBy.ABANDON_BUDGET)


@pytest.mark.parametrize("state", ["paused", "elsewhere", "offline"])
def test_agents_who_are_away_get_no_lines(state):
    pacer = with_agents(progressive(mode="predictive"), "ann")
    pacer.agent_changed("ann", state, 1.0)
    decision = pacer.decide(1.0)
    assert (decision.lines, decision.limited_by) == (0, LimitedBy.AGENTS)


def test_an_agent_who_leaves_after_this_call_gets_no_lines():
    pacer = with_agents(progressive(mode="predictive", abandon_rate_guard="mean"), "ann")
    pacer.agent_changed("ann", "talking", 1.0, leaving=True)
    decision = pacer.decide(900.0)
    assert (decision.lines, decision.expected_free_agents) == (0, 0.0)


def test_predictive_dials_ahead_of_agents_who_are_about_to_be_free():
    pacer = Pacer(PacingSettings(mode="predictive", abandon_rate_guard="mean"))
    names = [f"agent-{number}" for number in range(10)]
    with_agents(pacer, *names)

    def all_connect(round_: int, now: float) -> None:
        for number in range(10):
            pacer.call_dialed(f"{round_}-{number}", now)
        for number, name in enumerate(names):
            pacer.call_answered(f"{round_}-{number}", now + 4.0)
            pacer.call_connected(f"{round_}-{number}", name, now + 4.0)

    now = 0.0
    for round_ in range(40):
        all_connect(round_, now)
        for state, at in (("wrap_up", now + 64.0), ("idle", now + 69.0)):
            for name in names:
                pacer.agent_changed(name, state, at)
        now += 69.0
    all_connect(40, now)
    assert pacer.decide(now + 30.0).lines == 0  # talks of 60 s, rings of 4 s: too early
    for name in names:
        pacer.agent_changed(name, "wrap_up", now + 64.0)
    decision = pacer.decide(now + 65.0)
    assert decision.lines > 0  # nobody is idle, but all will be within ring and grace
    assert decision.expected_free_agents > 8.0


def test_an_abandon_after_a_bridge_into_silence_is_charged():
    pacer = with_agents(progressive(), "ann")
    pacer.call_dialed("a", 0.0)
    pacer.call_answered("a", 5.0)
    pacer.call_connected("a", "ann", 5.0)
    pacer.agent_changed("ann", "offline", 6.0)
    pacer.call_abandoned("a", 7.0)
    assert pacer.ledger.counts(ALL, 7.0) == (1.0, 1.0)


def test_a_person_bridged_to_a_dead_phone_may_go_to_another_agent():
    pacer = with_agents(progressive(), "ann", "bob")
    pacer.call_dialed("a", 0.0)
    pacer.call_answered("a", 5.0)
    pacer.call_connected("a", "ann", 5.0)
    pacer.agent_changed("ann", "offline", 6.0)
    pacer.call_connected("a", "bob", 6.5)
    assert pacer.decide(6.5).lines == 0
    assert pacer.ledger.counts(ALL, 6.5) == (1.0, 0.0)


def test_who_leaves_while_waiting_is_a_live_answer_and_no_abandon():
    pacer = with_agents(progressive(), "ann")
    pacer.call_dialed("a", 0.0)
    pacer.call_answered("a", 5.0)
    pacer.call_hung_up("a", 6.0)
    assert pacer.ledger.counts(ALL, 6.0) == (1.0, 0.0)
    assert pacer.decide(6.0).lines == 1


def test_an_answer_judged_a_machine_before_an_agent_had_it_is_no_live_answer():
    pacer = with_agents(progressive(), "ann")
    pacer.call_dialed("a", 0.0)
    pacer.call_answered("a", 5.0)
    pacer.call_failed("a", "machine", 7.0)
    assert pacer.ledger.counts(ALL, 7.0) == (0.0, 0.0)
    assert pacer.decide(7.0).lines == 1
    pacer.call_reclassified("a", "person", 90.0)  # a person, thrown away unheard
    assert pacer.ledger.counts(ALL, 90.0) == (1.0, 1.0)
    pacer.call_reclassified("a", "machine", 95.0)
    assert pacer.ledger.counts(ALL, 95.0) == (0.0, 0.0)


def test_an_agent_who_hears_a_machine_takes_it_off_the_ledger():
    pacer = with_agents(progressive(), "ann")
    pacer.call_dialed("a", 0.0)
    pacer.call_answered("a", 5.0)
    pacer.call_connected("a", "ann", 5.0)
    pacer.agent_changed("ann", "wrap_up", 13.0)
    pacer.call_reclassified("a", "machine", 14.0)
    pacer.call_reclassified("a", "machine", 14.0)
    assert pacer.ledger.counts(ALL, 14.0) == (0.0, 0.0)
    pacer.call_reclassified("a", "person", 15.0)
    assert pacer.ledger.counts(ALL, 15.0) == (1.0, 0.0)


@pytest.mark.parametrize(("deduct", "left"), [(False, (1.0, 1.0)), (True, (0.0, 0.0))])
def test_an_abandoned_machine_is_deducted_only_where_the_rule_allows_it(deduct, left):
    pacer = with_agents(progressive(deduct_machine_abandons=deduct), "ann")
    pacer.call_dialed("a", 0.0)
    pacer.call_answered("a", 5.0)
    pacer.call_abandoned("a", 7.0)
    pacer.call_reclassified("a", "machine", 9.0)
    assert pacer.ledger.counts(ALL, 9.0) == left


def test_lines_end_with_the_talk_until_the_caller_tells_of_line_ends():
    pacer = with_agents(progressive(max_lines=1), "ann")
    pacer.call_dialed("a", 0.0)
    pacer.call_answered("a", 5.0)
    pacer.call_connected("a", "ann", 5.0)
    pacer.agent_changed("ann", "idle", 20.0)
    assert pacer.decide(20.0).lines == 1
    pacer.call_ended("a", 25.0)  # so this caller does tell
    pacer.call_dialed("b", 25.0)
    pacer.call_answered("b", 30.0)
    pacer.call_connected("b", "ann", 30.0)
    pacer.agent_changed("ann", "idle", 40.0)
    decision = pacer.decide(40.0)
    assert (decision.lines, decision.limited_by) == (0, LimitedBy.LINES)
    pacer.call_ended("b", 45.0)
    assert pacer.decide(45.0).lines == 1


def test_a_line_whose_end_is_never_told_is_given_up_in_the_end():
    pacer = with_agents(progressive(max_lines=1, line_linger_max_s=60.0), "ann")
    for name, at in (("a", 0.0), ("b", 100.0)):
        pacer.call_dialed(name, at)
        pacer.call_answered(name, at + 5.0)
        pacer.call_abandoned(name, at + 7.0)
        if name == "a":
            pacer.call_ended("a", at + 12.0)
    assert pacer.decide(150.0).lines == 0
    assert pacer.decide(170.0).lines == 1


def test_calls_per_second_hold_in_every_second_and_refill_in_between():
    pacer = with_agents(
        progressive(calls_per_second=10.0, calls_burst_s=0.2), *(f"a{n}" for n in range(60))
    )
    sent: list[float] = []
    for step in range(80):
        now = step * 0.05
        decision = pacer.decide(now)
        assert decision.lines <= 3
        for _ in range(decision.lines):
            pacer.call_dialed(f"c{len(sent)}", now)
            sent.append(now)
    assert len(sent) == pytest.approx(32, abs=2)
    assert all(sum(at < when <= at + 0.999 for when in sent) <= 10 for at in sent)
    assert pacer.decide(3.95).limited_by is LimitedBy.CALLS_PER_SECOND


def test_lines_per_agent_and_lines_hold_whatever_the_mode_wants():
    settings = PacingSettings(mode="power", power_ratio=5.0, abandon_rate_guard="mean")
    pacer = with_agents(Pacer(settings), "ann", "bob")
    assert pacer.decide(0.0).lines == 10
    limits = PacingSettings(
        mode="power", power_ratio=5.0, abandon_rate_guard="mean", max_lines_per_agent=1.5
    )
    pacer.reconfigure(limits, 1.0)
    assert (pacer.decide(1.0).lines, pacer.decide(1.0).limited_by) == (3, LimitedBy.LINES)
    pacer.reconfigure(PacingSettings(max_lines=0), 2.0)
    assert (pacer.decide(2.0).lines, pacer.decide(2.0).limited_by) == (0, LimitedBy.LINES)


def test_no_line_starts_after_the_campaign_has_closed():
    pacer = with_agents(progressive(closes_at=100.0), "ann")
    assert pacer.decide(99.9).lines == 1
    assert pacer.decide(100.0).lines == 0
    assert pacer.decide(100.0).limited_by is LimitedBy.SCHEDULE


def test_a_lead_known_never_to_answer_is_no_risk():
    def chance(rate: float) -> float:
        settings = progressive(mode="predictive", abandon_rate_target=0.0)
        pacer = with_agents(settings, "ann")
        pacer.call_dialed("a", 0.0, rate)
        return pacer.decide(1.0).chance_next_unserved

    assert chance(0.0) == pytest.approx(0.0, abs=1e-9)
    assert chance(0.2) < chance(0.9)


@pytest.mark.parametrize(
    "contradiction",
    [
        lambda pacer: pacer.call_answered("nobody", 10.0),
        lambda pacer: pacer.call_dialed("a", 10.0),
        lambda pacer: pacer.call_dialed("", 10.0),
        lambda pacer: pacer.call_dialed("new", 10.0, 1.5),
        lambda pacer: pacer.call_dialed("new", 10.0, math.nan),
        lambda pacer: pacer.call_dialed("new", 4.9),
        lambda pacer: pacer.call_dialed("new", math.nan),
        lambda pacer: pacer.call_dialed("new", math.inf),
        lambda pacer: pacer.call_dialed("new", "10"),
        lambda pacer: pacer.call_connected("a", "ann", 10.0),
        lambda pacer: pacer.call_connected("b", "stranger", 10.0),
        lambda pacer: pacer.call_connected("b", "bob", 10.0),
        lambda pacer: pacer.call_abandoned("a", 10.0),
        lambda pacer: pacer.call_hung_up("c", 10.0),
        lambda pacer: pacer.call_failed("a", "bored", 10.0),
        lambda pacer: pacer.call_failed("b", "busy", 10.0),
        lambda pacer: pacer.call_failed("a", "busy", -math.inf),
        lambda pacer: pacer.call_ringing("b", 10.0),
        lambda pacer: pacer.call_ended("a", 10.0),
        lambda pacer: pacer.call_reclassified("a", "machine", 10.0),
        lambda pacer: pacer.call_reclassified("b", "fax", 10.0),
        lambda pacer: pacer.agent_changed("ann", "asleep", 10.0),
        lambda pacer: pacer.agent_changed("ann", "paused", 1.0),
        lambda pacer: pacer.agent_changed("", "idle", 10.0),
        lambda pacer: pacer.decide(4.0),
        lambda pacer: pacer.decide(math.nan),
        lambda pacer: pacer.reconfigure(PacingSettings(), 1.0),
        lambda pacer: pacer.reconfigure({"mode": "power"}, 10.0),
    ],
)
def test_what_contradicts_the_past_raises_and_changes_nothing(contradiction):
    pacer = with_agents(progressive(mode="predictive"), "ann", "bob")
    for name in ("a", "b", "c"):
        pacer.call_dialed(name, 0.0)
    pacer.call_answered("b", 4.0)
    pacer.call_answered("c", 4.0)
    pacer.call_connected("c", "bob", 5.0)  # "a" is in flight, "b" waits, "c" talks with bob
    before = pacer.snapshot()
    with pytest.raises(PacingError):
        contradiction(pacer)
    assert pacer.snapshot() == before


def test_the_error_carries_the_facts():
    pacer = with_agents(progressive(), "ann")
    pacer.call_dialed("a", 3.0)
    with pytest.raises(PacingError) as unlawful:
        pacer.call_hung_up("a", 4.0)
    assert (unlawful.value.call_id, unlawful.value.event) == ("a", "hung up")
    assert unlawful.value.phase == "dialed"
    with pytest.raises(PacingError) as back:
        pacer.decide(2.0)
    assert (back.value.now, back.value.last_now) == (2.0, 3.0)
