"""Which package archives this machine uses, and which of them may have an Asterisk for us.

Knows how to read `apt-get indextargets` and how to write an apt source. The mirror is always the
one the machine already uses. Refuses to know what an archive holds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

INDEXTARGETS_FORMAT: Final = "$(SITE) $(RELEASE) $(COMPONENT) $(ARCHITECTURE) $(ORIGIN)"
"""What `apt-get indextargets --format` is asked for; `parse_targets` reads the answer."""

LATER_SUITES: Final = ("forky", "sid")
"""Debian suites that have Asterisk 22, the stabler one first."""

_DISTRIBUTIONS: Final = ("Debian", "Ubuntu")
_COMPONENTS: Final = frozenset(
    {"main", "contrib", "non-free", "non-free-firmware", "universe", "multiverse", "restricted"}
)
# the archive's own folder on a mirror; cloud images name a file with a list of mirrors instead
_ARCHIVE_PATH: Final = re.compile(r"/(debian|ubuntu)(?:-security|-ports)?(?:\.list)?/?$")
_KEYRINGS: Final = {
    "Debian": ("debian-archive-keyring.gpg", "debian-archive-keyring.pgp"),
    "Ubuntu": ("ubuntu-archive-keyring.gpg",),
}


@dataclass(frozen=True, slots=True)
class Target:
    """One package index of this machine's apt sources."""

    site: str
    release: str
    component: str
    architecture: str
    origin: str
    """What the archive calls itself; "" while the machine has no lists of it."""

    @property
    def distribution(self) -> str:
        """Return "Debian", "Ubuntu", or "" for the archive of somebody else."""
        if self.origin:
            return self.origin if self.origin in _DISTRIBUTIONS else ""
        match = _ARCHIVE_PATH.search(self.site)
        if match is None or self.component not in _COMPONENTS:
            return ""
        return match[1].capitalize()

    @property
    def is_security(self) -> bool:
        """Whether this is the archive of security updates, which has no other suites."""
        return "security" in self.release or "-security" in self.site


@dataclass(frozen=True, slots=True)
class Offer:
    """Some apt sources that may have an Asterisk, and what to call them."""

    name: str
    """"forky", "sid", or the first release of the machine's own distribution."""
    lines: tuple[str, ...]
    """The sources, as in a sources.list."""


def parse_targets(answer: str, architecture: str) -> list[Target]:
    """Read the answer of `apt-get indextargets`; other architectures and sources are left out."""
    targets: list[Target] = []
    for line in answer.splitlines():
        words = line.split(" ", 4)
        if len(words) != 5 or words[0].startswith("cdrom:"):
            continue
        words = ["" if word.startswith("$(") else word for word in words]
        target = Target(*words)
        if target.architecture in {architecture, "", "all"} and target not in targets:
            targets.append(target)
    return targets


def offers(
    targets: Sequence[Target], architecture: str, keyrings: Path = Path("/usr/share/keyrings")
) -> list[Offer]:
    """List where an Asterisk may come from, best first: this distribution, then later suites.

    Empty when the machine uses neither Debian's archive nor Ubuntu's.
    """
    own = [target for target in targets if target.distribution]
    if any(target.origin for target in own):  # archives known by name: no need to guess by path
        own = [target for target in own if target.origin]
    found: list[Offer] = []
    if own:
        lines = [
            source_line(target, target.release, target.component, architecture, keyrings)
            for target in own
        ]
        found.append(Offer(own[0].release, tuple(dict.fromkeys(lines))))
    debian = [t for t in own if t.distribution == "Debian" and not t.is_security]
    if debian:
        found += [
            Offer(suite, (source_line(debian[0], suite, "main", architecture, keyrings),))
            for suite in LATER_SUITES
            if suite != own[0].release
        ]
    return found


def source_line(
    target: Target, suite: str, component: str, architecture: str, keyrings: Path
) -> str:
    """Write one apt source. Its signature is checked; only its age is not.

    A mirror may serve an index past its date, and machines without a clock have no right date.
    """
    names = (keyrings / name for name in _KEYRINGS[target.distribution])
    keyring = next((path for path in names if path.is_file()), None)
    options = [
        f"arch={architecture}",
        "target=Packages",
        "lang=none",
        "check-valid-until=no",
        "check-date=no",
    ]
    if keyring is not None:  # otherwise the keys this machine's apt trusts
        options.insert(0, f"signed-by={keyring}")
    return f"deb [{' '.join(options)}] {target.site} {suite} {component}"
