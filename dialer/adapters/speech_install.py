"""espeak-ng in a folder of our own: fetched as Asterisk is, without root, run by its own loader.

Refuses to know what is spoken with it.
"""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dialer.adapters.asterisk import sources
from dialer.adapters.asterisk.complaints import InstallFailed, NotOffered
from dialer.adapters.asterisk.installation import alone
from dialer.adapters.asterisk.layout import ARCHITECTURES, Architecture
from dialer.adapters.asterisk.packages import PrivateApt, Tools, unpack
from dialer.errors import OutpaceError

WANTED: Final = ("espeak-ng",)
KEPT: Final = ("usr/lib", "usr/lib64", "lib", "lib64", "usr/bin/espeak-ng")

_MANIFEST: Final = "outpace.json"  # written last: a tree that has one is complete
_SCRIPT: Final = "espeak-ng"
_OTHERWISE: Final = "install espeak-ng, or set OUTPACE_SPEECH_COMMAND"

Say = Callable[[str], None]


class SpeechInstallFailed(OutpaceError):
    """No speech program could be put in place."""


def default_cache() -> Path:
    """Return the folder that unpacked trees are kept in."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(base) if Path(base).is_absolute() else Path.home() / ".cache"
    return root / "outpace" / "espeak-ng"


def find_espeak(cache: Path | None = None) -> Path | None:
    """Return the espeak-ng of an unpacked tree; None: there is none. Changes nothing."""
    found = sorted((cache or default_cache()).glob(f"*/{_MANIFEST}"))
    scripts = [one.parent / _SCRIPT for one in found]
    return next((one for one in reversed(scripts) if os.access(one, os.X_OK)), None)


def install(cache: Path | None = None, say: Say = lambda _line: None) -> Path:
    """Return espeak-ng; the first time it is downloaded and unpacked.

    Args:
        cache: folder for unpacked trees; `default_cache()` when None.
        say: told about progress, in lines for a person.

    Raises:
        SpeechInstallFailed: one line that says what to do.
    """
    folder = cache or default_cache()
    found = find_espeak(folder)
    if found is not None:
        return found
    try:
        with alone(folder, say) as lock_fd:
            return find_espeak(folder) or _install_tree(folder, Tools(lock_fd), say)
    except BrokenPipeError:  # whoever reads the progress has left
        raise
    except OSError as error:
        problem = f"{error.filename or folder}: {error.strerror}"
        raise SpeechInstallFailed(f"espeak-ng: {problem}; {_OTHERWISE}") from error
    except InstallFailed as error:
        raise SpeechInstallFailed(f"espeak-ng: {error.problem}; {_OTHERWISE}") from error


def _install_tree(folder: Path, tools: Tools, say: Say) -> Path:
    for needed in ("apt-get", "apt-cache", "dpkg", "dpkg-deb"):
        if shutil.which(needed) is None:
            raise InstallFailed(f"this machine has no {needed}", _OTHERWISE)
    name = tools.architecture()
    if name not in ARCHITECTURES:
        raise InstallFailed(f"it is made for {' and '.join(ARCHITECTURES)}", _OTHERWISE)
    targets = sources.parse_targets(tools.index_targets(), name)
    problems: list[str] = []
    for offer in sources.offers(targets, name):
        try:
            return _take(offer, ARCHITECTURES[name], folder, tools, say)
        except NotOffered as error:
            problems.append(f"{offer.name}: {error.problem}")
            say(problems[-1])
    raise NotOffered(", ".join(problems) or "no archive is known", _OTHERWISE)


def _take(
    offer: sources.Offer, architecture: Architecture, folder: Path, tools: Tools, say: Say
) -> Path:
    work = folder / ".work"
    apt = PrivateApt(tools, work / f"apt-{offer.name}", offer, architecture.name)
    say(f"looking for espeak-ng in {offer.name}")
    apt.update()
    package = apt.candidate("espeak-ng")
    if not package:
        raise NotOffered("it has no espeak-ng", _OTHERWISE)
    debs = apt.download(say, WANTED)
    say(f"unpacking {len(debs)} packages")
    draft = work / "tree"
    shutil.rmtree(draft, ignore_errors=True)  # of an interrupted run
    unpack(tools, debs, draft, KEPT)
    script = draft / _SCRIPT
    script.write_text(_start_script(architecture), encoding="utf-8")
    script.chmod(0o755)
    tools.run([str(script), "--version"])  # it runs
    facts = {"suite": offer.name, "package": package, "architecture": architecture.name}
    (draft / _MANIFEST).write_text(json.dumps(facts) + "\n", encoding="utf-8")
    final = folder / f"{offer.name}-{package.rpartition(':')[2]}-{architecture.name}"
    if final.exists():  # damaged, or it would have been found
        shutil.rmtree(final)
    for spent in work.glob("apt-*"):
        shutil.rmtree(spent, ignore_errors=True)
    draft.rename(final)
    return final / _SCRIPT


def _start_script(architecture: Architecture) -> str:
    """Return the text of a tree's start script; it works wherever the tree is moved."""
    triplet, loader = architecture.triplet, architecture.loader
    return f"""#!/bin/sh
# Runs the espeak-ng of this folder by the loader, the libraries and the voices of this folder.
root=${{0%/*}}
path=
for folder in "$root/usr/lib/{triplet}" "$root/lib/{triplet}"; do
  if [ -d "$folder" ]; then path=${{path:+$path:}}$folder:$folder/pulseaudio; fi
done
loader=$root/usr/lib/{triplet}/{loader}
if [ ! -e "$loader" ]; then loader=$root/lib/{triplet}/{loader}; fi
ESPEAK_DATA_PATH=$root/usr/lib/{triplet}
export ESPEAK_DATA_PATH
exec "$loader" --library-path "$path" "$root/usr/bin/espeak-ng" "$@"
"""
