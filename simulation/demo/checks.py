"""What must hold of a campaign: each check judges the evidence and says what it found.

Refuses to know where evidence comes from and how a check is printed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dialer.domain.callflow import GRACE_S
from dialer.domain.ids import is_attempt_id
from dialer.domain.outcome import LIVE_ANSWERS, Outcome
from simulation.demo.evidence import AttemptRow, Evidence, first
from simulation.demo.hearing import listen

SHOWN: Final = 3
"""Problems a check names before it only counts."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold."""

    name: str
    found: str
    """What was counted, in a line for a person."""
    problems: Sequence[str] = ()

    @property
    def ok(self) -> bool:
        """Whether it holds."""
        return not self.problems


def check_all(evidence: Evidence) -> list[Check]:
    """Return every check, judged."""
    return [
        live_answers(evidence),
        one_end(evidence),
        dialed_once(evidence),
        recordings(evidence),
        channels(evidence),
        pacing(evidence),
        report(evidence),
    ]


def live_answers(evidence: Evidence) -> Check:
    """Every live answer was connected, or got the message in time, or hung up first."""
    problems: list[str] = []
    counts: Counter[Outcome] = Counter()
    latest_s = 0.0
    known = {row.attempt_id: row for row in evidence.attempts}
    answered = {
        channel_id
        for channel_id, entries in evidence.journal.items()
        if is_attempt_id(channel_id) and first(entries, "ANSWER") is not None
    } | {row.attempt_id for row in evidence.attempts if row.answered_at is not None}
    for attempt_id in sorted(answered):
        row = known.get(attempt_id)
        if row is None or row.outcome not in LIVE_ANSWERS:
            is_what = "no attempt" if row is None else f"booked as {row.outcome or 'open'}"
            problems.append(f"{attempt_id} was answered and is {is_what}")
            continue
        counts[row.outcome] += 1
        problem, message_s = _served(row, evidence)
        latest_s = max(latest_s, message_s)
        if problem:
            problems.append(f"{attempt_id} {problem}")
    late = f", message at most {latest_s:.2f} s after the answer" if latest_s else ""
    return Check(
        "every live answer connected, or got the message, or hung up first",
        f"{len(answered)} live answers = {counts[Outcome.CONNECTED]} connected"
        f" + {counts[Outcome.ABANDONED]} abandoned"
        f" + {counts[Outcome.HUNG_UP_WAITING]} hung up first{late}",
        problems,
    )


def one_end(evidence: Evidence) -> Check:
    """Every attempt has exactly one end, in the record and in the switch's journal."""
    problems = [f"{row.attempt_id} has no end" for row in evidence.attempts if row.outcome is None]
    hang_ups = Counter(
        {
            channel_id: sum(1 for entry in entries if entry.event == "HANGUP")
            for channel_id, entries in evidence.journal.items()
            if is_attempt_id(channel_id)
        }
    )
    problems += [
        f"{row.attempt_id} has {hang_ups[row.attempt_id]} ends in the journal"
        for row in evidence.sent
        if hang_ups[row.attempt_id] != 1
    ]
    problems += [
        f"{row.attempt_id} was dialed, and is booked as never sent"
        for row in evidence.attempts
        if row.undialed and hang_ups[row.attempt_id]
    ]
    unknown = hang_ups.keys() - {row.attempt_id for row in evidence.attempts}
    problems += [f"{attempt_id} was dialed without a record" for attempt_id in sorted(unknown)]
    return Check(
        "every attempt has exactly one end",
        f"{len(evidence.attempts)} attempts, {hang_ups.total()} ends in the switch's journal",
        problems,
    )


def dialed_once(evidence: Evidence) -> Check:
    """No lead was dialed twice: by the record, and by the network's own count of calls."""
    times = Counter(row.lead_id for row in evidence.sent)
    problems = [f"lead {lead} has {count} attempts" for lead, count in times.items() if count > 1]
    numbers = Counter(row.number for row in evidence.sent)
    problems += [f"a number has {count} attempts" for count in numbers.values() if count > 1]
    calls = evidence.network_calls - evidence.answered_legs
    if calls > len(evidence.sent):
        problems.append(f"the network took {calls} calls for {len(evidence.sent)} attempts")
    return Check(
        "no lead dialed twice",
        f"{len(evidence.sent)} attempts on {len(times)} leads, {calls} calls seen by the network",
        problems,
    )


