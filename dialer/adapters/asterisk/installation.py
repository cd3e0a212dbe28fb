"""Which Asterisk Outpace runs: the machine's own, or one it puts into a folder of its own.

Knows the order: the program OUTPACE_ASTERISK names, an Asterisk on this machine, a tree unpacked
before, this distribution's package, a later Debian's. `OUTPACE_ASTERISK=private` passes over those
that Outpace did not put in place itself. Knows how to put a tree in place so that
being interrupted, or doing it twice at once, does no harm. Refuses to know apt and instances.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dialer.adapters.asterisk import sources
from dialer.adapters.asterisk.complaints import InstallFailed, NotOffered
from dialer.adapters.asterisk.features import (
    ANOTHER_ASTERISK,
    AsteriskUnusable,
    parse_version,
    require_supported,
)
from dialer.adapters.asterisk.layout import (
    ARCHITECTURES,
    START_SCRIPT,
    Architecture,
    Installation,
    of_program,
    of_tree,
    start_script,
)
from dialer.adapters.asterisk.packages import PrivateApt, Tools, unpack
from dialer.errors import OutpaceError

__all__ = ["NEEDED_MB", "Installation", "default_cache", "find_installation", "install"]

NEEDED_MB: Final = 600
"""Free disk an installation needs while it runs: packages, indexes and the unpacked tree."""

_SYSTEM_FOLDERS: Final = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"
_MANIFEST: Final = "outpace.json"  # written last: a tree that has one is complete
_WORK: Final = ".work"
_PRIVATE: Final = "private"

Say = Callable[[str], None]


def default_cache() -> Path:
    """Return the folder that unpacked trees are kept in."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(base) if Path(base).is_absolute() else Path.home() / ".cache"
    return root / "outpace" / "asterisk"


def find_installation(
    cache: Path | None = None, say: Say = lambda _line: None
) -> Installation | None:
    """Return the Asterisk to run if there is one already; changes nothing.

    Args:
        cache: folder of unpacked trees; `default_cache()` when None.
        say: told, in a line, of an Asterisk that was found but cannot be used.

    Raises:
        AsteriskUnusable: OUTPACE_ASTERISK names one that cannot be used.
    """
    named = os.environ.get("OUTPACE_ASTERISK", "")
    if named and named != _PRIVATE:
        return of_program(Path(named))
    path = f"{os.environ.get('PATH', '')}:{_SYSTEM_FOLDERS}"
    installed = shutil.which("asterisk", path=path)
    if installed is not None and not named:
        try:
            return of_program(Path(installed))
        except AsteriskUnusable as error:
            say(f"not used: {error}")
    return _newest_tree(cache or default_cache(), say)


def install(cache: Path | None = None, say: Say = lambda _line: None) -> Installation:
    """Return the Asterisk to run; the first time it is downloaded and unpacked.

    Two at once: the second waits for the first. Killed at any point: the next call goes on.

    Args:
        cache: folder for unpacked trees; `default_cache()` when None.
        say: told about progress, in lines for a person.

    Raises:
        AsteriskUnusable: OUTPACE_ASTERISK names one that cannot be used.
        InstallFailed: disk, network, signature or tools; one line that says what to do.
    """
    found = find_installation(cache, say)
    if found is not None:
        return found
    folder = cache or default_cache()
    try:
        with alone(folder, say) as lock_fd:
            # the one we waited for has said what cannot be used
            found = find_installation(folder)
            return found or _install_tree(folder, lock_fd, say)
    except BrokenPipeError:  # whoever reads the progress has left
        raise
    except OSError as error:
        raise InstallFailed(
            f"{error.filename or folder}: {error.strerror}",
            "make the folder writable, or set XDG_CACHE_HOME to another one",
        ) from error


