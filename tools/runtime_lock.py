"""Prints the part of `requirements.lock` that is needed to run, with its hashes.

    python tools/runtime_lock.py > runtime.lock

Goes by what the installed packages say they need, from the dependencies in pyproject.toml on: run
it where the whole lock is installed. Knows nothing else of the project, so that an image can be
built from it and the lock alone.
"""

import re
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(root: Path = ROOT, told: Callable[[str], list[str] | None] = requires) -> set[str]:
    """Return the names of all packages that the project needs at run time."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    todo = [Requirement(text) for text in project["dependencies"]]
    seen: set[tuple[str, frozenset[str]]] = set()
    while todo:
        one = todo.pop()
        key = (canonical(one.name), frozenset(one.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            said = told(one.name) or []
        except PackageNotFoundError:
            sys.exit(f"{one.name} is not installed; install requirements.lock first")
        for requirement in map(Requirement, said):
            extras = [*one.extras, ""]
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
                todo.append(requirement)
    return {name for name, _ in seen}


def entries(lock: str) -> dict[str, str]:
    """Return each entry of a lock, with its hashes, by name."""
    parts = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    found = ((re.match(r"[A-Za-z0-9_.-]+", part), part) for part in parts)
    return {canonical(match[0]): part for match, part in found if match}


if __name__ == "__main__":
    wanted, lock = needed(), entries((ROOT / "requirements.lock").read_text())
    missing = wanted - lock.keys()
    if missing:
        sys.exit(f"requirements.lock lacks {', '.join(sorted(missing))}")
    print("".join(part for name, part in sorted(lock.items()) if name in wanted), end="")
