"""What must hold for any lawful sequence of events, in every mode."""

import json
import math
from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacing import Decision, Pacer, PacingError, PacingSettings

STEP = st.tuples(
    st.sampled_from(
        (
            *("log in", "log out", "pause", "resume", "leave", "wrap up", "free", "wait"),
            *("answer", "connect", "abandon", "hang up", "fail", "cancel", "machine"),
            *("ring", "end", "judge"),
        )
    ),
    st.integers(0, 30),
    st.sampled_from([0.0, 0.05, 0.3, 2.0, 11.0, 40.0]),
)
STEPS = st.lists(STEP, min_size=1, max_size=80)
CREW = [("log in", number, 0.0) for number in range(5)]
SETTINGS = st.builds(
    PacingSettings,
    mode=st.sampled_from(["preview", "progressive", "power", "predictive"]),
    abandon_rate_guard=st.sampled_from(["running", "window", "mean"]),
    power_ratio=st.sampled_from([1.0, 1.7, 6.0]),
    max_lines=st.one_of(st.none(), st.integers(0, 12)),
    max_lines_per_agent=st.one_of(st.none(), st.sampled_from([0.5, 1.0, 2.5])),
    calls_per_second=st.one_of(st.none(), st.sampled_from([0.5, 3.0, 20.0])),
    calls_burst_s=st.sampled_from([0.0, 0.06, 0.5]),
    answer_grace_s=st.sampled_from([0.0, 2.0]),
    closes_at=st.one_of(st.none(), st.just(300.0)),
)


class Driver:
    """Plays a script on a pacer as a caller would, and keeps the caller's own count."""

    def __init__(self, pacer: Pacer, now: float = 0.0) -> None:
        self.pacer = pacer
        self.now = now
        self.agents: dict[str, str] = {}
        self.calls: dict[str, str] = {}
        self.talks: dict[str, str] = {}
        self.dialed: list[float] = []
        self.most_lines = 0

    def play(self, script: list[tuple[str, int, float]]) -> Iterator[Decision]:
        for what, which, after in script:
            self.now += after
            self.act(what, which)
            decision = self.pacer.decide(self.now)
            for _ in range(decision.lines):
                call = f"call-{len(self.dialed)}"
                rate = None if which % 3 else which / 30.0
                self.pacer.call_dialed(call, self.now, rate)
                self.dialed.append(self.now)
                self.calls[call] = "dialed"
            yield decision

    def act(self, what: str, which: int) -> None:
        agent = f"agent-{which % 8}"
        if what in ("log in", "resume") and self.agents.get(agent) in (None, "paused"):
            self.put(agent, "idle")
        elif what == "log out" and agent in self.agents:
            self.put(agent, "offline")
            del self.agents[agent]
        elif what == "pause" and self.agents.get(agent) == "idle":
            self.put(agent, "paused")
        elif what == "leave" and agent in self.agents:
            self.pacer.agent_changed(agent, self.agents[agent], self.now, leaving=True)
        elif what == "wrap up" and self.agents.get(agent) == "talking":
            self.put(agent, "wrap_up")
        elif what == "free" and self.agents.get(agent) in ("talking", "wrap_up"):
            self.put(agent, "idle")
        else:
            self.act_on_call(what, which)

    def act_on_call(self, what: str, which: int) -> None:
        moves = {
            "answer": ("dialed", "waiting", self.pacer.call_answered),
            "abandon": ("waiting", "abandoned", self.pacer.call_abandoned),
            "hang up": ("waiting", "over", self.pacer.call_hung_up),
            "ring": ("dialed", "dialed", self.pacer.call_ringing),
            "end": ("abandoned", "over", self.pacer.call_ended),
        }
        fails = {"fail": "busy", "cancel": "cancelled", "machine": "machine"}
        if what in moves:
            before, after, tell = moves[what]
            if call := self.pick(before, which):
                tell(call, self.now)
                self.calls[call] = after
        elif what in fails:
            if call := self.pick("dialed", which):
                self.pacer.call_failed(call, fails[what], self.now)
                self.calls[call] = "over"
        elif what == "connect":
            idle = [name for name, state in self.agents.items() if state == "idle"]
            if idle and (call := self.pick("waiting", which)):
                self.pacer.call_connected(call, idle[0], self.now)
                self.put(idle[0], "talking")
                self.calls[call] = "talking"
                self.talks[idle[0]] = call
        elif what == "judge" and (call := self.pick("talking", which)):
            self.pacer.call_reclassified(call, "machine", self.now)

    def put(self, agent: str, state: str) -> None:
        if self.agents.get(agent) == "talking" and state != "talking":
            self.calls[self.talks.pop(agent)] = "over"
        self.pacer.agent_changed(agent, state, self.now)
        self.agents[agent] = state

    def pick(self, state: str, which: int) -> str | None:
        calls = [call for call, at in self.calls.items() if at == state]
        return calls[which % len(calls)] if calls else None

    def lines(self) -> int:
        return sum(state in ("dialed", "waiting", "talking") for state in self.calls.values())


