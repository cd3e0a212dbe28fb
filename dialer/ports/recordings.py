"""What keeping recordings needs: a place for them, whoever brings them there, and the record.

`RecordingStore` is blocking: it is used in threads and in processes of their own.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol

from dialer.domain.ids import CallId
from dialer.domain.legal_limits import Ground
from dialer.domain.recording import Booked, Finished, Kept, RecordingRow
from dialer.domain.recording_rules import RecordingRules


class RecordingStore(Protocol):
    """A place for files that are written once; names are paths with `/`, relative."""

    def put(self, name: str, source: Path) -> None:
        """Keep a file's content under a name: whole, lasting, and read back; or not at all.

        What was there under the name before is replaced.

        Raises:
            OSError: it is not kept.
        """
        ...

    def size(self, name: str) -> int:
        """Return the bytes of a file.

        Raises:
            FileNotFoundError: there is none of that name.
            OSError: the store cannot be asked.
        """
        ...

    def read(self, name: str, start: int, length: int) -> bytes:
        """Return bytes of a file: fewer where it ends.

        Raises:
            FileNotFoundError: there is none of that name.
            OSError: the store cannot be asked.
        """
        ...

    def delete(self, name: str) -> bool:
        """Delete a file; tell whether it was there.

        Raises:
            OSError: the store cannot be asked.
        """
        ...


class RecordingKeeper(Protocol):
    """Brings finished recordings from the disk of their node to the store, with their waveforms."""

    async def keep(self, attempt_id: str, file: str, name: str) -> None:
        """Put a recording into the store under a name; what is on the disk stays.

        Raises:
            FileNotFoundError: it is not on the disk.
            OSError: it is not kept; says why.
        """
        ...

    async def drop(self, attempt_id: str, file: str, name: str) -> None:
        """Delete from the disk what is in the store under a name.

        Raises:
            OSError: it may still be there; says why.
        """
        ...

    async def forget(self, attempt_id: str, name: str) -> None:
        """Delete a recording from the store.

        Raises:
            OSError: it may still be there; says why.
        """
        ...


class RecordingSpool(Protocol):
    """The disk of a node, on which recordings are finished. Blocking."""

    def finished(self) -> list[Finished]:
        """Return what was finished and not yet booked."""
        ...

    def booked(self, attempt_id: str) -> None:
        """Forget that a recording waits to be booked."""
        ...

    def remove(self, attempt_id: str) -> None:
        """Delete everything of a recording."""
        ...

    def mark(self, attempt_id: str) -> None:
        """Remember that a recording is about to be on record as kept in the store."""
        ...

    def unmark(self, attempt_id: str) -> None:
        """Forget that."""
        ...

    def marked(self) -> list[str]:
        """Return the attempts whose recordings are marked: an engine died in the middle."""
        ...


class RecordingRecords(Protocol):
    """The record of recordings."""

    async def book(self, finished: Finished, kept: Kept) -> Booked:
        """Put on record what a finished recording is; once more changes nothing."""
        ...

    async def of_attempt(self, attempt_id: str) -> RecordingRow | None:
        """Return the recording of an attempt; None: there is none on record, or it was deleted."""
        ...

    async def to_keep(
        self, node: str, limit: int, *, but: Collection[int] = ()
    ) -> list[RecordingRow]:
        """Return recordings that lie where they were finished, the oldest first.

        Args:
            node: on whose disk.
            limit: how many at most.
            but: rows that are not wanted.
        """
        ...

    async def moved(self, row: RecordingRow, file: str, kept: Kept) -> bool:
        """Put on record where a recording is now; False if it was deleted meanwhile."""
        ...

    async def rules(self) -> Mapping[str, RecordingRules]:
        """Return what each tenant says of its recordings.

        Raises:
            BadInput: one of them says something that is no rule.
        """
        ...


class RecordedCallers(Protocol):
    """The record of talks with people who called us, as they are recorded."""

    async def begin(self, call_id: CallId, ground: Ground, *, by: str = "", at: float) -> None:
        """Put on record that a talk is recorded from now on; once more changes nothing.

        Returns once it is committed.

        Args:
            call_id: of the call.
            ground: on which; that the caller has agreed is in the audit log as well.
            by: who heard the caller agree.
            at: epoch seconds.

        Raises:
            WrongState: the call is over, or on no record.
        """
        ...

    async def void(self, call_id: CallId) -> None:
        """Forget a recording that did not begin."""
        ...
