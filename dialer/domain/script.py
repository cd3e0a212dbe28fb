"""What an agent says: a text with gaps for the lead's fields, and statements that must be made.

A gap is written `{{ first_name }}`, a statement that must be made `[[ This call is recorded. ]]`.
In a call nothing is an error: a field that the lead lacks is a gap that can be seen. Whoever writes
a script is told with the line what is wrong. Pure. Refuses to know how a page shows a script; its
parts are plain text, and nothing in them is ever run.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from dialer.domain.placeholders import PLACEHOLDER, names_in
from dialer.errors import BadInput

_MANDATORY: Final = re.compile(r"\[\[[ \t]*(.+?)[ \t]*\]\]", re.DOTALL)
_LOOSE: Final = re.compile(r"\{\{|\}\}|\[\[|\]\]")
_SHORT: Final = 60
"""Characters of a statement that an error shows."""

_LOOSE_FIXES: Final = {
    "{{": "close the gap with }}, and use no braces in it",
    "}}": "open the gap with {{",
    "[[": "close the statement with ]]",
    "]]": "open the statement with [[",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a script, as an agent sees it."""

    text: str
    field: str = ""
    """Of the lead, from which the text is; "": it is the script's own."""
    missing: bool = False
    """The lead has no such field, or a blank one: the text says which."""
    statement: int | None = None
    """Number of the mandatory statement that it is of, from 0; None: of none."""


@dataclass(frozen=True, slots=True, order=True)
class ScriptProblem:
    """What is wrong with a script, and where."""

    line: int
    reason: str
    fix: str


def filled_script(script: str, fields: Mapping[str, str]) -> tuple[Part, ...]:
    """Return a script with a lead's fields in its gaps, whatever the script and the lead.

    Args:
        script: as it was written.
        fields: of the lead, by name.
    """
    parts: list[Part] = []
    at = 0
    for number, found in enumerate(_MANDATORY.finditer(script)):
        parts += _filled(script[at : found.start()], fields, None)
        parts += _filled(found[1], fields, number)
        at = found.end()
    parts += _filled(script[at:], fields, None)
    return tuple(parts)


def statements(script: str, fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return the statements that must be made, filled, in their order; arguments as above."""
    said: dict[int, str] = {}
    for part in filled_script(script, fields):
        if part.statement is not None:
            said[part.statement] = said.get(part.statement, "") + part.text
    return tuple(said.values())


def check_said(script: str, said: Collection[int]) -> None:
    """Check that all was said that a script says must be.

    Args:
        script: as it was written.
        said: numbers of the statements that were made, from 0.

    Raises:
        BadInput: one was not, or a number is none of a statement.
    """
    there = statements(script, {})
    unknown = sorted(number for number in said if not 0 <= number < len(there))
    if unknown:
        problem = f"the script has no statement {unknown[0]}"
        raise BadInput("statements", problem, f"there are {len(there)}, numbered from 0")
    for number, text in enumerate(there):
        if number not in said:
            problem = f"{_short(text)!r} was not said"
            raise BadInput("statements", problem, f"say it, and tick it (number {number})")


def check_script(script: str, known: Collection[str]) -> list[ScriptProblem]:
    """Return all that is wrong with a script, by line; empty when nothing is.

    Args:
        script: as it was written.
        known: fields that leads have.
    """
    return sorted([*_unknown(script, known), *_loose(script)])


def _filled(text: str, fields: Mapping[str, str], statement: int | None) -> Iterator[Part]:
    at = 0
    for found in PLACEHOLDER.finditer(text):
        if found.start() > at:
            yield Part(text[at : found.start()], statement=statement)
        name = found[1]
        value = fields.get(name, "").strip()
        yield Part(value or f"[{name}?]", name, not value, statement)
        at = found.end()
    if at < len(text):
        yield Part(text[at:], statement=statement)


def _unknown(script: str, known: Collection[str]) -> Iterator[ScriptProblem]:
    for name, at in names_in(script):
        if name not in known:
            near = get_close_matches(name, known, 1)
            fields = ", ".join(sorted(known)) or "none"
            fix = f"did you mean {near[0]}?" if near else f"there are {fields}"
            yield ScriptProblem(_line(script, at), f"leads have no field {name!r}", fix)


def _loose(script: str) -> Iterator[ScriptProblem]:
    """Yield signs that belong to no gap and no statement."""
    rest = PLACEHOLDER.sub(_blanked, script)
    rest = _MANDATORY.sub(_opened, rest)
    for found in _LOOSE.finditer(rest):
        reason = f"a lone {found[0]}"
        yield ScriptProblem(_line(script, found.start()), reason, _LOOSE_FIXES[found[0]])


def _blanked(found: re.Match[str]) -> str:
    return "." * len(found[0])


def _opened(found: re.Match[str]) -> str:
    """Take a statement's own signs away; what is within is still looked at."""
    return f"  {found[0][2:-2]}  "


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def _line(script: str, at: int) -> int:
    return script.count("\n", 0, at) + 1