@settings(max_examples=150, deadline=None)
@given(SETTINGS, STEPS)
def test_no_hard_limit_is_ever_passed(limits, script):
    driver = Driver(Pacer(limits))
    for decision in driver.play(CREW + script):
        assert decision.lines >= 0
        if decision.lines == 0:
            continue
        present = [state for state in driver.agents.values() if state != "paused"]
        assert present, "no lines without agents"
        assert limits.mode != "preview"
        assert limits.closes_at is None or driver.now < limits.closes_at
        if limits.max_lines is not None:
            assert driver.lines() <= limits.max_lines
        if limits.max_lines_per_agent is not None:
            assert driver.lines() <= limits.max_lines_per_agent * len(driver.agents)
        if limits.calls_per_second is not None:
            second = [at for at in driver.dialed if driver.now - at < 1.0]
            assert len(second) <= math.ceil(limits.calls_per_second)


@settings(max_examples=60, deadline=None)
@given(SETTINGS, STEPS)
def test_the_same_events_give_the_same_decisions(limits, script):
    first = list(Driver(Pacer(limits)).play(CREW + script))
    second = list(Driver(Pacer(limits)).play(CREW + script))
    assert first == second


@settings(max_examples=60, deadline=None)
@given(SETTINGS, STEPS, STEPS)
def test_a_restored_snapshot_decides_as_the_original(limits, before, after):
    driver = Driver(Pacer(limits))
    list(driver.play(CREW + before))
    snapshot = json.loads(json.dumps(driver.pacer.snapshot(), allow_nan=False))
    other = Driver(Pacer.restore(limits, snapshot), driver.now)
    other.agents, other.calls = dict(driver.agents), dict(driver.calls)
    other.talks, other.dialed = dict(driver.talks), list(driver.dialed)
    assert list(driver.play(after)) == list(other.play(after))


@settings(max_examples=60, deadline=None)
@given(SETTINGS, STEPS, st.sampled_from([math.nan, math.inf, -math.inf, -1.0]))
def test_unknown_ids_and_impossible_times_raise_and_change_nothing(limits, script, never):
    plain = list(Driver(Pacer(limits)).play(CREW + script))
    driver = Driver(Pacer(limits))
    disturbed = []
    for decision in driver.play(CREW + script):
        disturbed.append(decision)
        pacer, now = driver.pacer, driver.now
        for unlawful in (
            partial(pacer.decide, never),
            partial(pacer.agent_changed, "agent-1", "idle", never),
            partial(pacer.call_dialed, "new", never),
            partial(pacer.call_dialed, "new", now, math.nan),
            partial(pacer.call_answered, "stranger", now),
            partial(pacer.call_failed, "stranger", "busy", now),
            partial(pacer.call_connected, "stranger", "agent-1", now),
            partial(pacer.call_ended, "stranger", now),
        ):
            with pytest.raises(PacingError):
                unlawful()
    assert disturbed == plain
