"""Flows as YAML (of which JSON is a part): text in, values with their lines out.

Knows YAML and files. Refuses to know what a flow is (`dialer.domain.flow`). What YAML could do
beyond plain values is refused: anchors, which can make a small text grow without end, and tags.
"""

import json
from pathlib import Path
from typing import Any, Final

import yaml

from dialer.domain.flow.checking import Prompts, check
from dialer.domain.flow.marked import Marked
from dialer.domain.flow.problem import Problem
from dialer.domain.flow.steps import Flow
from dialer.errors import BadInput

MOST_CHARACTERS: Final = 100_000
MOST_DEPTH: Final = 20

SHIPPED: Final = Path(__file__).resolve().parent.parent / "flows"
"""Folder of the examples that ship."""

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALARS: Final = frozenset(
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp")
)


class _Refused(Exception):
    """Stops the reading of a text; holds what is told."""

    def __init__(self, line: int, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.problem = Problem(line, "", reason, fix)


def checked(text: str, prompts: Prompts | None = None) -> tuple[Flow | None, list[Problem]]:
    """Read and check the text of a flow.

    Args:
        text: YAML or JSON.
        prompts: those that are recorded; None: not asked about.

    Returns:
        The flow, None if it cannot be used; and all problems, by line.
    """
    try:
        document = _document(text)
    except _Refused as refused:
        return None, [refused.problem]
    return check(document, prompts)


def values_in(text: str) -> dict[str, Any] | None:
    """Return what the text of a flow holds, right or wrong, as JSON could; None: no fields.

    Fields stand in the order in which they are written.
    """
    try:
        document = _document(text).plain()
        json.dumps(document, allow_nan=False, ensure_ascii=False).encode()
    except (_Refused, ValueError):
        return None
    return document if isinstance(document, dict) else None


def text_of(path: Path) -> str:
    """Return the text of a file.

    Raises:
        BadInput: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(str(path), f"cannot be read ({error.strerror})", "name a file") from None
    except UnicodeDecodeError:
        raise BadInput(str(path), "is not UTF-8 text", "save it as UTF-8") from None


def prompts_in(folder: Path) -> Prompts:
    """Return the prompts of a folder: `welcome.wav` for any language, `es/welcome.wav` for one.

    Raises:
        BadInput: it is no folder.
    """
    if not folder.is_dir():
        raise BadInput("prompts", f"{folder} is no folder", "name the folder of the prompts")
    found = {"": frozenset(file.stem for file in folder.glob("*.wav"))}
    for within in sorted(folder.iterdir()):
        if within.is_dir():
            found[within.name] = frozenset(file.stem for file in within.glob("*.wav"))
    return found


def _document(text: str) -> Marked:
    if len(text) > MOST_CHARACTERS:
        reason = f"has {len(text)} characters"
        raise _Refused(1, reason, f"write {MOST_CHARACTERS} at most")
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise _Refused(line, f"is no YAML: {error.problem or error.context}", "mend it") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _Refused(1, f"is no YAML ({' '.join(str(error).split())})", "mend it") from None
    if node is None:
        raise _Refused(1, "is empty", "begin with `steps:`")
    return _marked(node, node.start_mark.line + 1, set(), 0)


def _marked(node: yaml.Node, line: int, seen: set[int], depth: int) -> Marked:
    at = node.start_mark.line + 1
    if id(node) in seen:
        raise _Refused(line, "refers to an anchor", "write it out")
    seen.add(id(node))
    if depth > MOST_DEPTH:
        raise _Refused(at, "is nested too deep", f"{MOST_DEPTH} levels are enough")
    if isinstance(node, yaml.SequenceNode):
        items = [_marked(one, one.start_mark.line + 1, seen, depth + 1) for one in node.value]
        return Marked(items, line)
    if isinstance(node, yaml.MappingNode):
        fields: dict[str, Marked] = {}
        for key, value in node.value:
            name = key.value
            key_line = key.start_mark.line + 1
            if not isinstance(name, str):
                raise _Refused(key_line, "has a name that is no text", "write a plain name")
            if name in fields:
                raise _Refused(key_line, f"names {name!r} again", "take one out")
            fields[name] = _marked(value, key_line, seen, depth + 1)
        return Marked(fields, line)
    return Marked(_scalar(node), line)


def _scalar(node: yaml.Node) -> Any:
    line = node.start_mark.line + 1
    if node.tag not in _SCALARS:
        raise _Refused(line, f"has the tag {node.tag}", "write plain values only")
    if node.tag.endswith(":timestamp"):
        return str(node.value)
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        raise _Refused(line, f"is no value ({error})", "put it in quotes") from None
