"""The trunks of a node in its `outpace.toml`: one added at the end, one taken out.

The rest of the file, comments included, stays as it is. What comes out is read again before it is
written. Refuses to know what the settings mean.
"""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dialer.errors import BadInput, NoSuch, Taken

_HEAD: Final = "[[trunks]]"
_ANY_HEAD: Final = re.compile(r"\s*\[")


def add_trunk(path: Path, fields: Mapping[str, Any]) -> None:
    """Add a trunk to a file, which is made if it is not there.

    Raises:
        Taken: it has one of that name.
        BadInput: the file is no TOML, or cannot be written.
    """
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if any(trunk.get("name") == fields["name"] for trunk in _trunks(path, text)):
        raise Taken("name", f"{fields['name']!r} exists already", "choose another")
    lines = [f"{key} = {_toml(value)}" for key, value in fields.items()]
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    _write(path, f"{text}{gap}{_HEAD}\n" + "\n".join(lines) + "\n")


def remove_trunk(path: Path, name: str) -> None:
    """Take a trunk out of a file.

    Raises:
        NoSuch: it has none of that name.
        BadInput: the file is no TOML, or cannot be written.
    """
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    lines = text.splitlines(keepends=True)
    heads = [at for at, line in enumerate(lines) if line.strip() == _HEAD]
    for head in heads:
        end = head + 1
        while end < len(lines) and not _belongs_elsewhere(lines[end]):
            end += 1
        (trunk,) = _trunks(path, "".join(lines[head:end]))
        if trunk.get("name") == name:
            _write(path, "".join(lines[:head]).rstrip("\n") + "\n" + "".join(lines[end:]))
            return
    fix = f"see {_HEAD} in {path}; the trunk of [trunk] is taken out there by hand"
    raise NoSuch("name", f"{name!r} is none of the trunks that were added", fix)


def _belongs_elsewhere(line: str) -> bool:
    """Whether a section that is none of the trunk's own begins here."""
    return bool(_ANY_HEAD.match(line)) and not line.strip().startswith("[trunks.")


def _trunks(path: Path, text: str) -> list[dict[str, Any]]:
    try:
        found = tomllib.loads(text).get("trunks", [])
    except tomllib.TOMLDecodeError as error:
        raise BadInput(str(path), f"is no TOML: {error}", "correct it") from None
    return found if isinstance(found, list) else []


def _write(path: Path, text: str) -> None:
    tomllib.loads(text)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(path.name + ".new")
        mode = path.stat().st_mode & 0o777 if path.is_file() else 0o600  # it may have passwords
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
            file.write(text)
        new.chmod(mode)
        new.replace(path)
    except OSError as error:
        problem = f"cannot be written ({error.strerror})"
        raise BadInput(str(path), problem, "see its rights") from None


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        inside = ", ".join(f"{json.dumps(key)} = {_toml(one)}" for key, one in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
