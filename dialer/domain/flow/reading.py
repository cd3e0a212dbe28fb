"""Makes a flow of a document, and says all that is wrong with its form.

Knows fields and types. Refuses to know what the steps mean to each other
(`dialer.domain.flow.checking`). A step that is wrong is left out; the others are read all the same.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from dialer.domain.flow.marked import Marked
from dialer.domain.flow.problem import Problem
from dialer.domain.flow.steps import STEPS, Flow, Head, Step

MOST_STEPS: Final = 300

_FIXES: Final[Mapping[str, str]] = {
    "missing": "add it",
    "string_type": "write text; put numbers in quotes",
    "int_type": "write a whole number, without quotes",
    "float_type": "write a number, without quotes",
    "model_type": "write fields below it",
    "mapping_type": "write names and values below it",
    "dict_type": "write names and values below it",
    "list_type": "write a list, each item after a dash",
}


def read(document: Marked) -> tuple[Flow | None, list[Problem]]:
    """Read a document.

    Args:
        document: with its lines.

    Returns:
        The flow as far as it could be read, None if there is nothing of one; and all problems.
    """
    if not isinstance(document.value, dict):
        return None, [Problem(document.line, "", "is no flow", "begin with `steps:`")]
    problems: list[Problem] = []
    steps_said = document.fields.get("steps")
    about = {name: one for name, one in document.fields.items() if name != "steps"}
    head = _model(Head, Marked(about, document.line), "", problems)
    if steps_said is None or not steps_said.fields:
        line = document.line if steps_said is None else steps_said.line
        problems.append(Problem(line, "", "has no steps", "add `steps:` and steps by name below"))
        return None, problems
    if len(steps_said.fields) > MOST_STEPS:
        reason = f"has {len(steps_said.fields)} steps"
        problems.append(Problem(steps_said.line, "", reason, f"make {MOST_STEPS} at most"))
        return None, problems
    steps: dict[str, Step] = {}
    for name, said in steps_said.fields.items():
        step = _step(name, said, problems)
        if step is not None:
            steps[name] = step
    if head is None:
        return None, problems
    lines = {name: said.line for name, said in steps_said.fields.items()}
    start = head.start or next(iter(steps_said.fields))
    return Flow(head, start, steps, lines), problems


def _step(name: str, said: Marked, problems: list[Problem]) -> Step | None:
    if not name.isprintable() or not name.replace("-", "").replace("_", "").isalnum():
        fix = "use letters, digits, - and _"
        problems.append(Problem(said.line, name, f"{name!r} is no name of a step", fix))
        return None
    words = [word for word in said.fields if word in STEPS]
    if len(words) > 1:
        reason = f"is both {words[0]} and {words[1]}"
        fix = "make two steps of it"
        problems.append(Problem(said.fields[words[1]].line, name, reason, fix))
        return None
    if not words:
        problems.append(_unknown(name, said))
        return None
    step: Step | None = _model(STEPS[words[0]], said, name, problems)
    return step


def _unknown(name: str, said: Marked) -> Problem:
    written = next(iter(said.fields), "")
    near = get_close_matches(written, STEPS, 1) if written else []
    fix = f"did you mean {near[0]}?" if near else f"use one of {', '.join(STEPS)}"
    if not written:
        return Problem(said.line, name, "says nothing that is to be done", fix)
    return Problem(said.fields[written].line, name, f"unknown step {written!r}", fix)


def _model(
    kind: type[BaseModel], said: Marked, step: str, problems: list[Problem]
) -> Any:  # of the kind, or None
    try:
        return kind.model_validate(said.plain())
    except ValidationError as error:
        problems += [_problem(one, said, step, kind) for one in error.errors()]
        return None


def _problem(error: Any, said: Marked, step: str, kind: type[BaseModel]) -> Problem:
    path: Sequence[str | int] = [part for part in error["loc"] if part != "[key]"]
    line = said.line_of(path)
    field = ".".join(str(part) for part in path)
    if error["type"] == "missing":
        return Problem(line, step, f"{field} is missing", "add it")
    if error["type"] == "extra_forbidden":
        known = [one.alias or name for name, one in kind.model_fields.items()]
        near = get_close_matches(str(path[-1]), known, 1)
        fix = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
        return Problem(line, step, f"unknown field {field}", fix)
    reason = str(error["msg"]).removeprefix("Value error, ").replace("Input should", "it should")
    named = f"{field}: " if field else ""
    got = error["input"]
    told = f"got {got!r}"[:80] if isinstance(got, str | int | float | bool | None) else "see it"
    return Problem(
        line, step, f"{named}{reason[:1].lower()}{reason[1:]}", _FIXES.get(error["type"], told)
    )
