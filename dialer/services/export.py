"""Taking a table page by page from where it is to where it goes; what was done is told before.

Refuses to know databases and files.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol

from dialer.domain.exported import ExportColumn, Line, hidden


class Table(Protocol):
    """Where lines go."""

    def add(self, lines: Sequence[Line]) -> None:
        """Write some lines."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...


async def export(
    columns: Sequence[ExportColumn],
    pages: AsyncIterator[Sequence[Line]],
    table: Table,
    *,
    reveal: bool,
    note: Callable[[int], Awaitable[None]] | None = None,
) -> int:
    """Write all pages; returns the number of lines.

    Args:
        columns: of each line.
        pages: lines, some at a time.
        table: where they go; closed here. Nobody should see it before this returns.
        reveal: write numbers as they are; else masked.
        note: told the number of lines, before anybody can see them.
    """
    count = 0
    try:
        async for page in pages:
            count += len(page)
            table.add(page if reveal else [hidden(line, columns) for line in page])
    finally:
        table.close()
    if note is not None:
        await note(count)
    return count