def _newest_tree(cache: Path, say: Say) -> Installation | None:
    trees: list[tuple[tuple[int, ...], Path, Architecture]] = []
    for manifest in cache.glob(f"*/{_MANIFEST}"):
        try:
            facts = json.loads(manifest.read_text(encoding="utf-8"))
            architecture = ARCHITECTURES[facts["architecture"]]
            trees.append((parse_version(facts["package"]), manifest.parent, architecture))
        except (OSError, ValueError, KeyError, TypeError, OutpaceError):
            continue  # not written by us, or damaged: the same as none
    for _, root, architecture in sorted(trees, key=lambda tree: tree[:2], reverse=True):
        try:
            return of_tree(root, architecture)
        except AsteriskUnusable as error:
            say(f"not used: {root.name} is damaged ({error.problem[-200:]})")
    return None


@contextmanager
def alone(folder: Path, say: Say) -> Iterator[int]:
    """Hold the folder's lock; the kernel lets go of it when its last holder is gone."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another installation is at work (or ending): waiting for it")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _install_tree(folder: Path, lock_fd: int, say: Say) -> Installation:
    tools = Tools(lock_fd)
    for needed in ("apt-get", "apt-cache", "dpkg", "dpkg-deb"):
        if shutil.which(needed) is None:
            raise InstallFailed(f"this machine has no {needed}", ANOTHER_ASTERISK)
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < NEEDED_MB:
        raise InstallFailed(
            f"{folder} has {free_mb} MB of free disk and {NEEDED_MB} MB are needed",
            "free some, or set XDG_CACHE_HOME to a larger disk",
        )
    name = tools.architecture()
    if name not in ARCHITECTURES:
        raise InstallFailed(
            f"it is made for {' and '.join(ARCHITECTURES)}, this is {name}", ANOTHER_ASTERISK
        )
    architecture = ARCHITECTURES[name]
    targets = sources.parse_targets(tools.index_targets(), name)
    offers = sources.offers(targets, name)
    if not offers:
        raise InstallFailed(
            "neither Debian's nor Ubuntu's archive is in this machine's apt sources",
            ANOTHER_ASTERISK,
        )
    problems: list[str] = []
    fix = ANOTHER_ASTERISK
    for offer in offers:
        try:
            return _take(offer, architecture, folder, tools, say)
        except NotOffered as error:
            problems.append(f"{offer.name}: {error.problem}")
            fix = error.fix
            say(problems[-1])
    raise NotOffered(", ".join(problems), fix)


def _take(
    offer: sources.Offer, architecture: Architecture, folder: Path, tools: Tools, say: Say
) -> Installation:
    """Download one offer's Asterisk, unpack it beside the others and move it in place."""
    work = folder / _WORK
    apt = PrivateApt(tools, work / f"apt-{offer.name}", offer, architecture.name)
    say(f"looking for Asterisk in {offer.name}")
    apt.update()
    package = apt.candidate()
    if not package:
        raise NotOffered("it has no Asterisk", ANOTHER_ASTERISK)
    try:
        require_supported(offer.name, parse_version(package))
    except AsteriskUnusable as error:
        raise NotOffered(error.problem, error.fix) from error
    debs = apt.download(say)
    say(f"unpacking {len(debs)} packages")
    draft = work / "tree"
    shutil.rmtree(draft, ignore_errors=True)  # of an interrupted run
    unpack(tools, debs, draft)
    script = draft / START_SCRIPT
    script.write_text(start_script(architecture), encoding="utf-8")
    script.chmod(0o755)
    of_tree(draft, architecture)  # it runs
    facts = {"suite": offer.name, "package": package, "architecture": architecture.name}
    (draft / _MANIFEST).write_text(json.dumps(facts) + "\n", encoding="utf-8")
    final = folder / f"{offer.name}-{package.rpartition(':')[2]}-{architecture.name}"
    if final.exists():  # damaged, or it would have been found
        shutil.rmtree(final)
    for spent in work.glob("apt-*"):  # before the tree is found, or nobody would clear it away
        shutil.rmtree(spent, ignore_errors=True)
    draft.rename(final)
    return of_tree(final, architecture)
