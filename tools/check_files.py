"""Looks into every tracked file for what must not be there.

    python tools/check_files.py        # one line for each find; exit code 1 if there is any

Names of package archives (the machine's own apt sources say where packages come from), hosts nobody
has vouched for, and folders of somebody's machine. Refuses to know what the files are for.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent

KNOWN_HOSTS: Final = frozenset(
    {
        "archive.ics.uci.edu",
        "creativecommons.org",
        "docs.asterisk.org",
        "docs.python.org",
        "doi.org",
        "github.com",
        "inakibaz.me",  # named in web/vendor/jssip.js
        "jssip.net",  # named in web/vendor/jssip.js
        "keepachangelog.com",
        "localhost",
        "patents.google.com",
        "semver.org",
        "www.apache.org",
        "www.ecfr.gov",
        "www.python.org",
        "www.rfc-editor.org",
        "www.sqlite.org",
        "www.w3.org",
    }
)
"""Hosts that a file may point to; any other is a slip, or belongs into this list."""

_RESERVED_HOST: Final = re.compile(r"(^|\.)(invalid|example|test)$|^127\.|^[^.]+$|[{}$<]")
_URL: Final = re.compile(r"https?://(?:[^\s/@'\"]+@)?([^\s/'\"<>)\]:`,;]+)")
_ARCHIVE: Final = re.compile(
    r"(?<![\w.-])(?:deb|mirrors?|archive|registry|packages?|pkgs?|py\w+|crates?|npm\w*|files|security"
    r"|snapshot|proxy)(?:\.[a-z0-9-]+)*\.(?:org|com|net|io|dev|cn)\b"
)
_SYSTEM_TOPS: Final = re.compile(
    r"bin|boot|dev|etc|home|lib|lib64|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var"
)
_HOMES: Final = re.compile(r"(?<![\w.~$}])/(?:home|Users)/[A-Za-z][\w.-]*|(?<![\w.~$}])/root/\w")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in one file."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def tracked(root: Path = ROOT) -> list[str]:
    """Return the files that are, or will be, part of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.split("\0")
    if listed.returncode != 0:  # no checkout: an archive of the sources
        names = [str(path.relative_to(root)) for path in root.rglob("*")]
        names = [name for name in names if not re.match(r"\.(?!ci)|var/|.*__pycache__", name)]
    return sorted({name for name in names if name and (root / name).is_file()})


def slips(root: Path = ROOT) -> Iterator[Problem]:
    """No tracked file names a package archive, an unknown host, or a folder of this machine."""
    mine = machine_paths(root)
    for name in tracked(root):
        try:
            text = (root / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # sounds
        for number, line in enumerate(text.splitlines(), start=1):
            for what in slips_of(line, mine):
                yield Problem(f"{name}:{number}", what)


def slips_of(line: str, mine: re.Pattern[str]) -> Iterator[str]:
    """Return what a line must not hold; `mine` finds folders of this machine."""
    for host in _URL.findall(line):
        if host.rstrip(".") not in KNOWN_HOSTS and not _RESERVED_HOST.search(host):
            yield f"points to {host}; if that is right, add it to KNOWN_HOSTS"
    for found in _ARCHIVE.finditer(line):
        if found[0] not in KNOWN_HOSTS:
            yield f"names {found[0]}, which looks like a package archive"
    if re.search(r"--(?:extra-)?index-url|--find-links", line) and "re.search" not in line:
        yield "names a package index"
    for found in mine.finditer(line):
        yield f"names {found[0]}, a folder of somebody's machine"


def machine_paths(root: Path) -> re.Pattern[str]:
    """Return what finds this checkout's folder, and homes of people, in a text."""
    top = Path(root).resolve().parts[1]
    own = f"/{top}/" if not _SYSTEM_TOPS.fullmatch(top) else str(root)
    return re.compile(rf"(?<![\w.~$}}-]){re.escape(own)}\S*|{_HOMES.pattern}")


if __name__ == "__main__":
    found = list(slips())
    for problem in found:
        print(problem)
    sys.exit(bool(found))
