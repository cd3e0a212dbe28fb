"""Importing a list of leads from a CSV file: all of it, or nothing.

Knows the order: read, check, add what nobody sees, decide. Refuses to know how rows are read
(`dialer.domain.leadfile`) and where they are kept. The file is read on a thread, a slice at a
time, so that a list of any length neither fills the memory nor stops the loop.
"""

import asyncio
import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

from dialer.domain.ids import CampaignId
from dialer.domain.leadfile import LeadFile, LeadRow, RejectedRow, encoding_of
from dialer.errors import BadInput, OutpaceError

_SLICE: Final = 500
"""Rows read, checked and committed together."""

_EXAMPLES: Final = 20
"""Rejected rows that the report itself carries."""

_CHUNK: Final = 1 << 20


class LeadImports(Protocol):
    """What an import needs of the store."""

    async def begin(self, campaign_id: CampaignId, file: str, *, at: float) -> int:
        """Start an import of a campaign and return its id."""
        ...

    async def known(self, campaign_id: CampaignId, numbers: Sequence[str]) -> set[str]:
        """Return those of the numbers (E.164) that the campaign has leads of already."""
        ...

    async def add(self, import_id: int, rows: Sequence[LeadRow]) -> None:
        """Add leads that nobody sees yet."""
        ...

    async def finish(self, import_id: int, *, rows: int, rejected: int) -> None:
        """Decide that the list is there, and make its leads ready."""
        ...

    async def drop(self, import_id: int) -> None:
        """Delete an undecided import and its leads; a decided one is completed."""
        ...


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import has come, in rows."""

    taken: int
    rejected: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of an import."""

    import_id: int
    file: Path
    number_column: str
    taken: int
    rejected: int
    examples: tuple[RejectedRow, ...]
    """The first rejected rows."""
    rejects_file: Path | None
    """Where all of them are, as a CSV with their reasons; None if there are none."""


async def import_leads(
    store: LeadImports,
    path: Path,
    campaign_id: CampaignId,
    *,
    at: float,
    default_region: str | None = None,
    number_column: str | None = None,
    rejects_file: Path | None = None,
    say: Callable[[ImportProgress], None] = lambda _progress: None,
) -> ImportReport:
    """Import the leads of a CSV file into a campaign; if it fails or is cancelled, none.

    A row is rejected when it has no usable number, or one that the file or the campaign has
    already; the others are imported.

    Args:
        store: where lists are kept.
        path: CSV file with a header: comma, semicolon or tab; UTF-8, UTF-16 or Latin-1.
        campaign_id: of an existing campaign.
        at: seconds since the epoch, now.
        default_region: country (ISO 3166, "US") of numbers without a country code.
        number_column: header of the number's column; None: found by its name.
        rejects_file: CSV to write rejected rows into; replaced if it exists.
        say: told after each slice.

    Raises:
        BadInput: the file cannot be read or used, or there is no such campaign.
        StoreFailed: the store cannot be written.
    """
    with ExitStack() as cleanup:
        lists = await asyncio.to_thread(_OpenList, path, default_region, number_column)
        cleanup.callback(lists.close)
        rejects = _Rejects(rejects_file, lists.file)
        cleanup.callback(rejects.close)
        import_id = await store.begin(campaign_id, path.name, at=at)
        try:
            taken = await _take_in(store, import_id, campaign_id, lists, rejects, say)
            _check_some(taken, path, rejects.examples)
            await store.finish(import_id, rows=taken, rejected=rejects.count)
        except BaseException:
            rejects.remove()
            with suppress(OutpaceError):  # what is left is deleted at the next start
                await store.drop(import_id)
            raise
    return ImportReport(
        import_id,
        path,
        lists.file.number_column,
        taken,
        rejects.count,
        tuple(rejects.examples),
        rejects_file if rejects.count else None,
    )


async def _take_in(
    store: LeadImports,
    import_id: int,
    campaign_id: CampaignId,
    lists: "_OpenList",
    rejects: "_Rejects",
    say: Callable[[ImportProgress], None],
) -> int:
    taken = 0
    while rows := await asyncio.to_thread(lists.next_slice):
        leads = [row for row in rows if isinstance(row, LeadRow)]
        known = await store.known(campaign_id, [lead.number for lead in leads])
        fresh = [lead for lead in leads if lead.number not in known]
        await asyncio.to_thread(rejects.add, rows, known)
        await store.add(import_id, fresh)
        taken += len(fresh)
        say(ImportProgress(taken, rejects.count))
    return taken


class _OpenList:
    """The file while it is read; its methods block and are called on a thread."""

    def __init__(self, path: Path, default_region: str | None, number_column: str | None) -> None:
        self._path = path
        try:
            with path.open("rb") as source:
                encoding = encoding_of(iter(lambda: source.read(_CHUNK), b""), name=path.name)
            self._lines = path.open(encoding=encoding, newline="")
        except OSError as error:
            raise _unreadable(path, error) from None
        try:
            self.file = LeadFile(
                self._lines,
                name=path.name,
                default_region=default_region,
                number_column=number_column,
            )
        except BaseException:
            self._lines.close()
            raise
        self._rows: Iterator[LeadRow | RejectedRow] = iter(self.file)

    def next_slice(self) -> list[LeadRow | RejectedRow]:
        try:
            return list(islice(self._rows, _SLICE))
        except UnicodeDecodeError:
            problem = "changes its encoding in the middle"
            raise BadInput(self._path.name, problem, "save it as UTF-8") from None
        except OSError as error:
            raise _unreadable(self._path, error) from None

    def close(self) -> None:
        self._lines.close()


class _Rejects:
    """The rejected rows: counted, the first ones kept, all of them written into a CSV."""

    def __init__(self, path: Path | None, file: LeadFile) -> None:
        self.count = 0
        self.examples: list[RejectedRow] = []
        self._path = path
        self._file = file
        self._stack = ExitStack()
        self._writer: Any = None

    def add(self, rows: Sequence[LeadRow | RejectedRow], known: set[str]) -> None:
        """Take those of the rows that are rejected, or whose number is known already."""
        for row in rows:
            if isinstance(row, RejectedRow):
                self._add(row)
            elif row.number in known:
                values = self._file.values_of(row)
                self._add(RejectedRow(row.row, "is in the campaign already", values))

    def remove(self) -> None:
        """Delete what was written."""
        self.close()
        if self._writer is not None and self._path is not None:
            self._path.unlink(missing_ok=True)

    def close(self) -> None:
        self._stack.close()

    def _add(self, row: RejectedRow) -> None:
        self.count += 1
        if len(self.examples) < _EXAMPLES:
            self.examples.append(row)
        if self._path is None:
            return
        if self._writer is None:
            try:
                lines = self._path.open("w", encoding="utf-8", newline="")
            except OSError as error:
                problem = f"cannot be written: {error.strerror}"
                raise BadInput(str(self._path), problem, "name another file") from None
            self._writer = csv.writer(self._stack.enter_context(lines))
            self._writer.writerow(["row", "reason", *self._file.columns])
        self._writer.writerow([row.row, row.reason, *row.values])


def _unreadable(path: Path, error: OSError) -> BadInput:
    return BadInput(str(path), f"cannot be read: {error.strerror}", "check its name and rights")


def _check_some(taken: int, path: Path, rejected: Sequence[RejectedRow]) -> None:
    if taken:
        return
    if not rejected:
        raise BadInput(path.name, "has no rows below its header", "add the leads")
    problem = f"has no usable row (row {rejected[0].row}: {rejected[0].reason})"
    raise BadInput(path.name, problem, "correct the list, or give the region of its numbers")
