"""What is wrong with a flow is said before anybody is called by it: all of it, with lines."""

import json
from typing import Any

import pytest
from flows import told
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.adapters.flow_files import SHIPPED, checked
from dialer.domain.flow.marked import Marked
from dialer.domain.flow.steps import STEPS

METADATA = "169.254.169.254"
GOOD = """\
otherwise: bye
steps:
  hello:
    play: welcome
    next: bye
  bye:
    hang_up:
"""


def test_a_flow_that_is_right_has_no_problems() -> None:
    flow, problems = checked(GOOD)
    assert problems == []
    assert flow is not None
    assert (flow.start, list(flow.steps)) == ("hello", ["hello", "bye"])


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.name)
def test_the_flows_that_ship_are_right(path: Any) -> None:
    assert told(path.read_text(encoding="utf-8")) == []


def test_all_problems_are_told_at_once_each_with_its_line() -> None:
    assert told(
        """\
language: english
otherwise: sory
steps:
  a:
    plya: welcome
    next: b
  b:
    menu: main
    choices: {1: c, x: sorry}
    tries: many
    otherwise: nowhere
  c:
    branch:
      - when: "balance >"
        go: gone
    otherwise: sorry
    extra: 1
  d:
    transfer: {number: +12025550100}
    otherwise: sorry
  e:
    play: {txt: hello}
  f:
    play: 404
    say: x
  g: hello
  sorry:
    hang_up:
"""
    ) == [
        (
            "line 1: error: language: string should match pattern '^[a-z]{2,3}(-[A-Z]{2})?$'; "
            "got 'english'"
        ),
        "line 2: error: there is no step 'sory'; did you mean sorry?",
        "line 5: error: step a: unknown step 'plya'; did you mean play?",
        "line 9: error: step b: choices.x: string should match pattern '^[0-9*#]$'; got 'x'",
        (
            "line 10: error: step b: tries: it should be a valid integer; "
            "write a whole number, without quotes"
        ),
        "line 11: error: step b: there is no step 'nowhere'; add the step, or name another",
        "line 15: error: step c: there is no step 'gone'; add the step, or name another",
        "line 17: error: step c: unknown field extra; there are otherwise, branch",
        (
            "line 19: error: step d: transfer.number: it should be a valid string; "
            "write text; put numbers in quotes"
        ),
        "line 21: error: step e: next is missing; add it",
        (
            "line 22: error: step e: play: is no prompt's name, nor `text:` with up to "
            "2000 characters; see it"
        ),
        "line 25: error: step f: is both play and say; make two steps of it",
        "line 26: error: step g: says nothing that is to be done; use one of " + ", ".join(STEPS),
    ]


def test_a_bad_expression_is_told_with_its_column() -> None:
    branch = """\
otherwise: bye
steps:
  a:
    branch:
      - when: number =
        go: bye
      - when: caller = "1"
        go: bye
    otherwise: bye
  bye: {hang_up: }
"""
    assert told(branch) == [
        (
            "line 5: error: step a: bad expression, column 9: found the end; expected a value: "
            "text in quotes, a number or a day (YYYY-MM-DD)"
        ),
        (
            "line 7: error: step a: nothing sets the variable 'caller'; there are date, language, "
            "number, our_number, time, weekday"
        ),
    ]


def test_a_time_needs_a_zone_and_a_zone_must_exist() -> None:
    branch = """\
otherwise: bye
steps:
  a:
    branch:
      - {when: time < "09:00", go: bye}
    otherwise: bye
  bye: {hang_up: }
"""
    assert told(branch) == [
        (
            "line 5: error: step a: asks for the time, but the flow has no zone; "
            "add `zone:` with one such as America/New_York"
        )
    ]
    assert told("zone: Europe/Vienna\n" + branch) == []
    assert told("zone: Europe/Wien\n" + branch) == [
        "line 1: error: zone: there is no 'Europe/Wien'; write one as America/New_York"
    ]


def test_a_text_that_speaks_of_what_nothing_sets_is_told() -> None:
    say = GOOD.replace("    play: welcome", '    say: "{{ balanc }}"\n    as: number')
    lookup = "  who: {lookup: nmber, into: {balance: b, time: t}, next: hello, otherwise: bye}\n"
    assert told(say + lookup) == [
        "line 4: error: step hello: nothing sets the variable 'balanc'; did you mean balance?",
        "line 9: error: step who: into: 'time' is set by the call itself; use another name",
        "line 9: error: step who: nothing sets the variable 'nmber'; did you mean number?",
    ]


def test_a_missing_prompt_is_told_in_each_language_of_the_flow() -> None:
    two = GOOD.replace("next: bye", "next: es") + "  es: {language: es, next: bye}\n"
    there = {"": frozenset({"welcome"})}
    assert told(two, prompts=there) == []
    assert told(two, prompts={"en": frozenset({"welcome"}), "es": frozenset()}) == [
        "line 4: error: step hello: missing prompt 'welcome' in es; record it, or write `text:`"
    ]


ROUND = """\
otherwise: bye
steps:
  a: {play: x, next: b}
  b: {menu: m, choices: {1: bye}, otherwise: a}
  bye: {hang_up: }
"""


