"""What apt and dpkg complain about, told in one line that says what to do.

Knows their words (in the C locale). Refuses to know when they are run.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from dialer.adapters.asterisk.features import ANOTHER_ASTERISK
from dialer.errors import OutpaceError


class InstallFailed(OutpaceError):
    """No Asterisk could be put in place; nothing half-done is left in use."""

    def __init__(self, problem: str, fix: str) -> None:
        self.problem = problem
        self.fix = fix
        super().__init__(f"cannot install Asterisk: {problem}; {fix}")


class NotOffered(InstallFailed):
    """This archive has no Asterisk that we could use; another may have one."""


class _Complaint(NamedTuple):
    words: Sequence[str]
    """Regular expressions; any of them tells."""
    error: type[InstallFailed]
    problem: str
    fix: str


_COMPLAINTS: Final = (
    _Complaint(
        ("No space left on device", "enough free space", "Disk quota exceeded"),
        InstallFailed,
        "the disk is full",
        "free 600 MB (or set XDG_CACHE_HOME to a larger disk) and run it again",
    ),
    _Complaint(
        ("NO_PUBKEY", "EXPKEYSIG", "BADSIG", "is not signed", "couldn't be verified"),
        NotOffered,
        "the archive's signature could not be verified",
        "update this machine's keyring (package debian-archive-keyring or ubuntu-keyring)",
    ),
    _Complaint(
        ("Hash Sum mismatch", "File has unexpected size", "Mirror sync in progress"),
        InstallFailed,
        "the package archive is just being updated",
        "run it again in a few minutes",
    ),
    _Complaint(
        (
            "[Cc]ould not resolve",
            "failure resolving",
            "[Cc]ould not connect",
            "[Cc]onnection (failed|refused|timed out|reset)",
            "[Uu]nable to connect",
            "Network is unreachable",
            "No route to host",
            "timed out",
            "Certificate verification",
            "Proxy Authentication",
        ),
        InstallFailed,
        "the package archive cannot be reached",
        "check the network (and proxy) with 'apt-get update', then run it again",
    ),
    _Complaint(
        (
            "unmet dependencies",
            "Unable to satisfy",
            "held broken packages",
            "no installation candidate",
            "virtual package",
            "Unable to locate",
            "does not have a Release file",
            "404 +Not Found",
        ),
        NotOffered,
        "the archive has no Asterisk that can be resolved",
        ANOTHER_ASTERISK,
    ),
)


def explain(output: str) -> InstallFailed:
    """Turn what a failed apt-get or dpkg-deb printed into an error for a person."""
    for complaint in _COMPLAINTS:
        if any(re.search(words, output) for words in complaint.words):
            return complaint.error(complaint.problem, complaint.fix)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("E:", "dpkg-deb: error:"))]
    said = (errors or lines[-1:] or ["it gave no reason"])[0][:200]
    return InstallFailed(f"apt failed ({said})", "see whether 'apt-get update' works here")
