"""How the preview of a list looks. Refuses to know how it was made."""

from typing import Final

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from dialer.services.preview_leads import Preview

_COLUMNS: Final = 8
"""Columns that are shown; of the others only the names."""
_WIDTH: Final = 40
"""Characters of a value that are shown."""
_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def show(preview: Preview, console: Console) -> None:
    """Print a preview."""
    shown = preview.columns[:_COLUMNS]
    rows = Table("row", *(Column(_text(name)) for name in shown), "rejected because")
    for row, values, reason in preview.rows:
        cells = [*values, *[""] * len(shown)][: len(shown)]
        rows.add_row(str(row), *(_text(value) for value in cells), _text(reason, 200))
    console.print(rows)
    columns = Table("our name", "header")
    for ours, header in preview.mapping.items():
        columns.add_row(_text(ours), _text(header))
    console.print(columns)
    if preview.sheet:
        console.print(Text("sheet: ") + _text(preview.sheet))
    else:
        delimiter = _DELIMITERS.get(preview.delimiter, repr(preview.delimiter))
        console.print(Text(f"encoding: {preview.encoding}, delimiter: {delimiter}"))
    rejected = sum(preview.rejected.values())
    console.print(Text(f"of the first {preview.taken + rejected} rows:"))
    console.print(Text(f"{preview.taken:6} would be imported"))
    for reason, count in preview.rejected.items():
        console.print(Text(f"{count:6} rejected: ") + _text(reason, 200))


def _text(value: str, width: int = _WIDTH) -> Text:
    """Return what is safe on a terminal: no markup, no control characters, not too long."""
    cut = value[:width] + ("…" if len(value) > width else "")
    return Text("".join(char if char.isprintable() else " " for char in cut))
