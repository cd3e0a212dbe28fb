"""The books of a mixed floor: every channel of Asterisk's own journal against what is on record.

Reads the journal as Asterisk wrote it, with the channel's name in its last column. Each channel
that ever hung up is one of the classes here, or a problem; and the other way round, what is on
record as sent or begun has its channel. Refuses to know how the calls were made.
"""

import csv
import json
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialer.domain.ids import is_attempt_id, is_call_id, is_channel_id, is_leg_id, is_spy_id

COMMIT_S = 2.0
"""How long a busy machine may take to put a call on record."""

NEAR_S = 5.0
"""Within which a caller who is gone is heard of, on a busy machine."""

SHOWN = 10
"""Problems of one kind that are named before they are only counted."""


@dataclass
class Channel:
    """One channel of Asterisk's, by what the journal says of it."""

    uniqueid: str
    name: str = ""
    account: str = ""
    answered: bool = False
    hang_ups: int = 0
    ended_at: float = 0.0

    @property
    def our_id(self) -> str:
        """The id that we know it by: a call that came in has it in its account code."""
        if is_channel_id(self.uniqueid):  # account codes are handed on within bridges
            return self.uniqueid
        return self.account if is_call_id(self.account) else self.uniqueid


def channels_in(journal: Path) -> dict[str, Channel]:
    """Return every channel of a journal by its uniqueid."""
    found: dict[str, Channel] = {}
    with journal.open(newline="") as lines:
        for event, _own, uniqueid, at, _extra, account, name in csv.reader(lines):
            channel = found.setdefault(uniqueid, Channel(uniqueid))
            channel.name = name or channel.name
            channel.account = account or channel.account
            channel.answered |= event == "ANSWER"
            channel.hang_ups += event == "HANGUP"
            channel.ended_at = float(at)
    return found


@dataclass(frozen=True, slots=True)
class Record:
    """What is on record; ids as they are there."""

    attempts: dict[str, dict[str, Any]]
    calls: dict[str, dict[str, Any]]
    legs: set[str]
    spies: set[str]
    open_sessions: list[str]

    @classmethod
    def of(cls, database: Path) -> "Record":
        """Read it."""
        opened = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        opened.row_factory = sqlite3.Row
        try:

            def rows(query: str) -> list[dict[str, Any]]:
                return [dict(row) for row in opened.execute(query)]

            return cls(
                attempts={row["id"]: row for row in rows("SELECT * FROM attempts")},
                calls={row["id"]: row for row in rows("SELECT * FROM calls")},
                legs={row["leg_id"] for row in rows("SELECT DISTINCT leg_id FROM agent_log")},
                spies={
                    json.loads(row["detail"])["spy"]
                    for row in rows("SELECT detail FROM audit_log WHERE action LIKE 'supervise_%'")
                },
                open_sessions=[
                    row["agent_id"]
                    for row in rows("SELECT agent_id FROM agent_sessions WHERE ended_at IS NULL")
                ],
            )
        finally:
            opened.close()


@dataclass
class Books:
    """How the two sides compare."""

    classes: Counter[str] = field(default_factory=Counter)
    """Channels of the journal, by what they were."""
    records: Counter[str] = field(default_factory=Counter)
    """What is on record, by what it was."""
    problems: dict[str, list[str]] = field(default_factory=dict)

    def wrong(self, kind: str, of: str) -> None:
        """Note a problem."""
        self.problems.setdefault(kind, []).append(of)

    def told(self) -> str:
        """Return the comparison as lines for people."""
        lines = [f"  {name}: {count}" for name, count in sorted(self.classes.items())]
        lines += [f"  on record, {name}: {count}" for name, count in sorted(self.records.items())]
        for kind, of in self.problems.items():
            more = f" and {len(of) - SHOWN} more" if len(of) > SHOWN else ""
            lines.append(f"  WRONG, {kind} ({len(of)}): {', '.join(of[:SHOWN])}{more}")
        return "\n".join(lines)


def compare(channels: dict[str, Channel], record: Record) -> Books:
    """Compare a journal with the record of the same time."""
    books = Books()
    for channel in channels.values():
        books.classes[_class_of(channel, record, books)] += 1
        if channel.hang_ups != 1:
            books.wrong(f"a channel with {channel.hang_ups} hang-ups", _shown(channel))
    by_our_id = Counter(channel.our_id for channel in channels.values())
    by_our_id.update(_unmarked(channels, record, by_our_id, books))
    _attempts(record, by_our_id, channels, books)
    _calls(record, by_our_id, books)
    for agent in record.open_sessions:
        books.wrong("a session without an end", agent)
    return books


def _shown(channel: Channel) -> str:
    return f"{channel.uniqueid} {channel.name} {channel.account}".strip()


