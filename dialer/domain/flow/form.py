"""What a form asks for each step: its fields with kind, range and default, as the steps have them.

Made from `dialer.domain.flow.steps`, so that a form asks for whatever a step has. Pure. Refuses to
know what is shown, and in which words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from dialer.domain.flow.fields import EndKey, Heard, Key, Sound, Target, Tongue, Variable
from dialer.domain.flow.steps import STEPS, Case, Destination, Step

TARGETS: Final = frozenset({"next", "otherwise", "declined", "go"})
"""Fields that name a step; other names are of queues and boxes."""

_EXACTLY: Final = (
    (Heard, "heard"),
    (Variable, "variable"),
    (Key, "key"),
    (EndKey, "end_key"),
    (Tongue, "language"),
    (Destination, "destination"),
    (bool, "yes_or_no"),
)
"""Kinds of fields by their type: a sound, a variable's name, a key, and so on."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a step."""

    name: str
    kind: str
    """One of `heard`, `variable`, `key`, `end_key`, `language`, `destination`, `yes_or_no`, `step`,
    `name`, `number`, `choice`, `choices` (keys and steps), `pairs` (names and texts), `cases`
    (conditions and steps), `text`."""
    required: bool
    default: Any = None
    """As it is written in a flow; None: there is none."""
    least: float | None = None
    most: float | None = None
    whole: bool = False
    """Of a number: it has no fraction."""
    options: tuple[str, ...] = ()


def form_of(step: type[Step]) -> list[FormField]:
    """Return the fields of a kind of step: first the one that makes it one."""
    hints = get_type_hints(step, include_extras=True)
    found = []
    for name, info in step.model_fields.items():
        hint = _without_none(hints[name])
        if hint is not NoneType:
            may_be_empty = hint is not hints[name]
            found.append(_field(info.alias or name, hint, info, may_be_empty=may_be_empty))
    return sorted(found, key=lambda one: one.name != step.WORD)


def forms() -> Mapping[str, list[FormField]]:
    """Return the fields of every kind of step, by its word."""
    return {word: form_of(step) for word, step in STEPS.items()}


def _field(name: str, hint: Any, info: FieldInfo, *, may_be_empty: bool) -> FormField:
    least, most = _bounds(info)
    default = None if info.is_required() else info.default
    return FormField(
        name,
        _kind(name, hint),
        info.is_required() and not may_be_empty,
        None if isinstance(default, Sound) else default or None,
        least,
        most,
        _bare(hint) is int,
        tuple(map(str, get_args(_bare(hint)))) if get_origin(_bare(hint)) is Literal else (),
    )


def _kind(name: str, hint: Any) -> str:
    if hint == Target:
        return "step" if name in TARGETS else "name"
    for known, kind in _EXACTLY:
        if hint == known:
            return kind
    bare = _bare(hint)
    if bare in (int, float):
        return "number"
    if get_origin(bare) is Literal:
        return "choice"
    if get_origin(bare) is list and get_args(bare) == (Case,):
        return "cases"
    if get_origin(bare) is not None and issubclass(get_origin(bare), Mapping):
        return "choices" if get_args(bare)[1] == Target else "pairs"
    return "text"


def _bounds(info: FieldInfo) -> tuple[float | None, float | None]:
    """Return the least and the greatest value; what is to be above 0 is told as at least 0."""
    least: float | None = None
    most: float | None = None
    for rule in info.metadata:
        least = getattr(rule, "ge", getattr(rule, "gt", least))
        most = getattr(rule, "le", getattr(rule, "lt", most))
    return least, most


def _bare(hint: Any) -> Any:
    """Return a type without what is noted beside it."""
    return get_args(hint)[0] if hasattr(hint, "__metadata__") else hint


def _without_none(hint: Any) -> Any:
    """Return what a hint says beside None."""
    if get_origin(hint) in (Union, UnionType):
        others = [one for one in get_args(hint) if one is not NoneType]
        return others[0] if len(others) == 1 else hint
    return hint
