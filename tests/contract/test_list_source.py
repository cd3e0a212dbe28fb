"""What every ListSource promises."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from dialer.adapters.spreadsheet import SpreadsheetList
from dialer.domain.columns import ColumnPlan
from dialer.domain.leadtable import Record
from dialer.errors import BadInput
from dialer.ports import ListSource
from dialer.services.csv_list import CsvList

pytestmark = pytest.mark.parametrize("kind", ["csv", "xlsx"])
HEADER = ["phone", "name", "born"]


def written(kind: str, folder: Path, rows: list[list[str]]) -> Path:
    path = folder / f"leads.{kind}"
    if kind == "csv":
        path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
        return path
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def opened(kind: str, path: Path) -> ListSource:
    return CsvList(path, ColumnPlan()) if kind == "csv" else SpreadsheetList(path)


def test_it_gives_the_header_and_numbered_records(kind: str, tmp_path: Path) -> None:
    path = written(kind, tmp_path, [HEADER, ["+12025550100", "Zoë", "x"], ["", "Bob", "y"]])
    source = opened(kind, path)
    assert source.table.header == tuple(HEADER)
    assert list(source.table.records) == [
        Record(2, ("+12025550100", "Zoë", "x")),
        Record(3, ("", "Bob", "y")),
    ]
    source.close()


def test_a_record_with_more_values_than_the_header_has_a_problem(kind: str, tmp_path: Path) -> None:
    source = opened(kind, written(kind, tmp_path, [["phone"], ["1", "2"], ["3", ""]]))
    assert list(source.table.records) == [
        Record(2, ("1", "2"), "has 2 values, the header has 1"),
        Record(3, ("3",)),
    ]
    source.close()


def test_what_has_been_read_grows_up_to_its_size(kind: str, tmp_path: Path) -> None:
    rows = [[f"+1202555{i:04d}", f"name {i}", "x"] for i in range(3_000)]
    source = opened(kind, written(kind, tmp_path, [HEADER, *rows]))
    seen = [source.read_bytes()]
    for _ in source.table.records:
        seen.append(source.read_bytes())  # noqa: PERF401 - after each record
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] <= source.size_bytes
    source.close()


def test_a_list_without_a_header_or_without_a_file_is_refused(kind: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="the first line is empty"):
        opened(kind, written(kind, tmp_path, []))
    with pytest.raises(BadInput, match="cannot be read"):
        opened(kind, tmp_path / "none")
