"""Whether a lead that is sent is new or there already, and what changes of it then. Pure.

Of one campaign, line after line: no lead is doubled, none is changed twice by one body. Refuses to
know how leads are looked up, and what is done with those that are not taken.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from dialer.domain.calling_rules.place import Place, place_of
from dialer.domain.lead_change import LeadChange, Patch, merged
from dialer.domain.lead_line import LeadLine, LeadLines, RejectedLine
from dialer.domain.leadfile import LeadRow, RejectedRow
from dialer.domain.leadtable import COLUMNS_MAX

_HELD: Final = frozenset({"leased", "dialing"})
"""States in which an engine has the number of a lead in its hands."""


@dataclass(frozen=True, slots=True)
class KnownLead:
    """A lead that is there."""

    lead_id: int
    number: str
    """E.164; the one that is dialed next."""
    numbers: tuple[str, ...]
    """All of them."""
    external_id: str
    attributes: Mapping[str, str]
    state: str
    list_name: str


@dataclass(frozen=True, slots=True)
class ChangedLead:
    """What changes of a lead that is there."""

    lead: KnownLead
    change: LeadChange
    place: Place | None = None
    """Where it is from now on; None: where it was."""


class UnusableChange(ValueError):
    """A change that cannot be made; the message is the reason."""


def change_of(
    lines: LeadLines,
    lead: KnownLead,
    patch: Patch,
    *,
    number: str | None = None,
    priority: int | None = None,
    external_id: str = "",
) -> ChangedLead:
    """Return what changes of a lead.

    Args:
        lines: reads attributes as the columns of a list.
        lead: as it is.
        patch: attributes to change.
        number: the one it is sent with, E.164; None: its own.
        priority: None: as it is, unless an attribute says one.
        external_id: "": as it is.

    Raises:
        UnusableChange: it cannot be made.
    """
    after = merged(lead.attributes, patch)
    if len(after) > COLUMNS_MAX:
        raise UnusableChange(f"has more than {COLUMNS_MAX:,} attributes then")
    other = number is not None and number not in lead.numbers
    if other and lead.state in _HELD:
        raise UnusableChange("is being dialed on another number; send it again")
    was = lines.row(0, lead.number, lead.attributes)
    will_be = lines.row(0, number if other and number else lead.number, after)
    if isinstance(will_be, RejectedRow):
        raise UnusableChange(will_be.reason)
    moved = _stated(was) != _stated(will_be)
    if (moved or other) and len(lead.numbers) > 1:
        raise UnusableChange("has several numbers: neither they nor its place are changed here")
    if priority is None and isinstance(was, LeadRow) and was.priority != will_be.priority:
        priority = will_be.priority
    return ChangedLead(
        lead,
        LeadChange(
            attributes=patch,
            priority=priority,
            external_id=external_id or None,
            number=will_be.number if other else None,
        ),
        place_of(will_be.number, zone=will_be.zone, address=will_be.address)
        if moved or other
        else None,
    )


def _stated(row: LeadRow | RejectedRow) -> tuple[str, str]:
    return (row.zone, row.address) if isinstance(row, LeadRow) else ("", "")


@dataclass(slots=True)
class Upserts:
    """The lines of one body, as far as they have come.

    Args:
        lines: reads them.
    """

    lines: LeadLines
    _numbers: dict[int, int] = field(default_factory=dict)
    _external_ids: dict[str, int] = field(default_factory=dict)
    _leads: dict[int, int] = field(default_factory=dict)

    def decide(
        self, some: Iterable[LeadLine], known: Iterable[KnownLead]
    ) -> list[tuple[LeadLine, LeadRow | ChangedLead | RejectedLine]]:
        """Return what becomes of each line.

        Args:
            some: the next lines.
            known: leads of the campaign that have one of their numbers or external ids.
        """
        by_number: dict[str, list[KnownLead]] = defaultdict(list)
        by_external: dict[str, KnownLead] = {}
        for lead in sorted(known, key=lambda lead: lead.lead_id):
            for number in lead.numbers:
                by_number[number].append(lead)
            if lead.external_id:
                by_external[lead.external_id] = lead
        return [(line, self._decided(line, by_number, by_external)) for line in some]

    def _decided(
        self,
        line: LeadLine,
        by_number: Mapping[str, list[KnownLead]],
        by_external: Mapping[str, KnownLead],
    ) -> LeadRow | ChangedLead | RejectedLine:
        number = line.row.number
        same = self._numbers.setdefault(int(number), line.line)
        if same != line.line:
            return RejectedLine(line.line, f"same number as line {same}")
        if line.external_id:
            same = self._external_ids.setdefault(line.external_id, line.line)
            if same != line.line:
                return RejectedLine(line.line, f"same external_id as line {same}")
        with_number = by_number.get(number, [])
        lead = by_external.get(line.external_id) if line.external_id else None
        if lead is not None and with_number and lead not in with_number:
            told = f"its external_id is lead {lead.lead_id}'s"
            return RejectedLine(line.line, f"the number is lead {with_number[0].lead_id}'s, {told}")
        lead = lead or (with_number[0] if with_number else None)
        if lead is None:
            return self._new(line, by_number)
        same = self._leads.setdefault(lead.lead_id, line.line)
        if same != line.line:
            return RejectedLine(line.line, f"same lead as line {same}")
        try:
            return change_of(
                self.lines,
                lead,
                line.patch,
                number=number,
                priority=line.priority,
                external_id=line.external_id,
            )
        except UnusableChange as unusable:
            return RejectedLine(line.line, f"lead {lead.lead_id} {unusable}")

    def _new(
        self, line: LeadLine, by_number: Mapping[str, list[KnownLead]]
    ) -> LeadRow | RejectedLine:
        for other in line.row.others:
            if by_number.get(other.number):
                lead_id = by_number[other.number][0].lead_id
                return RejectedLine(line.line, f"its number {other.kind} is lead {lead_id}'s")
            same = self._numbers.setdefault(int(other.number), line.line)
            if same != line.line:
                return RejectedLine(line.line, f"same number as line {same}")
        return line.row
