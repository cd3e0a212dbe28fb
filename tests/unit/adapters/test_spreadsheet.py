"""Lists in workbooks."""

import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.xml.constants import SHEET_MAIN_NS

from dialer.adapters.spreadsheet import SpreadsheetList, text_of
from dialer.adapters.workbook import is_workbook
from dialer.domain.leadfile import LeadFile, LeadRow
from dialer.domain.leadtable import Record
from dialer.errors import BadInput

SHEET = "xl/worksheets/sheet1.xml"


def book(folder: Path, rows: Iterable[Iterable[object]], **sheets: list[list[object]]) -> Path:
    path = folder / "leads.xlsx"
    written = Workbook()
    for row in rows:
        written.active.append(list(row))
    for name, more in sheets.items():
        sheet = written.create_sheet(name)
        for row in more:
            sheet.append(row)
    written.save(path)
    return path


def with_part(path: Path, name: str, content: bytes, *, compress: int = 8) -> Path:
    """Write one part of a workbook anew."""
    with zipfile.ZipFile(path) as source:
        parts = {info.filename: source.read(info) for info in source.infolist()}
    parts[name] = content
    with zipfile.ZipFile(path, "w", compress) as target:
        for part, data in parts.items():
            target.writestr(part, data)
    return path


def sheet_xml(rows: str) -> bytes:
    return f'<worksheet xmlns="{SHEET_MAIN_NS}"><sheetData>{rows}</sheetData></worksheet>'.encode()


HEADER = '<row r="1"><c t="inlineStr"><is><t>phone</t></is></c></row>'


def read(path: Path, sheet: str | None = None) -> tuple[tuple[str, ...], list[Record]]:
    source = SpreadsheetList(path, sheet=sheet)
    try:
        return source.table.header, list(source.table.records)
    finally:
        source.close()


def refused(path: Path, sheet: str | None = None) -> str:
    with pytest.raises(BadInput) as error:
        read(path, sheet)
    return str(error.value)


def test_the_first_sheet_is_read_or_the_one_that_is_named(tmp_path: Path) -> None:
    path = book(tmp_path, [["phone"], ["+12025550100"]], Two=[["Tel", "n"], ["+1", "Zoë"]])
    assert is_workbook(path)
    assert read(path) == (("phone",), [Record(2, ("+12025550100",))])
    assert read(path, "Two") == (("Tel", "n"), [Record(2, ("+1", "Zoë"))])
    assert refused(path, "Three") == (
        "leads.xlsx: has no sheet 'Three' (it has 'Sheet', 'Two'); name one of these"
    )


def test_numbers_and_dates_become_what_was_typed(tmp_path: Path) -> None:
    start = datetime(2026, 3, 1, 9, 30)  # noqa: DTZ001 - a spreadsheet knows no zones
    row = [12025550100, 2025550100.0, 1.5, date(2026, 3, 1), start, True]
    path = book(tmp_path, [["phone", "b", "c", "d", "e", "f"], row])
    (record,) = read(path)[1]
    assert record.values == (
        "12025550100",
        "2025550100",
        "1.5",
        "2026-03-01",
        "2026-03-01T09:30:00",
        "TRUE",
    )
    assert text_of(time(9, 30)) == "09:30:00"
    assert text_of(timedelta(hours=30)) == "1 day, 6:00:00"
    assert text_of(1e15) == "1000000000000000.0"
    assert text_of(float("inf")) == "inf"


def test_blank_rows_keep_the_numbers_of_those_below(tmp_path: Path) -> None:
    path = book(tmp_path, [["x", "phone"], [], [None, "+1"], ["", None, None], [None, "+2"]])
    assert read(path)[1] == [Record(3, ("", "+1")), Record(5, ("", "+2"))]


def test_rows_are_leads_with_the_numbers_that_the_sheet_shows(tmp_path: Path) -> None:
    path = book(tmp_path, [["phone", "name"], [], [2025550100, "Ann"]])
    source = SpreadsheetList(path)
    rows = list(LeadFile(source.table, name=path.name, default_region="US"))
    source.close()
    assert rows == [LeadRow(3, "+12025550100", {"name": "Ann"})]
    assert 0 < source.read_bytes() <= source.size_bytes


def test_a_formula_is_its_stored_value_and_without_one_is_told(tmp_path: Path) -> None:
    path = book(tmp_path, [["phone"]])
    rows = (
        '<row r="2"><c r="A2" t="str"><f>"+1"&amp;1</f><v>+11</v></c></row>'
        '<row r="3"><c r="A3"><f>1+1</f></c></row>'
        '<row r="4"><c r="A4"><v>5</v></c><c r="B4" t="str"><f>""</f><v></v></c></row>'
    )
    with_part(path, SHEET, sheet_xml(HEADER + rows))
    assert read(path)[1] == [
        Record(2, ("+11",)),
        Record(3, ("",), "the formula in cell A3 has no stored value"),
        Record(4, ("5",)),
    ]
    with_part(path, SHEET, sheet_xml('<row r="1"><c r="A1"><f>1+1</f></c></row>'))
    assert "the formula in cell A1 has no stored value; calculate the sheet" in refused(path)


def test_a_formula_that_a_program_wrote_and_nobody_calculated_is_told(tmp_path: Path) -> None:
    path = book(tmp_path, [["name", "phone"], ["Ann", "=1+1"]])
    problem = "the formula in cell B2 has no stored value"
    assert read(path)[1] == [Record(2, ("Ann",), problem)]