def _class_of(channel: Channel, record: Record, books: Books) -> str:
    our_id = channel.our_id
    for is_kind, known, what in (
        (is_attempt_id, record.attempts, "attempts"),
        (is_leg_id, record.legs, "agents' legs"),
        (is_spy_id, record.spies, "supervisors' phones"),
        (is_call_id, record.calls, "calls"),
    ):
        if is_kind(our_id):
            if our_id not in known:
                books.wrong(f"{what} in the journal that are not on record", _shown(channel))
            return what
    for context, what in HELPERS.items():
        if channel.name.startswith(f"Local/spy@{context}-"):
            return f"our helpers: halves of {what}"
    if channel.name.startswith("PJSIP/trunk-") and not channel.answered:
        return UNMARKED
    books.wrong("channels of nobody", _shown(channel))
    return "of nobody"


UNMARKED = "callers who left before their channel had its mark"
HELPERS = {
    "cue": "a cue to an agent",
    "announce": "an announcement of a recording",
    "amd": "an ear on who answered",
}
"""What the engine originates beside calls, by the context of the dialplan."""


def _unmarked(
    channels: dict[str, Channel], record: Record, seen: Counter[str], books: Books
) -> list[str]:
    """Return the calls of channels that were gone before the engine could write its id into them.

    A caller who hangs up in the instant in which they are put on record: each is paired with a call
    that was never answered and began when the channel ended. Some are gone before the engine was
    asked at all.
    """
    gone = sorted(
        channel.ended_at
        for channel in channels.values()
        if channel.name.startswith("PJSIP/trunk-")
        and not channel.answered
        and not is_channel_id(channel.our_id)
    )
    found = []
    for row in sorted(record.calls.values(), key=lambda row: str(row["began_at"])):
        if row["direction"] == "in" and not seen[row["id"]] and row["answered_at"] is None:
            near = [at for at in gone if abs(at - row["began_at"]) < NEAR_S]
            if near:
                gone.remove(min(near, key=lambda at: abs(at - row["began_at"])))
                found.append(row["id"])
    books.classes["of these before the engine was asked"] = len(gone)
    return found


def _attempts(
    record: Record, seen: Counter[str], channels: dict[str, Channel], books: Books
) -> None:
    for attempt_id, row in record.attempts.items():
        if row["outcome"] is None or row["ended_at"] is None:
            books.wrong("attempts without an end", attempt_id)
        if row["undialed"]:
            books.records["attempts never sent"] += 1
            if seen[attempt_id]:
                books.wrong("attempts on record as never sent, that have a channel", attempt_id)
            continue
        books.records[f"attempts, {row['outcome']}"] += 1
        if not seen[attempt_id]:
            books.wrong(f"attempts ({row['outcome']}) without a channel", attempt_id)
            continue
        if channels[attempt_id].answered and row["answered_at"] is None:
            books.wrong(f"attempts ({row['outcome']}) answered only by the journal", attempt_id)


def _calls(record: Record, seen: Counter[str], books: Books) -> None:
    for call_id, row in record.calls.items():
        if row["ended_at"] is None:
            books.wrong("calls without an end", call_id)
        kind = _kind_of(row, record)
        books.records[f"calls, {kind}, {row['outcome']}"] += 1
        # an agent who takes part in another's talk does so with the leg they have
        wanted = 0 if kind == HANDED_OVER else 1
        if kind == OUTSIDE and not seen[call_id] and _never_sent(row, record):
            books.records["of them never sent, as the customer had left"] += 1
        elif seen[call_id] != wanted:
            books.wrong(f"calls ({kind}) with {seen[call_id]} channels", call_id)


HANDED_OVER = "between agents"
OUTSIDE = "outside"


def _never_sent(row: dict[str, Any], record: Record) -> bool:
    """Tell whether the person left while a call on their behalf was put on record."""
    attempt = record.attempts.get(row["attempt_id"] or "")
    left_at = _caller_of(row, record)["ended_at"] if attempt is None else attempt["talk_ended_at"]
    is_over = row["outcome"] == "cancelled" and row["answered_at"] is None
    return is_over and left_at is not None and left_at - row["began_at"] < COMMIT_S


def _caller_of(row: dict[str, Any], record: Record) -> dict[str, Any]:
    """Return the call that came in, of one of its legs."""
    while row["parent_id"] is not None:
        row = record.calls[row["parent_id"]]
    return row


def _kind_of(row: dict[str, Any], record: Record) -> str:
    if row["direction"] == "in":
        return "in"
    attempt = record.attempts.get(row["attempt_id"] or "")
    person = _caller_of(row, record) if attempt is None else attempt
    return HANDED_OVER if person["number"] == row["number"] else OUTSIDE
