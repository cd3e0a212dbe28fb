"""What people write: a line or some lines, within a length, and nothing a database refuses. Pure.

Refuses to know what it says.
"""

import unicodedata
from typing import Final

from dialer.errors import BadInput

_CONTROLS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of characters that break a line, command a terminal, or are no characters."""


def checked_line(field: str, text: str, most: int) -> str:
    """Return a text that is one line with something on it, of `most` characters at most.

    Raises:
        BadInput: it is empty, too long, or holds a line break, a NUL or another control.
    """
    if any(unicodedata.category(character) in _CONTROLS for character in text):
        raise BadInput(field, "holds a line break, a NUL or another control", "write it on a line")
    _check_length(field, text, most)
    return text


def checked_prose(field: str, text: str, most: int) -> str:
    """Return a text of any lines with something in them, of `most` characters at most.

    Raises:
        BadInput: it is empty, too long, or holds a NUL or another control.
    """
    for line in text.splitlines():
        if any(unicodedata.category(one) in _CONTROLS for one in line.replace("\t", " ")):
            raise BadInput(field, "holds a NUL or another control", "take it out")
    _check_length(field, text, most)
    return text


def _check_length(field: str, text: str, most: int) -> None:
    if not text.strip():
        raise BadInput(field, "is empty", "write something")
    if len(text) > most:
        raise BadInput(field, f"has {len(text)} characters", f"write {most} at most")
