"""Configuration out of templates: Jinja2 in, files that only their owner can read out.

Knows what a value must not hold to stay one value in an Asterisk file. Refuses to know what the
templates say.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path, PurePath
from types import SimpleNamespace
from typing import Any, Final

import jinja2

from dialer.errors import BadInput, UnsafeValue

_SUFFIX: Final = ".j2"
_FILE_MODE: Final = 0o600
_FOLDER_MODE: Final = 0o700


def shipped_templates() -> Path:
    """Return the folder of the configuration that ships with Outpace.

    Raises:
        BadInput: this copy of Outpace came without it.
    """
    package = Path(__file__).resolve().parents[2]
    for folder in (package / "_asterisk_conf", package.parent / "asterisk-conf"):
        if folder.is_dir():
            return folder
    raise BadInput("templates", "this copy of Outpace has none", "name a folder with --templates")


def render_tree(templates: Path, target: Path, values: Mapping[str, object]) -> None:
    """Render every `*.j2` below `templates` into `target`, and copy the other files.

    A `;` in a value is escaped, because it would start a comment. Files get mode 0600. A file of an
    earlier rendering is replaced in one step; one that has no template any more stays.

    Raises:
        UnsafeValue: a value holds a line break or a NUL (it could bring in configuration).
        BadInput: a template cannot be rendered, or wants a value that is not there.
    """
    for name, value in values.items():
        _refuse_unsafe(name, value)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  the output is Asterisk's configuration, not HTML
        keep_trailing_newline=True,
        finalize=_escape,
    )
    _make_folder(target)
    for path in sorted(templates.rglob("*")):
        relative = path.relative_to(templates)
        if path.is_dir():
            _make_folder(target / relative)
        elif path.suffix == _SUFFIX:
            text = _render(environment, relative, values)
            _write(target / relative.with_suffix(""), text.encode())
        else:
            _write(target / relative, path.read_bytes())


def _render(
    environment: jinja2.Environment, relative: PurePath, values: Mapping[str, object]
) -> str:
    name = relative.as_posix()
    try:
        return environment.get_template(name).render(values)
    except jinja2.UndefinedError as error:
        raise BadInput(name, str(error.message), "give it with --set name=value") from error
    except jinja2.TemplateSyntaxError as error:
        problem = f"line {error.lineno}: {error.message}"
        raise BadInput(name, problem, "correct the template") from error


def _escape(value: object) -> object:
    return value.replace(";", "\\;") if isinstance(value, str) else value


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)


def _write(path: Path, content: bytes) -> None:
    """Put a file in place in one step: a reader never sees half of a secret."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _refuse_unsafe(name: str, value: object) -> None:
    """Look at every text in a value, however deep it lies."""
    if isinstance(value, str | PurePath):
        if any(mark in str(value) for mark in "\r\n\0"):
            raise UnsafeValue(name, str(value))
        return
    for part_name, part in _parts(name, value):
        _refuse_unsafe(part_name, part)


def _parts(name: str, value: object) -> Iterable[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield f"{name} (key)", key
            yield f"{name}.{key}", item
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield f"{name}.{field.name}", getattr(value, field.name)
    elif isinstance(value, SimpleNamespace):
        for key, item in vars(value).items():
            yield f"{name}.{key}", item
    elif isinstance(value, list | tuple | set | frozenset):
        for index, item in enumerate(value):
            yield f"{name}[{index}]", item
