"""Variants and what came of them: combinations, differences lead by lead, and how they read."""

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from floors import clockwork, memoryless

from dialer.errors import BadInput
from simulation.virtual.comparison import Comparison, compare, to_json
from simulation.virtual.curves import curves
from simulation.virtual.day import Day
from simulation.virtual.figures import rows
from simulation.virtual.page import page
from simulation.virtual.plots import Chart, Level, Line, lay_out, ticks
from simulation.virtual.variants import changed, crew_of, variants

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def compared() -> Comparison:
    found = variants(
        memoryless(agents=4, hours=0.25), {"agents": [4, 8], "mode": ["predictive", "progressive"]}
    )
    return compare(found, [1, 2, 3], processes=1)


def test_each_combination_is_a_variant_named_by_what_sets_it_apart() -> None:
    found = variants(
        memoryless(), {"agents": [12, 15], "abandon_rate_target": [0.02, 0.025], "hours": [4.0]}
    )
    assert [variant.label for variant in found] == [
        "12 agents, cap 2%",
        "12 agents, cap 2.5%",
        "15 agents, cap 2%",
        "15 agents, cap 2.5%",
    ]
    assert {variant.scenario.hours for variant in found} == {4.0}
    assert found[3].scenario.crew.agents == 15
    assert found[3].settings.abandon_rate_target == 0.025


def test_settings_that_are_tried_together_are_one_more_variant() -> None:
    wanted = {"agents": [5], "hours": [0.5]}
    found = changed(memoryless(), wanted, {"mode": "power", "power_ratio": 1.5})
    assert found.label == "power, ratio 1.5"
    assert (found.scenario.crew.most, found.scenario.hours) == (5, 0.5)
    assert (found.settings.mode, found.settings.power_ratio) == ("power", 1.5)
    with pytest.raises(BadInput, match="agents has several values already"):
        changed(memoryless(), {"agents": [5, 6]}, {"mode": "power"})


def test_a_single_variant_is_the_scenario_as_it_is() -> None:
    (variant,) = variants(memoryless(), {})
    assert variant.label == "as it is"
    assert variant.scenario == memoryless()
    assert variant.settings.mode == "predictive"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"agents": [0]}, "--agents: 0 is out of range; choose 1 to 5000"),
        ({"hours": [-1.0]}, "--hours: -1.0 is out of range"),
        ({"hours": [float("nan")]}, "--hours: nan is out of range"),
        ({"answer_rate": [1.5]}, "--answer-rate: 1.5 is out of range"),
        ({"mode": ["bold"]}, "mode: mode is 'bold'; allowed is one of"),
        ({"abandon_rate_target": [3.0]}, "abandon_rate_target is 3.0; allowed is a number"),
        ({"max_line": [3]}, "there is no setting 'max_line'; known are"),
        ({"agents": [1, 2, 3], "hours": [1.0, 2.0, 3.0]}, "9 combinations of values; compare at"),
        ({"mode": ["preview"]}, "preview never dials"),
    ],
)
def test_a_value_that_cannot_be_is_refused(wanted, told: str) -> None:
    with pytest.raises(BadInput, match=re.escape(told)):
        variants(memoryless(), wanted)


@pytest.mark.parametrize("agents", [2, 5, 18, 36, 100])
def test_a_crew_with_shifts_grows_and_shrinks_as_a_whole(agents: int) -> None:
    shifts = "shifts = [{agents = 6, from_h = 0, to_h = 4}, {agents = 8, from_h = 5, to_h = 9}]"
    crew = clockwork(crew=f"agents = 4\n{shifts}").crew
    resized = crew_of(crew, agents)
    assert resized.most == agents
    assert all(shift.agents >= 1 for shift in resized.shifts)
    if agents == 36:
        assert [resized.agents, *(shift.agents for shift in resized.shifts)] == [8, 12, 16]
    only_shifts = crew.model_copy(update={"agents": 0})
    assert crew_of(only_shifts, agents).agents == 0


