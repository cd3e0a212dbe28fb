"""What goes by a name: how things of a kind are told apart, written, and refer to others. Pure.

Knows what a store must know of a kind, and what to say when a thing cannot be kept. Refuses to
know where things are kept, and what they mean.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from dialer.domain.credential import check_word
from dialer.errors import BadInput, ChangedMeanwhile, NoSuch, Taken, WrongState

T = TypeVar("T")

Key = tuple[str, ...]
"""What a thing goes by."""

_HIDDEN = "(not shown)"


@dataclass(frozen=True, slots=True)
class Refers(Generic[T]):
    """That things of a kind name those of another."""

    field: str
    """Which of its fields."""
    to: "Named[Any]"
    """Things that go by one word."""
    names: Callable[[T], Collection[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Named(Generic[T]):
    """One kind of things; each has a dataclass of its own."""

    noun: str
    """As "caller id"; the audit log has "caller_id_add"."""
    kind: type[T]
    checked: Callable[[T], T]
    """Returns a thing that can be kept; raises `BadInput` of any other."""
    key: tuple[str, ...] = ("name",)
    """The fields it goes by: no two things of a tenant share them, and no change changes them."""
    write: Callable[[T], dict[str, Any]] | None = None
    """Field by field as JSON has it; None: the fields are so already."""
    read: Callable[[Mapping[str, Any]], T] | None = None
    """Understands what `write` wrote."""
    refers: tuple[Refers[T], ...] = ()
    campaign_setting: str = ""
    """The setting of a campaign that names such a thing, if one does."""
    secret: tuple[str, ...] = ()
    """Fields that nobody is shown."""
    see: str = "add it first"
    """What to do about a name that nothing has."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of a thing."""
        return tuple(field.name for field in fields(self.kind))  # type: ignore[arg-type]

    def key_of(self, thing: T) -> Key:
        """Return what a thing goes by."""
        return tuple(getattr(thing, part) for part in self.key)

    def written(self, thing: T) -> dict[str, Any]:
        """Return a thing as rows have it: field by field, as JSON has it."""
        if self.write is not None:
            return self.write(thing)
        return {name: getattr(thing, name) for name in self.fields}

    def told(self, thing: T) -> dict[str, Any]:
        """Return a thing as people see it: as it is written, but for what is secret."""
        hidden = dict.fromkeys(self.secret, _HIDDEN)
        return {**self.written(thing), **hidden}

    def understood(self, row: Mapping[str, Any]) -> T:
        """Return the thing that was written."""
        return self.read(row) if self.read is not None else self.kind(**row)

    def action(self, verb: str) -> str:
        """Return what the audit log calls it when such a thing is added, changed or removed."""
        return f"{self.noun.replace(' ', '_')}_{verb}"

    def subject(self, key: Key) -> str:
        """Return what the audit log calls a thing."""
        return f"{self.noun} {' '.join(key)}"

    def expect(self, before: T, expected: T | None) -> None:
        """Check that a thing is still as it was when it was looked at; None: it may be as it is.

        Raises:
            ChangedMeanwhile: it is not.
        """
        if expected is not None and before != expected:
            raise ChangedMeanwhile(self.subject(self.key_of(before)))

    def taken(self, key: Key) -> Taken:
        """Return the error for a name that is in use."""
        return Taken(self.key[0], f"{_said(key)} exists already", "choose another")

    def missing(self, key: Key) -> NoSuch:
        """Return the error for a name that nothing has."""
        return NoSuch(self.key[0], f"{_said(key)} does not exist", self.see)

    def in_use(self, key: Key, by: str) -> WrongState:
        """Return the error for a thing that cannot go, because another refers to it."""
        return WrongState(self.key[0], f"{_said(key)} is in use by {by}", "change that first")


def unknown_name(refers: Refers[Any], name: str) -> BadInput:
    """Return the error for a thing that names another which is not there."""
    return BadInput(refers.field, f"there is no {refers.to.noun} {name!r}", refers.to.see)


def checked_name(name: str, field: str = "name") -> str:
    """Return a name that people can read, say and find again.

    Raises:
        BadInput: it is empty, too long, begins or ends with a blank, or has signs nobody sees.
    """
    check_word(field, name)
    if name != name.strip():
        raise BadInput(field, f"{name!r} has blanks around it", "take them off")
    return name


def check_line(field: str, text: str, most: int = 200) -> None:
    """Check that a text is one line, or empty.

    Raises:
        BadInput: it is longer than `most` characters, or has line breaks.
    """
    if len(text) > most or not text.isprintable():
        raise BadInput(field, "is not one line", f"write it on one line of {most} characters")


def check_amount(field: str, amount: float, *, least: float, most: float) -> None:
    """Check that a number is within its range; one that is no number is not.

    Raises:
        BadInput: it is not.
    """
    if not least <= amount <= most:
        raise BadInput(field, f"{amount:g} is out of range", f"give {least:g} to {most:g}")


def _said(key: Key) -> str:
    return " ".join(map(repr, key))
