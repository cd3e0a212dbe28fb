"""What waits on the disk of a node: recordings to be booked, and those that are on their way.

Small files in `finished/`, so that the recordings themselves are never looked through. Refuses to
know the database.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

from dialer.adapters.recording_files import FINISHED, facts_of, remove_all, write_whole
from dialer.domain.recording import Finished
from dialer.errors import BadInput

log = structlog.get_logger(__name__)

MOST: Final = 200
"""Taken at once."""


class DiskSpool:
    """See `dialer.ports.recordings.RecordingSpool`.

    Args:
        folder: in which the switch records.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unreadable: set[str] = set()

    def finished(self) -> list[Finished]:
        """Return what was finished and not yet booked; some of it, if it is much."""
        found: list[Finished] = []
        for path in self._named(".json"):
            if len(found) == MOST:
                break
            try:
                found.append(Finished.of_json(path.read_text(encoding="utf-8")))
            except FileNotFoundError:
                continue
            except (BadInput, UnicodeDecodeError):
                if path.name not in self._unreadable:
                    self._unreadable.add(path.name)
                    log.warning("recording_facts_unreadable", file=str(path))
        return found

    def booked(self, attempt_id: str) -> None:
        """Forget that a recording waits to be booked."""
        facts_of(self._folder, attempt_id).unlink(missing_ok=True)

    def remove(self, attempt_id: str) -> None:
        """Delete everything of a recording."""
        remove_all(self._folder, attempt_id)

    def mark(self, attempt_id: str) -> None:
        """Remember that a recording is about to be on record as kept in the store."""
        write_whole(self._mark(attempt_id), b"")

    def unmark(self, attempt_id: str) -> None:
        """Forget that."""
        self._mark(attempt_id).unlink(missing_ok=True)

    def marked(self) -> list[str]:
        """Return the attempts whose recordings are marked: an engine died in the middle."""
        return [path.stem for path in self._named(".kept")]

    def _mark(self, attempt_id: str) -> Path:
        return facts_of(self._folder, attempt_id).with_suffix(".kept")

    def _named(self, suffix: str) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            for path in (self._folder / FINISHED).iterdir():
                if path.suffix == suffix:
                    yield path
