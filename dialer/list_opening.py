"""How a list's file is opened: a workbook is known by how it begins, not by its name.

Knows which reader is for which kind. Refuses to know columns and rows.
"""

from functools import partial
from pathlib import Path

from dialer.adapters.spreadsheet import SpreadsheetList
from dialer.adapters.workbook import is_workbook
from dialer.domain.encoding import codec_named
from dialer.domain.leadtable import unreadable
from dialer.errors import BadInput
from dialer.services.csv_list import CsvList
from dialer.services.import_leads import OpenList


def opener(file: Path, *, sheet: str | None, encoding: str | None) -> OpenList:
    """Return what opens a file of this kind. It blocks.

    Raises:
        BadInput: it cannot be read, or has no such thing as what was said of it.
    """
    try:
        workbook = is_workbook(file)
    except OSError as error:
        raise unreadable(file, error) from None
    if not workbook:
        if sheet is not None:
            raise BadInput("--sheet", f"{file.name} is no workbook", "leave it out")
        return partial(CsvList, encoding=encoding and codec_named(encoding))
    if encoding is not None:
        raise BadInput("--encoding", f"{file.name} is a workbook", "leave it out")
    return lambda path, _plan: SpreadsheetList(path, sheet=sheet)
