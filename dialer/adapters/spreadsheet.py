"""A list in an XLSX workbook, read by openpyxl a row at a time.

Knows sheets, cells and what a spreadsheet makes of numbers and dates. Refuses to know ZIP
(`dialer.adapters.workbook`) and leads. Of openpyxl it uses the parts and not `load_workbook`:
that one reads themes, charts and what stands behind the last row, and keeps a note of every row.
Everything here blocks: it is called on a thread.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from defusedxml.ElementTree import iterparse
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from dialer.adapters.workbook import DAMAGE, PART_MAX, BoundedArchive, damaged
from dialer.domain.leadtable import (
    COLUMNS_MAX,
    Record,
    Table,
    too_many_columns,
    unreadable,
)
from dialer.errors import BadInput

ROWS_MAX: Final = 1_048_576
"""Rows of a sheet, as Excel has them."""
SHEETS_MAX: Final = 250
STRINGS_MAX: Final = 4_000_000
"""Texts that the sheets share."""
_STRINGS_BYTES: Final = 256 << 20
_CELLS_MAX: Final = 16_384
"""Cells of a row, as Excel has them; most of them empty, or it is no list."""
_ROW_BYTES: Final = 2 << 20
"""XML of one row."""
_LOAD_BYTES: Final = 16 * PART_MAX
_EXACT_BELOW: Final = 1e15
"""Whole numbers above are not what was typed: a spreadsheet keeps fifteen digits."""
_SHOWN: Final = 12


class SpreadsheetList:
    """A `ListSource` on one sheet of a workbook.

    Args:
        path: of the file.
        sheet: name of the sheet; None: the first.

    Raises:
        BadInput: the file cannot be read, is no XLSX, too large, or has no such sheet or no header.
    """

    def __init__(self, path: Path, *, sheet: str | None = None) -> None:
        self._name = path.name
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise unreadable(path, error) from None
        try:
            with self._damage_told():
                self._open(sheet)
        except BaseException:
            self._file.close()
            raise

    @property
    def table(self) -> Table:
        """Header and records."""
        return self._table

    @property
    def size_bytes(self) -> int:
        """Unpacked size of the sheet."""
        return self._size_bytes

    def read_bytes(self) -> int:
        """Return how many bytes of the sheet have been read."""
        return self._archive.unpacked - self._unpacked_before

    def close(self) -> None:
        """Close the file."""
        self._archive.close()
        self._file.close()

    def _open(self, sheet: str | None) -> None:
        self._archive = BoundedArchive(self._file, self._name)
        book = ExcelReader(self._file, read_only=True, data_only=True, keep_links=False)
        book.archive = self._archive
        self._archive.allow(_LOAD_BYTES, "its description")
        book.read_manifest()
        book.read_workbook()
        apply_stylesheet(self._archive, book.wb)
        title, part = self._sheet_of(book, sheet)
        self._strings = self._shared_strings(book)
        self._unpacked_before = self._archive.unpacked
        self._size_bytes = self._archive.getinfo(part).file_size
        rows = self._rows(book, part)
        header = next(rows, None)
        if header is None or header.row != 1 or not (header.problem or any(header.values)):
            problem = "the first line is empty"
            raise BadInput(self._name, problem, "name the columns in the first line")
        if header.problem:
            fix = "calculate the sheet and save it, or write the name itself"
            raise BadInput(self._name, header.problem, fix)
        names = tuple(value.strip() for value in header.values)
        self._table = Table(names, self._records(rows, len(names)), sheet=title)

    def _sheet_of(self, book: ExcelReader, wanted: str | None) -> tuple[str, str]:
        found: dict[str, str] = {}
        for sheet, relation in book.parser.find_sheets():
            if "worksheet" in str(relation.Type) and relation.target in book.valid_files:
                found.setdefault(str(sheet.name), str(relation.target))
        if len(found) > SHEETS_MAX:
            problem = f"has {len(found):,} sheets; {SHEETS_MAX} are the most"
            raise BadInput(self._name, problem, "save the list as CSV and import that")
        if not found:
            raise BadInput(self._name, "has no sheet with cells", "put the list on one")
        title = next(iter(found)) if wanted is None else wanted
        if title not in found:
            seen = ", ".join(repr(name) for name in list(found)[:_SHOWN])
            problem = f"has no sheet {title!r} (it has {seen})"
            raise BadInput(self._name, problem, "name one of these")
        return title, found[title]

    def _shared_strings(self, book: ExcelReader) -> list[str]:
        part = book.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        strings: list[str] = []
        if part is None:
            return strings
        tag = f"{{{SHEET_MAIN_NS}}}si"
        self._archive.allow(_STRINGS_BYTES, "the text of its cells")
        root: Any = None
        with self._archive.open(part.PartName[1:]) as source:
            for event, element in iterparse(source, events=("start", "end")):
                if root is None:
                    root = element
                if event == "end" and element.tag == tag:
                    text = Text.from_tree(element)
                    strings.append(str(text.content) if text else "")
                    root.clear()
                    if len(strings) > STRINGS_MAX:
                        problem = f"holds more than {STRINGS_MAX:,} texts"
                        raise BadInput(self._name, problem, "save the list as CSV")
        return strings

    def _rows(self, book: ExcelReader, part: str) -> Iterator[Record]:
        """Yield each row that has a cell; a formula without a value is its problem."""
        data: Any = None
        count = 0
        with self._archive.open(part) as source:
            cells = _Cells(source, self._strings, book.wb)
            self._archive.allow(_ROW_BYTES + PART_MAX, "what stands before its first row")
            for event, element in iterparse(source, events=("start", "end")):
                if event == "start":
                    data = element if element.tag == DATA_TAG else data
                elif element.tag == DATA_TAG:
                    return
                elif element.tag == ROW_TAG:
                    count += 1
                    if count > ROWS_MAX:
                        problem = f"has more than {ROWS_MAX:,} rows"
                        raise BadInput(self._name, problem, "split it")
                    if len(element) > _CELLS_MAX:
                        raise too_many_columns(self._name, len(element))
                    record = self._record(cells.of(element))
                    if data is not None:
                        data.clear()
                    self._archive.allow(_ROW_BYTES, f"the row below row {record.row}")
                    if record.values:
                        yield record

    def _record(self, read: tuple[int, list[dict[str, Any]]]) -> Record:
        row, cells = read
        values: list[str] = []
        problem = ""
        for cell in cells:
            if cell["value"] is None:
                if cell["data_type"] == _NO_VALUE and not problem:
                    place = f"{get_column_letter(cell['column'])}{row}"
                    problem = f"the formula in cell {place} has no stored value"
                continue
            column = cell["column"]
            if column > COLUMNS_MAX:
                raise too_many_columns(self._name, column)
            values += [""] * (column - len(values))
            values[column - 1] = text_of(cell["value"])
        if problem and not values:
            values = [""]
        return Record(row, tuple(values), problem)

    def _records(self, rows: Iterator[Record], columns: int) -> Iterator[Record]:
        with self._damage_told():
            for record in rows:
                row, values, problem = record
                if not problem and any(value.strip() for value in values[columns:]):
                    problem = f"has {len(values)} values, the header has {columns}"
                if problem:
                    yield Record(row, values, problem)
                else:
                    yield Record(row, values[:columns])

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.strerror:
                raise unreadable(self._name, error) from None
            raise damaged(self._name) from None
        except DAMAGE:
            raise damaged(self._name) from None


_NO_VALUE: Final = "formula without a value"


class _Cells(WorkSheetParser):
    """Openpyxl's reader of cells, which also tells a formula without a value from an empty cell."""

    def __init__(self, source: Any, strings: list[str], book: Any) -> None:
        super().__init__(
            source,
            strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )

    def of(self, row: Any) -> tuple[int, list[dict[str, Any]]]:
        """Return a row's number and its cells."""
        number, cells = self.parse_row(row)
        self.row_dimensions.clear()
        return number, cells

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            # an empty text is a value; an empty number is none
            is_text = element.get("t") == "str" and element.find(VALUE_TAG) is not None
            cell["data_type"] = cell["data_type"] if is_text else _NO_VALUE
        return cell


def text_of(value: object) -> str:
    """Return a cell's value as it would stand in a CSV."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_BELOW:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
