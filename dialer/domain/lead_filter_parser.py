"""Reads a filter's text into its tree: a recursive descent of bounded size and depth. Pure.

Knows the grammar, and says at which column what was expected. Refuses to know what a filter
matches. The grammar, keywords in any case:

    filter     = every ("or" every)*
    every      = factor ("and" factor)*
    factor     = "not" factor | "(" filter ")" | comparison
    comparison = name ("=" | "!=" | "<" | "<=" | ">" | ">=") value
               | name ["not"] "in" "(" value ("," value)* ")"
               | name ("contains" | "starts" "with") text
               | name "is" ["not"] "empty"
    value      = text | number | day
    name       = letters, digits and _ beginning with no digit | anything in backquotes
    text       = in double or single quotes; a quote within is written twice
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from dialer.domain.lead_filter import (
    BARE_NAME,
    KEYWORDS,
    NUMBER,
    Compare,
    IsEmpty,
    Joined,
    LeadFilter,
    Node,
    Not,
    OneOf,
    Relation,
    Value,
    explained,
)
from dialer.errors import BadInput

MOST_CHARACTERS: Final = 4000
MOST_PARTS: Final = 200
"""Comparisons and values in one filter."""
MOST_DEPTH: Final = 20
"""Brackets and nots within each other."""


class BadFilter(BadInput):
    """The text is no filter; says where and what was expected."""

    def __init__(self, column: int, expected: str, found: str) -> None:
        self.column = column
        """Where, from 1."""
        self.expected = expected
        self.found = found
        super().__init__("filter", f"column {column}: found {found}", f"expected {expected}")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """ "name" (in backquotes), "word", "text", "number", "day", "sign" or "end"."""
    text: str
    """The word in lower case, the sign, or what stood in quotes."""
    column: int
    written: str

    @property
    def told(self) -> str:
        return "the end" if self.kind == "end" else self.written[:40]


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


def parse_filter(text: str) -> LeadFilter:
    """Read a filter.

    Raises:
        BadFilter: and nothing else, whatever the text.
    """
    if len(text) > MOST_CHARACTERS:
        raise BadFilter(
            MOST_CHARACTERS + 1, f"at most {MOST_CHARACTERS} characters", f"{len(text)}"
        )
    parser = _Parser(_tokens(text))
    root = parser.filter(0)
    parser.end()
    length = len(explained(root))
    if length > MOST_CHARACTERS:  # else its own canonical text could not be read
        raise BadFilter(1, f"at most {MOST_CHARACTERS} characters", f"{length} when written out")
    return LeadFilter(root)


# -- words ---------------------------------------------------------------------------------------


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        blank = _BLANK.match(text, at)
        if blank is not None:
            at = blank.end()
            continue
        token = _token(text, at)
        tokens.append(token)
        at += len(token.written)
    tokens.append(_Token("end", "", len(text) + 1, ""))
    return tokens


def _token(text: str, at: int) -> _Token:
    column = at + 1
    quote = text[at]
    if quote in _QUOTED:
        quoted = _QUOTED[quote].match(text, at)
        if quoted is None:
            raise BadFilter(column, f"a name or text closed by {quote}", f"a lone {quote}")
        kind = "name" if quote == "`" else "text"
        return _Token(kind, quoted[1].replace(quote * 2, quote), column, quoted[0])
    tried = ((kind, pattern.match(text, at)) for kind, pattern in _PLAIN)
    kind, found = next(((kind, match) for kind, match in tried if match), ("", None))
    if found is None:
        raise BadFilter(column, "a name, a value or an operator", repr(quote))
    after = text[found.end() : found.end() + 1]
    if kind in ("day", "number") and _GOES_ON.match(after):
        raise BadFilter(column, "a number or a day; put text in quotes", found[0] + after)
    return _Token(kind, found[0], column, found[0])


# -- sentences -----------------------------------------------------------------------------------


class _Parser:
    """One pass over the words of one filter."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._parts = 0

    # -- reading -----------------------------------------------------------------------------

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _took(self, *words: str) -> bool:
        """Take these words or signs when they come next."""
        coming = self._tokens[self._at : self._at + len(words)]
        if len(coming) < len(words) or not all(map(_says, coming, words)):
            return False
        self._at += len(words)
        return True

    def _need(self, word: str, expected: str) -> None:
        if not self._took(word):
            raise self._wrong(expected)

    def _wrong(self, expected: str) -> BadFilter:
        return BadFilter(self._next.column, expected, self._next.told)

    def _count(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise self._wrong(f"at most {MOST_PARTS} comparisons and values")

    def end(self) -> None:
        """Refuse what is left over."""
        if self._next.kind != "end":
            raise self._wrong("and, or, or the end")

    # -- the grammar -------------------------------------------------------------------------

    def filter(self, depth: int) -> Node:
        parts = [self._every(depth)]
        while self._took("or"):
            parts.append(self._every(depth))
        return _joined(every=False, parts=parts)

    def _every(self, depth: int) -> Node:
        parts = [self._factor(depth)]
        while self._took("and"):
            parts.append(self._factor(depth))
        return _joined(every=True, parts=parts)

    def _factor(self, depth: int) -> Node:
        if depth > MOST_DEPTH:
            raise self._wrong(f"at most {MOST_DEPTH} brackets and nots within each other")
        if self._took("not"):
            return Not(self._factor(depth + 1))
        if self._took("("):
            inner = self.filter(depth + 1)
            self._need(")", "and, or, or )")
            return inner
        return self._comparison()

    def _comparison(self) -> Node:
        self._count()
        name = self._next
        if name.kind != "name" and (name.kind != "word" or name.text.lower() in KEYWORDS):
            raise self._wrong("an attribute (in backquotes if it is no plain word), not or (")
        self._take()
        if self._took("is"):
            opposite = self._took("not")
            self._need("empty", "empty" if opposite else "empty or not empty")
            return Not(IsEmpty(name.text)) if opposite else IsEmpty(name.text)
        if self._took("not", "in"):
            return Not(OneOf(name.text, self._values()))
        if self._took("in"):
            return OneOf(name.text, self._values())
        if self._took("contains"):
            return Compare(name.text, Relation.CONTAINS, self._text())
        if self._took("starts"):
            self._need("with", "with")
            return Compare(name.text, Relation.STARTS_WITH, self._text())
        if self._next.kind != "sign" or self._next.text in "(),":
            raise self._wrong("= != < <= > >= in, contains, starts with or is empty")
        return Compare(name.text, Relation(self._take().text), self._value())

    def _values(self) -> tuple[Value, ...]:
        self._need("(", "( and values")
        values = [self._value()]
        while self._took(","):
            self._count()
            values.append(self._value())
        self._need(")", ", or )")
        return tuple(values)

    def _text(self) -> str:
        if self._next.kind != "text":
            raise self._wrong("text in quotes")
        return self._take().text

    def _value(self) -> Value:
        token = self._next
        if token.kind == "text":
            return self._take().text
        if token.kind == "number":
            return Decimal(self._take().text)
        if token.kind == "day":
            try:
                day = date.fromisoformat(token.text)
            except ValueError:
                raise self._wrong("a day of the calendar, YYYY-MM-DD") from None
            self._take()
            return day
        raise self._wrong("a value: text in quotes, a number or a day (YYYY-MM-DD)")


def _says(token: _Token, word: str) -> bool:
    return token.kind in ("word", "sign") and token.text.lower() == word


def _joined(*, every: bool, parts: list[Node]) -> Node:
    """Join parts; what is joined the same way already becomes one level."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Joined) and part.every is every else [part])
    return flat[0] if len(flat) == 1 else Joined(every, tuple(flat))
