"""A filter over a lead's attributes, as a tree: what it matches, and how it reads. Pure.

The tree has five kinds of nodes and three of values, so that it can be turned into a query later.
Refuses to know how text becomes a tree (the parser) and anything of SQL. Text is compared as it is
written, upper and lower case apart; blanks around an attribute do not count.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

KEYWORDS: Final = frozenset({"and", "or", "not", "in", "contains", "starts", "with", "is", "empty"})
"""Words that are attribute names only in backquotes, in any case."""

BARE_NAME: Final = re.compile(r"[^\W\d]\w*")
NUMBER: Final = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")


class Relation(StrEnum):
    """How an attribute is compared with a value."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    CONTAINS = "contains"
    STARTS_WITH = "starts with"


Value = str | Decimal | date
"""Text, a number or a day, as the filter says it."""


@dataclass(frozen=True, slots=True)
class Compare:
    """`attribute relation value`; contains and starts with take text only."""

    attribute: str
    relation: Relation
    value: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """`attribute in (value, ...)`: equal to one of them."""

    attribute: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class IsEmpty:
    """`attribute is empty`: missing, or nothing but blanks."""

    attribute: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Joined:
    """Two or more parts joined by `and` (every) or `or` (any); no part is of its own kind."""

    every: bool
    parts: tuple["Node", ...]


Node = Compare | OneOf | IsEmpty | Not | Joined


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which leads a campaign dials, as a supervisor wrote it."""

    root: Node

    def matches(self, attributes: Mapping[str, str]) -> bool:
        """Tell whether a lead with these attributes passes; a missing one is empty."""
        return _matches(self.root, attributes)

    @property
    def attributes_used(self) -> frozenset[str]:
        """The attributes it looks at."""
        return frozenset(_used(self.root))

    def explain(self) -> str:
        """Return its canonical text, which parses to the same tree."""
        return explained(self.root)


# -- what matches --------------------------------------------------------------------------------

ORDERS: Final[Mapping[Relation, Callable[[Any, Any], bool]]] = {
    Relation.EQ: eq,
    Relation.NE: ne,
    Relation.LT: lt,
    Relation.LE: le,
    Relation.GT: gt,
    Relation.GE: ge,
}


def _matches(node: Node, attributes: Mapping[str, str]) -> bool:
    match node:
        case Compare(attribute, relation, value):
            return compared(attributes.get(attribute, "").strip(), relation, value)
        case OneOf(attribute, values):
            held = attributes.get(attribute, "").strip()
            return any(compared(held, Relation.EQ, value) for value in values)
        case IsEmpty(attribute):
            return not attributes.get(attribute, "").strip()
        case Not(part):
            return not _matches(part, attributes)
        case Joined(every, parts):
            test = all if every else any
            return test(_matches(part, attributes) for part in parts)


def compared(held: str, relation: Relation, value: Value) -> bool:
    """Compare what a lead holds with a value: as numbers when both are, else as text.

    Nothing is neither less nor greater than anything: `age < 30` is no lead without an age.
    """
    text = shown(value)
    if relation is Relation.CONTAINS:
        return text in held
    if relation is Relation.STARTS_WITH:
        return held.startswith(text)
    if not held and relation not in (Relation.EQ, Relation.NE):
        return False
    order = ORDERS[relation]
    if isinstance(value, Decimal) and NUMBER.fullmatch(held):
        return order(Decimal(held), value)
    return order(held, text)


def _used(node: Node) -> set[str]:
    match node:
        case Not(part):
            return _used(part)
        case Joined(_, parts):
            return set().union(*(_used(part) for part in parts))
        case _:
            return {node.attribute}


# -- how it reads --------------------------------------------------------------------------------


def shown(value: Value) -> str:
    """Return a value as text, without quotes."""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value if isinstance(value, str) else value.isoformat()


def explained(node: Node) -> str:
    """Return the canonical text of a tree: no brackets that are not needed."""
    match node:
        case Compare(attribute, relation, value):
            return f"{_name(attribute)} {relation} {_literal(value)}"
        case OneOf(attribute, values):
            return f"{_name(attribute)} in ({', '.join(_literal(value) for value in values)})"
        case IsEmpty(attribute):
            return f"{_name(attribute)} is empty"
        case Not(OneOf(attribute, values)):
            return f"{_name(attribute)} not in ({', '.join(_literal(value) for value in values)})"
        case Not(IsEmpty(attribute)):
            return f"{_name(attribute)} is not empty"
        case Not(part):
            return f"not {_bracketed(part, isinstance(part, Joined))}"
        case Joined(every, parts):
            word = " and " if every else " or "
            return word.join(_bracketed(part, every and isinstance(part, Joined)) for part in parts)


def _bracketed(node: Node, needed: bool) -> str:
    return f"({explained(node)})" if needed else explained(node)


def _name(attribute: str) -> str:
    if BARE_NAME.fullmatch(attribute) and attribute.lower() not in KEYWORDS:
        return attribute
    return "`" + attribute.replace("`", "``") + "`"


def _literal(value: Value) -> str:
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return shown(value)
