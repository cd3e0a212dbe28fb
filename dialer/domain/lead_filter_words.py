"""The words of a filter's text, and what is said of a text that is no filter. Pure.

Knows names, quotes, numbers and days. Refuses to know which word may follow which.
"""

import re
from dataclasses import dataclass
from typing import Final

from dialer.domain.lead_filter import BARE_NAME, NUMBER
from dialer.errors import BadInput


class BadFilter(BadInput):
    """The text is no filter; says where and what was expected."""

    def __init__(self, column: int, expected: str, found: str) -> None:
        self.column = column
        """Where, from 1."""
        self.expected = expected
        self.found = found
        super().__init__("filter", f"column {column}: found {found}", f"expected {expected}")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, and where it stands."""

    kind: str
    """Which of: name (in backquotes), word, text, number, day, sign, end."""
    text: str
    """What it says: without its quotes."""
    column: int
    """Where it begins, from 1."""
    written: str

    @property
    def told(self) -> str:
        """How an error names it: short, and in one line."""
        return "the end" if self.kind == "end" else " ".join(self.written.split())[:40]

    def says(self, word: str) -> bool:
        """Tell whether it is this keyword or sign."""
        return self.kind in ("word", "sign") and self.text.lower() == word


_BLANK: Final = re.compile(r"\s+")
_QUOTED: Final = {
    "`": re.compile(r"`((?:[^`]|``)+)`"),
    '"': re.compile(r'"((?:[^"]|"")*)"'),
    "'": re.compile(r"'((?:[^']|'')*)'"),
}
_PLAIN: Final = (
    ("sign", re.compile(r"!=|<=|>=|[=<>(),]")),
    ("word", BARE_NAME),
    ("day", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")),
    ("number", NUMBER),
)
_GOES_ON: Final = re.compile(r"[\w.-]")
"""What may not follow a number or a day: `2026-01-05-x` and `49abc` are texts."""


def words_of(text: str) -> list[Token]:
    """Cut a text into words, the last of which is the end.

    Raises:
        BadFilter: something is neither name nor value nor operator.
    """
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        blank = _BLANK.match(text, at)
        if blank is not None:
            at = blank.end()
            continue
        token = _token(text, at)
        tokens.append(token)
        at += len(token.written)
    tokens.append(Token("end", "", len(text) + 1, ""))
    return tokens


def _token(text: str, at: int) -> Token:
    column = at + 1
    quote = text[at]
    if quote in _QUOTED:
        quoted = _QUOTED[quote].match(text, at)
        if quoted is None:
            raise BadFilter(column, f"a name or text closed by {quote}", f"a lone {quote}")
        kind = "name" if quote == "`" else "text"
        return Token(kind, quoted[1].replace(quote * 2, quote), column, quoted[0])
    tried = ((kind, pattern.match(text, at)) for kind, pattern in _PLAIN)
    kind, found = next(((kind, match) for kind, match in tried if match), ("", None))
    if found is None:
        raise BadFilter(column, "a name, a value or an operator", repr(quote))
    after = text[found.end() : found.end() + 1]
    if kind in ("day", "number") and _GOES_ON.match(after):
        raise BadFilter(column, "a number or a day; put text in quotes", found[0] + after)
    return Token(kind, found[0], column, found[0])
