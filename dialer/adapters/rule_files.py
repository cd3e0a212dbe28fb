"""Calling rules as YAML files: those that ship with the program, and an operator's own folder.

Knows files, YAML and which of two rules with one id counts. Refuses to know what a rule asks and
when it applies. A wrong file is refused whole: rules that are half read would be obeyed by half.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from dialer.domain.calling_rules.rule import CallingRule, rule_from
from dialer.errors import BadInput

SHIPPED: Final = Path(__file__).resolve().parent.parent / "rules"
"""Folder of the rules that ship."""

_FORM: Final = "begin with `rules:` and a list of rules below it"

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""In C where it can be had: ten times as fast, and every engine waits for it at its start."""


def read_rules(own: Path | None = None) -> tuple[CallingRule, ...]:
    """Read all rules, in the order of their ids.

    Args:
        own: an operator's folder of `*.yaml` files. A rule there replaces the one that ships with
            the same id, as a whole; other ids are added.

    Raises:
        BadInput: the folder is not there, or a file is wrong; names file, rule, field and fix.
    """
    rules = dict(_shipped())
    if own is not None:
        if not own.is_dir():
            raise BadInput(str(own), "is no folder", "make it, or leave the setting out")
        rules |= {rule.id: rule for rule in _of_folder(own)}
    return tuple(rules[rule_id] for rule_id in sorted(rules))


@cache
def _shipped() -> Mapping[str, CallingRule]:
    return {rule.id: rule for rule in _of_folder(SHIPPED)}


def _of_folder(folder: Path) -> Iterator[CallingRule]:
    seen: dict[str, Path] = {}
    for path in _files(folder):
        for rule in _of_file(path):
            if rule.id in seen:
                problem = f"rule {rule.id} is already in {seen[rule.id].name}"
                raise BadInput(path.name, problem, "give each rule of a folder an id of its own")
            seen[rule.id] = path
            yield rule


def _files(folder: Path) -> Iterable[Path]:
    misspelled = sorted(folder.glob("*.yml"))
    if misspelled:
        raise BadInput(misspelled[0].name, "would not be read", "let its name end in .yaml")
    return sorted(folder.glob("*.yaml"))


def _of_file(path: Path) -> Iterator[CallingRule]:
    try:
        text = path.read_text(encoding="utf-8")
        _refuse_repeats(path.name, yaml.compose(text, Loader=_LOADER))
        document = yaml.load(text, Loader=_LOADER)  # noqa: S506 - it is the safe one, in C
    except OSError as error:
        raise BadInput(path.name, f"cannot be read ({error.strerror})", "mend that") from None
    except UnicodeDecodeError:
        raise BadInput(path.name, "is not UTF-8 text", "save it as UTF-8") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = f"is no YAML ({' '.join(str(error).split())})"
        raise BadInput(path.name, problem, "correct it there") from None
    rows = document.get("rules") if isinstance(document, dict) else None
    if not isinstance(rows, list) or set(document) != {"rules"}:
        raise BadInput(path.name, "holds no list of rules", _FORM)
    for row in rows:
        try:
            yield rule_from(row)
        except BadInput as wrong:
            raise BadInput(f"{path.name}, {wrong.field}", wrong.problem, wrong.fix) from None


def _refuse_repeats(name: str, node: yaml.Node | None) -> None:
    """Refuse a field that is written twice: YAML would silently keep the last."""
    waiting, seen = [node], set[int]()
    while waiting:
        at = waiting.pop()
        if id(at) in seen:  # an alias
            continue
        seen.add(id(at))
        if isinstance(at, yaml.SequenceNode):
            waiting += at.value
        if isinstance(at, yaml.MappingNode):
            keys = [key.value for key, _ in at.value]
            for place, key in enumerate(keys):
                if key in keys[:place]:
                    line = at.value[place][0].start_mark.line + 1
                    raise BadInput(name, f"line {line} names {key!r} again", "take one out")
            waiting += [value for _, value in at.value]
