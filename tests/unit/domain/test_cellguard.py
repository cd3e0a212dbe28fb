"""No cell of ours runs in a spreadsheet."""

import pytest

from dialer.domain.cellguard import guarded


@pytest.mark.parametrize(
    "value",
    ["=1+1", "+1-202", "-1", "@SUM(A1)", "\t=1", "\r=1", "+12025550100+1", "+0123", "+1²", "+"],
)
def test_what_a_spreadsheet_would_run_gets_a_quote(value: str) -> None:
    assert guarded(value) == "'" + value


@pytest.mark.parametrize("value", ["", "Ann", "+12025550100", "2025550100", "a=b", " =1", "'=1"])
def test_other_values_and_plain_numbers_stay_as_they_are(value: str) -> None:
    assert guarded(value) == value
