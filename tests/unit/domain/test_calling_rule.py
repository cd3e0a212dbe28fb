"""A rule is a dated row with a source; a wrong one is refused with its id and field."""

from datetime import date
from typing import Any

import pytest

from dialer.domain.calling_rules.rule import CallingRule, Purpose, rule_from
from dialer.errors import BadInput

ROW = {
    "id": "xx-hours",
    "jurisdiction": "US",
    "effective_from": date(2026, 1, 1),
    "source": "a law",
    "confidence": "V",
}


def told(**change: Any) -> str:
    """Return what is said of the row with this change."""
    with pytest.raises(BadInput) as caught:
        rule_from({**ROW, **change})
    return str(caught.value)


def test_a_rule_may_speak_of_nothing_but_where_when_and_who_says_so() -> None:
    rule = rule_from(ROW)
    assert rule.purposes == tuple(Purpose)
    assert rule.windows is None
    assert rule.consent_required is None


def test_a_rule_is_in_force_from_its_first_to_its_last_day() -> None:
    rule = rule_from({**ROW, "effective_to": "2026-06-30"})
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [rule.applies_on(day) for day in days] == [False, True, True, False]
    assert rule_from(ROW).applies_on(date(2099, 1, 1))


def test_a_wrong_value_is_told_with_the_rules_id_and_the_field() -> None:
    assert told(ring_min_s=-1).startswith("rule xx-hours, field ring_min_s: ")
    assert told(cap={"rate": 3, "scope": "campaign", "window": "rolling_24h"}).startswith(
        "rule xx-hours, field cap.rate: "
    )
    assert told(attempts=[{"n": 0, "per_h": 24, "scope": "number"}]).startswith(
        "rule xx-hours, field attempts.0.n: "
    )
    assert "field windows: 'nine to five' is no window" in told(windows={"daily": ["nine to five"]})
    assert "field closed_holidays: 'XX' is no calendar" in told(closed_holidays=["XX"])
    assert "field purposes.0: " in told(purposes=["fun"])
    assert "field retention_d: " in told(retention_d=float("nan"))
    assert "field list_age_max_d: " in told(list_age_max_d=float("inf"))
    assert "field effective_from: " in told(effective_from="someday")
    assert "field id: " in told(id="Two Words")


def test_a_field_that_does_not_exist_is_refused_and_not_overlooked() -> None:
    assert told(ring_min=15) == (
        "rule xx-hours, field ring_min: Extra inputs are not permitted; "
        "take it out, or see docs/calling-rules.md for the fields there are"
    )


def test_a_field_that_is_missing_is_named() -> None:
    row = {name: value for name, value in ROW.items() if name != "source"}
    with pytest.raises(BadInput, match="rule xx-hours, field source: Field required; add it"):
        rule_from(row)
    with pytest.raises(BadInput, match=r"rule \(without an id\), field id: "):
        rule_from({})
    with pytest.raises(BadInput, match="a rule: 'text' has no fields"):
        rule_from("text")


def test_norway_unquoted_is_no_country_and_the_quotes_are_asked_for() -> None:
    assert "field jurisdiction: " in told(jurisdiction=False)
    assert "got False; write text, in quotes" in told(jurisdiction=False)


def test_a_place_where_nobody_is_would_never_apply_and_is_refused() -> None:
    assert "field jurisdiction: 'UK' is no ISO 3166 country (the United Kingdom is GB)" in told(
        jurisdiction="UK"
    )
    assert "field jurisdiction: 'XX' is no state of the US" in told(jurisdiction="US-XX")
    for place in ("*", "default", "GB", "US-DC", "CA-ON"):
        assert rule_from({**ROW, "jurisdiction": place}).jurisdiction == place


def test_what_was_not_read_in_the_source_needs_a_remark() -> None:
    assert "remark is missing" in told(confidence="M")
    assert rule_from({**ROW, "confidence": "S", "remark": "check"}).remark == "check"


def test_fields_that_need_each_other_come_together() -> None:
    assert "cut_s and cut_from go together" in told(cut_s=2)
    assert "live_agent_only needs" in told(live_agent_only=True)
    assert "effective_to is before effective_from" in told(effective_to="2025-12-31")


def test_a_rule_survives_being_written_and_read() -> None:
    rule = rule_from(
        {**ROW, "windows": {"daily": ["08:00-21:00"]}, "consent_required": ["express"]}
    )
    assert CallingRule.model_validate_json(rule.model_dump_json()) == rule
