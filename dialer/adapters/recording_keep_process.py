"""The niced process that brings recordings to the store: JSON, an order a line, an answer a line.

The first line says which store; orders are `keep`, `drop` and `forget`. Ends when stdin does. Here
rather than in the engine, as uploads and checksums must not take a call its time.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dialer.adapters.disk_store import DiskStore
from dialer.adapters.s3_store import Bucket, S3Store
from dialer.domain.recording import peaks_of
from dialer.errors import OutpaceError
from dialer.ports import RecordingStore


class _Missing(Exception):
    """A recording is not on the disk."""


class Keeping:
    """Carries out orders.

    Args:
        spool: folder in which recordings are finished.
        store: to which they go.
    """

    def __init__(self, spool: Path, store: RecordingStore) -> None:
        self._spool = spool
        self._store = store

    def keep(self, attempt: str, file: str, name: str) -> None:
        """Put a recording and its waveform into the store."""
        if not (self._spool / file).exists():
            raise _Missing(f"{file} is not in {self._spool}")
        peaks = self._spool / peaks_of(attempt)
        if peaks.exists():
            self._store.put(peaks_of(attempt), peaks)
        self._store.put(name, self._spool / file)

    def drop(self, attempt: str, file: str, name: str) -> None:
        """Delete from the disk what is in the store, if that is another place."""
        for local, kept in ((file, name), (peaks_of(attempt), peaks_of(attempt))):
            path = self._spool / local
            in_store = self._store.path(kept) if isinstance(self._store, DiskStore) else None
            if path.resolve() != in_store:
                path.unlink(missing_ok=True)

    def forget(self, attempt: str, name: str) -> None:
        """Delete a recording and its waveform from the store."""
        self._store.delete(name)
        self._store.delete(peaks_of(attempt))


def _store(said: Mapping[str, Any]) -> RecordingStore:
    if said["bucket"]:
        return S3Store(Bucket(**said["bucket"]))
    return DiskStore(Path(said["folder"]))


def _answer(work: Callable[[], None]) -> dict[str, object]:
    try:
        work()
    except _Missing as error:
        return {"missing": str(error)}
    except (OSError, OutpaceError) as error:
        return {"failed": str(error) or type(error).__name__}
    return {}


def main() -> None:
    """Answer orders until there are no more."""
    said = json.loads(sys.stdin.readline() or "null")
    if said is None:
        return
    keeping = Keeping(Path(said["spool"]), _store(said))
    for line in sys.stdin:
        order = json.loads(line)
        does = {"keep": keeping.keep, "drop": keeping.drop, "forget": keeping.forget}[order["do"]]
        answer = _answer(lambda does=does, order=order: does(**order["with"]))  # type: ignore[misc]
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
