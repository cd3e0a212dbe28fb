"""What every journal promises, in memory and in the file that Asterisk writes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dialer.adapters.asterisk.journal import AsteriskJournal
from dialer.domain.booking import JournalEntry
from dialer.domain.ids import new_attempt_id, new_leg_id
from dialer.ports import Journal
from dialer.testing.journal import MemoryJournal

Write = Callable[[JournalEntry], None]
OWN = ("LET_GO", "DO_NOT_CALL", "LOST")


@pytest.fixture(params=["memory", "file"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Journal, Write]:
    if request.param == "memory":
        memory = MemoryJournal()
        return memory, memory.write
    path = tmp_path / "outpace.csv"
    return AsteriskJournal(path), lambda entry: write_as_asterisk_does(path, entry)


def write_as_asterisk_does(path: Path, entry: JournalEntry) -> None:
    extra = {"hangupcause": entry.cause, "hangupsource": "dialer"} if entry.cause else {}
    fields = [
        "USER_DEFINED" if entry.event in OWN else entry.event,
        entry.event if entry.event in OWN else "",
        entry.channel_id,
        f"{entry.at:.6f}",
        json.dumps(extra, separators=(",", ":")) if extra else "",
    ]
    with path.open("a") as file:
        file.write(",".join('"' + field.replace('"', '""') + '"' for field in fields) + "\n")


def test_an_empty_journal_tells_nothing(both: tuple[Journal, Write]) -> None:
    journal, _ = both
    assert journal.read({new_attempt_id()}) == {}
    assert journal.read(set()) == {}


def test_entries_of_the_channels_asked_for_are_told_oldest_first(
    both: tuple[Journal, Write],
) -> None:
    journal, write = both
    one, two, other = new_attempt_id(), new_attempt_id(), new_attempt_id()
    entries = [
        JournalEntry("ANSWER", one, 1.7e9),
        JournalEntry("ANSWER", other, 1.7e9 + 1),
        JournalEntry("BRIDGE_ENTER", one, 1.7e9 + 2),
        JournalEntry("HANGUP", two, 1.7e9 + 3, 17),
        JournalEntry("LET_GO", other, 1.7e9 + 4),
        JournalEntry("HANGUP", one, 1.7e9 + 5, 16),
    ]
    for entry in entries:
        write(entry)
    assert journal.read({one, two}) == {
        one: [entries[0], entries[2], entries[5]],
        two: [entries[3]],
    }


@pytest.mark.parametrize("event", OWN)
def test_what_the_dialplan_says_itself_is_told_by_its_own_name(
    both: tuple[Journal, Write], event: str
) -> None:
    journal, write = both
    attempt_id = new_attempt_id()
    write(JournalEntry(event, attempt_id, 1.7e9))
    assert journal.read({attempt_id}) == {attempt_id: [JournalEntry(event, attempt_id, 1.7e9)]}


def test_legs_are_told_of_like_attempts(both: tuple[Journal, Write]) -> None:
    journal, write = both
    leg_id = new_leg_id()
    write(JournalEntry("HANGUP", leg_id, 1.7e9, 16))
    assert journal.read({leg_id})[leg_id][0].cause == 16


def test_what_is_written_later_is_read_later(both: tuple[Journal, Write]) -> None:
    journal, write = both
    attempt_id = new_attempt_id()
    write(JournalEntry("ANSWER", attempt_id, 1.7e9))
    assert len(journal.read({attempt_id})[attempt_id]) == 1
    write(JournalEntry("HANGUP", attempt_id, 1.7e9 + 9, 16))
    assert len(journal.read({attempt_id})[attempt_id]) == 2
