"""Where each setting of a node comes from: environment, `outpace.toml`, `node.env`, or its default.

Knows names, layers and files; an unknown name in the TOML file is refused with its line, and a
secret may be the contents of a file. Refuses to know what settings mean and which values are good.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dotenv import dotenv_values

from dialer.errors import BadInput

PREFIX: Final = "OUTPACE_"
TOML_NAME: Final = "outpace.toml"
ENV_NAME: Final = "node.env"
FILE_SUFFIX: Final = "_FILE"

TRUNKS: Final = "trunks"
"""The one list of sections, `[[trunks]]`: the setting `OUTPACE_TRUNKS`."""

GENERAL: Final = "node"
"""Section of what belongs to no other."""

SECTIONS: Final = ("trunk", "api", "database", "redis", "ami", "agi", "asterisk", "metrics")
"""A setting `OUTPACE_AMI_PORT` is `port` in section `[ami]`."""

_OWN: Final = frozenset({"OUTPACE_HOME", "OUTPACE_CONFIG", "OUTPACE_ASTERISK"})
"""Variables that are no settings of a node: they say where it is, and what runs."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a source says of a setting."""

    name: str
    """Variable, as OUTPACE_AMI_PORT."""
    value: Any
    source: str
    """Where it stands, for people."""
    typed: bool = False
    """It has a type of its own (TOML), or is a file's text: nobody else reads it."""


def place_of(name: str) -> tuple[str, str]:
    """Return section and key of a variable in the TOML file."""
    rest = name.removeprefix(PREFIX).lower()
    section, _, key = rest.partition("_")
    return (section, key) if section in SECTIONS and key else (GENERAL, rest)


def found_in(
    home: Path | None, names: Iterable[str], secrets: Iterable[str]
) -> Mapping[str, Found]:
    """Return what is said of each setting by the strongest source; defaults are left out.

    Args:
        home: folder of the node, if there is one.
        names: of the variables that are settings.
        secrets: those that may be given as the path of a file, `NAME_FILE`.

    Raises:
        BadInput: a file cannot be read, or says what is no setting.
    """
    known, hidden = frozenset(names), frozenset(secrets)
    found: dict[str, Found] = {}
    for layer in _layers(home, known, hidden):
        merged = dict(_read(layer, hidden))
        found = {**merged, **found}
    return found


def unknown_variables(home: Path | None, names: Iterable[str]) -> list[Found]:
    """Return variables of ours, in the environment or `node.env`, that are no settings."""
    known = frozenset(names) | _OWN
    known |= {name + FILE_SUFFIX for name in known}
    layers = [_environment(), *([_env_file(home)] if home is not None else [])]
    return [one for layer in layers for name, one in layer.items() if name not in known]


def toml_path(home: Path | None) -> Path | None:
    """Return the configuration file: the one that was named, or that of the home, if it is there.

    Raises:
        BadInput: the one that was named is not there.
    """
    named = os.environ.get("OUTPACE_CONFIG")
    if named:
        if not Path(named).is_file():
            raise BadInput("OUTPACE_CONFIG", f"there is no file {named}", "name one, or none")
        return Path(named)
    path = home / TOML_NAME if home is not None else None
    return path if path is not None and path.is_file() else None


def _layers(
    home: Path | None, known: frozenset[str], hidden: frozenset[str]
) -> Iterator[Mapping[str, Found]]:
    """Yield the sources, the strongest first."""
    yield _environment()
    path = toml_path(home)
    if path is not None:
        yield _toml(path, known, hidden)
    if home is not None:
        yield _env_file(home)


def _environment() -> Mapping[str, Found]:
    return {
        name.upper(): Found(name.upper(), value, "environment")
        for name, value in os.environ.items()
        if name.upper().startswith(PREFIX)
    }


def _env_file(home: Path) -> Mapping[str, Found]:
    path = home / ENV_NAME
    if not path.is_file():
        return {}
    return {
        name.upper(): Found(name.upper(), value or "", str(path))
        for name, value in dotenv_values(path).items()
        if name.upper().startswith(PREFIX)
    }


def _toml(path: Path, known: frozenset[str], hidden: frozenset[str]) -> Mapping[str, Found]:
    text = path.read_text(encoding="utf-8")
    try:
        sections = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(str(path), f"is no TOML: {error}", "correct it") from None
    allowed = known | {name + FILE_SUFFIX for name in hidden}
    places = {place_of(name): name for name in allowed}
    found: dict[str, Found] = {}
    for section, values in sections.items():
        if section == TRUNKS and isinstance(values, list):
            where = _where(path, text, "", section)
            found[f"{PREFIX}TRUNKS"] = Found(f"{PREFIX}TRUNKS", values, where, typed=True)
            continue
        if not isinstance(values, dict):
            fix = f"put it below [{GENERAL}], or the section it belongs to"
            raise BadInput(_where(path, text, "", section), f"{section} has no section", fix)
        for key, value in values.items():
            name = places.get((section, key), "")
            where = _where(path, text, section, key)
            if name in ("", "OUTPACE_HOME"):
                keys = sorted(k for s, k in places if s == section and k != "home")
                choice = ", ".join(keys) if keys else "a section that there is"
                raise BadInput(where, f"[{section}] {key} is no setting", f"use {choice}")
            found[name] = Found(name, value, where, typed=True)
    return found


def _read(layer: Mapping[str, Found], hidden: frozenset[str]) -> Iterator[tuple[str, Found]]:
    """Yield a source's settings with those from files read; both at once are refused."""
    for name, one in layer.items():
        secret = name.removesuffix(FILE_SUFFIX)
        if secret == name or secret not in hidden:
            yield name, one
            continue
        if secret in layer:
            raise BadInput(name, f"{secret} is given as well", "give one of the two")
        try:
            value = Path(str(one.value)).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            problem = f"{one.value} cannot be read ({why})"
            raise BadInput(name, problem, "see its path and rights") from None
        yield secret, Found(secret, value, f"file {one.value} ({one.source})", typed=True)


def _where(path: Path, text: str, section: str, key: str) -> str:
    """Return file and line of a key, as far as it stands on a line of its own."""
    inside = ""
    for number, line in enumerate(text.splitlines(), start=1):
        head = re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line)
        inside = head[1].strip("\"'") if head else inside
        at_key = re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line)
        is_section = head and section == "" and inside == key
        nested = head and inside.startswith(f"{section}.{key}")
        if is_section or nested or (at_key and not head and inside == section):
            return f"{path} line {number}"
    return str(path)
