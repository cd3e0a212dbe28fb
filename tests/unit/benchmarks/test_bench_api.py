"""What the bench of the API asks and how it counts: the mix beside the contract, and times."""

import json
from itertools import islice
from math import inf
from pathlib import Path

import pytest

from api.access import OPEN, OPERATIONS
from benchmarks.api.beside import Beside, Half
from benchmarks.api.changes import Change, dialed_s, held_by_mode, last_dialed_s, taken_s
from benchmarks.api.everything import taken_in
from benchmarks.api.figures import beside_section, changes_section, reads_sections
from benchmarks.api.mix import APART, REPORTS, WEIGHTS, Known, order, targets
from benchmarks.api.open_loop import Asked, Asking, written
from benchmarks.api.reading import Answered, Reads, answers_in
from benchmarks.api.shape import Shape
from benchmarks.load_carrier import Dialed
from benchmarks.load_floor import EngineNotReady
from benchmarks.load_process import Usage
from benchmarks.report import Section
from dialer.adapters.sql.reports.answers import ReportName
from dialer.domain.roles import Role

CONTRACT = Path(__file__).parents[3] / "docs" / "openapi.json"
USAGE = Usage(10.0, {"engine": 1.0}, 0.5, 0.0)
KNOWN = Known(
    campaigns=["ca-now", "ca-0"],
    lists=[("ca-0", "3")],
    leads=["7"],
    numbers=["+19990000001"],
    attempts=["at-1"],
    recordings=["at-1"],
    agents=["a001"],
    rules=["us-hours"],
)


def paths() -> dict[str, str]:
    """Return the path of every GET of the contract, by operation."""
    told = json.loads(CONTRACT.read_text(encoding="utf-8"))["paths"]
    return {ways["get"]["operationId"]: path for path, ways in told.items() if "get" in ways}


def test_every_read_of_a_supervisor_is_in_the_mix_or_named_with_a_reason() -> None:
    may = {name for name, row in OPERATIONS.items() if Role.SUPERVISOR in row.roles} | OPEN
    assert {*WEIGHTS, *APART} == paths().keys() & may
    assert not WEIGHTS.keys() & APART.keys()
    assert set(REPORTS) == set(ReportName)


def test_each_read_of_the_mix_is_asked_for_at_a_path_of_the_contract() -> None:
    asked = targets(KNOWN)
    assert asked.keys() == WEIGHTS.keys()
    for operation, path in paths().items():
        for target in asked.get(operation, ()):
            said = target.partition("?")[0].split("/")
            parts = path.split("/")
            assert len(said) == len(parts), target
            assert all(a == b or b.startswith("{") for a, b in zip(said, parts, strict=True))


def test_reads_come_as_often_as_their_weights_say_and_the_same_for_a_seed() -> None:
    asked = targets(KNOWN)
    first = list(islice(order(asked, 1), 20_000))
    assert first == list(islice(order(asked, 1), 20_000))
    assert first != list(islice(order(asked, 2), 20_000))
    share = sum(name == "agents.list" for name, _ in first) / len(first)
    assert share == pytest.approx(WEIGHTS["agents.list"] / sum(WEIGHTS.values()), rel=0.15)


def test_paths_of_a_read_take_turns_and_a_read_without_any_is_left_out() -> None:
    plan = order({"campaigns.get": ["/a", "/b"], "recordings.play": []}, 1)
    assert [path for _, path in islice(plan, 4)] == ["/a", "/b", "/a", "/b"]


def test_a_request_says_who_asks() -> None:
    who = {"": "Authorization: Bearer x", "session.get": "Cookie: c=1"}
    asking = Asking("h", 1, 200.0, 60.0, 5.0, 7, {}, who)
    assert asking.request("auth.me", "/me") == (
        b"GET /me HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer x\r\n\r\n"
    )
    assert b"\r\nCookie: c=1\r\n" in asking.request("session.get", "/session")


def test_times_count_from_when_a_request_was_due(tmp_path: Path) -> None:
    late = Asked("auth.me", "/me", due=10.0, sent=10.2, done=10.25, status=200, size=5)
    lost = Asked("auth.me", "/me", due=11.0, sent=11.0)
    (tmp_path / "out").write_text(written([late, lost]))
    found = answers_in(tmp_path / "out")
    assert found[0].ms == pytest.approx(250.0)
    assert found[0].late_ms == pytest.approx(200.0)
    assert found[0].good
    assert (found[1].ms, found[1].good) == (None, False)


