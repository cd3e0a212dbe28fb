"""The pages' bench, as far as it is pure: the busy floor, calls seen from a page, the figures."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from math import inf, isnan

import pytest

from benchmarks.pages.busy_floor import AGENTS_THERE, EVENTS_PER_S, Crew
from benchmarks.pages.figures import (
    answers_section,
    floor_section,
    growth_per_min,
    least_each_minute,
    loads_section,
    looks_line,
)
from benchmarks.pages.found import Answered, FloorFound, Held, Load, Taken, taken
from benchmarks.report import Section
from dialer.domain.agentflow import AgentState
from dialer.services.board import AGENTS, CALLS


def seconds() -> Iterator[float]:
    return (float(at) for at in count())


def missed(section: Section) -> list[str]:
    return [figure.name for figure in section.figures if figure.missed]


def test_an_agent_of_the_busy_floor_is_dialed_for_talks_writes_up_and_is_idle_again() -> None:
    told = [
        (topic, value and value["state"])
        for topic, key, value in islice(Crew().changes(seconds()), AGENTS_THERE * 8)
        if key == "1000" or key.endswith("00000001")
    ]
    assert told == [
        (AGENTS, "idle"),
        (CALLS, "dialing"),
        (CALLS, "ringing"),
        (CALLS, "talking"),
        (AGENTS, "talking"),
        (CALLS, None),
        (AGENTS, "wrap_up"),
        (AGENTS, "idle"),
    ]


def test_the_busy_floor_has_agents_in_every_state_and_marks_each_of_their_changes_once() -> None:
    changes = list(islice(Crew().changes(seconds()), AGENTS_THERE * 30))
    agents = {key: value for topic, key, value in changes if topic == AGENTS and value}
    assert len(agents) == AGENTS_THERE
    states = {value["state"] for value in agents.values()}
    assert states == {"idle", "talking", "wrap_up"} <= {state.value for state in AgentState}
    marks = [value["reason"] for topic, _, value in changes if topic == AGENTS and value]
    assert len(set(marks)) == len(marks)


def test_an_agent_does_not_change_twice_before_a_page_could_show_it() -> None:
    """A page draws twice a second: what another change replaces before that is never seen."""
    last: dict[str, int] = {}
    closest = inf
    for place, (topic, key, _) in enumerate(islice(Crew().changes(seconds()), AGENTS_THERE * 40)):
        if topic == AGENTS:
            closest = min(closest, place - last.get(key, -EVENTS_PER_S * 60))
            last[key] = place
    assert closest / EVENTS_PER_S >= 2.0


def test_a_call_is_heard_when_the_tone_begins_and_known_when_the_name_is_shown() -> None:
    answers = [(100.0, "at-0"), (103.0, "at-1")]
    spells = [(True, 100.075), (False, 101.0), (True, 103.09), (False, 104.0)]
    seen = [("at-0", 100.05), ("at-1", 102.9)]
    first, second = taken(answers, spells, seen)
    assert first.sound_ms == pytest.approx(75.0)
    assert first.shown_ms == pytest.approx(50.0)
    assert second.sound_ms == pytest.approx(90.0)
    assert second.shown_ms == pytest.approx(-100.0)
    assert first.known_first
    assert second.known_first


def test_a_call_that_is_not_heard_before_the_next_one_never_was() -> None:
    answers = [(100.0, "at-0"), (103.0, "at-1")]
    silent, heard = taken(answers, [(True, 103.08)], [("at-1", 103.2)])
    assert (silent.sound_ms, silent.shown_ms) == (inf, inf)
    assert not silent.known_first
    assert not heard.known_first


@pytest.mark.parametrize(
    ("looks", "growth"),
    [
        ([(0.0, 5.0), (1.0, 5.0), (2.0, 5.0)], 0.0),
        ([(0.0, 5.0), (1.0, 7.0), (2.0, 9.0)], 2.0),
        ([(0.0, 5.0), (1.0, 5.0), (2.0, 900.0), (3.0, 5.0), (4.0, 5.0)], 0.0),
    ],
)
def test_growth_is_that_of_most_looks_and_no_single_one_makes_it(
    looks: list[tuple[float, float]], growth: float
) -> None:
    assert growth_per_min(looks) == pytest.approx(growth)


def test_one_look_says_nothing_of_growth() -> None:
    assert isnan(growth_per_min([(0.0, 5.0)]))


def test_each_minute_it_is_said_what_the_page_holds_and_how_it_grows() -> None:
    looks = [(0.1, Held(4_096_000, 900, 90)), (2.3, Held(4_098_048, 901, 91))]
    assert looks_line(looks) == (
        "  minute 3: heap 4,002 KB, +1.0 KB a minute; 901 nodes, 91 listeners"
    )
    assert looks_line(looks[:1]) == (
        "  minute 1: heap 4,000 KB, the first; 900 nodes, 90 listeners"
    )


def test_what_a_page_draws_just_then_is_nothing_that_it_holds() -> None:
    drawing = Held(5_000_000, 950, 95)
    looks = [(0.0, drawing), (0.2, Held(4_000_000, 900, 91)), (0.4, Held(4_000_100, 899, 90))]
    assert least_each_minute([*looks, (1.0, drawing)]) == [
        (0.0, Held(4_000_000, 899, 90)),
        (1.0, drawing),
    ]


HELD = Held(heap_bytes=4_000_000, nodes=9, listeners=9)


def held_for(minutes: int, first: Held, last: Held) -> list[tuple[float, Held]]:
    """Return looks at what grows evenly."""

    def between(at: float, one: int, other: int) -> int:
        return round(one + (other - one) * at / minutes)

    return [
        (
            at,
            Held(
                between(at, first.heap_bytes, last.heap_bytes),
                between(at, first.nodes, last.nodes),
                between(at, first.listeners, last.listeners),
            ),
        )
        for at in (look / 6 for look in range(6 * minutes + 1))
    ]


def test_what_is_compiled_late_or_talks_just_then_is_no_leak_of_a_few_minutes() -> None:
    more = held_for(3, HELD, Held(heap_bytes=4_060_000, nodes=20, listeners=12))
    assert missed(floor_section(floor_found(held=more))) == []


def floor_found(**news: object) -> FloorFound:
    given: dict[str, object] = {
        "empty": {"browser": 0.01},
        "cost": {"browser": 0.02, "renderer": 0.13},
        "main_thread": {"all": 0.1},
        "events_per_s": 50.0,
        "ages_s": [0.1] * 100,
        "unseen": 0,
        "warm_s": 180.0,
        "held": held_for(12, Held(4_000_000, 900, 90), Held(4_001_000, 900, 90)),
        "complaints": [],
    }
    return FloorFound(**(given | news))  # type: ignore[arg-type]


def test_the_floor_holds_its_bars_less_what_an_empty_page_takes() -> None:
    assert missed(floor_section(floor_found())) == []
    dear = floor_found(cost={"browser": 0.02, "renderer": 0.15})
    assert missed(floor_section(dear)) == ["browser, share of a core"]


@pytest.mark.parametrize(
    ("news", "name"),
    [
        ({"ages_s": [0.1] * 98 + [1.2] * 2}, "age when shown, p99"),
        ({"unseen": 1}, "changes of drawn rows never shown"),
        (
            {"held": held_for(12, HELD, replace(HELD, heap_bytes=4_100_000))},
            "heap, growth a minute",
        ),
        ({"held": held_for(12, HELD, replace(HELD, nodes=60))}, "nodes, growth a minute"),
        ({"held": held_for(12, HELD, replace(HELD, listeners=60))}, "listeners, growth a minute"),
        ({"complaints": ["no"]}, "errors on the console"),
        ({"events_per_s": 40.0}, "changes a second"),
    ],
)
def test_each_fault_of_the_floor_misses_its_own_bar(news: dict[str, object], name: str) -> None:
    assert missed(floor_section(floor_found(**news))) == [name]


def test_a_page_is_judged_by_its_largest_and_its_slowest_load() -> None:
    loads = {
        "floor": [Load(300.0, 90_000, 10), Load(1200.0, 260_000, 10)],
        "audit": [Load(9, 9, 9)],
    }
    section = loads_section(loads, {"floor": 91_000, "audit": 9})
    assert missed(section) == ["floor: files", "floor: usable, slowest"]


def test_two_names_in_a_hundred_that_come_after_the_sound_are_too_many() -> None:
    early, late = Taken(70.0, 30.0), Taken(70.0, 90.0)
    phones = [21.0] * 10
    held = Answered([], [early] * 99 + [late], phones, [])
    assert missed(answers_section(held)) == []
    missing = Answered([], [early] * 98 + [late] * 2, phones, [])
    assert missed(answers_section(missing)) == ["name shown before the first sound"]


def test_a_call_that_was_never_heard_misses_both_bars_it_belongs_to() -> None:
    found = Answered([], [Taken(70.0, 30.0)] * 48 + [Taken(inf, 30.0)] * 2, [21.0], [])
    assert missed(answers_section(found)) == [
        "200 OK to sound, p99",
        "name shown before the first sound",
    ]
