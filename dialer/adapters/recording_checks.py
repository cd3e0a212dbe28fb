"""Whether recordings are what they were, and new master keys for old ones. Blocking.

Knows files and what is on record of them. Refuses to know the database.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from dialer.adapters.recording_shelf import RecordingShelf
from dialer.adapters.sealed_recording import HEADER_BYTES, SealedRecording
from dialer.domain.recording import RecordingRow, RecordingUnreadable, peaks_of


def fault_of(shelf: RecordingShelf, row: RecordingRow) -> str:
    """Return what is wrong with a recording; empty: it is, to the bit, what was recorded."""
    try:
        audio = shelf.open(row.file, row.kept)
        digest = hashlib.sha256()
        for part in audio.parts(0, audio.size):
            digest.update(part)
    except FileNotFoundError:
        return "is missing"
    except RecordingUnreadable as error:
        return f"{error.problem}; {error.fix}"
    if digest.hexdigest() != row.sha256:
        return "is damaged: its checksum is another than when it was finished; restore the file"
    return ""


def reseal(shelf: RecordingShelf, row: RecordingRow) -> str:
    """Seal a recording and its waveform with the newest master key; returns the key's name.

    The audio is not encrypted anew, only the key of the file. Done again it changes nothing.

    Raises:
        FileNotFoundError: the recording is not there.
        OSError: it cannot be written; the old file stays.
        RecordingUnreadable: it is damaged, or its key is not there.
    """
    ring = shelf.keys()
    for name in (peaks_of(row.attempt_id), row.file):
        try:
            sealed = shelf.open(name, row.kept)
        except FileNotFoundError:
            if name == row.file:
                raise
            continue
        if not isinstance(sealed, SealedRecording) or sealed.key_id == ring.current:
            continue
        store = shelf.store(row.kept, name)
        opened, new = tempfile.mkstemp(prefix="reseal-")
        try:
            with os.fdopen(opened, "wb") as file:
                file.write(sealed.resealed(ring))
                at = HEADER_BYTES
                while piece := store.read(name, at, 1 << 20):
                    file.write(piece)
                    at += len(piece)
            store.put(name, Path(new))
        finally:
            Path(new).unlink()
    return ring.current
