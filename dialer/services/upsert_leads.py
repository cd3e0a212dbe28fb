"""Leads that another program sends: new ones are added, those that are there are changed.

All of a body or nothing, unless the good lines are wanted: an import of the same kind as that of a
list, decided in one instant. Knows the order. Refuses to know how a line reads
(`dialer.domain.lead_line`) and which lead is meant (`dialer.domain.lead_upsert`).
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from dialer.domain.calling_rules.place import Place
from dialer.domain.ids import CampaignId, PlaceId
from dialer.domain.lead_change import LeadChange
from dialer.domain.lead_line import LINE_MAX, LeadLine, LeadLines, RejectedLine
from dialer.domain.lead_upsert import ChangedLead, KnownLead, Upserts
from dialer.domain.leadfile import LeadRow
from dialer.errors import BadInput, OutpaceError
from dialer.services.import_leads import Erased, LeadImports

LINES_MAX: Final = 100_000
"""Lines of a body."""

EXAMPLES: Final = 100
"""Rejected lines that the report names."""

LIST: Final = "api"
"""Where new leads go that name no list."""

_SLICE: Final = 500
_SLICE_BYTES: Final = 4 << 20


class StagedImports(LeadImports, Protocol):
    """Imports that change leads as well."""

    async def stage(self, import_id: int, changes: Mapping[int, LeadChange]) -> None:
        """Keep changes of leads, made once the import is decided."""
        ...

    async def finish_all(self, taken: Mapping[int, tuple[int, int]]) -> None:
        """Decide imports together: each to rows taken and rejected."""
        ...


class KnownLeads(Protocol):
    """The leads that are there."""

    def exclusively(self, campaign_id: CampaignId) -> AbstractAsyncContextManager[None]:
        """Let nobody else upsert into the campaign meanwhile."""
        ...

    async def known(
        self, campaign_id: CampaignId, numbers: Sequence[str], external_ids: Sequence[str]
    ) -> Sequence[KnownLead]:
        """Return the leads of a campaign that have one of these."""
        ...

    async def place_ids(self, places: Iterable[Place]) -> Mapping[Place, PlaceId]:
        """Return the ids of places; new ones are added."""
        ...


@dataclass(slots=True)
class UpsertReport:
    """What came of a body."""

    lines: int = 0
    """That were not blank."""
    created: int = 0
    updated: int = 0
    rejected: int = 0
    examples: list[RejectedLine] = field(default_factory=list)
    """The first rejected ones."""
    done: bool = True
    """False: some were rejected, so nothing was done."""


async def upsert_leads(
    imports: StagedImports,
    leads: KnownLeads,
    path: Path,
    campaign_id: CampaignId,
    *,
    at: float,
    region: str | None = None,
    list_name: str = "",
    partial: bool = False,
    erased: Erased | None = None,
) -> UpsertReport:
    """Add and change the leads of a file of JSON lines; if it fails or is cancelled, none.

    Args:
        imports: where new leads are kept.
        leads: those that are there.
        path: the file.
        campaign_id: of an existing campaign.
        at: now, epoch seconds.
        region: country (ISO 3166) of numbers without a country code.
        list_name: of new leads that name none.
        partial: do the good lines, though others are rejected.
        erased: tells which numbers are never taken in again; None: there are none.

    Raises:
        BadInput: there are no lines or too many, the region is unknown, or there is no campaign.
        WrongState: somebody else upserts into the campaign all the time.
        StoreFailed: the store cannot be written.
    """
    intake = _Intake(imports, leads, campaign_id, at, LeadLines(region), list_name, erased)
    report = intake.report
    async with leads.exclusively(campaign_id):
        try:
            async for some in _slices(path):
                await intake.take(some, partial=partial)
            if report.lines == 0:
                raise BadInput("body", "has no lines", "send a JSON object a line")
            report.done = partial or report.rejected == 0
            if report.done and intake.begun:
                await imports.finish_all(intake.taken())
        except BaseException:
            await _drop(imports, intake)
            raise
        if not report.done:
            await _drop(imports, intake)
            report.created = report.updated = 0
    return report


async def _drop(imports: StagedImports, intake: "_Intake") -> None:
    for import_id in intake.begun.values():
        with suppress(OutpaceError):  # what is left is deleted at the next start
            await imports.drop(import_id)


class _Intake:
    """The lines of a body on their way into the store."""

    def __init__(
        self,
        imports: StagedImports,
        leads: KnownLeads,
        campaign_id: CampaignId,
        at: float,
        lines: LeadLines,
        list_name: str,
        erased: Erased | None,
    ) -> None:
        self._imports = imports
        self._leads = leads
        self._campaign_id = campaign_id
        self._at = at
        self._upserts = Upserts(lines)
        self._list_name = list_name or LIST
        self._erased = erased
        self._rows: dict[int, int] = {}
        self.begun: dict[str, int] = {}
        """Name of each list, and the import into it."""
        self.report = UpsertReport()

    def taken(self) -> dict[int, tuple[int, int]]:
        """Return what `finish_all` is told."""
        return {each: (self._rows.get(each, 0), 0) for each in self.begun.values()}

    async def take(self, raw: Sequence[tuple[int, bytes]], *, partial: bool) -> None:
        """Take the next lines in; after the first rejected one they are only judged."""
        report = self.report
        report.lines += len(raw)
        lines = self._upserts.lines
        read = await asyncio.to_thread(lambda: [lines.read(*one) for one in raw])
        good = await self._without_erased(one for one in read if isinstance(one, LeadLine))
        self._reject(one for one in read if isinstance(one, RejectedLine))
        numbers = [number for one in good for number in one.row.numbers]
        external_ids = [one.external_id for one in good if one.external_id]
        known = await self._leads.known(self._campaign_id, numbers, external_ids)
        decided = await asyncio.to_thread(self._upserts.decide, good, known)
        self._reject(what for _, what in decided if isinstance(what, RejectedLine))
        if report.rejected and not partial:
            return
        await self._add([(one, what) for one, what in decided if isinstance(what, LeadRow)])
        await self._change([what for _, what in decided if isinstance(what, ChangedLead)])

    async def _without_erased(self, some: Iterable[LeadLine]) -> list[LeadLine]:
        good = list(some)
        if self._erased is None or not good:
            return good
        gone = await self._erased([number for one in good for number in one.row.numbers])
        if gone:
            hit = [one for one in good if not gone.isdisjoint(one.row.numbers)]
            self._reject(RejectedLine(one.line, "was erased on request") for one in hit)
            good = [one for one in good if gone.isdisjoint(one.row.numbers)]
        return good

    def _reject(self, some: Iterable[RejectedLine]) -> None:
        rejected = sorted(some, key=lambda one: one.line)
        self.report.rejected += len(rejected)
        self.report.examples += rejected[: EXAMPLES - len(self.report.examples)]
        self.report.examples.sort(key=lambda one: one.line)

    async def _add(self, new: Sequence[tuple[LeadLine, LeadRow]]) -> None:
        by_list: dict[str, list[LeadRow]] = {}
        for line, row in new:
            by_list.setdefault(line.list_name or self._list_name, []).append(row)
        for name, rows in by_list.items():
            import_id = await self._import(name)
            await self._imports.add(import_id, rows)
            self._rows[import_id] = self._rows.get(import_id, 0) + len(rows)
        self.report.created += len(new)

    async def _change(self, changed: Sequence[ChangedLead]) -> None:
        if not changed:
            return
        places = [one.place for one in changed if one.place is not None]
        ids = await self._leads.place_ids(places) if places else {}
        changes = {
            one.lead.lead_id: one.change
            if one.place is None
            else replace(one.change, place_id=ids[one.place])
            for one in changed
        }
        name = next(iter(self.begun), changed[0].lead.list_name)  # no list is made for changes
        await self._imports.stage(await self._import(name), changes)
        self.report.updated += len(changed)

    async def _import(self, name: str) -> int:
        if name not in self.begun:
            self.begun[name] = await self._imports.begin(
                self._campaign_id, "upsert", at=self._at, list_name=name
            )
        return self.begun[name]


async def _slices(path: Path) -> AsyncIterator[list[tuple[int, bytes]]]:
    """Yield the lines of a file that are not blank, each with its number from 1."""
    file: BinaryIO = await asyncio.to_thread(path.open, "rb")
    try:
        line = count = 0
        while True:
            some, line = await asyncio.to_thread(_next_lines, file, line)
            if not some:
                return
            count += len(some)
            if count > LINES_MAX:
                raise BadInput("body", f"has more than {LINES_MAX:,} lines", "send it in parts")
            yield some
    finally:
        await asyncio.to_thread(file.close)


def _next_lines(file: BinaryIO, line: int) -> tuple[list[tuple[int, bytes]], int]:
    some: list[tuple[int, bytes]] = []
    size = 0
    while len(some) < _SLICE and size < _SLICE_BYTES:
        raw = file.readline(LINE_MAX + 2)
        if not raw:
            break
        rest = raw
        while rest and not rest.endswith(b"\n"):  # of a line that is too long, or the last one
            rest = file.readline(LINE_MAX)
        line += 1
        if raw.strip():
            some.append((line, raw))
            size += len(raw)
    return some, line
