"""What became of every call of a rate run: three accounts of it, held side by side.

The network's (INVITEs and ends on the wire), the engine's database, and the engine's log (when it
handled an end). Knows how they are joined: by number and attempt. Refuses to know bars.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from benchmarks.load_carrier import Dialed
from benchmarks.load_plan import Fate, fate
from simulation.sip.signals import CallEnd

EXPECTED: Final = {
    Fate.ANSWERS: frozenset({"connected", "abandoned", "hung_up_waiting"}),
    Fate.BUSY: frozenset({"busy"}),
    Fate.SILENT: frozenset({"no_answer"}),
}
"""Outcomes that each number may have."""

_ENDED_HERE: Final = frozenset({CallEnd.BYE_SENT.value, CallEnd.REFUSED.value})
"""Ends that the network itself sends: their stamps are the begin of an event's way."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One attempt in the engine's database; times are seconds since the epoch."""

    attempt_id: str
    number: str
    dialed_at: float
    ended_at: float | None
    outcome: str
    undialed: bool
    booked_from: str
    recording: str
    talk_s: float | None
    """How long customer and agent were joined; None when they were not."""


def read_attempts(database: Path, campaign: str) -> list[Recorded]:
    """Return the attempts of a campaign as committed."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        rows = connection.execute(
            "SELECT id, number, dialed_at, ended_at, coalesce(outcome, ''), undialed, booked_from,"
            " recording, coalesce(talk_ended_at, ended_at) - connected_at FROM attempts"
            " WHERE campaign_id = ? ORDER BY id",
            (campaign,),
        ).fetchall()
    finally:
        connection.close()
    return [Recorded(*row) for row in rows]


@dataclass(slots=True)
class EngineLog:
    """What the engine's log says of a run."""

    ended: dict[str, list[float]] = field(default_factory=dict)
    """When each attempt's end was handled, by attempt."""
    complaints: Counter[str] = field(default_factory=Counter)
    """Warnings and errors, by event."""


def read_log(path: Path) -> EngineLog:
    """Read the engine's log."""
    found = EngineLog()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if entry["event"] == "attempt_ended":
                at = datetime.fromisoformat(entry["timestamp"]).timestamp()
                found.ended.setdefault(entry["attempt"], []).append(at)
            elif entry["level"] in ("warning", "error", "critical"):
                found.complaints[entry["event"]] += 1
    return found


@dataclass(frozen=True, slots=True)
class Accounts:
    """The three accounts compared; each list names the attempts or numbers that do not agree."""

    attempts: int
    outcomes: Mapping[str, int]
    not_ended: Sequence[str]
    ended_twice: Sequence[str]
    never_dialed: Sequence[str]
    """Recorded and not taken back, but no INVITE came."""
    dialed_twice: Sequence[str]
    strangers: Sequence[str]
    """INVITEs without an attempt."""
    not_on_record: Sequence[str]
    """Not committed in the instant the INVITE arrived."""
    wrong_outcome: Sequence[str]
    not_live: Sequence[str]
    """Ends that were learned otherwise than from live events."""

    @property
    def lost(self) -> int:
        """Attempts or calls that one account has and another has not."""
        return (
            len(self.not_ended)
            + len(self.never_dialed)
            + len(self.strangers)
            + len(self.not_on_record)
        )

    @property
    def doubled(self) -> int:
        """Numbers dialed twice and attempts ended twice."""
        return len(self.dialed_twice) + len(self.ended_twice)


def compare(attempts: Sequence[Recorded], calls: Sequence[Dialed], log: EngineLog) -> Accounts:
    """Hold the accounts of one campaign side by side."""
    invites = Counter(call.number for call in calls)
    known = {attempt.number for attempt in attempts}
    sent = [attempt for attempt in attempts if not attempt.undialed]
    dialed = Counter(attempt.number for attempt in sent)
    return Accounts(
        attempts=len(attempts),
        outcomes=Counter(attempt.outcome or "none" for attempt in attempts),
        not_ended=[a.attempt_id for a in attempts if a.ended_at is None],
        ended_twice=[a.attempt_id for a in attempts if len(log.ended.get(a.attempt_id, ())) > 1],
        never_dialed=[a.attempt_id for a in sent if a.number not in invites],
        dialed_twice=[n for n, count in invites.items() if count > max(1, dialed[n])],
        strangers=[n for n in invites if n not in known],
        not_on_record=[call.number for call in calls if call.on_record != 1],
        wrong_outcome=[
            f"{a.number}: {a.outcome}" for a in sent if a.outcome not in EXPECTED[fate(a.number)]
        ],
        not_live=[a.attempt_id for a in sent if a.booked_from != "live"],
    )


def handled_at(attempts: Iterable[Recorded], log: EngineLog) -> dict[str, float]:
    """Return when the engine handled the end of each number's call."""
    return {
        attempt.number: log.ended[attempt.attempt_id][0]
        for attempt in attempts
        if attempt.attempt_id in log.ended
    }


def lags_s(
    calls: Iterable[Dialed], handled: Mapping[str, float], *, sent_by_network: bool = True
) -> list[float]:
    """Return, sorted, how long after the wire's last message each end was handled.

    Args:
        calls: as the network saw them.
        handled: when a number's end was handled.
        sent_by_network: BYE and 486, whose stamps begin the way; else those that came (CANCEL),
            which are sent by the same switch that tells of them.
    """
    return sorted(
        handled[call.number] - call.ended_s
        for call in calls
        if call.ended_s is not None
        and call.number in handled
        and (call.end in _ENDED_HERE) is sent_by_network
    )


def shares_s(
    attempts: Iterable[Recorded], calls: Iterable[Dialed], handled: Mapping[str, float]
) -> tuple[list[float], list[float]]:
    """Split the lags of ends that the network sent at the stamp Asterisk put on its event.

    Returns:
        From the wire to that stamp, and from it to the end being handled; both sorted.
    """
    stamps = {attempt.number: attempt.ended_at for attempt in attempts}
    ended = [
        (call.ended_s, stamp, handled[call.number])
        for call in calls
        if call.end in _ENDED_HERE
        and call.ended_s is not None
        and call.number in handled
        and (stamp := stamps.get(call.number)) is not None
    ]
    return (
        sorted(stamp - sent for sent, stamp, _ in ended),
        sorted(done - stamp for _, stamp, done in ended),
    )


def percentile(values: Sequence[float], rate: float) -> float:
    """Return the value that a share of the (sorted) values does not exceed; nan without any."""
    if not values:
        return float("nan")
    return values[min(len(values) - 1, int(rate * len(values)))]
