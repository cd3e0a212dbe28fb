"""What another program may say of a lead: attributes, priority, what it calls it. Pure.

A change is a patch: what it does not name stays, an attribute that is null goes. Refuses to know
who sent it, and where leads are kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dialer.domain.leadfile import PRIORITY_MAX
from dialer.errors import BadInput

ATTRIBUTES_MAX: Final = 200
"""Attributes that are sent at once."""
NAME_MAX: Final = 200
"""Characters of an attribute's name."""
VALUE_MAX: Final = 10_000
"""Characters of its value."""
EXTERNAL_ID_MAX: Final = 200

Patch = Mapping[str, str | None]
"""Attributes by name; None takes one away."""


@dataclass(frozen=True, slots=True)
class LeadChange:
    """What is to change of a lead; None leaves it as it is."""

    attributes: Patch = field(default_factory=dict)
    priority: int | None = None
    external_id: str | None = None
    number: str | None = None
    """E.164."""
    place_id: int | None = None
    """Where it may be with what changes."""


def merged(attributes: Mapping[str, str], patch: Patch) -> dict[str, str]:
    """Return attributes after a change."""
    after = dict(attributes)
    for name, value in patch.items():
        if value is None:
            after.pop(name, None)
        else:
            after[name] = value
    return after


def patch_from(sent: Any) -> dict[str, str | None]:
    """Read the attributes of a change, as JSON has them; numbers and truth values become text.

    Raises:
        BadInput: they are none, or more or longer than is kept.
    """
    if not isinstance(sent, Mapping):
        raise BadInput("attributes", "is no object", 'send {"name": "value"}')
    if len(sent) > ATTRIBUTES_MAX:
        problem = f"has {len(sent)} members; {ATTRIBUTES_MAX} are the most"
        raise BadInput("attributes", problem, "leave out what no agent needs")
    return {_name(name): _value(name, value) for name, value in sent.items()}


def priority_from(sent: Any) -> int:
    """Read a priority.

    Raises:
        BadInput: it is none.
    """
    if isinstance(sent, bool) or not isinstance(sent, int) or abs(sent) > PRIORITY_MAX:
        fix = f"send one from -{PRIORITY_MAX} to {PRIORITY_MAX}"
        raise BadInput("priority", "is no whole number in range", fix)
    return sent


def words_from(name: str, sent: Any, most: int) -> str:
    """Read a text that is not empty.

    Raises:
        BadInput: it is none, too long, or cannot be kept.
    """
    if not isinstance(sent, str) or not sent.strip():
        raise BadInput(name, "is no text", "send some, or leave it out")
    if len(sent) > most or not sent.isprintable():
        problem = f"is longer than {most} characters, or not printable"
        raise BadInput(name, problem, "send a plain one")
    return sent.strip()


def _name(name: Any) -> str:
    if not isinstance(name, str) or not name.strip() or len(name) > NAME_MAX or not _kept(name):
        problem = f"has a name that is empty, longer than {NAME_MAX}, or cannot be kept"
        raise BadInput("attributes", problem, "give it a plain name")
    return name


def _value(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if not isinstance(value, str):
        problem = "is no text, number or truth value"
        raise BadInput(f"attributes.{name}", problem, "send it as text")
    if len(value) > VALUE_MAX or not _kept(value):
        problem = f"is longer than {VALUE_MAX} characters, or holds NUL or half a character"
        raise BadInput(f"attributes.{name}", problem, "send plain text")
    return value


def _kept(text: str) -> bool:
    """Tell whether databases take a text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text
