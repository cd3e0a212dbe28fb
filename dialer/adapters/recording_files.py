"""Where the files of a recording are while it is on the disk of its node.

The switch writes `ID.raw` into the folder. Beside what is finished lie `peaks/` with waveforms and
`finished/` with the facts of what the database has not been told yet. Knows names; refuses to know
what the files hold.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from dialer.domain.ids import ATTEMPT_PREFIX, CALL_PREFIX, is_talk_id
from dialer.domain.recording import Codec, name_of, peaks_of
from dialer.domain.voicemail import FOLDER

FINISHED: Final = "finished"
PART: Final = ".part"
_ID: Final = re.compile(rf"(?:{ATTEMPT_PREFIX}|{CALL_PREFIX})[0-9A-Z]{{26}}(?![0-9A-Za-z])")
_MESSAGE: Final = re.compile(rf"{FOLDER}/{CALL_PREFIX}[0-9A-Z]{{26}}-[0-9]+\.[a-z]+")
"""What a caller left: named by the call as well, but no recording of a talk."""


def raw_of(folder: Path, attempt_id: str) -> Path:
    """Return where the switch writes."""
    return folder / f"{attempt_id}.raw"


def facts_of(folder: Path, attempt_id: str) -> Path:
    """Return where the facts of a finished recording wait for the database."""
    return folder / FINISHED / f"{attempt_id}.json"


def all_of(folder: Path, attempt_id: str) -> Iterator[Path]:
    """Give every place in which there may be something of a recording.

    What is to be forgotten is forgotten in this order: the raw file first, so that nothing is made
    of it any more.
    """
    yield raw_of(folder, attempt_id)
    whole = [
        folder / name_of(attempt_id, codec, sealed=sealed)
        for codec in Codec
        for sealed in (False, True)
    ]
    facts = facts_of(folder, attempt_id)
    whole += [folder / peaks_of(attempt_id), facts, facts.with_suffix(".kept")]
    yield folder / f"{attempt_id}{PART}"
    for path in whole:
        yield part_of(path)  # of a process that was killed
        yield path


def attempt_in(name: str) -> str | None:
    """Return the attempt or call whose recording a file is, by its name; None: it is of none."""
    found = None if _MESSAGE.fullmatch(name) else _ID.search(name)
    return found[0] if found is not None and is_talk_id(found[0]) else None


def remove_all(folder: Path, attempt_id: str) -> int:
    """Delete everything of a recording from the disk of its node; returns how many files."""
    removed = 0
    for path in all_of(folder, attempt_id):
        with suppress(FileNotFoundError):
            path.unlink()
            removed += 1
    return removed


def part_of(path: Path) -> Path:
    """Return under which name a file is written until it is whole."""
    return path.with_name(path.name + PART)


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file, whole or not at all, and lasting."""
    path.parent.mkdir(exist_ok=True)
    part = part_of(path)
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    put_in_place(part, path)


def put_in_place(part: Path, path: Path) -> None:
    """Give a file that was synced its name, and have that last."""
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
