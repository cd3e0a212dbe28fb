"""Asterisk's packages out of an archive, through apt, into a folder of our own.

Knows how to have apt work on a private state (no root, nothing of the host is touched), how to
unpack, and what apt's complaints mean for a person. apt checks the signatures; that is never turned
off. Refuses to know where the tree is kept afterwards.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialer.adapters.asterisk.complaints import InstallFailed, explain
from dialer.adapters.asterisk.features import ANOTHER_ASTERISK
from dialer.adapters.asterisk.sources import INDEXTARGETS_FORMAT, Offer

WANTED: Final = ("asterisk", "asterisk-core-sounds-en-wav", "asterisk-moh-opsound-wav")

_PACKAGES: Final = "Created-By: Packages"
_ETC_APT: Final = Path("/etc/apt")
_KEPT: Final = ("usr/lib", "usr/lib64", "lib", "lib64", "usr/sbin/asterisk", "usr/share/asterisk")
_NEEDLESS: Final = ("perl", "perl-base", "gconv")  # folders among the libraries
_DEFAULT_VOICE: Final = "en_US_f_Allison"
_NEED: Final = re.compile(r"^Need to get ([\d.,]+ \S+?)(?:/\S+ \S+)? of archives")


@dataclass(frozen=True, slots=True)
class Tools:
    """Runs apt and dpkg; what they start holds `lock_fd` open until it has really ended.

    A killed installer leaves a running apt-get behind. It inherits the installer's lock, so that
    the next installer waits for it and does not work in the same folder.
    """

    lock_fd: int

    def architecture(self) -> str:
        """Return Debian's name of this machine's architecture."""
        return self.run(["dpkg", "--print-architecture"]).strip()

    def index_targets(self) -> str:
        """Return what apt says of this machine's package indexes.

        Those that were downloaded come first, with what they call themselves; then all of them:
        a fresh machine has its sources, but no lists yet.
        """
        command = ["apt-get", "indextargets", "--format", INDEXTARGETS_FORMAT]
        return "".join(
            self.run([*command, "-o", f"APT::Get::IndexTargets::ReleaseInfo={info}", _PACKAGES])
            for info in ("true", "false")
        )

    def run(self, command: Sequence[str], on_line: Callable[[str], None] | None = None) -> str:
        """Run a program to its end and return what it printed.

        Raises:
            InstallFailed: it is missing or failed.
        """
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env={**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"},
                pass_fds=(self.lock_fd,),
            )
        except FileNotFoundError as error:
            raise InstallFailed(f"this machine has no {command[0]}", ANOTHER_ASTERISK) from error
        printed: list[str] = []
        try:
            for line in process.stdout or ():
                printed.append(line)
                if on_line is not None:
                    on_line(line)
        except BaseException:
            process.kill()
            raise
        finally:
            process.wait()
        if process.returncode != 0:
            raise explain("".join(printed))
        return "".join(printed)


class PrivateApt:
    """apt on a state of its own, below `folder`, with the sources of one offer."""

    def __init__(self, tools: Tools, folder: Path, offer: Offer, architecture: str) -> None:
        self._tools = tools
        self._offer = offer
        self._archives = folder / "cache/archives"
        self._conf = folder / "apt.conf"
        for part in ("state/lists/partial", "cache/archives/partial", "etc/preferences.d"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()  # as if nothing were installed: all libraries are brought along
        (folder / "etc/sources.list").write_text("\n".join(offer.lines) + "\n", encoding="utf-8")
        self._conf.write_text(_apt_conf(folder, architecture), encoding="utf-8")

    def update(self) -> None:
        """Fetch the package indexes and check their signatures.

        Raises:
            NotOffered: the archive has no such suite.
            InstallFailed: network, signature or disk.
        """
        self._tools.run(["apt-get", "-c", str(self._conf), "update"])

    def candidate(self, package: str = "asterisk") -> str:
        """Return the version of a package that is offered; "" for none."""
        answer = self._tools.run(["apt-cache", "-c", str(self._conf), "policy", package])
        match = re.search(r"^\s*Candidate: (\S+)$", answer, re.MULTILINE)
        return "" if match is None or match[1] == "(none)" else match[1]

    def download(self, say: Callable[[str], None], wanted: Sequence[str] = WANTED) -> list[Path]:
        """Resolve and download packages and all they depend on; Asterisk and its prompts.

        Raises:
            NotOffered: it cannot be resolved in this archive.
            InstallFailed: network, signature or disk.
        """
        if any(self._archives.glob("*.deb")):  # of an interrupted run: keep what is still current
            self._tools.run(["apt-get", "-c", str(self._conf), "autoclean"])

        def on_line(line: str) -> None:
            need = _NEED.match(line)
            if need is not None and need[1] != "0 B":
                say(f"downloading {need[1]} from {self._offer.name}")

        command = ["apt-get", "-c", str(self._conf), "-y", "install", "--download-only", *wanted]
        self._tools.run(command, on_line)
        return sorted(self._archives.glob("*.deb"))


def unpack(tools: Tools, debs: Sequence[Path], root: Path, kept: Sequence[str] = _KEPT) -> None:
    """Unpack packages into `root` and drop what running them does not need.

    Raises:
        InstallFailed: a package is damaged, or the disk is full.
    """
    root.mkdir(parents=True)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as workers:
        jobs = [workers.submit(tools.run, ["dpkg-deb", "-x", str(deb), str(root)]) for deb in debs]
        try:
            for job in jobs:
                job.result()
        except BaseException:
            workers.shutdown(wait=True, cancel_futures=True)
            raise
    _prune(root, kept)
    sounds = root / "usr/share/asterisk/sounds"
    if (sounds / _DEFAULT_VOICE).is_dir() and not (sounds / "en").exists():
        (sounds / "en").symlink_to(_DEFAULT_VOICE)  # made by the package's script, which is not run


def _prune(root: Path, parts: Sequence[str]) -> None:
    kept = [root / part for part in parts]
    for path in sorted(root.glob("*")) + sorted(root.glob("usr/*")) + sorted(root.glob("usr/s*/*")):
        if not any(path == keep or path in keep.parents or keep in path.parents for keep in kept):
            _remove(path)
    for path in root.glob("*/lib/*/*"):
        if path.name in _NEEDLESS and path.is_dir():
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path)


def _apt_conf(folder: Path, architecture: str) -> str:
    """Write apt's configuration; read after the machine's own, whose proxies go on to hold."""
    settings = {
        "Dir::State": folder / "state",
        "Dir::State::status": folder / "status",
        "Dir::Cache": folder / "cache",
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        "Dir::Etc": folder / "etc",
        "Dir::Etc::sourcelist": folder / "etc/sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::trusted": _ETC_APT / "trusted.gpg",
        "Dir::Etc::trustedparts": _ETC_APT / "trusted.gpg.d",
        "Dir::Etc::netrc": _ETC_APT / "auth.conf",
        "Dir::Etc::netrcparts": _ETC_APT / "auth.conf.d",
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "APT::Install-Recommends": "false",
        "APT::Install-Suggests": "false",
        "APT::Keep-Downloaded-Packages": "true",
        "Binary::apt-get::APT::Keep-Downloaded-Packages": "true",
        "APT::Sandbox::User": "",
        "APT::Update::Error-Mode": "any",
        "APT::Get::AllowUnauthenticated": "false",
        "Acquire::AllowInsecureRepositories": "false",
        "Acquire::Retries": "3",
        "Acquire::http::Timeout": "20",
        "Acquire::https::Timeout": "20",
        "Debug::NoLocking": "true",  # ours is the installer's
    }
    hooks = [
        "APT::Update::Pre-Invoke",
        "APT::Update::Post-Invoke",
        "APT::Update::Post-Invoke-Success",
        "DPkg::Pre-Invoke",
        "DPkg::Post-Invoke",
        "DPkg::Pre-Install-Pkgs",
    ]
    lines = [f"#clear {hook};" for hook in hooks]  # those would touch the host
    lines += [f'{name} "{value}";' for name, value in settings.items()]
    return "\n".join(lines) + "\n"
