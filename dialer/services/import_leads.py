"""Importing a list of leads: all of it, or nothing.

Knows the order: read, check, add what nobody sees, decide. Refuses to know how rows are read
(`dialer.domain.leadfile`) and where they are kept. The file is read on a thread, a slice at a
time, so that a list of any length neither fills the memory nor stops the loop.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

from dialer.domain.columns import ColumnPlan
from dialer.domain.duplicates import Duplicates
from dialer.domain.ids import CampaignId
from dialer.domain.leadfile import LeadFile, LeadRow, RejectedRow
from dialer.errors import BadInput, OutpaceError
from dialer.ports import ListSource
from dialer.services.csv_list import CsvList
from dialer.services.rejects import EXAMPLES, Rejects

_SLICE: Final = 1_000
"""Rows read and checked together."""

_REMARKS: Final = 20
"""Rows with a remark that the report itself carries."""

_SLICE_BYTES: Final = 4 << 20
"""Bytes read after which a slice ends early: long rows come in small slices."""

OpenList = Callable[[Path, ColumnPlan], ListSource]
"""Opens a list of some kind; raises `BadInput` if it cannot be used. Called on a thread."""


Erased = Callable[[Sequence[str]], Awaitable[set[str]]]
"""Returns those of some numbers (E.164) that were erased on request."""


class LeadImports(Protocol):
    """What an import needs of the store."""

    async def begin(
        self,
        campaign_id: CampaignId,
        file: str,
        *,
        at: float,
        list_name: str = "",
        source: str = "",
        cost: float | None = None,
    ) -> int:
        """Start an import into a list of a campaign and return its id."""
        ...

    async def known(self, campaign_id: CampaignId, numbers: Sequence[str]) -> set[str]:
        """Return those of the numbers (E.164) that leads of the campaign have already."""
        ...

    async def known_anywhere(self, numbers: Sequence[str]) -> set[str]:
        """Return those of the numbers (E.164) that leads of any campaign have already."""
        ...

    async def add(self, import_id: int, rows: Sequence[LeadRow]) -> None:
        """Add leads that nobody sees yet; none is a sign of life all the same."""
        ...

    async def finish(self, import_id: int, *, rows: int, rejected: int) -> None:
        """Decide that the list is there, and make its leads ready."""
        ...

    async def drop(self, import_id: int) -> None:
        """Delete an undecided import and its leads; a decided one is completed."""
        ...


@dataclass(frozen=True, slots=True)
class ListDetails:
    """What is said about a list besides its rows."""

    name: str = ""
    """The file's name unless given."""
    source: str = ""
    """Where it is from."""
    cost: float | None = None
    """Of the whole list."""


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import has come, in rows and in bytes."""

    taken: int
    rejected: int
    read_bytes: int = field(default=0, compare=False)
    size_bytes: int = field(default=0, compare=False)


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
    remarked: int = 0
    """Rows that were taken without some of their numbers."""
    remarks: tuple[tuple[int, str], ...] = ()
    """The first of these: row, and what was left out."""


_NO_DETAILS: Final = ListDetails()


async def import_leads(
    store: LeadImports,
    path: Path,
    campaign_id: CampaignId,
    *,
    at: float,
    default_region: str | None = None,
    plan: ColumnPlan | None = None,
    duplicates: Duplicates = Duplicates.CAMPAIGN,
    open_list: OpenList = CsvList,
    rejects_file: Path | None = None,
    details: ListDetails = _NO_DETAILS,
    erased: Erased | None = None,
    examples: int = EXAMPLES,
    say: Callable[[ImportProgress], None] = lambda _progress: None,
) -> ImportReport:
    """Import the leads of a file into a campaign; if it fails or is cancelled, none.

    A row is rejected when it has no usable number, or one that is known already; the others are
    imported.

    Args:
        store: where lists are kept.
        path: the file.
        campaign_id: of an existing campaign.
        at: seconds since the epoch, now.
        default_region: country (ISO 3166, "US") of numbers without a country code.
        plan: what was said about the columns; None: the number's is found by its name.
        duplicates: where a number counts as known.
        open_list: reads this kind of file; unless given, CSV.
        rejects_file: CSV to write rejected rows into; replaced if it exists.
        details: of the list that the leads go to; one of the campaign that is there is added to.
        erased: tells which numbers are never taken in again; None: there are none.
        examples: rejected rows that the report carries.
        say: told after each slice.

    Raises:
        BadInput: the file cannot be read or used, or there is no such campaign.
        StoreFailed: the store cannot be written.
    """
    with ExitStack() as cleanup:
        lists = await asyncio.to_thread(
            OpenedList, path, plan or ColumnPlan(), default_region, duplicates, open_list, erased
        )
        cleanup.callback(lists.close)
        rejects = Rejects(rejects_file, lists.file.columns, examples=examples)
        cleanup.callback(rejects.close)
        import_id = await store.begin(
            campaign_id,
            path.name,
            at=at,
            list_name=details.name,
            source=details.source,
            cost=details.cost,
        )
        intake = _Intake(store, import_id, campaign_id, lists, rejects)
        try:
            await intake.run(say)
            _check_some(intake.taken, path, rejects.examples)
            await store.finish(import_id, rows=intake.taken, rejected=rejects.count)
        except BaseException:
            rejects.remove()
            with suppress(OutpaceError):  # what is left is deleted at the next start
                await store.drop(import_id)
            raise
    return ImportReport(
        import_id,
        path,
        lists.file.number_column,
        intake.taken,
        rejects.count,
        tuple(rejects.examples),
        rejects_file if rejects.count else None,
        intake.remarked,
        tuple(intake.remarks),
    )


class _Intake:
    """The rows of one list on their way into the store: some are read while others are written."""

    def __init__(
        self,
        store: LeadImports,
        import_id: int,
        campaign_id: CampaignId,
        lists: "OpenedList",
        rejects: Rejects,
    ) -> None:
        self._store = store
        self._import_id = import_id
        self._campaign_id = campaign_id
        self._lists = lists
        self._rejects = rejects
        self.taken = 0
        self.remarked = 0
        self.remarks: list[tuple[int, str]] = []

    async def run(self, say: Callable[[ImportProgress], None]) -> None:
        """Take all rows in."""
        loop = asyncio.get_running_loop()
        reading = loop.run_in_executor(None, self._lists.next_slice)
        try:
            while rows := await asyncio.shield(reading):
                reading = loop.run_in_executor(None, self._lists.next_slice)
                await self._take(rows)
                source = self._lists.source
                count = self._rejects.count
                say(ImportProgress(self.taken, count, source.read_bytes(), source.size_bytes))
        finally:
            await _ended(reading)  # before its file is closed

    async def _take(self, rows: Sequence[LeadRow | RejectedRow]) -> None:
        checked = await self._lists.without_known(self._store, self._campaign_id, rows)
        fresh = [row for row in checked if isinstance(row, LeadRow)]
        if len(fresh) < len(checked):
            rejected = [row for row in checked if isinstance(row, RejectedRow)]
            await asyncio.to_thread(self._rejects.add, rejected)
        await self._store.add(self._import_id, fresh)
        self.taken += len(fresh)
        remarks = [(row.row, row.remark) for row in fresh if row.remark]
        self.remarked += len(remarks)
        self.remarks += remarks[: _REMARKS - len(self.remarks)]


async def _ended(reading: asyncio.Future[Any]) -> None:
    """Return when a slice is read, whatever came of it: a thread cannot be cancelled."""
    cancelled: asyncio.CancelledError | None = None
    while not reading.done():
        try:
            await asyncio.wait([reading])
        except asyncio.CancelledError as again:
            cancelled = again
    if not reading.cancelled():
        reading.exception()  # seen: it was raised already, or something else was
    if cancelled is not None:
        raise cancelled


class OpenedList:
    """A list while it is read; what does not wait blocks, and is called on a thread.

    Raises:
        BadInput: it cannot be read, or not as a list of leads.
    """

    def __init__(
        self,
        path: Path,
        plan: ColumnPlan,
        default_region: str | None,
        duplicates: Duplicates,
        open_list: OpenList,
        erased: Erased | None = None,
    ) -> None:
        self._duplicates = duplicates
        self._erased = erased
        self.source = open_list(path, plan)
        try:
            self.file = LeadFile(
                self.source.table,
                name=path.name,
                plan=plan,
                default_region=default_region,
                once=duplicates.in_file,
            )
        except BaseException:
            self.source.close()
            raise
        self._rows: Iterator[LeadRow | RejectedRow] = iter(self.file)

    def next_slice(self) -> list[LeadRow | RejectedRow]:
        """Read some rows; none are left if there are none."""
        until = self.source.read_bytes() + _SLICE_BYTES
        rows: list[LeadRow | RejectedRow] = []
        for row in islice(self._rows, _SLICE):
            rows.append(row)
            if self.source.read_bytes() > until:
                break
        return rows

    async def without_known(
        self, store: LeadImports, campaign_id: CampaignId, rows: Sequence[LeadRow | RejectedRow]
    ) -> list[LeadRow | RejectedRow]:
        """Return the rows; those whose number is known already, or was erased, are rejected."""
        numbers = [number for row in rows if isinstance(row, LeadRow) for number in row.numbers]
        known: set[str] = set()
        reason = "is in the campaign already"
        if self._duplicates is Duplicates.CAMPAIGN:
            known = await store.known(campaign_id, numbers)
        elif self._duplicates is Duplicates.NODE:
            known = await store.known_anywhere(numbers)
            reason = "is in a campaign already"
        rejected = self._without(rows, known, reason)
        if self._erased is not None:
            erased = await self._erased(numbers)
            rejected = self._without(rejected, erased, "was erased on request")
        return rejected

    def _without(
        self, rows: Sequence[LeadRow | RejectedRow], numbers: set[str], reason: str
    ) -> list[LeadRow | RejectedRow]:
        if not numbers:
            return list(rows)
        return [
            RejectedRow(row.row, reason, self.file.values_of(row))
            if isinstance(row, LeadRow) and not numbers.isdisjoint(row.numbers)
            else row
            for row in rows
        ]

    def close(self) -> None:
        """Let go of the file."""
        self.source.close()


def _check_some(taken: int, path: Path, rejected: Sequence[RejectedRow]) -> None:
    if taken:
        return
    if not rejected:
        raise BadInput(path.name, "has no rows below its header", "add the leads")
    problem = f"has no usable row (row {rejected[0].row}: {rejected[0].reason})"
    raise BadInput(path.name, problem, "correct the list, or give the region of its numbers")
