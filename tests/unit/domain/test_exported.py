"""Exported lines: who is not to see numbers sees none."""

from dialer.domain.exported import ExportColumn, Kind, hidden, masked, named_apart

COLUMNS = (
    ExportColumn("number", private=True),
    ExportColumn("mobile", from_list=True),
    ExportColumn("trunk"),
    ExportColumn("attempts", Kind.WHOLE),
)


def test_numbers_are_masked_and_so_are_those_that_came_with_the_list() -> None:
    line = ["+12025550100", "+1 (202) 555-0199", "+1", 3]
    assert hidden(line, COLUMNS) == ["+12*******00", "+1 ************99", "+1", 3]
    assert hidden([None, "2026-11-01", "t", None], COLUMNS) == [None, "2026-11-01", "t", None]
    assert masked("+1202") == "*****"


def test_an_attribute_that_is_called_like_a_column_gets_another_name() -> None:
    assert named_apart(["city", "state", "state (list)"], ["state"]) == {
        "city": "city",
        "state": "state (list)",
        "state (list)": "state (list) (list)",
    }
