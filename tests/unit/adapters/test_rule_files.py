"""The rules that ship, and an operator's own that replace them or are added."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dialer.adapters.rule_files import SHIPPED, read_rules
from dialer.domain.calling_rules.rule import Purpose
from dialer.domain.calling_rules.strictest import EffectiveRules, strictest
from dialer.domain.calling_rules.verdict import DialFacts, decide
from dialer.domain.calling_rules.zones import jurisdictions_of, zones_of
from dialer.errors import BadInput

TODAY = date(2026, 12, 1)

OWN = """
rules:
  - id: {id}
    jurisdiction: US
    effective_from: 2026-01-01
    source: our lawyer
    confidence: V
    ring_min_s: 25
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str | bytes, name: str = "own.yaml") -> Path:
        data = text.encode() if isinstance(text, str) else text
        (tmp_path / name).write_bytes(data)
        return tmp_path

    return write


def told(folder: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read_rules(folder)
    return str(caught.value)


def holds(
    *where: str, purpose: Purpose = Purpose.SALES, day: date = TODAY, own: Path | None = None
) -> EffectiveRules:
    return strictest(read_rules(own), jurisdictions=where, purpose=purpose, days={day})


# -- what ships ------------------------------------------------------------------------------


def test_each_shipped_rule_says_who_says_so_and_what_is_to_be_checked() -> None:
    for rule in read_rules():
        assert len(rule.source) > 10, rule.id
        if rule.confidence != "V":
            assert "check before relying on it" in rule.remark, rule.id


def test_each_file_holds_the_rules_of_its_country_only() -> None:
    names = {path.stem for path in SHIPPED.glob("*.yaml")}
    assert names == {"default", "us", "gb", "ca", "de", "fr", "au", "in", "cn", "br"}
    for rule in read_rules():
        file = (SHIPPED / f"{rule.country.lower()}.yaml").read_text(encoding="utf-8")
        assert f"id: {rule.id}\n" in file


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize(
    "country", ["US", "GB", "CA", "DE", "FR", "AU", "IN", "CN", "BR", "NZ", "CU"]
)
def test_whoever_is_called_for_whatever_the_main_fields_are_never_empty(
    country: str, purpose: Purpose
) -> None:
    found = holds(country, purpose=purpose)
    for field in ("windows", "cap", "cut", "ring_min_s", "message", "consent_required"):
        assert getattr(found, field), field
    for field in ("attempts", "list_age_max_d", "caller_id", "retention_d", "recording"):
        assert getattr(found, field), field


def test_sales_in_florida_end_an_hour_before_federal_law() -> None:
    found = holds("US", "US-FL")
    assert found.week.model_dump()["sun"] == ["08:00-20:00"]
    assert holds("US").week.model_dump()["sun"] == ["08:00-21:00"]
    cap = found.cap[0].value
    assert (cap.rate, cap.scope, cap.window) == (0.03, "campaign", "block_30d")


def test_pennsylvania_has_no_sunday_from_its_day_on() -> None:
    before = holds("US", "US-PA", day=date(2026, 10, 17))
    assert before.week.model_dump()["sun"] == ["08:00-21:00"]
    assert holds("US", "US-PA", day=date(2026, 10, 18)).week.model_dump()["sun"] == []


def test_france_asks_for_consent_from_the_eleventh_of_august_on() -> None:
    def asked(day: date) -> list[tuple[str, bool]]:
        asked_by = holds("FR", day=day).consent_required
        return [(demand.rule_id, bool(demand.value)) for demand in asked_by]

    assert asked(date(2026, 8, 10)) == [("fr-before-opt-in", False)]
    assert asked(date(2026, 8, 11)) == [("fr-law-2025-594", True)]


def test_a_debt_in_the_us_is_called_about_seven_times_in_seven_days() -> None:
    cap = holds("US", purpose=Purpose.DEBT).attempts[0]
    assert (cap.rule_id, cap.value.n, cap.value.per_h, cap.value.scope) == (
        "us-debt-reg-f",
        7,
        168,
        "debt",
    )


def test_a_whole_day_of_a_number_from_manhattan_whose_owner_lives_in_texas() -> None:
    number, address = "+12125550100", "US-TX"
    known = DialFacts(
        zones=zones_of(number, address=address),
        attempts_at={"number": ()},
        list_dated_at=datetime(2026, 11, 28, tzinfo=UTC).timestamp(),
        caller_id="+12125550199",
        message_ready=True,
        message_opt_out=True,
    )
    rules = holds(*jurisdictions_of(number, address=address), day=date(2026, 11, 29))

    def verdict_at(hour: int) -> tuple[bool, list[str]]:
        sunday = datetime(2026, 11, 29, hour, tzinfo=UTC).timestamp()
        verdict = decide(rules, known, now=sunday)
        return verdict.allowed, [refusal.rule_id for refusal in verdict.refusals]

    assert verdict_at(14) == (False, ["us-hours", "us-tx-hours"])  # 7:00 in El Paso
    assert verdict_at(18) == (False, ["us-tx-hours"])  # noon in Dallas, 11:00 in El Paso
    assert verdict_at(19) == (True, [])
    assert verdict_at(2) == (False, ["us-hours", "us-tx-hours"])  # Saturday, 21:00 in Manhattan


# -- an operator's own -----------------------------------------------------------------------


def test_a_rule_of_ones_own_replaces_the_shipped_one_as_a_whole(write: Write) -> None:
    own = read_rules(write(OWN.format(id="us-hours")))
    assert len(own) == len(read_rules())
    rule = next(rule for rule in own if rule.id == "us-hours")
    assert rule.ring_min_s == 25
    assert rule.windows is None


def test_a_rule_with_a_new_id_is_added_and_the_strictest_still_wins(write: Write) -> None:
    folder = write(OWN.format(id="ours"))
    assert len(read_rules(folder)) == len(read_rules()) + 1
    found = holds("US", own=folder).ring_min_s[0]
    assert (found.rule_id, found.value) == ("ours", 25)


def test_an_empty_folder_of_ones_own_changes_nothing(tmp_path: Path) -> None:
    assert read_rules(tmp_path) == read_rules()


def test_a_wrong_value_is_told_with_file_rule_field_and_fix(write: Write) -> None:
    folder = write(OWN.format(id="ours").replace("25", "-1"))
    assert told(folder) == (
        "own.yaml, rule ours, field ring_min_s: Input should be greater than or equal to 0; "
        "got -1; correct it"
    )


def test_a_field_written_twice_is_refused_and_not_silently_the_last(write: Write) -> None:
    folder = write(OWN.format(id="ours") + "    ring_min_s: 5\n")
    assert told(folder) == "own.yaml: line 9 names 'ring_min_s' again; take one out"


def test_one_id_in_two_files_is_refused(write: Write) -> None:
    write(OWN.format(id="ours"), "a.yaml")
    folder = write(OWN.format(id="ours"), "b.yaml")
    assert told(folder).startswith("b.yaml: rule ours is already in a.yaml; ")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "holds no list of rules"),
        ("rules: 5", "holds no list of rules"),
        ("rules: []\nmore: 1", "holds no list of rules"),
        ("- id: x", "holds no list of rules"),
        ("rules: [", "is no YAML"),
        ("rules: !!python/object/apply:os.getcwd []", "is no YAML"),
        ("rules: [{effective_from: 2026-02-30}]", "is no YAML"),
        ("rules: [text]", "has no fields"),
        ("rules: &all [*all]", "has no fields"),
        ("rules: " + "[" * 5000, "is no YAML"),
        (b"rules: \xff", "is not UTF-8 text"),
        (b"rules: \x00", "is no YAML"),
    ],
)
def test_what_is_no_file_of_rules_is_refused_with_its_name(
    write: Write, text: str | bytes, why: str
) -> None:
    message = told(write(text))
    assert message.startswith("own.yaml")
    assert why in message
    assert "\n" not in message


def test_a_file_that_would_be_overlooked_is_refused(write: Write) -> None:
    assert told(write(OWN, "own.yml")) == "own.yml: would not be read; let its name end in .yaml"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "is no folder" in told(tmp_path / "none")