def test_a_loop_that_a_silent_caller_never_leaves_is_told() -> None:
    assert told(ROUND) == [
        (
            "line 3: error: step a: a loop without exit, for a caller who presses nothing: "
            "a -> b -> a; let `otherwise` of one of them lead out"
        )
    ]
    assert told(ROUND.replace("otherwise: a", "otherwise: bye")) == []


def test_a_loop_of_steps_without_any_input_is_told() -> None:
    assert told(
        "otherwise: bye\nsteps:\n  a: {play: x, next: b}\n  b: {language: es, next: a}\n"
        "  bye: {hang_up: }\n"
    ) == [
        (
            "line 3: error: step a: a loop without exit, for a caller who presses nothing: "
            "a -> b -> a; let `otherwise` of one of them lead out"
        )
    ]


def test_a_loop_that_somebody_may_take_up_or_the_clock_leaves_is_none() -> None:
    queue = "otherwise: bye\nsteps:\n  a: {play: x, next: b}\n  bye: {hang_up: }\n"
    assert told(queue + "  b: {transfer: {queue: q}, otherwise: a}\n") == []
    assert told(queue + "  b: {branch: [{when: number = 1, go: bye}], otherwise: a}\n") == []


def test_a_step_that_no_call_comes_to_is_a_warning_and_the_flow_is_usable() -> None:
    flow, problems = checked(GOOD + "  lost: {play: x, next: bye}\n")
    assert flow is not None
    assert [str(one) for one in problems] == [
        "line 8: warning: step lost: no call comes to this play; name it somewhere, or remove it"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: error: is empty; begin with `steps:`"),
        ("a: [\n", "line 2: error: is no YAML: did not find expected node content; mend it"),
        ("a: &x [1]\nb: *x", "line 2: error: refers to an anchor; write it out"),
        ("a: 1\na: 2", "line 2: error: names 'a' again; take one out"),
        ("a:\n  b: !!python/name:os.system x", "line 2: error: has the tag "),
        ("[1]", "line 1: error: is no flow; begin with `steps:`"),
        ("[" * 30 + "]" * 30, "line 1: error: is nested too deep"),
        ("? [a]\n: b", "line 1: error: has a name that is no text"),
        ("a: '" + "x" * 100_000 + "'", "line 1: error: has 100005 characters"),
    ],
)
def test_what_is_no_plain_yaml_is_refused(text: str, said: str) -> None:
    assert told(text)[0].startswith(said)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("say: '1'\n    as: money", "money, and nothing else, needs a currency"),
        ("gather: x\n    into: y\n    least: 5\n    most: 4", "least is above most"),
        ("http: http://{{ number }}.example/\n    otherwise: bye", "the host of a URL cannot"),
        ("http: ftp://crm.example/\n    otherwise: bye", "the URL is none of https"),
        (f"http: https://{METADATA}/\n    otherwise: bye", f"leads to {METADATA}"),
        ("http: https://crm.example/", "otherwise is missing"),
        (
            "http: https://crm.example/\n    otherwise: bye\n    body: {a: b}",
            "a body needs `method: POST`",
        ),
        ("record: x\n    most_s: .inf", "finite number"),
        ("language: es\n    otherwise: bye", "otherwise: it should be None"),
        ("play: {text: ''}", "is no prompt's name"),
        ("play: {text: 'Dear {{ number }}'}", "what is played cannot depend on a call: use `say`"),
        ("say: '{{ number'\n    as: digits", "a gap that is not closed"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(step: str, said: str) -> None:
    (problem,) = told(GOOD.replace("play: welcome", step))
    assert said in problem


def test_a_transfer_goes_to_one_place() -> None:
    (problem,) = told(GOOD + "  t: {transfer: {queue: a, agent: b}, otherwise: bye}\n")
    assert "a transfer goes to one of queue, agent, number and campaign" in problem


def test_a_flow_may_be_json() -> None:
    document = {
        "otherwise": "bye",
        "steps": {"a": {"play": {"text": "Hello"}, "next": "bye"}, "bye": {"hang_up": None}},
    }
    assert told(json.dumps(document)) == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "when", "go", "queue", "number", "1", "into", "x"]), inner
        )
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    [*STEPS, "next", "otherwise", "choices", "into", "as", "tries", "declined", "most", "wrong"]
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "c d", ""]),
        VALUES | st.dictionaries(FIELDS, VALUES | st.sampled_from(["a", "b"]), max_size=6),
    )
)
def test_whatever_stands_in_a_flow_it_is_told_and_nothing_breaks(steps: dict[str, Any]) -> None:
    flow, problems = checked(json.dumps({"otherwise": "a", "steps": steps}))
    assert (flow is None) == any(not one.warning for one in problems)
    assert all(one.line >= 1 and "\n" not in str(one) for one in problems)


def test_a_path_into_a_document_finds_the_nearest_line() -> None:
    document = Marked({"a": Marked([Marked("x", 3)], 2)}, 1)
    assert [document.line_of(path) for path in ([], ["a"], ["a", 0], ["a", 7], ["b"])] == [
        1,
        2,
        3,
        2,
        1,
    ]
