"""Reading lists of leads."""

from typing import Any

import pytest

from dialer.domain.columns import ColumnPlan
from dialer.domain.csvtable import csv_table
from dialer.domain.leadfile import LeadFile, LeadRow, RejectedRow
from dialer.errors import BadInput


def opened(lines: list[str], *, number_column: str | None = None, **how: Any) -> LeadFile:
    plan = how.pop("plan", ColumnPlan(number_column))
    return LeadFile(
        csv_table(lines, name="leads.csv", plan=plan), name="leads.csv", plan=plan, **how
    )


def read(text: str, **how: Any) -> list[LeadRow | RejectedRow]:
    return list(opened(text.splitlines(keepends=True), **how))


def reasons(text: str, **how: Any) -> list[tuple[int, str]]:
    return [(row.row, row.reason) for row in read(text, **how) if isinstance(row, RejectedRow)]


def test_the_number_becomes_e164_and_the_other_columns_come_along() -> None:
    assert read("name,Phone Number,age\nAnn, (202) 555-0100 ,41\n", default_region="us") == [
        LeadRow(2, "+12025550100", {"name": "Ann", "age": "41"})
    ]


@pytest.mark.parametrize(
    "header",
    ["number", "PHONE", "phone_number", "Phone-No.", "Telephone", "tel", "Mobile", "MSISDN"],
)
def test_the_number_column_is_found_by_its_name(header: str) -> None:
    file = opened([f"id;{header}\n", "1;+12025550100\n"])
    assert file.number_column == header
    assert [type(row) for row in file] == [LeadRow]


def test_of_several_columns_the_most_telling_name_is_taken() -> None:
    assert opened(["mobile,fax,phone\n"]).number_column == "phone"


def test_the_number_column_can_be_named() -> None:
    text = "fax,Second Line\n+12025550100,+12025550101\n"
    (row,) = read(text, number_column="second line")
    assert row == LeadRow(2, "+12025550101", {"fax": "+12025550100"})


def test_a_file_without_a_number_column_says_what_it_has_and_what_to_do() -> None:
    with pytest.raises(BadInput) as refused:
        read("name,age\nAnn,41\n")
    assert str(refused.value) == (
        "leads.csv: has no column for the telephone number (it has 'name', 'age'); "
        "call one 'number', or say which one it is"
    )
    with pytest.raises(BadInput, match="no column 'fone'"):
        read("phone,age\n", number_column="fone")


@pytest.mark.parametrize("text", ["", "\n", "  \n\n"])
def test_an_empty_first_line_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="first line is empty"):
        read(text)


def test_an_unknown_region_is_refused() -> None:
    with pytest.raises(BadInput, match="'ZZ' is no country code"):
        read("number\n", default_region="zz")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_in_the_header(delimiter: str) -> None:
    text = "name,number,note\nAnn,+12025550100,x\n".replace(",", delimiter)
    assert read(text) == [LeadRow(2, "+12025550100", {"name": "Ann", "note": "x"})]


def test_a_spreadsheets_own_word_on_the_delimiter_counts_as_a_row() -> None:
    assert read("sep=;\nname;number\nAnn, B;+12025550100\n") == [
        LeadRow(3, "+12025550100", {"name": "Ann, B"})
    ]


def test_one_column_is_enough() -> None:
    assert read("number\r\n+12025550100\r\n") == [LeadRow(2, "+12025550100", {})]


def test_quoted_values_may_hold_delimiters_and_line_breaks() -> None:
    text = 'number,note\n+12025550100,"a, ""b""\nc"\n+12025550101,d\n'
    assert read(text) == [
        LeadRow(2, "+12025550100", {"note": 'a, "b"\nc'}),
        LeadRow(3, "+12025550101", {"note": "d"}),
    ]


def test_bad_rows_are_told_with_number_and_reason_and_the_others_are_kept() -> None:
    text = (
        "name,number\n"
        "a,+12025550100\n"
        "b,\n"
        "c,call me\n"
        "\n"
        ",,\n"
        "d,+1 202 555 0100\n"
        "e,2025550101\n"
        "f,+12025550102,x\n"
        "g\n"
        "h,+12025550103,\n"
    )
    assert reasons(text) == [
        (3, "no number"),
        (4, "not a telephone number"),
        (7, "same number as row 2"),
        (8, "no country code, and no default region is given"),
        (9, "has 3 values, the header has 2"),
        (10, "no number"),
    ]
    assert [row.row for row in read(text) if isinstance(row, LeadRow)] == [2, 11]


def test_a_row_with_bad_quotes_is_rejected_alone() -> None:
    text = 'name,number\n"Joe "Bob" X",+12025550100\nAnn,+12025550101\n'
    rejected, kept = read(text)
    assert isinstance(rejected, RejectedRow)
    assert rejected.row == 2
    assert "quoting" in rejected.reason
    assert isinstance(kept, LeadRow)


def test_a_quote_that_is_never_closed_refuses_the_file() -> None:
    with pytest.raises(BadInput, match="row 3 opens a quote"):
        read('name,number\nAnn,+12025550100\n"Bob,+12025550101\nCy,+12025550102\n')


def test_headers_that_are_missing_or_repeated_get_names_of_their_own() -> None:
    (row,) = read("number,note,,note\n+12025550100,a,b,c\n")
    assert isinstance(row, LeadRow)
    assert row.attributes == {"note": "a", "column 3": "b", "note (4)": "c"}


def test_a_row_can_be_written_back_in_the_order_of_its_columns() -> None:
    file = opened(["a,number,b\n", "1,+12025550100,2\n"])
    (row,) = file
    assert isinstance(row, LeadRow)
    assert file.values_of(row) == ("1", "+12025550100", "2")


def test_rows_with_another_delimiter_than_the_header_say_so() -> None:
    assert reasons("name,phone\nAnn;+12025550100\n") == [
        (2, "has another delimiter than the header")
    ]


def test_a_mapped_column_becomes_an_attribute_of_our_name() -> None:
    plan = ColumnPlan.said(["phone=Leitung", "name=Full name"])
    file = opened(["Full name,Fax,Leitung\n", "Ann,x,+12025550100\n"], plan=plan)
    (row,) = file
    assert row == LeadRow(2, "+12025550100", {"name": "Ann", "Fax": "x"})
    assert isinstance(row, LeadRow)
    assert file.values_of(row) == ("Ann", "x", "+12025550100")


def test_a_number_may_be_there_twice_if_that_is_wanted() -> None:
    rows = read("phone\n+12025550100\n+1 202 555 0100\n", once=False)
    assert [type(row) for row in rows] == [LeadRow, LeadRow]
