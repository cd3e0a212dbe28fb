"""On which line each key of a TOML text stands: `tomllib` does not say.

For a text that `tomllib` has read without error; tables, arrays of tables, dotted keys, inline
tables and arrays are followed. Refuses to know what the keys mean, and to judge the text.
"""

import re
from collections.abc import Sequence
from typing import Final

Place = tuple[str | int, ...]
"""Keys and places in arrays (from 0), from the outside in."""

_SPACE: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK: Final = re.compile(r"[ \t]*")
_KEY: Final = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|([A-Za-z0-9_-]+)")
_STRING: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|'
    r"'''.*?'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'",
    re.DOTALL,
)
_BARE: Final = re.compile(r"[^,\]}\n#]*")


class TomlLines:
    """The lines of all keys of one text."""

    def __init__(self, text: str) -> None:
        """Read a text that is TOML."""
        self._text = text
        self._at = 0
        self._lines: dict[Place, int] = {(): 1}
        self._counts: dict[Place, int] = {}
        self._read()

    def line_of(self, place: Sequence[str | int]) -> int:
        """Return the line (from 1) of a place, or of the nearest table around it that is there."""
        here = tuple(place)
        while here not in self._lines:
            here = here[:-1]
        return self._lines[here]

    # -- reading -----------------------------------------------------------------------------

    def _read(self) -> None:
        table: Place = ()
        while self._skip(_SPACE):
            if self._text.startswith("[[", self._at):
                table = self._array_table()
            elif self._text.startswith("[", self._at):
                line = self._line()
                self._at += 1
                table = self._inside(self._dotted())
                self._note(table, line)
                self._at += 1
            else:
                self._pair(table)

    def _array_table(self) -> Place:
        line = self._line()
        self._at += 2
        *outer, last = self._dotted()
        array = (*self._inside(outer), last)
        count = self._counts.get(array, 0)
        self._counts[array] = count + 1
        self._note(array, line)
        self._note((*array, count), line)
        self._at += 2
        return (*array, count)

    def _inside(self, keys: Sequence[str]) -> Place:
        """A table below an array of tables belongs to its last one."""
        place: Place = ()
        for key in keys:
            place = (*place, key)
            if place in self._counts:
                place = (*place, self._counts[place] - 1)
        return place

    def _dotted(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip(_BLANK)
            found = _KEY.match(self._text, self._at)
            if found is None:
                return keys
            keys.append(next(part for part in found.groups() if part is not None))
            self._at = found.end()
            self._skip(_BLANK)
            if not self._text.startswith(".", self._at):
                return keys
            self._at += 1

    def _pair(self, table: Place) -> None:
        line = self._line()
        place = table
        for key in self._dotted():
            place = (*place, key)
            self._note(place, line)
        self._at += 1  # the sign =
        self._skip(_BLANK)
        self._value(place)

    def _value(self, place: Place) -> None:
        text = self._text
        string = _STRING.match(text, self._at)
        if string is not None:
            self._at = string.end()
        elif text.startswith("[", self._at):
            self._at += 1
            number = 0
            while self._more("]"):
                self._note((*place, number), self._line())
                self._value((*place, number))
                number += 1
        elif text.startswith("{", self._at):
            self._at += 1
            while self._more("}"):
                self._pair(place)
        else:
            self._skip(_BARE)

    def _more(self, end: str) -> bool:
        """Go to the next item of an array or inline table, or past its end."""
        self._skip(_SPACE)
        if self._text.startswith(",", self._at):
            self._at += 1
            self._skip(_SPACE)
        if self._at >= len(self._text) or self._text[self._at] == end:
            self._at += 1
            return False
        return True

    def _skip(self, what: re.Pattern[str]) -> bool:
        found = what.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return self._at < len(self._text)

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _note(self, place: Place, line: int) -> None:
        """Note where a place is first seen; an outer table that is only implied is there too."""
        for depth in range(1, len(place) + 1):
            self._lines.setdefault(place[:depth], line)
