"""What an Asterisk can do: its version, and what is compiled into it.

Knows how to read `asterisk -V` and the program itself. A feature is looked up in the program, not
in a table of versions: distributions and certified releases bring features of later versions back.
Refuses to know where an Asterisk is found and how it is run.
"""

import mmap
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from dialer.errors import OutpaceError

OLDEST_MAJOR: Final = 20
"""Major version of the oldest Asterisk that Outpace works with."""

ANOTHER_ASTERISK: Final = (
    f"install Asterisk {OLDEST_MAJOR} or newer, and point OUTPACE_ASTERISK to its program"
)
"""What to do about an Asterisk that Outpace cannot work with."""

# after the name (for a certified release, or one built from git) or the epoch of a package
_VERSION: Final = re.compile(
    r"^(?:\d+:|Asterisk (?:certified[/-]|GIT-(?:certified-|master-)?)?)"
    r"(\d{1,3})(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?(?![\d.])"
)
_STRUCTURED_FILTERS: Final = b"MatchCriteria\0"  # a header of AMI's action Filter
_TECH_CAUSE: Final = b"TechCause: "  # a header of AMI's event Hangup


class AsteriskUnusable(OutpaceError):
    """An Asterisk was found, but Outpace cannot work with it."""

    def __init__(self, what: str, problem: str, fix: str) -> None:
        self.what = what
        self.problem = problem
        self.fix = fix
        super().__init__(f"{what}: {problem}; {fix}")


class Version(NamedTuple):
    """The numbers of an Asterisk version; compares as one expects."""

    major: int
    minor: int = 0
    patch: int = 0

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


@dataclass(frozen=True, slots=True)
class Features:
    """What differs between the Asterisk versions that Outpace works with."""

    structured_event_filter: bool
    """manager.conf takes `eventfilter(action(include),name(Hangup)) =`, not just an expression."""
    tech_cause: bool
    """AMI's Hangup event brings TechCause, the SIP status of the end."""
    modules: frozenset[str] = field(default=frozenset(), repr=False)
    """File names of the modules on disk, `chan_pjsip.so` and so on."""


def parse_version(text: str, what: str = "Asterisk") -> Version:
    """Read the answer of `asterisk -V`, or the version of a Debian package; `what` it is of.

    Raises:
        AsteriskUnusable: it is no version.
    """
    match = _VERSION.match(text.strip())
    if match is None:
        shown = repr(text.strip().splitlines()[0][:80]) if text.strip() else "an empty answer"
        raise AsteriskUnusable(what, f"cannot tell its version from {shown}", ANOTHER_ASTERISK)
    return Version(*(int(number or 0) for number in match.groups()))


def require_supported(what: str, version: Version) -> None:
    """Check that Outpace works with this version.

    Raises:
        AsteriskUnusable: it is too old.
    """
    if version.major < OLDEST_MAJOR:
        raise AsteriskUnusable(
            what, f"Asterisk {version} is older than {OLDEST_MAJOR}", ANOTHER_ASTERISK
        )


def probe(program: Path, modules_dir: Path) -> Features:
    """Look into an Asterisk's program file and module folder.

    Raises:
        AsteriskUnusable: one of them cannot be read, or the SIP channel is missing.
    """
    try:
        modules = frozenset(path.name for path in modules_dir.glob("*.so"))
        with program.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as m:
            structured_event_filter = m.find(_STRUCTURED_FILTERS) >= 0
            tech_cause = m.find(_TECH_CAUSE) >= 0
    except (OSError, ValueError) as error:
        raise AsteriskUnusable(str(program), f"cannot be read ({error})", ANOTHER_ASTERISK) from (
            error
        )
    if "chan_pjsip.so" not in modules:
        raise AsteriskUnusable(
            str(program),
            f"has no chan_pjsip.so in {modules_dir}",
            "install its PJSIP modules, or point OUTPACE_ASTERISK to an Asterisk that has them",
        )
    return Features(
        structured_event_filter=structured_event_filter, tech_cause=tech_cause, modules=modules
    )
