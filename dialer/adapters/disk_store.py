"""Recordings kept in a folder: of this disk, or one that is mounted.

Refuses names that lead out of the folder, whatever says them.
"""

import hashlib
import os
from pathlib import Path

from dialer.adapters.recording_files import part_of, put_in_place


class DiskStore:
    """A folder; see `dialer.ports.RecordingStore`.

    Args:
        root: the folder; it must be there, so that a mount that is missing is seen.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, source: Path) -> None:
        """Copy a file into the folder, have it last, and read it back."""
        target = self.path(name)
        if target == source.resolve():
            return
        if not self._root.is_dir():
            raise OSError(f"there is no folder {self._root}: is it mounted?")
        target.parent.mkdir(parents=True, exist_ok=True)
        part = part_of(target)
        with source.open("rb") as original:
            wanted = hashlib.file_digest(original, "sha256").digest()
            original.seek(0)
            with part.open("wb") as copy:
                while piece := original.read(1 << 20):
                    copy.write(piece)
                copy.flush()
                os.fsync(copy.fileno())
        with part.open("rb") as copy:
            if hashlib.file_digest(copy, "sha256").digest() != wanted:
                part.unlink()
                raise OSError(f"{name} came out of {self._root} other than it went in")
        put_in_place(part, target)

    def size(self, name: str) -> int:
        """Return the bytes of a file."""
        return self.path(name).stat().st_size

    def read(self, name: str, start: int, length: int) -> bytes:
        """Return bytes of a file."""
        with self.path(name).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def delete(self, name: str) -> bool:
        """Delete a file, and the folders that were there for it alone."""
        path = self.path(name)
        try:
            part_of(path).unlink(missing_ok=True)  # of a process that was killed
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return False
        for folder in path.parents:
            if folder == self._root.resolve() or any(folder.iterdir()):
                break
            folder.rmdir()
        return True

    def path(self, name: str) -> Path:
        """Return where a file is.

        Raises:
            FileNotFoundError: the name leads out of the folder.
        """
        root = self._root.resolve()
        path = (root / name).resolve()
        if path == root or not path.is_relative_to(root):
            raise FileNotFoundError(f"{name!r} is outside of {root}")
        return path