def test_a_decision_under_preview_is_told_from_every_other() -> None:
    def status(limited_by: str, campaign: str = "bench-api") -> dict[str, object]:
        return {"campaigns": [{"campaign": campaign, "limited_by": limited_by}]}

    assert held_by_mode(status("mode"))
    assert not held_by_mode(status("agents"))
    assert not held_by_mode(status("mode", "another"))
    assert not held_by_mode({"campaigns": []})


def call(at: float) -> Dialed:
    return Dialed("+19990000001", at, None, None, "", None)


CHANGES = [
    Change("preview", 100.0, 0.02, 0.03),
    Change("predictive", 102.0, 0.02, 0.04),
    Change("preview", 104.0, 0.02, inf),
]


def test_changes_are_seen_in_the_log_and_in_the_network() -> None:
    calls = [call(at) for at in (99.9, 100.05, 102.2, 103.9)]
    assert taken_s(CHANGES, [100.01, 102.02]) == pytest.approx([0.01, 0.02, inf])
    assert dialed_s(CHANGES, calls) == pytest.approx([0.2])
    assert last_dialed_s(CHANGES, calls) == pytest.approx([0.05])


def missed(sections: list[Section]) -> list[str]:
    return [figure.name for section in sections for figure in section.figures if figure.missed]


def test_a_change_that_never_came_misses_its_bar() -> None:
    section = changes_section(Shape.ONE, CHANGES, [call(102.2)], [100.01])
    assert set(missed([section])) == {
        f"until a decision under it, {rank}" for rank in ("p95", "p99", "max")
    }
    assert not missed([changes_section(Shape.ONE, CHANGES[:2], [], [])])


def reads(*times: float | None, status: int = 200, dialed: float = 20.0) -> Reads:
    answers = [Answered("auth.me", ms, 0.1, status, 5, "/me") for ms in times]
    return Reads(answers, USAGE, 0.1, 16, 0, 2.0, dialed, [("campaign", 0.5)])


def test_a_read_that_was_not_answered_counts_as_never() -> None:
    good = reads(*[10.0] * 99, 49.0)
    assert not missed(reads_sections(Shape.ONE, 300, 200.0, good, good))
    lost = reads(*[10.0] * 98, None, None)
    assert missed(reads_sections(Shape.ONE, 300, 200.0, lost, good)) == [
        "all reads, p99",
        "not answered as asked",
    ]


def test_reads_are_judged_at_the_rate_of_calls_and_by_their_statuses() -> None:
    good = reads(10.0)
    slow = reads(10.0, dialed=15.0)
    refused = reads(10.0, status=503)
    assert missed(reads_sections(Shape.ONE, 300, 200.0, slow, good)) == ["calls dialed"]
    assert missed(reads_sections(Shape.ONE, 300, 200.0, refused, good)) == ["not answered as asked"]


def test_the_bar_of_reads_says_nothing_of_a_lower_rate() -> None:
    slow = reads(500.0)
    assert missed(reads_sections(Shape.ONE, 300, 200.0, slow, slow)) == ["all reads, p99"]
    (section, *_) = reads_sections(Shape.ONE, 300, 20.0, slow, slow)
    assert [figure.name for figure in section.figures if figure.judged] == ["not answered as asked"]


def beside(quiet: list[float], busy: list[float], taken: int = 1000) -> Beside:
    half = Half(USAGE, [0.1], complete=True, until=0.0)
    made = [(name, 1.0) for name in REPORTS]
    return Beside(half, quiet, half, busy, 1000, taken, 10.0, 10.0, made, [0.2] * 50, [])


def test_audio_is_judged_by_itself_and_beside_the_quiet_floor() -> None:
    quiet = [20.0] * 100
    judged = [
        missed([beside_section(Shape.ONE, 100, beside(quiet, busy))])
        for busy in ([39.0] * 100, [45.0] * 100, [130.0] * 100)
    ]
    above = "beside: p99 above that without"
    assert judged == [[], [above], ["beside: 200 OK to two-way audio, p99", above]]


def test_people_who_never_heard_each_other_and_rows_that_are_missing_miss_their_bars() -> None:
    silent = missed([beside_section(Shape.ONE, 10, beside([inf] * 10, [inf] * 10))])
    assert "beside: 200 OK to two-way audio, p99" in silent
    assert "beside: p99 above that without" in silent
    assert "without: answers" not in silent
    short = missed([beside_section(Shape.ONE, 10, beside([20.0] * 10, [20.0] * 10, taken=900))])
    assert short == ["rows imported"]


def test_what_an_import_says_is_read_among_other_lines() -> None:
    assert taken_in('a warning\n{"taken": 42, "rejected": 1}\n') == 42
    with pytest.raises(EngineNotReady):
        taken_in("it failed")
