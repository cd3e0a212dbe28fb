"""What is wrong in a scenario's text: in which line, at which key, and why.

Refuses to know what a scenario holds.
"""

from collections.abc import Mapping
from typing import Any

from dialer.errors import BadInput
from simulation.virtual.toml_lines import TomlLines


def refusal(text: str, source: str, place: tuple[str | int, ...], said: str) -> BadInput:
    """Return the error of one place in a scenario's text, with its line."""
    line = TomlLines(text).line_of(place)
    key = ".".join(map(str, place)) or "the file"
    return BadInput("scenario", f"{source}, line {line}: {key}: {said}", "correct that line")


def place_of(data: Any, steps: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Leave out the steps that name a kind of law: they stand in no file."""
    place: list[str | int] = []
    at = data
    for number, step in enumerate(steps):
        if isinstance(at, Mapping):
            kind = step == at.get("law") and step not in at
            if kind and (not number or place[-1:] == [steps[number - 1]]):
                continue
            at = at.get(step) if isinstance(step, str) else None
        elif isinstance(at, list) and isinstance(step, int) and step < len(at):
            at = at[step]
        else:
            break
        place.append(step)
    return tuple(place)


def told(error: Any) -> str:
    """Return what an error of pydantic says, for people."""
    if error["type"] == "extra_forbidden":
        return "there is no such key"
    if error["type"] == "missing":
        return "is missing"
    message = str(error["msg"]).removeprefix("Value error, ")
    if isinstance(error["input"], dict | list):
        return message
    return f"{message}, but it is {error['input']!r}"[:200]
