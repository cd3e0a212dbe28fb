"""Asterisk's own journal of our channels: the CSV that res_cdrel_custom writes as things happen.

Lines are read from the end backwards until they are older than any channel asked for. Refuses to
know what an end means.
"""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Final

from dialer.domain.booking import JournalEntry
from dialer.domain.ids import is_call_id, is_channel_id

CHUNK: Final = 1 << 16


class AsteriskJournal:
    """The `Journal` in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, channel_ids: set[str]) -> dict[str, list[JournalEntry]]:
        """Return the entries of these channels, oldest first; see `Journal.read`."""
        found: dict[str, list[JournalEntry]] = {}
        if not channel_ids or not self._path.exists():
            return found
        # ids begin with their time of birth: no line about any of them is older than the oldest
        oldest = min(channel_id[3:13].upper() for channel_id in channel_ids)
        for line in self._lines_backwards():
            entry = parse_line(line)
            if entry is None:
                continue
            if entry.channel_id in channel_ids:
                found.setdefault(entry.channel_id, []).append(entry)
            elif entry.event == "HANGUP" and _died_before(entry, oldest):
                break
        for entries in found.values():
            entries.reverse()
        return found

    def _lines_backwards(self) -> Iterator[str]:
        """Yield the whole lines, last first; what follows the last line break is being written."""
        with self._path.open("rb") as file:
            file.seek(0, 2)
            position = file.tell()
            rest = b""
            ended = False
            while position > 0:
                step = min(CHUNK, position)
                position -= step
                file.seek(position)
                lines = (file.read(step) + rest).split(b"\n")
                rest = lines[0]
                whole = lines[1:] if ended else lines[1:-1]
                ended = ended or len(lines) > 1
                for line in reversed(whole):
                    yield line.decode("utf-8", "replace")
            if ended:
                yield rest.decode("utf-8", "replace")


_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def born_at(ulid_time: str) -> float:
    """Return the seconds since the epoch that the first ten characters of a ULID state."""
    value = 0
    for character in ulid_time:
        value = value * 32 + _CROCKFORD.index(character)
    return value / 1000


def _died_before(entry: JournalEntry, oldest: str) -> bool:
    try:
        return entry.at < born_at(oldest) - 60.0
    except ValueError:
        return False


def parse_line(line: str) -> JournalEntry | None:
    """Parse one line of the journal; None when it is empty, cut off or damaged."""
    try:
        row = next(csv.reader(StringIO(line)), [])
        event, own_name, channel_id, at, extra = row[:5]
        account = row[5] if len(row) > 5 else ""
        stamp = float(at)
        facts = json.loads(extra) if extra else {}
    except (ValueError, csv.Error):
        return None
    if not isfinite(stamp) or not isinstance(facts, dict):
        return None
    cause = facts.get("hangupcause", 0)
    return JournalEntry(
        event=own_name if event == "USER_DEFINED" else event,
        # A call that came in has the id that we gave it in its account code. Asterisk hands account
        # codes on within a bridge: from a caller to the agent's leg, from there to each customer
        # after them. So of a channel that was started under an id of ours it says nothing.
        channel_id=account if is_call_id(account) and not is_channel_id(channel_id) else channel_id,
        at=stamp,
        cause=cause if type(cause) is int else 0,
    )
