"""A list in a CSV file, read a line at a time.

Knows the file and its errors. Refuses to know encodings (`dialer.domain.encoding`), delimiters
(`dialer.domain.csvtable`) and leads. Everything here blocks: it is called on a thread.
"""

from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from dialer.domain.columns import ColumnPlan
from dialer.domain.csvtable import LINE_MAX, csv_table
from dialer.domain.encoding import encoding_of
from dialer.domain.leadtable import Table, unreadable
from dialer.errors import BadInput

_CHUNK: Final = 1 << 18


class CsvList:
    """A `ListSource` on a CSV file.

    Args:
        path: of the file.
        plan: what was said about its columns.
        encoding: codec, if it was said.

    Raises:
        BadInput: the file cannot be read, is no text, or has no header.
    """

    def __init__(self, path: Path, plan: ColumnPlan, *, encoding: str | None = None) -> None:
        self._path = path
        try:
            with path.open("rb") as source:
                codec = encoding_of(
                    iter(lambda: source.read(_CHUNK), b""), name=path.name, wanted=encoding
                )
            self._bytes = path.open("rb")
            self._size_bytes = path.stat().st_size
        except OSError as error:
            raise unreadable(path, error) from None
        self._text = TextIOWrapper(self._bytes, encoding=codec, newline="")
        try:
            self._table = csv_table(self._lines(), name=path.name, plan=plan, encoding=codec)
        except BaseException:
            self.close()
            raise

    @property
    def table(self) -> Table:
        """Header and records."""
        return self._table

    @property
    def size_bytes(self) -> int:
        """Size of the file when it was opened."""
        return self._size_bytes

    def read_bytes(self) -> int:
        """Return how many bytes of the file have been read."""
        return self._bytes.tell()

    def close(self) -> None:
        """Close the file."""
        self._text.close()

    def _lines(self) -> Iterator[str]:
        number = 1
        try:
            while line := self._text.readline(LINE_MAX + 1):
                yield line
                number += 1
        except UnicodeError:  # it read well a moment ago
            problem = f"changes its encoding in line {number} or soon after"
            raise BadInput(self._path.name, problem, "save it as UTF-8") from None
        except OSError as error:
            raise unreadable(self._path, error) from None
