"""Cells that a spreadsheet would take for a formula, and how they are kept from being one.

Refuses to know files: a value goes in, what may be written comes out.
"""

import re
from typing import Final

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_E164: Final = re.compile(r"\+[1-9]\d{1,14}", re.ASCII)


def guarded(value: str) -> str:
    """Return a value that no spreadsheet runs: a quote before what would start a formula.

    A plain number in E.164 stays as it is: its plus is needed, and it computes nothing.
    """
    if value.startswith(_STARTS) and not _E164.fullmatch(value):
        return "'" + value
    return value
