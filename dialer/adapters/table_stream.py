"""Tables sent while they are read, CSV or Parquet: no more of one is in memory than a page.

What is written is handed on in pieces; writing is done on a thread, so that nobody waits for it.
Refuses to know what is in the table, and who gets it.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from enum import StrEnum
from typing import Any, BinaryIO, cast

from dialer.adapters.table_file import CsvTable, ParquetTable, TableFile
from dialer.domain.exported import ExportColumn, Line, hidden


class TableKind(StrEnum):
    """How a table is written."""

    CSV = "csv"
    PARQUET = "parquet"


class Spout(io.RawIOBase):
    """A file out of which what is written to it can be taken."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def write(self, piece: Any) -> int:
        """Keep a piece until it is taken."""
        kept = bytes(piece)
        self._pieces.append(kept)
        self._written += len(kept)
        return len(kept)

    def tell(self) -> int:
        """Return how much was written so far."""
        return self._written

    def taken(self) -> bytes:
        """Return what was written since the last time, and forget it."""
        found, self._pieces = b"".join(self._pieces), []
        return found


async def streamed(
    kind: TableKind,
    columns: Sequence[ExportColumn],
    pages: AsyncIterator[Sequence[Line]],
    *,
    reveal: bool,
) -> AsyncIterator[bytes]:
    """Yield the bytes of a table as its pages come.

    Args:
        kind: how it is written.
        columns: of each line.
        pages: lines, some at a time.
        reveal: write numbers as they are; else masked.
    """
    spout = Spout()
    table = await asyncio.to_thread(_table, kind, spout, columns)
    async for page in pages:
        await asyncio.to_thread(_add, table, page, columns, reveal)
        if piece := spout.taken():
            yield piece
    await asyncio.to_thread(table.close)
    yield spout.taken()


def _table(kind: TableKind, spout: Spout, columns: Sequence[ExportColumn]) -> TableFile:
    if kind is TableKind.PARQUET:
        return ParquetTable(cast("BinaryIO", spout), columns)
    text = io.TextIOWrapper(
        cast("BinaryIO", spout), encoding="utf-8", newline="", write_through=True
    )
    return CsvTable(text, columns)


def _add(
    table: TableFile, page: Sequence[Line], columns: Sequence[ExportColumn], reveal: bool
) -> None:
    table.add(page if reveal else [hidden(line, columns) for line in page])