def test_differences_are_taken_on_the_same_leads(compared: Comparison) -> None:
    first, *others = compared.columns
    assert first.against_first == {}
    progressive = others[0]
    gains = [
        mine.utilisation - theirs.utilisation
        for mine, theirs in zip(progressive.days, first.days, strict=True)
    ]
    against = progressive.against_first["utilisation"]
    assert against.mean == pytest.approx(sum(gains) / 3)
    assert progressive.figures["abandon_rate"].mean == 0.0


def test_the_table_reads_as_figures_with_intervals_and_judged_differences(compared) -> None:
    table = {row.name: row.cells for row in rows(compared)}
    first, _, eight, _ = table["conversations a day"]
    assert re.fullmatch(r"\d+", first.value)
    assert re.fullmatch(r"±\s\d+", first.interval)
    assert first.change == ""
    assert eight.change.startswith("+")
    assert eight.judged == "better"
    assert table["days over the cap"][1].value == "0 of 3"
    assert table["abandon rate"][1].value == "0.00"
    assert table["abandon rate"][1].interval.endswith("%")
    assert "machines that reached an agent" not in table


def test_figures_for_machines_are_strict_json(compared: Comparison) -> None:
    text = json.dumps(to_json(compared), allow_nan=False)
    read = json.loads(text)
    assert [column["label"] for column in read["columns"]][:2] == [
        "4 agents, predictive",
        "4 agents, progressive",
    ]
    assert read["columns"][0]["figures"]["utilisation"]["mean"] > 0.5


def test_one_seed_has_no_interval() -> None:
    alone = compare(variants(memoryless(hours=0.2), {"agents": [3, 4]}), [1], processes=1)
    assert to_json(alone)["columns"][1]["against_first"]["dials"]["half_width"] is None
    assert {cell.interval for row in rows(alone) for cell in row.cells} == {""}
    assert "seeds 1 to 1" in page(alone, at=AT)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.count: dict[str, int] = {}

    def handle_starttag(self, tag, attrs) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        self.links += [value for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_no_network(compared: Comparison) -> None:
    text = page(compared, at=AT)
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert tags.links == []
    assert "http" not in text
    assert "prefers-color-scheme: dark" in text
    assert (tags.count["svg"], tags.count["table"]) == (5, 1)
    assert tags.count.get("script", 0) == 0
    assert "2026-11-22 12:00" in text
    assert "nan" not in text.lower().replace("abandonment", "")


def test_names_from_files_are_escaped() -> None:
    scenario = memoryless(hours=0.1).model_copy(update={"title": "<script>alert(1)</script>"})
    text = page(compare(variants(scenario, {}), [1], processes=1), at=AT)
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_a_day_on_which_nothing_happens_has_curves_without_values() -> None:
    nothing = curves([Day(hours=1.0)], 2.0)
    assert set(nothing.utilisation) == {None}
    assert nothing.abandon_at_h == []
    assert lay_out(Chart("t", "", "x", [Line("l", 0, nothing.at_h, nothing.utilisation)])).lines


@pytest.mark.parametrize(
    ("low", "high", "cover", "expected"),
    [
        (0.0, 8.0, False, [0, 2, 4, 6, 8]),
        (0.0, 0.029, True, [0, 0.01, 0.02, 0.03]),
        (0.54, 0.97, True, [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
        (0.0, 1.0, True, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.0, 137.0, True, [0, 50, 100, 150]),
        (0.0, 0.75, False, [0, 0.2, 0.4, 0.6]),
    ],
)
def test_ticks_are_round_values(low, high, cover, expected) -> None:
    assert ticks(low, high, cover=cover) == pytest.approx(expected)


def test_a_line_has_gaps_where_it_has_no_value_and_stays_within_the_picture() -> None:
    line = Line("x", 0, [0, 1, 2, 3], [1.0, None, 2.0, 9.0], [0.5, None, 1.0, 8.0], [2, 3, 4, 10])
    plot = lay_out(Chart("t", "", "h", [line], levels=[Level(12.0, "cap")]))
    (drawn,) = plot.lines
    assert drawn.path.count("M") == 2
    assert len(drawn.points) == 3
    assert drawn.band.count("L") == 5
    assert drawn.band.endswith("Z")
    for point in drawn.points:
        assert plot.left <= point.x <= plot.right
        assert plot.top <= point.y <= plot.bottom
    assert plot.top <= plot.levels[0].at <= plot.bottom
