"""How a raw recording becomes a finished one: step by step, and none is lost with a killed process.

WAV, waveform, the smaller form if one is asked for, encryption if there is a key, the facts; the
raw file goes last. Whoever is killed in between begins again from the raw file, and what was there
of a first try is replaced. Knows files; refuses to know the database.
"""

import fcntl
import hashlib
import io
import os
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from dialer.adapters.recording_files import (
    PART,
    facts_of,
    part_of,
    put_in_place,
    raw_of,
    write_whole,
)
from dialer.adapters.recording_keys import KeyRing
from dialer.adapters.sealed_recording import SealedRecording, seal
from dialer.adapters.transcoding import TranscodingFailed, transcode
from dialer.adapters.waveform import waveform
from dialer.domain.ids import AttemptId
from dialer.domain.recording import Codec, Finished, RecordingUnreadable, name_of, peaks_of

RATE_HZ: Final = 8000
FRAME_BYTES: Final = 4
"""Two channels of 16 bits."""

_PIECE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Form:
    """How recordings are to be finished."""

    codec: Codec = Codec.WAV
    program: str = ""
    """That makes another codec than WAV; empty: the first that is there."""


PLAIN: Final = Form()


def finish(
    folder: Path, attempt_id: AttemptId, form: Form, ring: KeyRing, *, now: float
) -> Finished | None:
    """Finish a recording that the switch has ended; None when there is nothing to do.

    The process of an engine that was killed may still be at it: each file is finished by one.

    Args:
        folder: of the recordings.
        attempt_id: whose talk it is.
        form: how it is to be finished.
        ring: seals it, if it has keys.
        now: seconds since the epoch.

    Raises:
        OSError: a file cannot be read or written; the raw one stays.
        RecordingUnreadable: what was encrypted does not open; the raw file stays.
    """
    raw = raw_of(folder, attempt_id)
    try:
        samples = raw.open("rb")
    except FileNotFoundError:
        return None
    with samples:
        try:
            fcntl.flock(samples, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        size = os.fstat(samples.fileno()).st_size // FRAME_BYTES * FRAME_BYTES
        if size == 0 or not raw.exists():
            raw.unlink(missing_ok=True)
            return None
        finished = _finish(folder, attempt_id, samples, size, form, ring, now)
        write_whole(facts_of(folder, attempt_id), finished.as_json().encode())
        raw.unlink(missing_ok=True)
    return finished


def _finish(
    folder: Path,
    attempt_id: AttemptId,
    samples: BinaryIO,
    size: int,
    form: Form,
    ring: KeyRing,
    now: float,
) -> Finished:
    part = folder / f"{attempt_id}{PART}"
    _write_wav(samples, size, part)
    _write_peaks(folder, attempt_id, part, ring)
    codec, problem = Codec.WAV, ""
    if form.codec is not Codec.WAV:
        smaller = part_of(folder / name_of(attempt_id, form.codec, sealed=False))
        try:
            transcode(part, smaller, form.codec, form.program)
        except TranscodingFailed as failed:
            smaller.unlink(missing_ok=True)
            problem = str(failed)
        else:
            smaller.replace(part)
            codec = form.codec
    digest, length = _read_back(part)
    name = name_of(attempt_id, codec, sealed=bool(ring.keys))
    if ring.keys:
        _seal(part, length, digest, folder / name, ring)
        part.unlink()
    else:
        put_in_place(part, folder / name)
    return Finished(
        attempt_id=attempt_id,
        file=name,
        seconds=size / FRAME_BYTES / RATE_HZ,
        bytes=length,
        sha256=digest,
        codec=codec,
        key_id=ring.current,
        finished_at=now,
        problem=problem,
    )


def _write_wav(samples: BinaryIO, size: int, part: Path) -> None:
    with wave.open(str(part), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.setnframes(size // FRAME_BYTES)
        left = size
        while left and (piece := samples.read(min(_PIECE, left))):
            out.writeframesraw(piece)
            left -= len(piece)


def _write_peaks(folder: Path, attempt_id: str, part: Path, ring: KeyRing) -> None:
    with wave.open(str(part), "rb") as file:
        frames = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    drawn = waveform(frames.reshape(-1, 2), rate_hz=RATE_HZ)
    if ring.keys:
        sealed = io.BytesIO()
        seal(io.BytesIO(drawn), len(drawn), sealed, ring)
        drawn = sealed.getvalue()
    write_whole(folder / peaks_of(attempt_id), drawn)


def _read_back(part: Path) -> tuple[str, int]:
    """Have a file last, and return the checksum of what is in it (hex) and its bytes."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return digest, file.tell()


def _seal(part: Path, size: int, digest: str, target: Path, ring: KeyRing) -> None:
    """Encrypt a file beside it, and see that the same comes out again."""
    sealed = part_of(target)
    with part.open("rb") as source, sealed.open("wb") as out:
        seal(source, size, out, ring)
        out.flush()
        os.fsync(out.fileno())
    opened = hashlib.sha256()
    with sealed.open("rb") as file:

        def read(start: int, length: int) -> bytes:
            file.seek(start)
            return file.read(length)

        stored = os.fstat(file.fileno()).st_size
        for plain in SealedRecording(target.name, read, stored, ring).parts(0, size):
            opened.update(plain)
    if opened.hexdigest() != digest:
        problem = "is not what was recorded after it was sealed"
        raise RecordingUnreadable(target.name, problem, "is the disk sound? it is tried again")
    put_in_place(sealed, target)
