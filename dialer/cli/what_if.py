"""Values of options, several at a time, as `12,15` or `2%,3%`; and files to write results to.

Refuses to know what the values are for.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dialer.errors import BadInput


class Choices:
    """Values by name, in the order in which they were given."""

    def __init__(self, pairs: Sequence[str]) -> None:
        """Start with `key=value[,value]` pairs; values are JSON where they can be.

        Raises:
            BadInput: one is no pair.
        """
        self.values: dict[str, list[Any]] = {}
        for pair in pairs:
            key, equals, text = pair.partition("=")
            if not equals or not key.strip() or not text.strip():
                raise BadInput("--set", f"{pair!r} is not key=value", "for example max_lines=40")
            self._add(key.strip(), "--set", text, _json)

    def whole(self, name: str, option: str, text: str) -> None:
        """Add whole numbers."""
        self._add(name, option, text, int)

    def numbers(self, name: str, option: str, text: str) -> None:
        """Add numbers."""
        self._add(name, option, text, float)

    def shares(self, name: str, option: str, text: str) -> None:
        """Add shares: 0.03 or 3%."""
        self._add(name, option, text, _share)

    def words(self, name: str, option: str, text: str) -> None:
        """Add words."""
        self._add(name, option, text, str)

    def _add(self, name: str, option: str, text: str, read: Callable[[str], Any]) -> None:
        if not text:
            return
        values = []
        for part in text.split(","):
            try:
                values.append(read(part.strip()))
            except ValueError:
                raise BadInput(option, f"{part.strip()!r} is no value", "write it as 2,3") from None
            if part.strip() == "":
                raise BadInput(option, f"{text!r} has an empty value", "write it as 2,3")
        if name in self.values:
            raise BadInput(option, f"{name} is given twice", "give all its values at once")
        self.values[name] = list(dict.fromkeys(values))


def check_writable(path: Path | None) -> None:
    """Find out before the work is done whether its result can be kept.

    Raises:
        BadInput: the folder is not there, or the path is one.
    """
    if path is None:
        return
    if path.is_dir():
        raise BadInput(str(path), "is a folder", "name a file")
    if not path.absolute().parent.is_dir():
        raise BadInput(str(path), "its folder does not exist", "create it first")


def write(path: Path, text: str) -> None:
    """Write a result.

    Raises:
        BadInput: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(str(path), f"cannot be written: {error.strerror}", "name another") from None


def _share(text: str) -> float:
    return float(text[:-1]) / 100.0 if text.endswith("%") else float(text)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
