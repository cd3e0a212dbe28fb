"""Which program speaks: the one that the settings name, an espeak-ng of this machine, or our own.

Knows command lines. Refuses to know how a program came here (`speech_install`).
"""

import shlex
import shutil
from dataclasses import dataclass
from typing import Final

from dialer.adapters.speech_install import find_espeak

SPEED: Final = "160"
"""Words a minute: slower than people read, as callers cannot read again."""

NO_PROGRAM: Final = (
    "no program speaks texts: run `outpace speech install`, or set OUTPACE_SPEECH_COMMAND"
)


@dataclass(frozen=True, slots=True)
class SpeechProgram:
    """A program that speaks, or why there is none."""

    command: tuple[str, ...]
    """With {language} and {file} in it; the text comes on its standard input."""
    problem: str = ""


def speech_program(command: str) -> SpeechProgram:
    """Return the program to use.

    Args:
        command: as the settings have it; "": espeak-ng, where there is one.
    """
    if command:
        return _named(command)
    espeak = shutil.which("espeak-ng") or find_espeak()
    if espeak is None:
        return SpeechProgram((), NO_PROGRAM)
    words = ("-v", "{language}", "-s", SPEED, "-w", "{file}", "--stdin")
    return SpeechProgram((str(espeak), *words))


def _named(command: str) -> SpeechProgram:
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        return SpeechProgram((), f"OUTPACE_SPEECH_COMMAND cannot be read: {error}")
    if not words or shutil.which(words[0]) is None:
        return SpeechProgram((), f"OUTPACE_SPEECH_COMMAND: there is no program {words[:1]}")
    if not any("{file}" in word for word in words):
        return SpeechProgram((), "OUTPACE_SPEECH_COMMAND does not say {file}: where it writes")
    return SpeechProgram(words)
