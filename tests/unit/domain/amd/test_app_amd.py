"""What app_amd says, as a verdict."""

import pytest

from dialer.domain.amd.app_amd import SAYINGS, verdict_of
from dialer.domain.amd.law import AmdDetector, Answerer


@pytest.mark.parametrize(
    ("status", "cause", "answerer", "reason"),
    [
        ("HUMAN", "HUMAN-800-800", Answerer.PERSON, "short_greeting"),
        ("MACHINE", "LONGGREETING-1520-1500", Answerer.MACHINE, "long_greeting"),
        ("MACHINE", "MAXWORDS-3-2", Answerer.MACHINE, "many_words"),
        ("MACHINE", "MAXWORDLENGTH-5020", Answerer.MACHINE, "long_word"),
        ("MACHINE", "INITIALSILENCE-2500-2500", Answerer.UNSURE, "silence"),
        ("NOTSURE", "TOOLONG-5000", Answerer.UNSURE, "deadline"),
    ],
)
def test_each_saying_is_a_verdict(status: str, cause: str, answerer: Answerer, reason: str) -> None:
    verdict = verdict_of(status, cause, 1.2)
    assert verdict is not None
    assert (verdict.answerer, verdict.reason, verdict.at_s) == (answerer, reason, 1.2)
    assert verdict.detector is AmdDetector.ASTERISK
    known = answerer is not Answerer.UNSURE
    assert verdict.screened_at_s == (1.2 if known else None)


@pytest.mark.parametrize(
    ("status", "cause"), [("HANGUP", ""), ("", ""), ("HUMAN", ""), ("MACHINE", "HUMAN-1-1")]
)
def test_what_is_not_in_the_table_says_nothing(status: str, cause: str) -> None:
    assert (status, cause.partition("-")[0]) not in SAYINGS
    assert verdict_of(status, cause, 1.0) is None
