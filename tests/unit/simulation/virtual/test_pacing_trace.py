"""A trace runs again to the same decisions, up to where it was cut."""

import json
from itertools import pairwise

import pytest
from floors import clockwork, memoryless

from pacing import Cap, Ledger, Pacer, PacingError, PacingSettings, Window
from pacing.replay import replay
from pacing.trace import TracedPacer
from simulation.virtual.campaign import VirtualCampaign


@pytest.fixture(scope="module")
def trace() -> list[str]:
    lines: list[str] = []
    pacer = TracedPacer(Pacer(PacingSettings(mode="predictive")), lines.append)
    VirtualCampaign(memoryless(agents=5, hours=0.5), pacer, seed=1).run()
    return lines


def test_the_same_events_give_the_same_decisions(trace: list[str]) -> None:
    result = replay(trace)
    assert (result.different, result.cut_line) == (0, None)
    assert result.decisions > 900
    assert result.events > 300
    assert 1 + result.decisions + result.events == len(trace)


def test_a_trace_does_not_change_what_is_decided(trace: list[str]) -> None:
    bare = VirtualCampaign(
        memoryless(agents=5, hours=0.5), Pacer(PacingSettings(mode="predictive")), seed=1
    ).run()
    assert bare.dials == sum('"call_dialed"' in line for line in trace)


def test_a_trace_that_begins_in_the_middle_of_a_day_knows_what_was_learned(trace) -> None:
    pacer = Pacer(PacingSettings(mode="predictive"))
    for number in range(4):
        pacer.agent_changed(f"a{number}", "idle", 0.0)
    for number in range(6):
        pacer.call_dialed(f"b{number}", 1.0 + number)
        pacer.call_failed(f"b{number}", "busy", 1.5 + number)
    lines: list[str] = []
    traced = TracedPacer(pacer, lines.append)
    for now in (9.0, 10.0, 11.0):
        for line in range(traced.decide(now).lines):
            traced.call_dialed(f"c{now}-{line}", now)
    assert traced.snapshot()["format"]
    traced.decide(12.0)
    traced.call_answered("c9.0-0", 12.0)
    traced.call_connected("c9.0-0", "a0", 12.0)
    traced.agent_changed("a0", "talking", 12.0)
    traced.reconfigure(PacingSettings(mode="power", power_ratio=3.0), 13.0)
    traced.decide(14.0)
    result = replay(lines)
    assert (result.decisions, result.different) == (5, 0)


def test_caps_with_their_windows_and_ledgers_are_in_the_trace() -> None:
    cap = Cap(0.01, Window.rolling(3600.0), Ledger([(0.0, False), (1.0, True)]))
    settings = PacingSettings(
        mode="predictive", caps=(cap,), abandon_window=Window.dated((0.0, 900.0))
    )
    lines: list[str] = []
    scenario = clockwork(crew="agents = 4", hours=0.3)
    VirtualCampaign(scenario, TracedPacer(Pacer(settings), lines.append), seed=1).run()
    result = replay(lines)
    assert result.decisions > 100
    assert result.different == 0


@pytest.mark.parametrize("keep", [1, 0.6, 0.2])
def test_a_trace_that_is_cut_replays_up_to_the_cut(trace: list[str], keep: float) -> None:
    text = "".join(trace)
    kept = text[: int(keep * len(text)) - 5]
    result = replay(kept.splitlines(keepends=True))
    assert result.cut_line == kept.count("\n") + 1
    assert result.different == 0
    assert result.decisions == sum('["decide"' in line for line in trace[: result.cut_line - 1])


def test_a_changed_decision_is_found_with_its_line(trace: list[str]) -> None:
    place = next(n for n, line in enumerate(trace) if line.startswith('["decide"') and n > 500)
    values = json.loads(trace[place])
    values[2]["beta"] += 0.01
    result = replay([*trace[:place], json.dumps(values), *trace[place + 1 :]])
    assert result.different == 1
    (difference,) = result.differences
    assert difference.line == place + 1
    assert difference.recorded.beta == pytest.approx(difference.decided.beta + 0.01)


def test_a_lost_line_is_noticed(trace: list[str]) -> None:
    answered = next(n for n, line in enumerate(trace) if "call_answered" in line)
    with pytest.raises(PacingError, match=rf"line {answered + 1} .*connected"):
        replay(trace[:answered] + trace[answered + 1 :])


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], "line 1 is no first line of a trace"),
        (["[1, 2]\n"], "line 1 is no first line of a trace"),
        (['{"outpace_pacing_trace": 99}\n'], "line 1 is of format 99; this program reads 1"),
        (['{"outpace_pacing_trace": 1, "settings": {}}\n'], "line 1 is no line of a trace"),
        (['{"outpace_pacing_trace"'], "line 1 is no first line of a trace"),
    ],
)
def test_what_is_no_trace_is_refused(lines: list[str], told: str) -> None:
    with pytest.raises(PacingError, match=told):
        replay(lines)


@pytest.mark.parametrize("bad", ["{", "[]", '["dance", 1.0]', '["decide", 1e9]', "7", "null"])
def test_damage_before_the_end_is_told_with_its_line(trace: list[str], bad: str) -> None:
    with pytest.raises(PacingError, match=r"line 41 "):
        replay([*trace[:40], bad + "\n", *trace[40:]])


def test_times_in_a_trace_never_go_back(trace: list[str]) -> None:
    times = [json.loads(line)[1] for line in trace[1:]]
    assert all(one <= other for one, other in pairwise(times))
