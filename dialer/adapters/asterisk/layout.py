"""Where the parts of one Asterisk lie, and how it is run.

Knows two kinds: an Asterisk of this machine, and a tree of unpacked packages, which is run by the
loader and the libraries in it because this machine's C library may be older. Refuses to know how
either came here.
"""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialer.adapters.asterisk.features import (
    ANOTHER_ASTERISK,
    AsteriskUnusable,
    Features,
    parse_version,
    probe,
    require_supported,
)

_ANSWER_TIMEOUT_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Architecture:
    """What Debian's name of a processor architecture stands for in a tree of its packages."""

    name: str
    triplet: str
    loader: str


ARCHITECTURES: Final = {
    "amd64": Architecture("amd64", "x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
    "arm64": Architecture("arm64", "aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
}


@dataclass(frozen=True, slots=True)
class Installation:
    """One Asterisk that can be run. It is never written to: instances have homes of their own."""

    argv: tuple[str, ...]
    """What a command line starts with; Asterisk's own options follow."""
    modules_dir: Path
    data_dir: Path
    """Holds `sounds` and `moh`."""
    version: str
    """Three numbers, "22.10.1"."""
    features: Features
    origin: str
    """Where it comes from, for people: "installed at ...", "unpacked in ..."."""


def of_program(program: Path) -> Installation:
    """Describe an Asterisk of this machine, run as it is.

    Raises:
        AsteriskUnusable: it does not run, is too old, or lacks parts.
    """
    program = program.absolute()
    tree = _tree_of(program.resolve())
    if tree is not None:
        return of_tree(*tree)
    if not program.is_file():
        raise AsteriskUnusable(str(program), "there is no such program", ANOTHER_ASTERISK)
    prefix = program.resolve().parent.parent
    version = _ask_version(str(program), (str(program),))
    modules_dir = _first_with(
        "chan_pjsip.so",
        [*sorted(prefix.glob("lib*/asterisk/modules")), *prefix.glob("lib/*/asterisk/modules")],
        prefix / "lib/asterisk/modules",
    )
    state = Path("/var/lib/asterisk") if prefix == Path("/usr") else prefix / "var/lib/asterisk"
    data_dir = _first_with("sounds/en", [prefix / "share/asterisk", state], state)
    return Installation(
        argv=(str(program),),
        modules_dir=modules_dir,
        data_dir=data_dir,
        version=version,
        features=probe(program.resolve(), modules_dir),
        origin=f"installed at {program}",
    )


def of_tree(root: Path, architecture: Architecture) -> Installation:
    """Describe a tree of unpacked packages, run by its own loader.

    Raises:
        AsteriskUnusable: it does not run, is too old, or lacks parts.
    """
    root = root.absolute()
    libraries = [
        folder
        for folder in (root / "usr/lib" / architecture.triplet, root / "lib" / architecture.triplet)
        if folder.is_dir()
    ]
    loaders = [folder / architecture.loader for folder in libraries]
    loader = next((path for path in loaders if path.is_file()), None)
    program = root / "usr/sbin/asterisk"
    if loader is None or not program.is_file():
        raise AsteriskUnusable(str(root), "is no complete Asterisk", f"remove {root}")
    argv = (
        str(loader),
        "--library-path",
        ":".join(map(str, libraries)),
        # Asterisk restarts itself by its own name: that name must bring the loader back
        "--argv0",
        str(root / START_SCRIPT),
        str(program),
    )
    modules_dir = root / "usr/lib" / architecture.triplet / "asterisk/modules"
    return Installation(
        argv=argv,
        modules_dir=modules_dir,
        data_dir=root / "usr/share/asterisk",
        version=_ask_version(str(program), argv),
        features=probe(program, modules_dir),
        origin=f"unpacked in {root}",
    )


START_SCRIPT: Final = "asterisk"
"""Name, below a tree, of the script that starts its Asterisk from anywhere."""


def start_script(architecture: Architecture) -> str:
    """Return the text of a tree's start script; it works wherever the tree is moved."""
    libraries = " ".join(f'"$root/{lib}/{architecture.triplet}"' for lib in ("usr/lib", "lib"))
    return f"""#!/bin/sh
# Runs the Asterisk of this folder by the loader and the libraries of this folder.
root=${{0%/*}}
path=
for folder in {libraries}; do
  if [ -d "$folder" ]; then path=${{path:+$path:}}$folder; fi
done
loader=$root/usr/lib/{architecture.triplet}/{architecture.loader}
if [ ! -e "$loader" ]; then loader=$root/lib/{architecture.triplet}/{architecture.loader}; fi
exec "$loader" --library-path "$path" --argv0 "$0" "$root/usr/sbin/asterisk" "$@"
"""


def _tree_of(program: Path) -> tuple[Path, Architecture] | None:
    """Tell whether a program is part of an unpacked tree (of any architecture we know)."""
    for root in (program.parent, program.parent.parent.parent):
        if root == Path("/") or not (root / "usr/sbin/asterisk").is_file():
            continue
        for architecture in ARCHITECTURES.values():
            loader = f"{architecture.triplet}/{architecture.loader}"
            if any((root / lib / loader).is_file() for lib in ("usr/lib", "lib")):
                return root, architecture
    return None


def _first_with(part: str, folders: Iterable[Path], otherwise: Path) -> Path:
    return next((folder for folder in folders if (folder / part).exists()), otherwise)


def _ask_version(what: str, argv: tuple[str, ...]) -> str:
    try:
        answer = subprocess.run(
            [*argv, "-V"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_ANSWER_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AsteriskUnusable(what, f"does not run ({error})", ANOTHER_ASTERISK) from error
    if answer.returncode != 0:
        said = (answer.stderr or answer.stdout).strip().splitlines()
        problem = said[-1] if said else f"it ended with {answer.returncode}"
        raise AsteriskUnusable(what, f"does not run ({problem})", ANOTHER_ASTERISK)
    version = parse_version(answer.stdout, what)
    require_supported(what, version)
    return str(version)
