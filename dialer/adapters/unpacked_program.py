"""A program of a Debian archive in a folder of our own: fetched as Asterisk is, without root.

Refuses to know what the program is for.
"""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialer.adapters.asterisk import sources
from dialer.adapters.asterisk.complaints import InstallFailed, NotOffered
from dialer.adapters.asterisk.installation import alone
from dialer.adapters.asterisk.layout import ARCHITECTURES, Architecture
from dialer.adapters.asterisk.packages import PrivateApt, Tools, unpack
from dialer.errors import OutpaceError

_MANIFEST: Final = "outpace.json"  # written last: a tree that has one is complete

Say = Callable[[str], None]


class ProgramInstallFailed(OutpaceError):
    """A program could not be put in place."""


@dataclass(frozen=True, slots=True)
class UnpackedProgram:
    """Which packages are unpacked, and how the program in them is started."""

    name: str
    """Of the program and of its package; its start script is called so."""
    wanted: tuple[str, ...]
    """Packages; what they depend on comes along."""
    kept: tuple[str, ...]
    """What is kept of them, below the tree's root."""
    script: Callable[[Architecture], str]
    """Returns the text of the start script, which works wherever the tree is moved."""
    otherwise: str
    """What a person can do who does not get it."""
    own_suite: bool = False
    """Only from this machine's own release: it runs with the libraries of the machine."""

    def default_cache(self) -> Path:
        """Return the folder that unpacked trees are kept in."""
        base = os.environ.get("XDG_CACHE_HOME", "")
        root = Path(base) if Path(base).is_absolute() else Path.home() / ".cache"
        return root / "outpace" / self.name

    def find(self, cache: Path | None = None) -> Path | None:
        """Return the start script of an unpacked tree; None: there is none. Changes nothing."""
        found = sorted((cache or self.default_cache()).glob(f"*/{_MANIFEST}"))
        scripts = [one.parent / self.name for one in found]
        return next((one for one in reversed(scripts) if os.access(one, os.X_OK)), None)

    def install(self, cache: Path | None = None, say: Say = lambda _line: None) -> Path:
        """Return the start script; the first time the program is downloaded and unpacked.

        Args:
            cache: folder for unpacked trees; `default_cache()` when None.
            say: told about progress, in lines for a person.

        Raises:
            ProgramInstallFailed: one line that says what to do.
        """
        folder = cache or self.default_cache()
        found = self.find(folder)
        if found is not None:
            return found
        try:
            with alone(folder, say) as lock_fd:
                return self.find(folder) or self._install_tree(folder, Tools(lock_fd), say)
        except BrokenPipeError:  # whoever reads the progress has left
            raise
        except OSError as error:
            problem = f"{error.filename or folder}: {error.strerror}"
        except InstallFailed as error:
            problem = error.problem
        raise ProgramInstallFailed(f"{self.name}: {problem}; {self.otherwise}")

    def _install_tree(self, folder: Path, tools: Tools, say: Say) -> Path:
        for needed in ("apt-get", "apt-cache", "dpkg", "dpkg-deb"):
            if shutil.which(needed) is None:
                raise InstallFailed(f"this machine has no {needed}", self.otherwise)
        name = tools.architecture()
        if name not in ARCHITECTURES:
            raise InstallFailed(f"it is made for {' and '.join(ARCHITECTURES)}", self.otherwise)
        targets = sources.parse_targets(tools.index_targets(), name)
        offers = sources.offers(targets, name)
        problems: list[str] = []
        for offer in offers[:1] if self.own_suite else offers:
            try:
                return self._take(offer, ARCHITECTURES[name], folder, tools, say)
            except NotOffered as error:
                problems.append(f"{offer.name}: {error.problem}")
                say(problems[-1])
        raise NotOffered(", ".join(problems) or "no archive is known", self.otherwise)

    def _take(
        self,
        offer: sources.Offer,
        architecture: Architecture,
        folder: Path,
        tools: Tools,
        say: Say,
    ) -> Path:
        work = folder / ".work"
        apt = PrivateApt(tools, work / f"apt-{offer.name}", offer, architecture.name)
        say(f"looking for {self.name} in {offer.name}")
        apt.update()
        package = apt.candidate(self.name)
        if not package:
            raise NotOffered(f"it has no {self.name}", self.otherwise)
        debs = apt.download(say, self.wanted)
        say(f"unpacking {len(debs)} packages")
        draft = work / "tree"
        shutil.rmtree(draft, ignore_errors=True)  # of an interrupted run
        unpack(tools, debs, draft, self.kept)
        script = draft / self.name
        script.write_text(self.script(architecture), encoding="utf-8")
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
        return final / self.name
