"""Scenario files: what is wrong in one is named with its line."""

from pathlib import Path

import pytest

from dialer.errors import BadInput
from simulation.virtual.scenario import load_scenario, parse_scenario, scenario_names
from simulation.virtual.toml_lines import TomlLines

GOOD = """\
title = "good"
hours = 8
# a comment = with a sign
[crew]
agents = 10
shifts = [
    { agents = 2, from_h = 1, to_h = 3 },
    { agents = 2, from_h = 4, to_h = 6 },
]
[calls]
answer_rate = 0.25
ring = { law = "exponential", scale_s = 12.0 }
talk = { law = "mixture", parts = [
    { share = 0.5, of = { law = "constant", seconds = 20 } },
    { share = 0.5, of = { law = "exponential", scale_s = 200 } },
] }
[[calls.other]]
outcome = "no_answer"
share = 0.9
after = { law = "constant", seconds = 25 }
[[calls.other]]
outcome = "busy"
share = 0.1
after = { law = "constant", seconds = 2 }
[calls.machines]
share = 0.3
talk = { law = "constant", seconds = 8 }
wrap_up = { law = "constant", seconds = 2 }
[pacing]
abandon_rate_target = 0.03
"""


def refusal(text: str) -> str:
    with pytest.raises(BadInput) as caught:
        parse_scenario(text, "mine.toml")
    return str(caught.value)


def test_a_good_file_is_read() -> None:
    assert parse_scenario(GOOD, "mine.toml").crew.most == 14


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("hours = 8", "hours = -8", "line 2: hours: Input should be greater than 0"),
        ("hours = 8", "hours = nan", "line 2: hours"),
        ("hours = 8", "hours = 8\nhurry = 1", "line 3: hurry: there is no such key"),
        ("hours = 8\n", "", "line 1: hours: is missing"),
        ("agents = 10", "agents = 10.5", "line 5: crew.agents"),
        ("from_h = 4", "from_h = -4", "line 8: crew.shifts.1.from_h"),
        ("from_h = 4", "from_h = 6", "line 8: crew.shifts.1: from_h must come before to_h"),
        ("answer_rate = 0.25", "answer_rate = 1.25", "line 11: calls.answer_rate"),
        ("scale_s = 12.0", "scale_s = -12.0", "line 12: calls.ring.scale_s"),
        ("scale_s = 12.0", "mean_s = 12.0", "line 12: calls.ring.scale_s: is missing"),
        ('"exponential", scale_s = 12.0', '"normal", scale_s = 12.0', "line 12: calls.ring"),
        ("scale_s = 200", "scale_s = 0", "line 15: calls.talk.parts.1.of.scale_s"),
        ("share = 0.9", "share = 1.9", "line 19: calls.other.0.share"),
        ("seconds = 2 }\n[calls.m", "seconds = -2 }\n[calls.m", "line 24: calls.other.1.after."),
        ('"busy"', '"engaged"', "line 22: calls.other.1.outcome"),
        ("share = 0.1", "share = 0.2", "line 10: calls: the shares of `other` sum to 1.1"),
        ("share = 0.3", "share = 30", "line 26: calls.machines.share"),
        ("scale_s = 12.0", "scale_s = 0.01", "line 10: calls: rings and other ends take at least"),
        ("_target = 0.03", "_target = 3", "line 30: pacing.abandon_rate_target: abandon_rate_tar"),
        (
            "abandon_rate_target",
            "abandon_target",
            "line 30: pacing.abandon_target: there is no set",
        ),
        ("abandon_rate_target = 0.03", "mode = [1]", "line 30: pacing.mode"),
        ("agents = 10", "constant = 10", "line 4: crew.agents: is missing"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(was: str, becomes: str, says: str) -> None:
    assert GOOD.count(was) >= 1
    told = refusal(GOOD.replace(was, becomes, 1))
    assert told.startswith(f"scenario: mine.toml, {says}"), told
    assert "\n" not in told


def test_text_that_is_no_toml_is_told_with_its_line() -> None:
    assert "line 5" in refusal(GOOD.replace("agents = 10", "agents 10"))


def test_nobody_at_work_is_refused() -> None:
    crew = "[crew]\nagents = 0\n[calls]"
    text = GOOD[: GOOD.index("[crew]")] + crew + GOOD[GOOD.index("[calls]") + 7 :]
    assert "nobody ever works" in refusal(text)


def test_a_name_that_does_not_ship_is_refused_with_those_that_do() -> None:
    with pytest.raises(BadInput, match=r"there is no 'war'.*memoryless.*or give a \.toml file"):
        load_scenario("war")
    with pytest.raises(BadInput, match="there is no"):
        load_scenario("nowhere/mine.toml")


def test_a_file_that_is_no_text_is_refused(tmp_path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="cannot be read"):
        load_scenario(str(tmp_path / "x.toml"))


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_that_ships_begins_with_a_comment_for_people(name: str) -> None:
    assert load_scenario(name).title
    from simulation.virtual.scenario import SHIPPED

    assert (SHIPPED / f"{name}.toml").read_text(encoding="utf-8").startswith("# ")


def test_lines_are_those_of_the_keys_and_not_of_what_looks_like_them() -> None:
    text = '''\
a = """
b = 1
"""
"b" = [ [1, 2], # b = 3
  { "c.d" = 'x = "y', e.f = 2 } ]
[t.u]
a = 1
[[t.v]]
a = "]"
[[t.v]]
a = 2
[t.v.w]
a = 3
'''
    lines = TomlLines(text)
    assert lines.line_of(["a"]) == 1
    assert lines.line_of(["b"]) == 4
    assert lines.line_of(["b", 0, 1]) == 4
    assert lines.line_of(["b", 1, "c.d"]) == 5
    assert lines.line_of(["b", 1, "e", "f"]) == 5
    assert lines.line_of(["t", "u", "a"]) == 7
    assert lines.line_of(["t", "v", 0, "a"]) == 9
    assert lines.line_of(["t", "v", 1, "a"]) == 11
    assert lines.line_of(["t", "v", 1, "w", "a"]) == 13
    assert lines.line_of(["t", "v", 1, "none", 3]) == 10


def test_the_scenario_in_the_documents_can_be_read() -> None:
    text = (Path(__file__).parents[4] / "docs" / "simulation.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    assert parse_scenario(example, "simulation.md").title == "my team"