def recordings(evidence: Evidence) -> Check:
    """Every talk has a recording whose two channels carry the right tones."""
    problems: list[str] = []
    talks = short = 0
    missing_s: list[float] = []
    for row in evidence.attempts:
        if row.connected_at is None or row.answered_at is None or row.talk_ended_at is None:
            if row.outcome is Outcome.CONNECTED:
                problems.append(f"{row.attempt_id} is connected and has no times")
            continue
        talks += 1
        agent_hz = evidence.agent_tones_hz.get(row.agent_id or "")
        if not row.recording or agent_hz is None:
            problems.append(f"{row.attempt_id} has no {'agent' if row.recording else 'recording'}")
            continue
        heard = listen(
            evidence.recordings / row.recording,
            evidence.lines[row.number],
            agent_hz,
            answered_at=row.answered_at,
            joined_at=row.connected_at,
            left_at=row.talk_ended_at,
        )
        short += not heard.customer_told
        if heard.missing_s:
            missing_s.append(heard.missing_s)
        if heard.problem:
            problems.append(heard.problem)
    told = f"{talks} talks listened to"
    if short:
        told += f"; {short} too short for the customer's tone"
    if missing_s:
        told += f"; {len(missing_s)} lack audio, {max(missing_s):.1f} s at most"
    return Check(
        "every talk recorded, customer and agent on their own channels",
        told,
        problems,
    )


def channels(evidence: Evidence) -> Check:
    """Nothing is left in either Asterisk."""
    return Check(
        "no channels left",
        ", ".join(f"{count} in {name}" for name, count in evidence.channels_left.items()),
        [f"{count} in {name}" for name, count in evidence.channels_left.items() if count],
    )


def pacing(evidence: Evidence) -> Check:
    """The pacer understood all it was told."""
    faults = evidence.pacing_faults
    return Check(
        "no pacing faults",
        f"{faults} events refused by the pacer",
        [f"{faults} events refused: see pacing_refused in engine.log"] if faults else [],
    )


def report(evidence: Evidence) -> Check:
    """The service's own report tells what is on record."""
    booked = Counter(str(row.outcome) for row in evidence.sent if row.outcome is not None)
    told = Counter(dict(evidence.told))
    return Check(
        "the report over REST tells what is on record",
        f"{told.total()} attempts told, {booked.total()} on record",
        [
            f"{told[outcome]} {outcome} told, {booked[outcome]} on record"
            for outcome in sorted(told | booked)
            if told[outcome] != booked[outcome]
        ],
    )


def _served(row: AttemptRow, evidence: Evidence) -> tuple[str, float]:
    """Return what went wrong for one person ("" nothing), and when the message began, if any."""
    entries = evidence.journal.get(row.attempt_id, ())
    answered_at = first(entries, "ANSWER")
    if answered_at is None:
        return "answered, says the record, and the journal does not", 0.0
    if row.outcome is Outcome.CONNECTED:
        joined_at = first(entries, "BRIDGE_ENTER")
        if joined_at is None:
            return "connected, and never joined", 0.0
        waited_s = joined_at - answered_at
        return (f"connected after {waited_s:.2f} s" if waited_s > GRACE_S else ""), 0.0
    if row.outcome is Outcome.ABANDONED:
        let_go_at = first(entries, "LET_GO")
        if let_go_at is None:
            return "abandoned, and got no message", 0.0
        waited_s = let_go_at - answered_at
        late = f"got the message after {waited_s:.2f} s" if waited_s > GRACE_S else ""
        return late, waited_s
    waited_s = (first(entries, "HANGUP") or answered_at) - answered_at
    return (f"hung up after {waited_s:.2f} s of silence" if waited_s > GRACE_S else ""), 0.0
