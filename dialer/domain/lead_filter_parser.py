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

from datetime import date
from decimal import Decimal
from typing import Final

from dialer.domain.lead_filter import (
    KEYWORDS,
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
from dialer.domain.lead_filter_words import BadFilter, Token, words_of

MOST_CHARACTERS: Final = 4000
MOST_PARTS: Final = 200
"""Comparisons and values in one filter."""
MOST_DEPTH: Final = 20
"""Brackets and nots within each other."""


def parse_filter(text: str) -> LeadFilter:
    """Read a filter.

    Raises:
        BadFilter: and nothing else, whatever the text.
    """
    if len(text) > MOST_CHARACTERS:
        raise BadFilter(
            MOST_CHARACTERS + 1, f"at most {MOST_CHARACTERS} characters", f"{len(text)}"
        )
    parser = _Parser(words_of(text))
    root = parser.filter(0)
    parser.end()
    length = len(explained(root))
    if length > MOST_CHARACTERS:  # else its own canonical text could not be read
        raise BadFilter(1, f"at most {MOST_CHARACTERS} characters", f"{length} when written out")
    return LeadFilter(root)


class _Parser:
    """One pass over the words of one filter."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._parts = 0

    # -- reading -----------------------------------------------------------------------------

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _took(self, *words: str) -> bool:
        """Take these words or signs when they come next."""
        coming = self._tokens[self._at : self._at + len(words)]
        if len(coming) < len(words) or not all(map(Token.says, coming, words)):
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


def _joined(*, every: bool, parts: list[Node]) -> Node:
    """Join parts; what is joined the same way already becomes one level."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Joined) and part.every is every else [part])
    return flat[0] if len(flat) == 1 else Joined(every, tuple(flat))
