"""Which end of a phone is told of and for how long, and when a microphone is silent."""

import pytest

from dialer.domain.agentflow import AgentState as S
from dialer.domain.phone_watch import (
    COUNTED_S,
    HUNG_UP,
    LOST,
    NO_ANSWER,
    TOLD_S,
    Microphone,
    PhoneEnd,
    PhonePast,
    end_of,
    sent_to_pause,
)


@pytest.mark.parametrize(
    ("before", "reason", "end"),
    [
        (S.TALKING, HUNG_UP, PhoneEnd.HUNG_UP),
        (S.IDLE, HUNG_UP, PhoneEnd.HUNG_UP),
        (S.TALKING, LOST, PhoneEnd.LOST),
        (S.PAUSED, LOST, PhoneEnd.LOST),
        (S.CALLING, LOST, PhoneEnd.NOT_REACHED),
        (S.CALLING, HUNG_UP, PhoneEnd.NOT_REACHED),
        (S.CALLING, NO_ANSWER, PhoneEnd.NOT_REACHED),
        (S.RESERVED, NO_ANSWER, PhoneEnd.NOT_REACHED),
        (S.HELD, NO_ANSWER, PhoneEnd.NOT_REACHED),
        (S.CALLING, "log-in given up", None),
        (S.TALKING, "logged out", None),
        (S.IDLE, "", None),
        (S.OFFLINE, LOST, None),
    ],
)
def test_what_is_nobodys_wish_is_the_phones_doing(
    before: S, reason: str, end: PhoneEnd | None
) -> None:
    assert end_of(before, reason) is end


def test_only_a_pause_that_is_the_phones_doing_counts_as_one() -> None:
    assert sent_to_pause(S.PAUSED, NO_ANSWER)
    assert sent_to_pause(S.PAUSED, HUNG_UP)
    assert not sent_to_pause(S.PAUSED, "lunch")
    assert not sent_to_pause(S.IDLE, NO_ANSWER)


def test_an_end_is_told_until_the_agent_is_back_or_five_minutes_have_passed() -> None:
    past = PhonePast()
    past.note(PhoneEnd.HUNG_UP, in_talk=True, at=100.0)
    told = {PhoneEnd.HUNG_UP: {"times": 1, "in_talk": 1, "last_at": 100.0}}
    assert past.told(back=False, now=101.0) == told
    assert past.told(back=True, now=102.0) == {}
    assert past.told(back=False, now=100.0 + TOLD_S - 1) == told
    assert past.told(back=False, now=100.0 + TOLD_S) == {}


def test_a_phone_that_fails_again_and_again_is_told_of_though_the_agent_is_back() -> None:
    past = PhonePast()
    for at in (0.0, 1000.0, 2000.0):
        past.note(PhoneEnd.LOST, in_talk=at > 0, at=at)
    past.note(PhoneEnd.HUNG_UP, in_talk=False, at=2100.0)
    assert past.told(back=True, now=2200.0) == {
        PhoneEnd.LOST: {"times": 3, "in_talk": 2, "last_at": 2000.0}
    }
    assert past.told(back=True, now=COUNTED_S) == {}  # the first one counts no more


def test_a_microphone_is_silent_since_its_last_sound_or_the_talk_began() -> None:
    microphone = Microphone(since=10.0)
    assert microphone.silent_since(20.0) == 20.0
    microphone.heard(speaking=True, at=25.0)
    microphone.heard(speaking=True, at=26.0)
    assert microphone.silent_since(20.0) is None
    microphone.heard(speaking=False, at=40.0)
    microphone.heard(speaking=False, at=50.0)
    assert microphone.silent_since(20.0) == 40.0
    assert microphone.silent_since(60.0) == 60.0
