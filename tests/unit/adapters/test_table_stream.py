"""A table is sent while it is read: page by page, and no page is kept."""

import csv
import io
from collections.abc import AsyncIterator

from pyarrow import BufferReader, parquet

from dialer.adapters.table_file import ROW_GROUP
from dialer.adapters.table_stream import Spout, TableKind, streamed
from dialer.domain.exported import ExportColumn, Kind, Line

COLUMNS = (
    ExportColumn("lead", Kind.WHOLE),
    ExportColumn("number", private=True),
    ExportColumn("at", Kind.MOMENT),
)


class Pages:
    """Pages of lines, and how many were asked for."""

    def __init__(self, pages: int, lines: int) -> None:
        self.asked = 0
        self._pages, self._lines = pages, lines

    async def __aiter__(self) -> AsyncIterator[list[Line]]:
        for page in range(self._pages):
            self.asked += 1
            first = page * self._lines
            yield [(first + at, "+12025550100", 1.5) for at in range(self._lines)]


async def test_each_page_is_on_its_way_before_the_next_is_read() -> None:
    pages, told, text = Pages(3, 2), [], b""
    async for piece in streamed(TableKind.CSV, COLUMNS, aiter(pages), reveal=True):
        told.append((pages.asked, piece.count(b"\n")))
        text += piece
    assert told == [(1, 3), (2, 2), (3, 2), (3, 0)]
    rows = list(csv.DictReader(io.StringIO(text.decode())))
    assert [row["lead"] for row in rows] == ["0", "1", "2", "3", "4", "5"]
    assert rows[0] == {
        "lead": "0",
        "number": "+12025550100",
        "at": "1970-01-01T00:00:01.500+00:00",
    }


async def test_a_table_without_lines_has_its_head() -> None:
    pieces = [
        piece async for piece in streamed(TableKind.CSV, COLUMNS, aiter(Pages(0, 0)), reveal=False)
    ]
    assert b"".join(pieces) == b"lead,number,at\r\n"


async def test_parquet_leaves_a_row_group_at_a_time_and_numbers_are_masked() -> None:
    pages, sizes, packed = Pages(5, ROW_GROUP // 2), [], b""
    async for piece in streamed(TableKind.PARQUET, COLUMNS, aiter(pages), reveal=False):
        sizes.append((pages.asked, len(piece)))
        packed += piece
    assert [asked for asked, _ in sizes] == [1, 2, 4, 5]  # its head, two groups, and the rest
    table = parquet.ParquetFile(BufferReader(packed))
    assert table.metadata.num_row_groups == 3
    assert table.metadata.num_rows == 5 * ROW_GROUP // 2
    first = table.read_row_group(0).slice(0, 1).to_pylist()[0]
    assert first["number"] == "+12*******00"


def test_what_was_taken_is_not_kept() -> None:
    spout = Spout()
    assert spout.write(b"ab") + spout.write(memoryview(b"c")) == 3
    assert (spout.taken(), spout.taken(), spout.tell()) == (b"abc", b"", 3)
