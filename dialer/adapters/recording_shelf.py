"""All places in which recordings may be, and reading one wherever it is, sealed or not.

Blocking. Knows stores and keys; refuses to know who may listen.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from dialer.adapters.disk_store import DiskStore
from dialer.adapters.erased_files import delete_files
from dialer.adapters.recording_files import attempt_in
from dialer.adapters.recording_keys import KeyRing, read_keys
from dialer.adapters.s3_store import Bucket, S3Store
from dialer.adapters.sealed_recording import HEADER_BYTES, MAGIC, SealedRecording
from dialer.domain.recording import Kept, RecordingUnreadable, peaks_of
from dialer.errors import BadInput
from dialer.ports import RecordingStore

_PIECE: Final = 1 << 20


class Readable(Protocol):
    """Audio that can be read in parts."""

    @property
    def size(self) -> int:
        """Bytes of the audio."""
        ...

    @property
    def path(self) -> Path | None:
        """The file on a disk that holds nothing but these bytes, if there is one."""
        ...

    def parts(self, start: int, length: int) -> Iterator[bytes]:
        """Give bytes of it.

        Raises:
            RecordingUnreadable: it is damaged or cannot be reached.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Plain:
    """A file that is not sealed."""

    name: str
    store: RecordingStore
    size: int

    @property
    def path(self) -> Path | None:
        """Where it is on a disk, if it is on one."""
        return self.store.path(self.name) if isinstance(self.store, DiskStore) else None

    def parts(self, start: int, length: int) -> Iterator[bytes]:
        end = min(start + length, self.size)
        while start < end:
            piece = _read(self.store, self.name, start, min(_PIECE, end - start))
            if not piece:
                raise RecordingUnreadable(self.name, "ends too early", "restore the file")
            yield piece
            start += len(piece)


class _Ahead:
    """Reads more than is asked for: each request to a store costs a round trip."""

    def __init__(self, store: RecordingStore, file: str) -> None:
        self._store = store
        self._file = file
        self._at = 0
        self._read = b""

    def read(self, start: int, length: int) -> bytes:
        within = start - self._at
        if within < 0 or within + length > len(self._read):
            self._at, within = start, 0
            self._read = _read(self._store, self._file, start, max(length, _PIECE))
        return self._read[within : within + length]


@dataclass(frozen=True, slots=True)
class RecordingShelf:
    """The places, and the keys.

    Attributes:
        spool: folder in which the switch records.
        stores: by the word with which a row says where its file is.
        key_file: master keys, if there are any.
    """

    spool: Path
    stores: Mapping[Kept, RecordingStore] = field(default_factory=dict)
    key_file: Path | None = None

    @classmethod
    def of(
        cls, spool: Path, folder: Path | None, bucket: Bucket, key_file: Path | None
    ) -> "RecordingShelf":
        """Return the shelf of a node.

        Args:
            spool: folder in which its switch records.
            folder: in which the store on disk keeps them; None: where they were recorded.
            bucket: of the store S3; without a name there is none.
            key_file: master keys.
        """
        stores: dict[Kept, RecordingStore] = {
            Kept.SPOOL: DiskStore(spool),
            Kept.DISK: DiskStore(folder or spool),
        }
        if bucket.name:
            stores[Kept.S3] = S3Store(bucket)
        return cls(spool, stores, key_file)

    def keys(self) -> KeyRing:
        """Read the keys: anew, as they may have been rotated."""
        return read_keys(self.key_file)

    def open(self, file: str, kept: Kept) -> Readable:
        """Open a recording, or its waveform.

        Raises:
            FileNotFoundError: it is not there.
            RecordingUnreadable: it is damaged, its store cannot be asked, its key is not there.
        """
        store = self.store(kept, file)
        try:
            size = store.size(file)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise _away(file, error) from None
        ahead = _Ahead(store, file)
        if size < HEADER_BYTES or ahead.read(0, len(MAGIC)) != MAGIC:
            return _Plain(file, store, size)
        return SealedRecording(file, ahead.read, size, self.keys())

    def peaks(self, attempt_id: str, kept: Kept) -> bytes:
        """Return the stored waveform of a recording; raises as `open`."""
        drawn = self.open(peaks_of(attempt_id), kept)
        return b"".join(drawn.parts(0, drawn.size))

    def store(self, kept: Kept, file: str) -> RecordingStore:
        """Return a store.

        Raises:
            RecordingUnreadable: it is not configured here.
        """
        try:
            return self.stores[kept]
        except KeyError:
            fix = "see OUTPACE_RECORDINGS_S3_BUCKET"
            raise RecordingUnreadable(file, f"is in a store ({kept}) unknown here", fix) from None

    def delete(self, names: Iterable[str]) -> int:
        """Delete recordings, and all that was made of them, wherever they are.

        Returns how many files were deleted.

        Raises:
            BadInput: some could not be deleted; the others are.
        """
        named = list(names)
        failed = ""
        deleted = 0
        for name in named:
            attempt_id = attempt_in(name)
            for kept, store in self.stores.items():
                if kept is Kept.SPOOL:
                    continue
                for one in (name, peaks_of(attempt_id) if attempt_id else ""):
                    try:
                        deleted += bool(one) and store.delete(one)
                    except FileNotFoundError:
                        continue
                    except OSError as error:
                        failed = failed or f"{one}: {error}"
        deleted += delete_files(self.spool, named)
        if failed:
            raise BadInput("recordings", f"not all could be deleted: {failed}", "do it again")
        return deleted


def _read(store: RecordingStore, file: str, start: int, length: int) -> bytes:
    try:
        return store.read(file, start, length)
    except OSError as error:
        raise _away(file, error) from None


def _away(file: str, error: OSError) -> RecordingUnreadable:
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    return RecordingUnreadable(file, f"cannot be read now: {said}", "see to the store; try again")
