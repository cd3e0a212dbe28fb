"""Whatever flow the checker accepts, and whatever happens in a call: the call comes to its end."""

import json
from random import Random
from typing import Any

from flows import NOW
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from dialer.adapters.flow_files import checked
from dialer.domain.flow.commands import HangUp
from dialer.domain.flow.drawing import drawn
from dialer.domain.flow.events import (
    Began,
    Conferred,
    Digits,
    Failed,
    FlowEvent,
    HttpReplied,
    HungUp,
    LeadFound,
    LoggedIn,
    LogInRefused,
    OptedOut,
    Played,
    Recorded,
    TimedOut,
    Transferred,
)
from dialer.domain.flow.run import MOST_IN_ALL, FlowRun
from dialer.domain.flow.steps import Flow

KEYS = ["0", "1", "2", "*", "#"]
TRIES = 10
"""That a step may have at most: it takes no more turns than that, and one."""

SILENT: list[FlowEvent] = [Played(), TimedOut(), Failed("so"), Digits(""), HttpReplied(500)]
ANY: list[FlowEvent] = [
    *SILENT,
    *(Digits(keys) for keys in (*KEYS, "1234", "12345678901")),
    HttpReplied(200, {"a": {"b": 3}}),
    HttpReplied(200, None),
    LeadFound({"a": "1"}),
    LeadFound({}),
    Recorded("x.wav", 2.0),
    OptedOut(),
    LoggedIn({"number": "1", "phone": "", "label": ""}),
    LogInRefused(locked=False),
    LogInRefused(locked=True),
    Conferred(),
]
ENDS: list[FlowEvent] = [Transferred(), HungUp()]


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Flows of a few steps; half of them lead only forward when nobody presses a key."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 7)))]
    forward = draw(st.booleans())
    steps: dict[str, Any] = {}
    for place, name in enumerate(names):
        ahead = [*names[place + 1 :], "bye"] if forward else [*names, "bye"]
        steps[name] = draw(_step(st.sampled_from(ahead), st.sampled_from([*names, "bye"])))
    steps["bye"] = {"hang_up": draw(st.sampled_from([None, "goodbye"]))}
    return {
        "otherwise": draw(st.sampled_from(["bye", *names[-1:]])),
        "most_steps": draw(st.integers(5, 20)),
        "zone": "Europe/Vienna",
        "steps": steps,
    }


def _step(ahead: st.SearchStrategy[str], anywhere: st.SearchStrategy[str]) -> Any:
    tries, keys = st.integers(1, TRIES), st.sampled_from(KEYS)
    fixed = st.fixed_dictionaries
    own = {"otherwise": ahead}
    when = st.sampled_from(['v = "1"', "v > 2", 'time < "12:00"', "v is empty", "not v in (1, 2)"])
    case = fixed({"when": when, "go": ahead})
    return st.one_of(
        fixed({"play": st.just("p"), "next": ahead}, optional=own),
        fixed(
            {"say": st.sampled_from(["7", "{{ v }}"]), "as": st.just("number"), "next": ahead},
            optional=own,
        ),
        fixed(
            {
                "gather": st.just("g"),
                "into": st.just("v"),
                "most": st.integers(1, 10),
                "tries": tries,
                "next": anywhere,
                "otherwise": ahead,
            }
        ),
        fixed(
            {
                "menu": st.just("m"),
                "choices": st.dictionaries(keys, anywhere, min_size=1),
                "tries": tries,
                "otherwise": ahead,
            }
        ),
        fixed({"branch": st.lists(case, min_size=1, max_size=3), "otherwise": ahead}),
        fixed(
            {
                "http": st.sampled_from(["https://crm.example/", "https://crm.example/{{ v }}"]),
                "into": st.just({"v": "a.b"}),
                "next": ahead,
                "otherwise": ahead,
            }
        ),
        fixed(
            {
                "lookup": st.just("number"),
                "into": st.just({"v": "a"}),
                "next": ahead,
                "otherwise": ahead,
            }
        ),
        fixed(
            {
                "log_in": st.sampled_from(["customer", "staff"]),
                "number": st.just("n"),
                "pin": st.just("p"),
                "into": st.just({"v": "number"}),
                "tries": st.integers(1, 3),  # each takes a number, a PIN and a verdict
                "next": anywhere,
            },
            optional={"locked": ahead, **own},
        ),
        fixed(
            {
                "conference": st.sampled_from([None, "c"]),
                "number": st.just("n"),
                "pin": st.just("p"),
                "tries": st.integers(1, 3),
            },
            optional={"next": anywhere, "locked": ahead, **own},
        ),
        fixed({"record": st.just("r"), "into": st.just("v"), "next": ahead}, optional=own),
        fixed({"voicemail": st.just("box")}, optional={"next": ahead, **own}),
        fixed({"language": st.sampled_from(["en", "es"]), "next": ahead}),
        fixed({"transfer": st.just({"queue": "q"}), "otherwise": ahead}),
        fixed(
            {"opt_out": st.just("o"), "next": anywhere, "declined": ahead, "tries": tries},
            optional=own,
        ),
    )


def accepted(document: dict[str, Any]) -> Flow:
    # what a condition speaks of has to be set somewhere, or it is a problem of its own
    document["steps"]["set"] = {"gather": "g", "into": "v", "most": 1, "next": "bye"}
    flow, problems = checked(json.dumps(document))
    told = [str(one) for one in problems if not one.warning]
    event("accepted" if flow is not None else "refused: a loop")
    assert all("loop without exit" in one for one in told), told
    assume(flow is not None)
    assert flow is not None
    return flow


def led(flow: Flow, chance: Random, happens: list[FlowEvent], most: int) -> FlowRun:
    """Lead a call through whatever may happen; what changes nothing is followed by the clock."""
    run = FlowRun(flow, number="+12025550123", our_number="")
    now = NOW
    commands = run.handle(Began(), now)
    for _ in range(most):
        if run.ended:
            return run
        assert run.due_at is not None, f"nothing would ever follow at {run.step}"
        assert run.due_at > now
        before = (run.step, len(run.path))
        now += 0.5
        commands = run.handle(chance.choice(happens), now)
        if not commands and not run.ended:
            assert before == (run.step, len(run.path))
            now = run.due_at
            commands = run.handle(TimedOut(), now)
        assert commands or run.ended, f"dead air at {run.step}"
        if run.ended not in ("", "transferred", "hung up"):
            assert isinstance(commands[-1], HangUp)
    assert run.ended, f"no end after {most} turns: {run.path[-20:]}"
    return run


@settings(max_examples=60, deadline=None)
@given(documents(), st.integers())
def test_a_call_ends_whatever_happens_and_soon_if_nobody_does_a_thing(
    document: dict[str, Any], seed: int
) -> None:
    flow = accepted(document)
    led(flow, Random(seed), ANY, MOST_IN_ALL * (TRIES + 2))
    led(flow, Random(seed), [*ANY, *ENDS], MOST_IN_ALL * (TRIES + 2))
    quiet = led(flow, Random(seed), SILENT, flow.head.most_steps * (TRIES + 2))
    assert len(quiet.path) <= flow.head.most_steps
    picture = drawn(flow)
    assert all(f">{name}</text>" in picture for name in flow.steps)
