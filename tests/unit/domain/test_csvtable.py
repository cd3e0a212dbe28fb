"""Lines of text become a table."""

import pytest

from dialer.domain.columns import ColumnPlan
from dialer.domain.csvtable import LINE_MAX, csv_table
from dialer.domain.leadtable import Record, Table
from dialer.errors import BadInput


def table(text: str, **plan: str) -> Table:
    return csv_table(text.splitlines(keepends=True), name="leads.csv", plan=ColumnPlan(**plan))


def refused(text: str) -> str:
    with pytest.raises(BadInput) as error:
        list(table(text).records)
    return str(error.value)


def test_a_table_has_a_header_and_numbered_records() -> None:
    read = table("name;phone\nAnn;1\n\nBob;2\n")
    assert (read.header, read.delimiter) == (("name", "phone"), ";")
    assert list(read.records) == [
        Record(2, ("Ann", "1")),
        Record(3, ()),
        Record(4, ("Bob", "2")),
    ]


def test_a_thousand_columns_are_read_and_one_more_is_refused() -> None:
    names = ["phone", *(f"c{i}" for i in range(999))]
    assert len(table(",".join(names)).header) == 1_000
    assert refused(",".join([*names, "more"])) == (
        "leads.csv: has 1,001 columns; 1,000 are the most; leave out what no agent needs"
    )


def test_a_row_with_too_many_values_is_told_and_cut() -> None:
    (record,) = table("phone\n" + ",".join("7" * 5_000) + "\n").records
    assert record.problem == "has 5000 values, the header has 1"
    assert len(record.values) == 1_000


def test_a_line_longer_than_a_mebi_is_refused() -> None:
    told = (
        "leads.csv: line 2 is longer than 1,048,576 characters; check its line ends; is it a list?"
    )
    assert refused("phone,note\n1," + "x," * (LINE_MAX // 2)) == told


def test_a_line_is_not_asked_for_beyond_the_first_that_is_too_long() -> None:
    def lines():
        yield "phone\n"
        yield "x" * (LINE_MAX + 1)
        raise AssertionError

    read = csv_table(lines(), name="leads.csv", plan=ColumnPlan())
    with pytest.raises(BadInput, match="line 2 is longer"):
        list(read.records)


def test_a_long_value_is_told_with_its_row() -> None:
    assert refused("phone,note\n1,a\n2," + "x" * 140_000 + "\n") == (
        "leads.csv: row 3 has a value longer than 131,072 characters; "
        "is its delimiter right? shorten it"
    )


def test_a_quote_that_swallows_the_rest_is_refused_before_it_fills_the_memory() -> None:
    assert "row 2 opens a quote that is never closed" in refused(
        'a,phone\n"x,1\n' + "y,2\n" * 90_000
    )
    many = '"' + "\n\n" * 60_000 + '",'
    assert "opens a quote that is never closed" in refused("a,phone\n" + many * 12)


def test_a_nul_is_told_with_line_and_character() -> None:
    told = "leads.csv: line 3, character 4 is a NUL byte; export the list again, as UTF-8"
    assert refused("name,phone\nAnn,1\nBob\0,2\n") == told


def test_a_header_that_cannot_be_read_is_refused() -> None:
    assert "first line cannot be read" in refused('"na"me,phone\n')
