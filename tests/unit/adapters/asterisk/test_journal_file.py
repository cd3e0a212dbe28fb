"""Asterisk's journal as a file: long, cut off, damaged, and read only as far back as needed."""

import time
from pathlib import Path

import pytest
from ulid import ULID

from dialer.adapters.asterisk.journal import CHUNK, AsteriskJournal, born_at, parse_line
from dialer.domain.booking import JournalEntry
from dialer.domain.ids import new_attempt_id


def line(event: str, channel_id: str, at: float, extra: str = "") -> str:
    return f'"{event}","","{channel_id}","{at:.6f}","{extra}"\n'


def hangup(channel_id: str, at: float, cause: int = 16) -> str:
    return line("HANGUP", channel_id, at, f'{{""hangupcause"":{cause}}}')


def born(at: float) -> str:
    return f"at-{ULID.from_timestamp(at)}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outpace.csv"


def test_a_line_is_event_channel_time_and_cause() -> None:
    assert parse_line('"HANGUP","","at-1","17.5","{""hangupcause"":17}"') == JournalEntry(
        "HANGUP", "at-1", 17.5, 17
    )
    assert parse_line('"USER_DEFINED","LET_GO","at-1","17.5",""') == JournalEntry(
        "LET_GO", "at-1", 17.5
    )


def test_a_call_that_came_in_has_the_id_of_its_account_code() -> None:
    ours = f"ca-{ULID()}"
    line = f'"HANGUP","","1795811322.7","17.5","","{ours}"'
    assert parse_line(line) == JournalEntry("HANGUP", ours, 17.5)
    assert parse_line('"HANGUP","","at-1","17.5","","desk"') == JournalEntry("HANGUP", "at-1", 17.5)


def test_an_account_code_that_was_handed_on_in_a_talk_hides_no_attempt(path: Path) -> None:
    """An agent's leg keeps the code of a caller, and the next customer gets it from the leg."""
    caller, attempt = f"ca-{ULID()}", new_attempt_id()
    path.write_text(
        f'"HANGUP","","1795811322.7","17.5","","{caller}"\n'
        f'"HANGUP","","{attempt}","18.5","","{caller}"\n'
    )
    found = AsteriskJournal(path).read({caller, attempt})
    assert [entry.at for entry in found[caller]] == [17.5]
    assert [entry.at for entry in found[attempt]] == [18.5]


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "   ",
        "rubbish",
        '"HANGUP","","at-1"',
        '"HANGUP","","at-1","soon",""',
        '"HANGUP","","at-1","17.5","{""hangupca"',
        '"HANGUP","","at-1","17.5","[1, 2]"',
        '"HANGUP","","at-1","17.5","7"',
        '"HANGUP","","at-1","17.5","null"',
        '"HANGUP","","at-1","nan",""',
        "\0" * 80,
    ],
)
def test_a_damaged_line_is_passed_over(damaged: str) -> None:
    assert parse_line(damaged) is None


@pytest.mark.parametrize("cause", ['"x"', "null", "true", "1.5", "[]"])
def test_a_cause_that_is_no_number_is_unknown(cause: str) -> None:
    quoted = cause.replace('"', '""')
    entry = parse_line(f'"HANGUP","","at-1","17.5","{{""hangupcause"":{quoted}}}"')
    assert entry is not None
    assert entry.cause == 0


def test_a_line_that_is_being_written_is_left_for_the_next_look(path: Path) -> None:
    attempt_id = new_attempt_id()
    whole = hangup(attempt_id, 17.5, 17)
    path.write_text(line("ANSWER", attempt_id, 10.0) + whole[:-1])
    for end in range(len(whole)):
        path.write_text(line("ANSWER", attempt_id, 10.0) + whole[:end])
        events = [entry.event for entry in AsteriskJournal(path).read({attempt_id})[attempt_id]]
        assert events == ["ANSWER"]
    path.write_text(line("ANSWER", attempt_id, 10.0) + whole)
    assert AsteriskJournal(path).read({attempt_id})[attempt_id][-1].cause == 17


def test_lines_that_lie_across_the_reads_are_whole(path: Path) -> None:
    attempt_id = new_attempt_id()
    now = time.time()
    lines = [line("ANSWER", attempt_id, now + index / 1000) for index in range(CHUNK // 20)]
    path.write_text("".join(lines))
    entries = AsteriskJournal(path).read({attempt_id})[attempt_id]
    assert len(entries) == len(lines)
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)


def test_a_file_without_a_line_break_is_no_line(path: Path) -> None:
    path.write_text("x" * 3 * CHUNK)
    assert AsteriskJournal(path).read({new_attempt_id()}) == {}


def test_what_is_older_than_the_channels_is_not_read(path: Path) -> None:
    now = 1_700_000_000.0
    ours = born(now)
    trap = hangup(ours, now - 4000)  # an impossible entry: seen only by who reads too far back
    old = "".join(hangup(born(now - 3600), now - 3600 + index / 100) for index in range(50_000))
    path.write_text(trap + old + hangup(ours, now + 10))
    assert [entry.at for entry in AsteriskJournal(path).read({ours})[ours]] == [now + 10]


def test_a_long_call_is_found_behind_the_many_that_came_and_went_meanwhile(path: Path) -> None:
    now = 1_700_000_000.0
    long = born(now)
    others = "".join(hangup(born(now + index), now + index) for index in range(3000))
    path.write_text(line("ANSWER", long, now + 5) + others + hangup(long, now + 3600))
    events = [entry.event for entry in AsteriskJournal(path).read({long})[long]]
    assert events == ["ANSWER", "HANGUP"]


def test_an_id_states_its_time_of_birth() -> None:
    assert born_at(born(1_700_000_000.25)[3:13]) == pytest.approx(1_700_000_000.25, abs=0.001)


def test_ids_of_another_make_cost_no_more_than_reading_on(path: Path) -> None:
    path.write_text(hangup("at-!", 5.0) + hangup("at-1", 5.0))
    assert list(AsteriskJournal(path).read({"at-!"})) == ["at-!"]
