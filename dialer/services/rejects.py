"""The rejected rows of a list: counted, the first ones kept, all of them written into a CSV.

Refuses to know why a row was rejected. It blocks: it is called on a thread.
"""

import csv
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from dialer.domain.cellguard import guarded
from dialer.domain.leadfile import RejectedRow
from dialer.errors import BadInput

EXAMPLES: Final = 20
"""Rejected rows that the report itself carries, unless more are asked for."""


class Rejects:
    """Where the rejected rows of one list go.

    Args:
        path: CSV to write; replaced if it exists, and not made if nothing is rejected. None:
            they are only counted.
        columns: names of the list's columns.
        examples: how many of the first ones are kept.
    """

    def __init__(
        self, path: Path | None, columns: Sequence[str], *, examples: int = EXAMPLES
    ) -> None:
        self._most = examples
        self.count = 0
        self.examples: list[RejectedRow] = []
        """The first of them."""
        self._path = path
        self._columns = columns
        self._stack = ExitStack()
        self._writer: Any = None

    def add(self, rows: Sequence[RejectedRow]) -> None:
        """Take some more.

        Raises:
            BadInput: the file cannot be written.
        """
        self.count += len(rows)
        self.examples += rows[: self._most - len(self.examples)]
        if self._path is None or not rows:
            return
        try:
            if self._writer is None:
                lines = self._path.open("w", encoding="utf-8", newline="")
                self._writer = csv.writer(self._stack.enter_context(lines))
                self._write("row", "reason", self._columns)
            for row in rows:
                self._write(row.row, row.reason, row.values)
        except OSError as error:
            problem = f"cannot be written: {error.strerror}"
            raise BadInput(str(self._path), problem, "name another file") from None

    def remove(self) -> None:
        """Delete what was written."""
        self.close()
        if self._writer is not None and self._path is not None:
            self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Write what is left, and let go of the file."""
        self._stack.close()

    def _write(self, row: int | str, reason: str, values: Sequence[str]) -> None:
        self._writer.writerow([row, reason, *map(guarded, values)])
