"""Rows of a report as a CSV file.

Refuses to know what is in a row.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dialer.adapters.sql.reports.rows import Row
from dialer.adapters.table_file import CsvTable, replaced
from dialer.domain.exported import ExportColumn


def flat(row: Mapping[str, Any], before: str = "") -> Row:
    """Return a row without rows in it: `outcomes.busy`; lists become text."""
    found: Row = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{before}{name}.")
        elif isinstance(value, list):
            found[before + name] = " ".join("/".join(pair) for pair in value)
        else:
            found[before + name] = value
    return found


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows into a file, whole or not at all.

    Raises:
        BadInput: it cannot be written.
    """
    lines = [flat(row) for row in rows]
    names = list(dict.fromkeys(name for line in lines for name in line))
    with replaced(path) as temporary:
        table = CsvTable(temporary, [ExportColumn(name) for name in names])
        try:
            table.add([[line.get(name) for name in names] for line in lines])
        finally:
            table.close()
