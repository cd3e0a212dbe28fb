"""Speech synthesis and recorded prompts for the bench, out of the machine's package archive.

Puts espeak-ng and Asterisk's prompts of other languages into a folder of the house's cache: without
root, by apt on a private state, unpacked, run by the loader that came along. The product does not
need any of it. Refuses to know what is said.
"""

import fcntl
import os
import shutil
import subprocess
import wave
from dataclasses import dataclass
from io import BytesIO
from math import gcd
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from benchmarks.report import say
from dialer.adapters.asterisk import sources
from dialer.adapters.asterisk.complaints import InstallFailed
from dialer.adapters.asterisk.installation import default_cache
from dialer.adapters.asterisk.layout import ARCHITECTURES
from dialer.adapters.asterisk.packages import PrivateApt, Tools

RATE_HZ: Final = 8000
WANTED: Final = (
    "espeak-ng",
    "asterisk-core-sounds-es-wav",
    "asterisk-core-sounds-fr-wav",
    "asterisk-core-sounds-it-wav",
    "asterisk-core-sounds-ru-wav",
)

_DONE: Final = "complete"  # made last: a tree that has it is whole
_FIX: Final = "install espeak-ng on this machine"

Samples = NDArray[np.float64]
"""Shape (n,): 8 kHz, full scale is 1."""


class NoVoices(Exception):
    """Speech synthesis cannot be had here; the message says why."""


@dataclass(frozen=True, slots=True)
class Voices:
    """An espeak-ng that can be run, and folders of prompts by language."""

    argv: tuple[str, ...]
    data: Path
    version: str
    prompts: dict[str, Path]

    def speak(self, text: str, voice: str, *, pitch: int, words_per_minute: int) -> Samples:
        """Say a text; `voice` as espeak-ng names it ("en-us+f3"), pitch 0..99."""
        options = ["-v", voice, "-p", str(pitch), "-s", str(words_per_minute), "--stdout"]
        done = subprocess.run(
            [*self.argv, "-b", "1", *options, text],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, "ESPEAK_DATA_PATH": str(self.data)},
            timeout=30,
            check=False,
        )
        if done.returncode != 0 or len(done.stdout) < 100:
            raise NoVoices(f"espeak-ng said nothing: {done.stderr.decode(errors='replace')[-200:]}")
        return _wave_of(done.stdout)


def read_prompt(path: Path) -> Samples:
    """Read a recorded prompt (a WAV file of 16 bits)."""
    return _wave_of(path.read_bytes())


def find_voices(own_prompts: Path) -> Voices:
    """Return the voices; the first time they are downloaded and unpacked.

    Args:
        own_prompts: the English prompts of the installed Asterisk.

    Raises:
        NoVoices: no archive, no network, no tools, or what came does not run.
    """
    folder = default_cache().parent / "bench-voices"
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        tree = folder / "tree"
        if not (tree / _DONE).exists():
            _fetch(folder, tree, descriptor)
        return _voices_of(tree, own_prompts)
    except (InstallFailed, OSError, subprocess.SubprocessError) as error:
        raise NoVoices(str(error)) from error
    finally:
        os.close(descriptor)


def _fetch(folder: Path, tree: Path, lock_fd: int) -> None:
    for needed in ("apt-get", "dpkg", "dpkg-deb"):
        if shutil.which(needed) is None:
            raise NoVoices(f"this machine has no {needed}")
    tools = Tools(lock_fd)
    architecture = tools.architecture()
    offers = sources.offers(
        sources.parse_targets(tools.index_targets(), architecture), architecture
    )
    if not offers:
        raise NoVoices("neither Debian's nor Ubuntu's archive is in this machine's apt sources")
    work, draft = folder / "work", folder / "draft"
    say([f"[speech synthesis and prompts from {offers[0].name}, once]"])
    PrivateApt(tools, work, offers[0], architecture).update()
    apt = ["apt-get", "-c", str(work / "apt.conf"), "-y", "install", "--download-only"]
    tools.run([*apt, *WANTED])
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for deb in sorted((work / "cache/archives").glob("*.deb")):
        tools.run(["dpkg-deb", "-x", str(deb), str(draft)])
    (draft / _DONE).touch()
    shutil.rmtree(tree, ignore_errors=True)
    draft.rename(tree)
    shutil.rmtree(work, ignore_errors=True)


def _voices_of(tree: Path, own_prompts: Path) -> Voices:
    for architecture in ARCHITECTURES.values():
        folders = [tree / lib / architecture.triplet for lib in ("usr/lib", "lib")]
        loader = next(
            (f / architecture.loader for f in folders if (f / architecture.loader).is_file()), None
        )
        if loader is not None:
            break
    else:
        raise NoVoices(f"{tree} is for another processor; remove it")
    libraries = [folder for folder in folders if folder.is_dir()]
    # libpulsecommon lies in a folder below
    libraries += [path for folder in libraries for path in folder.glob("pulseaudio")]
    data = next((f / "espeak-ng-data" for f in folders if (f / "espeak-ng-data").is_dir()), None)
    if data is None:
        raise NoVoices(f"{tree} has no espeak-ng; remove it")
    argv = (
        str(loader),
        "--library-path",
        ":".join(map(str, libraries)),
        str(tree / "usr/bin/espeak-ng"),
    )
    told = subprocess.run(
        [*argv, "--version"],
        capture_output=True,
        text=True,
        env={**os.environ, "ESPEAK_DATA_PATH": str(data)},
        timeout=30,
        check=False,
    )
    if told.returncode != 0:
        raise NoVoices(f"espeak-ng does not run: {told.stderr.strip()[-200:]}")
    prompts = {"en": own_prompts}
    for folder in sorted((tree / "usr/share/asterisk/sounds").glob("*_*")):
        prompts[folder.name.partition("_")[0]] = folder
    return Voices(argv, data, told.stdout.partition("Data at")[0].strip(), prompts)


def _wave_of(data: bytes) -> Samples:
    with wave.open(BytesIO(data)) as file:
        rate_hz = file.getframerate()
        # espeak-ng writes to a pipe: the length in its header is a guess
        raw = file.readframes(len(data) // 2)
    samples = np.frombuffer(raw[: len(raw) // 2 * 2], dtype="<i2").astype(np.float64) / 32_768
    if rate_hz == RATE_HZ:
        return samples
    shared = gcd(rate_hz, RATE_HZ)
    return np.asarray(resample_poly(samples, RATE_HZ // shared, rate_hz // shared))
