"""Leads as another program sends them: a JSON object a line (NDJSON). Pure.

Any bytes are a lead or are rejected with a reason. What attributes say of place and further numbers
is read as the columns of a list are (`dialer.domain.leadfile`). Refuses to know which leads are
there already.
"""

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from dialer.domain.columns import ColumnPlan
from dialer.domain.lead_change import (
    EXTERNAL_ID_MAX,
    Patch,
    patch_from,
    priority_from,
    words_from,
)
from dialer.domain.leadfile import LeadFile, LeadRow, RejectedRow
from dialer.domain.leadtable import Record, Table
from dialer.errors import BadInput

LINE_MAX: Final = 1 << 20
"""Bytes of a line."""

MEMBERS: Final = frozenset({"number", "attributes", "external_id", "priority", "list"})

_NUMBER: Final = "number"
_NUMBER_MAX: Final = 60
_KEPT: Final = 100
"""Sets of attribute names whose meaning is kept."""


@dataclass(frozen=True, slots=True)
class LeadLine:
    """A line that is a lead."""

    line: int
    """From 1."""
    row: LeadRow
    """The lead it would be if it is new."""
    patch: Patch
    """Its attributes as they were sent."""
    priority: int | None
    external_id: str
    list_name: str
    """"" if it names none."""


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line that is none, and why."""

    line: int
    reason: str


class LeadLines:
    """Reads lines.

    Args:
        region: country (ISO 3166, "US") of numbers without a country code, if it was said.

    Raises:
        BadInput: there is no such country.
    """

    def __init__(self, region: str | None) -> None:
        self._region = region
        self._readers: dict[tuple[str, ...], _Reader] = {}
        self._reader(())

    def read(self, line: int, raw: bytes) -> LeadLine | RejectedLine:
        """Read one."""
        try:
            sent = _object(raw)
            number = sent.get("number")
            if not isinstance(number, str) or not number.strip() or len(number) > _NUMBER_MAX:
                raise BadInput("number", "is missing or no text", "send it as +12025550100")
            patch = patch_from(sent.get("attributes", {}))
            priority = None if sent.get("priority") is None else priority_from(sent["priority"])
            external_id = _words(sent, "external_id", EXTERNAL_ID_MAX)
            list_name = _words(sent, "list", 200)
        except BadInput as error:
            return RejectedLine(line, f"{error.field}: {error.problem}")
        attributes = {name: value for name, value in patch.items() if value is not None}
        row = self.row(line, number, attributes)
        if isinstance(row, RejectedRow):
            return RejectedLine(line, row.reason)
        if priority is not None:
            row = replace(row, priority=priority)
        row = replace(row, external_id=external_id)
        return LeadLine(line, row, patch, priority, external_id, list_name)

    def row(self, line: int, number: str, attributes: Mapping[str, str]) -> LeadRow | RejectedRow:
        """Read a number and attributes as a row of a list with these columns."""
        return self._reader(tuple(attributes)).read(line, (number, *attributes.values()))

    def _reader(self, names: tuple[str, ...]) -> "_Reader":
        reader = self._readers.get(names)
        if reader is None:
            if len(self._readers) >= _KEPT:
                self._readers.clear()
            reader = self._readers[names] = _Reader(names, self._region)
        return reader


class _Reader:
    """A list with certain columns that never ends."""

    def __init__(self, names: tuple[str, ...], region: str | None) -> None:
        self._names = names
        self._fed: deque[Record] = deque()
        table = Table((_NUMBER, *names), self._records())
        plan = ColumnPlan(_NUMBER)
        file = LeadFile(table, name="body", plan=plan, default_region=region, once=False)
        self._rows = iter(file)

    def read(self, line: int, values: tuple[str, ...]) -> LeadRow | RejectedRow:
        self._fed.append(Record(line, values))
        row = next(self._rows)
        if isinstance(row, RejectedRow):
            return row
        return replace(row, attributes=dict(zip(self._names, values[1:], strict=True)))

    def _records(self) -> Iterator[Record]:
        while True:
            yield self._fed.popleft()


def _object(raw: bytes) -> Mapping[str, Any]:
    if len(raw) > LINE_MAX:
        raise BadInput("line", f"has more than {LINE_MAX:,} bytes", "send less")
    try:
        sent = json.loads(raw.decode(), parse_constant=_no_number, object_pairs_hook=_distinct)
    except UnicodeDecodeError:
        raise BadInput("line", "is not UTF-8", "send UTF-8") from None
    except (ValueError, RecursionError):
        raise BadInput("line", "is no JSON object, or names a member twice", "send one") from None
    if not isinstance(sent, dict):
        raise BadInput("line", "is no JSON object", 'send {"number": ...}')
    unknown = sorted(sent.keys() - MEMBERS)
    if unknown:
        known = ", ".join(sorted(MEMBERS))
        raise BadInput("line", f"has an unknown member {unknown[0][:40]!r}", f"use {known}")
    return sent


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a member is there twice")
    return found


def _words(sent: Mapping[str, Any], name: str, most: int) -> str:
    return "" if sent.get(name) is None else words_from(name, sent[name], most)
