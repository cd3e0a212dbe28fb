"""Reading lists of leads."""

import pytest

from dialer.domain.leadfile import (
    LeadFile,
    LeadRow,
    RejectedRow,
    UnusableNumber,
    e164,
    encoding_of,
)
from dialer.errors import BadInput


def read(text: str, **how: str) -> list[LeadRow | RejectedRow]:
    return list(LeadFile(text.splitlines(keepends=True), name="leads.csv", **how))


def reasons(text: str, **how: str) -> list[tuple[int, str]]:
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
    file = LeadFile([f"id;{header}\n", "1;+12025550100\n"], name="leads.csv")
    assert file.number_column == header
    assert [type(row) for row in file] == [LeadRow]


def test_of_several_columns_the_most_telling_name_is_taken() -> None:
    assert LeadFile(["mobile,fax,phone\n"], name="leads.csv").number_column == "phone"


def test_the_number_column_can_be_named() -> None:
    text = "phone,Second Line\n+12025550100,+12025550101\n"
    (row,) = read(text, number_column="second line")
    assert row == LeadRow(2, "+12025550101", {"phone": "+12025550100"})


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
    file = LeadFile(["a,number,b\n", "1,+12025550100,2\n"], name="leads.csv")
    (row,) = file
    assert isinstance(row, LeadRow)
    assert file.values_of(row) == ("1", "+12025550100", "2")


@pytest.mark.parametrize(
    "written",
    [
        "+1 202 555 0100",
        "(202) 555-0100",
        "1-202-555-0100",
        "202.555.0100",
        "tel:+12025550100",
        "2025550100.0",
        "\u202d+12025550100\u202c",
        "\uff0b12025550100",
        "\u00a02025550100",
    ],
)
def test_a_number_is_read_however_it_is_written(written: str) -> None:
    assert e164(written, "US") == "+12025550100"


def test_a_number_of_another_country_needs_no_default_region() -> None:
    assert e164("+44 7700 900123", None) == "+447700900123"
    assert e164("07700 900123", "GB") == "+447700900123"
    assert e164("011 44 7700 900123", "US") == "+447700900123"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "no number"),
        ("  ", "no number"),
        ("2.02555E+09", "shortened by a spreadsheet; format the column as text, export again"),
        ("2,02555E+09", "shortened by a spreadsheet; format the column as text, export again"),
        ("5550100", "area code missing"),
        ("202555010", "too short for its country"),
        ("+1 202 555 01000", "too long for its country"),
        ("202-555-0100 x12", "has an extension"),
        ("202-555-0100 ext. 12", "has an extension"),
        ("+12025550100#3", "has an extension"),
        ("1-800-FLOWERS", "not a telephone number"),
        ("12025550100,12025550101", "not a telephone number"),
        ("1", "not a telephone number"),
        ("+", "not a telephone number"),
        ("+999123456", "unknown country code"),
        ("=cmd", "not a telephone number"),
        ("+12025550100\r\nAction: Logoff", "not a telephone number"),
    ],
)
def test_what_is_no_number_is_told_apart(written: str, reason: str) -> None:
    with pytest.raises(UnusableNumber) as unusable:
        e164(written, "US")
    assert str(unusable.value) == reason


@pytest.mark.parametrize(
    ("data", "codec"),
    [
        (b"", "utf-8-sig"),
        (b"number\n", "utf-8-sig"),
        ("\ufeffnumber\n".encode(), "utf-8-sig"),
        ("Zoë".encode(), "utf-8-sig"),
        ("Zoë".encode("utf-16"), "utf-16"),
        ("Zoë O\u2019Hara".encode("cp1252"), "cp1252"),
        (b"\x81\xeb", "latin-1"),
        ("Zoë".encode()[:-1], "cp1252"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(data: bytes, codec: str) -> None:
    assert encoding_of([data], name="leads.csv") == codec
    assert encoding_of([data[:3], data[3:]], name="leads.csv") == codec  # cut anywhere


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"SQLite format 3\0"])
def test_a_spreadsheet_or_another_binary_file_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="not a text file; save the list as CSV"):
        encoding_of([data], name="leads.xlsx")
