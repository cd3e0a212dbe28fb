"""Lists of numbers, with a header and without."""

import pytest

from dialer.domain.columns import ColumnPlan
from dialer.domain.csvtable import csv_table
from dialer.domain.leadfile import RejectedRow
from dialer.domain.numberlist import NumberList, NumberRow
from dialer.errors import BadInput


def read(text: str, region: str | None = "US") -> list[NumberRow | RejectedRow]:
    plan = ColumnPlan()
    table = csv_table(text.splitlines(keepends=True), name="list.csv", plan=plan)
    return list(NumberList(table, name="list.csv", plan=plan, default_region=region))


def test_a_list_with_a_header_is_read_from_its_numbers_column() -> None:
    assert read("name,phone\nann,202-555-0100\n\nben,12\n") == [
        NumberRow(2, "+12025550100"),
        RejectedRow(4, "too short for its country", ("ben", "12")),
    ]


def test_a_plain_list_begins_with_its_first_number() -> None:
    assert read("2025550100\n2025550101\n") == [
        NumberRow(1, "+12025550100"),
        NumberRow(2, "+12025550101"),
    ]
    assert read("+4930123456\n", None) == [NumberRow(1, "+4930123456")]


def test_area_code_and_number_apart_are_one_number() -> None:
    assert read("202,5550100\n202,5550101\n") == [
        NumberRow(1, "+12025550100"),
        NumberRow(2, "+12025550101"),
    ]


def test_a_list_without_numbers_is_refused() -> None:
    with pytest.raises(BadInput, match="has no column for the telephone number"):
        read("name,street\nann,main\n")
