"""What becomes of callers when a queue or a number is closed."""

from dataclasses import replace
from datetime import datetime

import pytest

from dialer.domain.after_hours import (
    AfterHours,
    WhenClosed,
    after_hours_said,
    after_hours_written,
    checked_after_hours,
    is_closed,
)
from dialer.domain.local_time import zone_named
from dialer.domain.weekly_hours import WeeklyHours, week_said
from dialer.errors import BadInput

OFFICE = WeeklyHours(
    "office", week_said({"mon-fri": ["09:00-17:00"], "sat": [], "sun": []}), ("US",)
)
RULE = AfterHours("office", "America/New_York", WhenClosed.VOICEMAIL, "sales", "closed")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone_named(RULE.zone)).timestamp()


@pytest.mark.parametrize(
    ("when", "closed"),
    [
        ("2026-12-01 08:59:59", True),
        ("2026-12-01 09:00:00", False),
        ("2026-12-01 16:59:59", False),
        ("2026-12-01 17:00:00", True),
        ("2026-12-05 12:00:00", True),  # a Saturday
        ("2026-12-25 12:00:00", True),  # a holiday, on a Friday
        ("2026-07-01 09:00:00", False),  # the clock of the place, summer or winter
    ],
)
def test_it_is_closed_by_the_clock_of_its_place_and_on_holidays(when: str, closed: bool) -> None:
    assert is_closed(RULE, OFFICE, at(when)) is closed


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"hours": ""}, "hours"),
        ({"zone": "Mars"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"then": WhenClosed.FORWARD, "to": "sales"}, "to"),
        ({"then": WhenClosed.FLOW, "to": " ", "prompt": ""}, "to"),
        ({"then": WhenClosed.FLOW, "to": "night"}, "prompt"),
        ({"then": WhenClosed.ANNOUNCEMENT, "to": "", "prompt": ""}, "prompt"),
        ({"then": WhenClosed.ANNOUNCEMENT}, "to"),
        ({"prompt": "a\nb"}, "prompt"),
        ({"to": "x" * 101}, "to"),
    ],
)
def test_a_rule_that_cannot_be_kept_names_what_is_wrong(
    changed: dict[str, object], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        checked_after_hours(replace(RULE, **changed))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_rule_is_understood_as_it_was_written() -> None:
    assert after_hours_said(after_hours_written(RULE)) == checked_after_hours(RULE)
    assert after_hours_said(after_hours_written(None)) is None
    for wrong in ({"then": "sing"}, {}, {"then": "flow", "who": "x"}):
        with pytest.raises(BadInput):
            after_hours_said(wrong)
