"""Recordings in a smaller form, made by a program of the host; both channels stay.

Knows programs and how each is asked. Refuses to know what is done when one fails: the WAV file is
there until this has succeeded.
"""

import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from dialer.domain.recording import Codec

LIMIT_S: Final = 900.0
"""Longest time that a program may take for one recording."""

_TOLD: Final = 200

Command = Callable[[str, str, str], list[str]]
"""Arguments of a program: its path, the WAV file, the new file."""

_FFMPEG: Final = ("-nostdin", "-loglevel", "error", "-y")

_MP3: Final = ("-b:a", "64k", "-joint_stereo", "0", "-f", "mp3")

# At less, two channels are coded as one with a difference, and each is heard in the other.
COMMANDS: Final[Mapping[Codec, Mapping[str, Command]]] = {
    Codec.OPUS: {
        "ffmpeg": lambda program, wav, out: (
            [program, *_FFMPEG, "-i", wav, "-c:a", "libopus", "-b:a", "64k", "-f", "ogg", out]
        ),
        "opusenc": lambda program, wav, out: [program, "--quiet", "--bitrate", "64", wav, out],
    },
    Codec.MP3: {
        "ffmpeg": lambda program, wav, out: (
            [program, *_FFMPEG, "-i", wav, "-c:a", "libmp3lame", *_MP3, out]
        ),
        "lame": lambda program, wav, out: [program, "--quiet", "-b", "64", "-m", "s", wav, out],
        "sox": lambda program, wav, out: [program, wav, "-C", "64", "-t", "mp3", out],
    },
}
"""The programs for each codec, the preferred one first."""

_BEGINS: Final[Mapping[Codec, tuple[bytes, ...]]] = {
    Codec.OPUS: (b"OggS",),
    Codec.MP3: (
        b"ID3",
        b"\xff\xe2",
        b"\xff\xe3",
        b"\xff\xf2",
        b"\xff\xf3",
        b"\xff\xfa",
        b"\xff\xfb",
    ),
}


class TranscodingFailed(Exception):
    """The program did not do it; says why in a few words."""


def transcode(wav: Path, target: Path, codec: Codec, program: str = "") -> None:
    """Make a file of another codec of a WAV file, which stays.

    Args:
        wav: the recording.
        target: the new file.
        codec: of it.
        program: name or path of the program; empty: the first that is there.

    Raises:
        TranscodingFailed: there is no such program, or it failed.
    """
    command = _command(codec, program)(str(wav), str(target))
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise TranscodingFailed(f"{command[0]} took longer than {LIMIT_S:.0f} s") from None
    except OSError as error:
        raise TranscodingFailed(f"{command[0]} cannot be run: {error.strerror}") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().replace("\n", " ")[-_TOLD:]
        raise TranscodingFailed(f"{command[0]} ended with {done.returncode}: {said}")
    begins = b""
    if target.exists():
        with target.open("rb") as made:
            begins = made.read(4)
    if not begins.startswith(_BEGINS[codec]):
        raise TranscodingFailed(f"{command[0]} made no {codec.value} file")


def check_program(codec: Codec, program: str) -> None:
    """Check that there is a program that makes a codec.

    Raises:
        TranscodingFailed: there is none.
    """
    if codec is not Codec.WAV:
        _command(codec, program)


def _command(codec: Codec, program: str) -> Callable[[str, str], list[str]]:
    known = COMMANDS[codec]
    for name in [program] if program else known:
        path = shutil.which(name)
        command = next((known[one] for one in known if Path(name).name.startswith(one)), None)
        if command is None:
            raise TranscodingFailed(f"{name} is none of {', '.join(known)}")
        if path is not None:
            return lambda wav, out: command(path, wav, out)
    raise TranscodingFailed(f"none of {program or ', '.join(known)} is installed")