def test_a_thousand_columns_are_read_and_one_more_is_refused(tmp_path: Path) -> None:
    names = ["phone", *(f"c{i}" for i in range(999))]
    assert len(read(book(tmp_path, [names]))[0]) == 1_000
    assert "has 1,001 columns; 1,000 are the most" in refused(book(tmp_path, [[*names, "more"]]))


def test_a_row_with_more_values_than_the_header_is_told(tmp_path: Path) -> None:
    path = book(tmp_path, [["phone"], ["+1", "x"], ["+2", " "]])
    assert read(path)[1] == [
        Record(2, ("+1", "x"), "has 2 values, the header has 1"),
        Record(3, ("+2",)),
    ]


@pytest.mark.parametrize("rows", [[], [[], ["phone"]], [[None, ""], ["phone"]]])
def test_an_empty_first_line_is_refused(rows: list[list[object]], tmp_path: Path) -> None:
    assert "the first line is empty; name the columns" in refused(book(tmp_path, rows))


def test_a_workbook_without_a_sheet_of_cells_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, [["phone"]])
    with zipfile.ZipFile(path) as source:
        parts = {i.filename: source.read(i) for i in source.infolist() if i.filename != SHEET}
    with zipfile.ZipFile(path, "w") as target:
        for part, data in parts.items():
            target.writestr(part, data)
    assert "has no sheet with cells" in refused(path)


# -- files that mean harm, or have come to harm --------------------------------------------------


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = book(tmp_path, [["phone"]])
    with_part(path, SHEET, sheet_xml(HEADER) + b" " * (64 << 20))
    assert "would unpack to more than 200 times its size" in refused(path)


def test_what_entries_claim_together_is_bounded(tmp_path: Path) -> None:
    data = bytearray(book(tmp_path, [["phone"]]).read_bytes())
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (3 << 30).to_bytes(4, "little")
    (tmp_path / "leads.xlsx").write_bytes(data)
    assert "it would unpack to more than 2,048 MiB" in refused(tmp_path / "leads.xlsx")


def test_an_entry_that_claims_less_than_it_holds_is_damaged(tmp_path: Path) -> None:
    path = with_part(book(tmp_path, [["phone"]]), SHEET, sheet_xml(HEADER + " " * 5_000))
    data = path.read_bytes()
    size = len(sheet_xml(HEADER + " " * 5_000)).to_bytes(4, "little")
    assert data.count(size) == 2
    path.write_bytes(data.replace(size, (200).to_bytes(4, "little")))
    assert "is damaged" in refused(path)


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path, [["phone"]])
    with zipfile.ZipFile(path, "a") as target:
        for i in range(2_001):
            target.writestr(f"x{i}", b"")
    assert "has more than 2,000 parts" in refused(path)


def test_too_many_sheets_are_refused(tmp_path: Path) -> None:
    sheets = {f"s{i}": [["phone"]] for i in range(250)}
    assert "has 251 sheets; 250 are the most" in refused(book(tmp_path, [["phone"]], **sheets))


def test_a_part_that_is_read_as_a_whole_is_bounded(tmp_path: Path) -> None:
    noise = b"".join(i.to_bytes(4, "little") for i in range(3 << 20))
    path = with_part(book(tmp_path, [["phone"]]), "xl/styles.xml", noise, compress=0)
    assert "its part 'xl/styles.xml' would unpack to more than 8 MiB" in refused(path)


def test_a_row_without_end_is_refused(tmp_path: Path) -> None:
    cells = "".join(f"<c><v>{i * 7919}</v></c>" for i in range(400_000))
    rows = f'{HEADER}<row r="2"><c><v>1</v></c></row><row r="3">{cells}</row>'
    path = with_part(book(tmp_path, [["phone"]]), SHEET, sheet_xml(rows))
    assert "the row below row 2 is too long" in refused(path)


def test_a_row_with_too_many_cells_is_refused(tmp_path: Path) -> None:
    rows = HEADER + '<row r="2">' + "<c/>" * 16_385 + "</row>"
    path = with_part(book(tmp_path, [["phone"]]), SHEET, sheet_xml(rows))
    assert "has 16,385 columns" in refused(path)


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + sheet_xml("&b;")
    assert "is damaged" in refused(with_part(book(tmp_path, [["phone"]]), SHEET, bomb))
    path = with_part(book(tmp_path, [["phone"]]), "xl/workbook.xml", bomb)
    assert "is damaged" in refused(path)


def test_an_encrypted_or_old_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "leads.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert is_workbook(path)
    assert refused(path) == (
        "leads.xlsx: is encrypted with a password, or an old .xls workbook; "
        "save it as .xlsx without a password"
    )
    data = bytearray(book(tmp_path, [["phone"]]).read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "is encrypted; save it as .xlsx without a password" in refused(path)


@pytest.mark.parametrize("keep", [0, 4, 30, 500, -1, -30])
def test_a_damaged_workbook_is_told(keep: int, tmp_path: Path) -> None:
    path = book(tmp_path, [["phone"], ["+1"]])
    path.write_bytes(path.read_bytes()[:keep])
    assert refused(path) == (
        "leads.xlsx: is damaged, or no XLSX workbook; save it again as .xlsx, or as CSV"
    )


def test_another_zip_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "leads.xlsx"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as target:
        target.writestr("leads.csv", "phone\n")
    path.write_bytes(held.getvalue())
    assert "no XLSX workbook" in refused(path)


def test_a_workbook_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "none.xlsx")
