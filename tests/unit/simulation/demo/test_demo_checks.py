"""The checks, each on evidence that is right and on evidence that is not."""

from dataclasses import replace
from pathlib import Path

from dialer.domain.booking import JournalEntry
from dialer.domain.outcome import Outcome
from simulation.demo import checks
from simulation.demo.evidence import AttemptRow, Evidence

TALKED = "at-" + "A" * 26
LET_GO = "at-" + "B" * 26
LEFT = "at-" + "C" * 26
BUSY = "at-" + "D" * 26
LEG = "ag-" + "A" * 26


def entries(channel_id: str, **events: float) -> list[JournalEntry]:
    return [JournalEntry(event, channel_id, at) for event, at in events.items()]


def row(attempt_id: str, outcome: Outcome | None, lead: int, **more: object) -> AttemptRow:
    return AttemptRow(attempt_id, lead, f"+1202555010{lead}", outcome, **more)  # type: ignore[arg-type]


GOOD = Evidence(
    attempts=[
        row(TALKED, Outcome.CONNECTED, 1, answered_at=10.0),
        row(LET_GO, Outcome.ABANDONED, 2, answered_at=10.0),
        row(LEFT, Outcome.HUNG_UP_WAITING, 3, answered_at=10.0),
        row(BUSY, Outcome.BUSY, 4),
    ],
    journal={
        TALKED: entries(TALKED, ANSWER=10.0, BRIDGE_ENTER=10.005, HANGUP=15.0),
        LET_GO: entries(LET_GO, ANSWER=10.0, LET_GO=11.8, HANGUP=16.0),
        LEFT: entries(LEFT, ANSWER=10.0, HANGUP=11.0),
        BUSY: entries(BUSY, HANGUP=11.0),
        LEG: entries(LEG, ANSWER=1.0, BRIDGE_ENTER=1.1, HANGUP=20.0),
    },
    lines={},
    agent_tones_hz={},
    recordings=Path("nowhere"),
    network_calls=5,
    channels_left={"the dialer's Asterisk": 0, "the simulated carrier": 0},
    pacing_faults=0,
    told={"connected": 1, "abandoned": 1, "hung_up_waiting": 1, "busy": 1},
)


def with_row(changed: AttemptRow) -> Evidence:
    rows = [changed if old.attempt_id == changed.attempt_id else old for old in GOOD.attempts]
    return replace(GOOD, attempts=rows)


def with_journal(channel_id: str, **events: float) -> Evidence:
    return replace(GOOD, journal={**GOOD.journal, channel_id: entries(channel_id, **events)})


def test_good_evidence_passes_and_is_counted() -> None:
    judged = [checks.live_answers(GOOD), checks.one_end(GOOD), checks.dialed_once(GOOD)]

    assert all(check.ok for check in judged)
    assert judged[0].found == (
        "3 live answers = 1 connected + 1 abandoned + 1 hung up first,"
        " message at most 1.80 s after the answer"
    )
    assert judged[2].found == "4 attempts on 4 leads, 4 calls seen by the network"


def test_an_abandoned_person_without_the_message_fails() -> None:
    check = checks.live_answers(with_journal(LET_GO, ANSWER=10.0, HANGUP=16.0))

    assert check.problems == [f"{LET_GO} abandoned, and got no message"]


def test_a_message_that_came_late_fails() -> None:
    check = checks.live_answers(with_journal(LET_GO, ANSWER=10.0, LET_GO=12.5, HANGUP=16.0))

    assert check.problems == [f"{LET_GO} got the message after 2.50 s"]


def test_a_person_left_in_silence_fails() -> None:
    check = checks.live_answers(with_journal(LEFT, ANSWER=10.0, HANGUP=14.0))

    assert check.problems == [f"{LEFT} hung up after 4.00 s of silence"]


def test_a_talk_that_the_switch_does_not_know_fails() -> None:
    check = checks.live_answers(with_journal(TALKED, ANSWER=10.0, HANGUP=15.0))

    assert check.problems == [f"{TALKED} connected, and never joined"]


def test_an_answer_that_was_booked_as_none_fails() -> None:
    check = checks.live_answers(with_journal(BUSY, ANSWER=10.0, HANGUP=11.0))

    assert check.problems == [f"{BUSY} was answered and is booked as busy"]


def test_an_answer_of_no_attempt_fails() -> None:
    stranger = "at-" + "E" * 26
    check = checks.live_answers(with_journal(stranger, ANSWER=10.0, HANGUP=11.0))

    assert check.problems == [f"{stranger} was answered and is no attempt"]


def test_an_attempt_without_an_end_fails() -> None:
    assert checks.one_end(with_row(row(BUSY, None, 4))).problems == [f"{BUSY} has no end"]


def test_an_attempt_that_the_switch_never_ended_fails() -> None:
    check = checks.one_end(with_journal(BUSY))

    assert check.problems == [f"{BUSY} has 0 ends in the journal"]


def test_an_attempt_that_ended_twice_fails() -> None:
    twice = [*GOOD.journal[BUSY], *GOOD.journal[BUSY]]
    check = checks.one_end(replace(GOOD, journal={**GOOD.journal, BUSY: twice}))

    assert check.problems == [f"{BUSY} has 2 ends in the journal"]


def test_a_call_without_a_record_fails() -> None:
    stranger = "at-" + "E" * 26
    check = checks.one_end(with_journal(stranger, HANGUP=11.0))

    assert check.problems == [f"{stranger} was dialed without a record"]


def test_a_call_booked_as_never_sent_fails() -> None:
    check = checks.one_end(with_row(row(BUSY, Outcome.CANCELLED, 4, undialed=True)))

    assert check.problems == [f"{BUSY} was dialed, and is booked as never sent"]


def test_a_lead_with_two_attempts_fails() -> None:
    check = checks.dialed_once(with_row(row(BUSY, Outcome.BUSY, 3)))

    assert "lead 3 has 2 attempts" in check.problems


def test_a_call_that_only_the_network_saw_fails() -> None:
    check = checks.dialed_once(replace(GOOD, network_calls=6))

    assert check.problems == ["the network took 5 calls for 4 attempts"]


def test_a_talk_without_a_recording_fails() -> None:
    talk = row(TALKED, Outcome.CONNECTED, 1, answered_at=1.0, connected_at=1.0, talk_ended_at=4.0)
    check = checks.recordings(with_row(talk))

    assert check.problems == [f"{TALKED} has no recording"]


def test_channels_left_and_pacing_faults_fail() -> None:
    left = replace(GOOD, channels_left={"the simulated carrier": 2}, pacing_faults=1)

    assert checks.channels(left).problems == ["2 in the simulated carrier"]
    assert not checks.pacing(left).ok
    assert checks.channels(GOOD).ok
    assert checks.pacing(GOOD).ok


def test_a_report_that_tells_something_else_than_the_record_is_found() -> None:
    assert checks.report(GOOD).ok
    assert checks.report(GOOD).found == "4 attempts told, 4 on record"

    told = {**GOOD.told, "busy": 2, "machine": 1}

    assert checks.report(replace(GOOD, told=told)).problems == [
        "2 busy told, 1 on record",
        "1 machine told, 0 on record",
    ]
