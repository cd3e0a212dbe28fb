"""Texts and documents under a name, in versions 1, 2, 3, ... of which at most one is published.

A version is never changed: who wrote what, and when, stays. To go back is to publish an older one.
Pure. Refuses to know what a text says, and where it is kept.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from dialer.errors import BadInput, ChangedMeanwhile, NoSuch, WrongState

T = TypeVar("T")
Document = Mapping[str, Any]
"""As JSON has it."""

LONGEST_NAME: Final = 80
LONGEST_BODY: Final = 250_000
"""Characters of a text, or of a document written as JSON."""

_NAME: Final = re.compile(r"\w(?:[\w .-]*[\w.-])?")
_UNKEPT: Final = re.compile("[\x00\ud800-\udfff]")
"""What a database refuses: NUL, and halves of a character."""


class Kind(StrEnum):
    """What is kept in versions."""

    SCRIPT = "script"
    ARTICLE = "article"
    FLOW = "flow"


@dataclass(frozen=True, slots=True)
class Entry:
    """One version, without what it says."""

    name: str
    version: int
    by: str
    """Who wrote it."""
    at: float
    """When; epoch seconds."""
    published: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Entry, Generic[T]):
    """One version, with what it says."""

    body: T


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand under a name."""

    name: str
    newest: int
    """Number of the newest version; the oldest is 1."""
    published: int | None
    changed_at: float
    """When the newest was written; epoch seconds."""


# -- the law -------------------------------------------------------------------------------------


def next_version(kind: Kind, name: str, newest: int, expected: int | None) -> int:
    """Return the number of a version to be added.

    Args:
        kind: of what.
        name: under which it is added.
        newest: the newest there is; 0: none.
        expected: the newest that its writer has seen; None: does not matter.

    Raises:
        ChangedMeanwhile: somebody else added one.
    """
    if expected is not None and expected != newest:
        raise ChangedMeanwhile(f"{kind} {name!r}")
    return newest + 1


def check_publish(
    kind: Kind, name: str, there: Standing | None, version: int, seen: Standing | None = None
) -> None:
    """Check that a version can be published now; it takes the place of the one that is.

    Args:
        kind: of what.
        name: under which it stands.
        there: how things stand; None: nothing of the name.
        version: any of its versions: an older one is a way back.
        seen: how things stood for who asks; None: does not matter.

    Raises:
        BadInput: there is no such name or version, or it is the published one already.
        ChangedMeanwhile: things stand in another way.
    """
    standing = _there(kind, name, there, seen)
    if not 1 <= version <= standing.newest:
        problem = f"{kind} {name!r} has no version {version}"
        raise NoSuch("version", problem, f"name one of 1 to {standing.newest}")
    if standing.published == version:
        problem = f"version {version} of {kind} {name!r} is published already"
        raise WrongState("version", problem, "nothing is left to do")


def check_withdraw(
    kind: Kind, name: str, there: Standing | None, seen: Standing | None = None
) -> int:
    """Check that a name can be left without a published version; return the one that was.

    Arguments as `check_publish`.

    Raises:
        BadInput: there is no such name, or nothing of it is published.
        ChangedMeanwhile: things stand in another way.
    """
    published = _there(kind, name, there, seen).published
    if published is None:
        raise WrongState("name", f"{kind} {name!r} is not published", "nothing is left to do")
    return published


def _there(kind: Kind, name: str, there: Standing | None, seen: Standing | None) -> Standing:
    if there is None:
        raise NoSuch("name", f"there is no {kind} {name!r}", "name one that exists")
    if seen is not None and seen != there:
        raise ChangedMeanwhile(f"{kind} {name!r}")
    return there


# -- what can be kept ----------------------------------------------------------------------------


def checked_name(name: str) -> str:
    """Return a name that can be kept.

    Raises:
        BadInput: it cannot.
    """
    if len(name) <= LONGEST_NAME and _NAME.fullmatch(name):
        return name
    fix = f"use letters, digits, blanks within, . - and _, {LONGEST_NAME} at most"
    raise BadInput("name", f"{name[:LONGEST_NAME]!r} is no name", fix)


def checked_text(body: str) -> str:
    """Return a text that can be kept.

    Raises:
        BadInput: it is empty, too long, or holds what no database keeps.
    """
    if not body.strip():
        raise BadInput("body", "is empty", "write a text")
    return _keepable(body)


def checked_document(body: Document) -> Document:
    """Return a document that can be kept, as it will be read.

    Raises:
        BadInput: it is no JSON object, too long, or holds what no database keeps.
    """
    try:
        written = json.dumps(body, ensure_ascii=False, allow_nan=False)
        read = json.loads(_keepable(written))
    except (TypeError, ValueError, RecursionError) as error:
        problem = f"cannot be written as JSON ({error})"
        raise BadInput("body", problem, "send an object of texts, numbers and lists") from None
    if not isinstance(read, dict) or not read:
        raise BadInput("body", "is no JSON object with anything in it", "send one")
    if "\\u0000" in written.replace("\\\\", ""):
        raise BadInput("body", "holds a NUL", "remove it")
    return read


def _keepable(body: str) -> str:
    if len(body) > LONGEST_BODY:
        problem = f"has {len(body)} characters"
        raise BadInput("body", problem, f"write {LONGEST_BODY} at most")
    found = _UNKEPT.search(body)
    if found is not None:
        line = body.count("\n", 0, found.start()) + 1
        raise BadInput("body", f"line {line} holds {found[0]!r}", "remove it")
    return body
