"""Tables written to files, CSV or Parquet, whole or not at all.

A file grows under another name beside its place and takes it at the end; only its owner may read
it. Memory does not grow with the table. It blocks. Refuses to know what is in the table.
"""

import contextlib
import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, TextIO

from dialer.domain.cellguard import guarded
from dialer.domain.exported import Cell, ExportColumn, Kind, Line
from dialer.errors import BadInput

ROW_GROUP: Final = 20_000
"""Rows of a Parquet file that are in memory at once."""


class TableFile(Protocol):
    """A table that is being written."""

    def add(self, lines: Sequence[Line]) -> None:
        """Write some lines."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give a new file beside `path`; it takes that place if the block ends well, else it is gone.

    Raises:
        BadInput: it cannot be written.
    """
    if path.is_dir():
        raise BadInput(str(path), "is a folder", "name a file")
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        problem = f"cannot be written: {error.strerror or error}"
        raise BadInput(str(path), problem, "name another file") from None


class CsvTable:
    """A CSV file in UTF-8; times are in ISO, UTC, and no cell is a formula."""

    def __init__(self, target: Path | TextIO, columns: Sequence[ExportColumn]) -> None:
        self._columns = columns
        self._file = (
            target.open("w", encoding="utf-8", newline="") if isinstance(target, Path) else target
        )
        self._writer = csv.writer(self._file)
        self._writer.writerow([guarded(column.name) for column in columns])

    def add(self, lines: Sequence[Line]) -> None:
        """Write some lines."""
        self._writer.writerows(
            [_text(cell, column.kind) for cell, column in zip(line, self._columns, strict=True)]
            for line in lines
        )

    def close(self) -> None:
        """Write what is left."""
        self._file.close()


class ParquetTable:
    """A Parquet file with typed columns; times are timestamps in UTC, to the microsecond."""

    def __init__(self, target: Path | BinaryIO, columns: Sequence[ExportColumn]) -> None:
        import pyarrow as pa  # noqa: PLC0415 - spares other commands its weight
        from pyarrow import parquet  # noqa: PLC0415

        kinds = {
            Kind.TEXT: pa.string(),
            Kind.WHOLE: pa.int64(),
            Kind.NUMBER: pa.float64(),
            Kind.MOMENT: pa.timestamp("us", tz="UTC"),
            Kind.FLAG: pa.bool_(),
        }
        self._columns = columns
        self._arrays = pa.array
        self._batch = pa.record_batch
        self._schema = pa.schema([(column.name, kinds[column.kind]) for column in columns])
        self._writer = parquet.ParquetWriter(target, self._schema, compression="zstd")
        self._lines: list[Line] = []

    def add(self, lines: Sequence[Line]) -> None:
        """Keep some lines, and write them when there are enough."""
        self._lines += lines
        if len(self._lines) >= ROW_GROUP:
            self._flush()

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if not self._lines:
            return
        cells = zip(*self._lines, strict=True)
        arrays = [
            self._arrays([_value(cell, column.kind) for cell in column_cells], field.type)
            for column_cells, column, field in zip(cells, self._columns, self._schema, strict=True)
        ]
        self._writer.write_batch(self._batch(arrays, schema=self._schema))
        self._lines = []


def _text(cell: Cell, kind: Kind) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(cell)
    if kind is Kind.MOMENT:
        return datetime.fromtimestamp(cell, UTC).isoformat(timespec="milliseconds")
    if kind is Kind.FLAG:
        return int(cell)
    return cell


def _value(cell: Cell, kind: Kind) -> Any:
    if cell is None or isinstance(cell, str) or kind is not Kind.MOMENT:
        return cell
    return round(cell * 1_000_000)
