"""Lines of JSON as leads: any bytes are one or say why not; which is meant, and what changes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.lead_line import LINE_MAX, LeadLine, LeadLines, RejectedLine
from dialer.domain.lead_upsert import (
    ChangedLead,
    KnownLead,
    UnusableChange,
    Upserts,
    change_of,
)
from dialer.domain.leadfile import LeadRow
from dialer.errors import BadInput

ANN, BOB = "+12025550101", "+12025550102"


def read(sent: Any, region: str | None = None, line: int = 1) -> LeadLine | RejectedLine:
    raw = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return LeadLines(region).read(line, raw)


def lead(lead_id: int, *numbers: str, **said: Any) -> KnownLead:
    fields = {"external_id": "", "attributes": {}, "state": "ready", "list_name": "l", **said}
    return KnownLead(lead_id, numbers[0], numbers, **fields)


def decided(known: list[KnownLead], *lines: Any) -> list[Any]:
    reader = LeadLines(None)
    read_lines = [reader.read(i, json.dumps(one).encode()) for i, one in enumerate(lines, 1)]
    good = [one for one in read_lines if isinstance(one, LeadLine)]
    return [what for _, what in Upserts(reader).decide(good, known)]


def test_a_line_reads_as_a_row_of_a_list_with_these_columns_would() -> None:
    attributes = {"mobile": "202 555 0102", "state": "TX", "age": 31, "vip": True, "x": None}
    line = read({"number": "(202) 555-0101", "attributes": attributes, "priority": -3}, "us")
    assert isinstance(line, LeadLine)
    assert line.row.numbers == (ANN, BOB)
    assert (line.row.address, line.row.priority) == ("US-TX", -3)
    assert line.row.attributes == {
        "mobile": "202 555 0102",
        "state": "TX",
        "age": "31",
        "vip": "true",
    }
    assert line.patch["x"] is None


def test_attributes_named_as_the_number_are_attributes() -> None:
    line = read({"number": ANN, "attributes": {"number": "7", "Number": "8", " ": "9"}})
    assert isinstance(line, RejectedLine)  # a name of blanks
    line = read({"number": ANN, "attributes": {"number": "7", "Number": "8"}})
    assert isinstance(line, LeadLine)
    assert (line.row.number, line.row.attributes) == (ANN, {"number": "7", "Number": "8"})


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"number": NaN}',
        b'{"number": "+12025550101", "number": "+12025550102"}',
        b'{"number": "+12025550101", "priority": 1' + b"0" * 5_000 + b"}",
        b'{"number": "+12025550101", "priority": 1.5}',
        b'{"number": "+12025550101", "priority": true}',
        b'{"number": "' + b"1" * LINE_MAX + b'"}',
        b'{"number": "+12025550101", "list": "a\\u0000b"}',
        b'{"number": "+12025550101", "attributes": {"\\ud800": "x"}}',
    ],
)
def test_what_is_no_lead_says_why(raw: bytes) -> None:
    line = read(raw, line=9)
    assert isinstance(line, RejectedLine)
    assert (line.line, bool(line.reason)) == (9, True)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_lead_or_rejected(raw: bytes) -> None:
    assert isinstance(read(raw, "US"), LeadLine | RejectedLine)


def test_a_region_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="'XX' is no country code"):
        LeadLines("XX")


def test_who_is_meant_is_found_by_external_id_then_by_number() -> None:
    known = [lead(1, ANN, external_id="a"), lead(2, BOB)]
    new, by_id, by_number = decided(
        known,
        {"number": "+12025550103"},
        {"number": "+12025550199", "external_id": "a"},
        {"number": BOB, "external_id": "b"},
    )
    assert isinstance(new, LeadRow)
    assert isinstance(by_id, ChangedLead)
    assert (by_id.lead.lead_id, by_id.change.number) == (1, "+12025550199")
    assert isinstance(by_number, ChangedLead)
    assert (by_number.lead.lead_id, by_number.change.external_id) == (2, "b")
    assert by_number.change.number is None


def test_of_leads_with_one_number_that_with_the_external_id_is_meant() -> None:
    known = [lead(1, ANN), lead(2, ANN, external_id="b")]
    (changed,) = decided(known, {"number": ANN, "external_id": "b"})
    assert changed.lead.lead_id == 2


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ({"number": ANN}, "same number as line 1"),
        ({"number": "+12025550103", "external_id": "a"}, "same external_id as line 1"),
        ({"number": BOB, "external_id": "z"}, "same lead as line 1"),
    ],
)
def test_a_body_says_one_thing_of_a_lead(second: Any, reason: str) -> None:
    known = [lead(1, ANN, BOB)]
    first = {"number": ANN, "external_id": "a"}
    changed, rejected = decided(known, first, second)
    assert isinstance(changed, ChangedLead)
    assert rejected == RejectedLine(2, reason)


def test_a_further_number_of_a_new_lead_must_be_nobodys() -> None:
    known = [lead(1, ANN)]
    (rejected,) = decided(known, {"number": "+12025550103", "attributes": {"mobile": ANN}})
    assert rejected == RejectedLine(1, "its number mobile is lead 1's")


def test_a_lead_moves_only_when_something_else_is_said_of_its_place() -> None:
    lines = LeadLines(None)
    texan = lead(1, ANN, attributes={"state": "TX", "name": "Ann"})
    assert change_of(lines, texan, {"name": "Bea"}).place is None
    assert change_of(lines, texan, {"state": "Texas"}).place is None
    moved = change_of(lines, texan, {"state": "FL"}).place
    assert moved is not None
    assert "US-FL" in moved.jurisdictions
    gone = change_of(lines, texan, {"state": None}).place
    assert gone is not None
    assert "US-TX" not in gone.jurisdictions
    with pytest.raises(UnusableChange, match="no state or province"):
        change_of(lines, texan, {"state": "Atlantis"})
    with pytest.raises(UnusableChange, match="several numbers"):
        change_of(lines, lead(2, ANN, BOB), {"state": "FL"})


def test_a_number_is_not_changed_under_a_call() -> None:
    for state in ("leased", "dialing"):
        with pytest.raises(UnusableChange, match="is being dialed"):
            change_of(LeadLines(None), lead(1, ANN, state=state), {}, number=BOB)
        assert change_of(LeadLines(None), lead(1, ANN, state=state), {}, number=ANN).place is None


def test_a_priority_among_the_attributes_counts_unless_one_is_said() -> None:
    known = lead(1, ANN)
    lines = LeadLines(None)
    assert change_of(lines, known, {"priority": "5"}).change.priority == 5
    assert change_of(lines, known, {"priority": "5"}, priority=1).change.priority == 1
    assert change_of(lines, known, {"name": "x"}).change.priority is None
