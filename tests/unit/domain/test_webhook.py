"""What webhooks are told, how it is signed, tried again and given up."""

import json

import pytest

from dialer.domain.webhook import (
    Event,
    NumbersTold,
    Topic,
    body_of,
    encoded,
    lead_subject,
    number_subject,
)
from dialer.domain.webhook_delivery import (
    GIVEN_UP_AFTER_S,
    MOST_TRIES,
    Answer,
    Fate,
    after_try,
    rest_s,
    wait_s,
)
from dialer.domain.webhook_signature import signature, verify
from dialer.errors import BadInput

NUMBER = "+12025550123"
ENDED = Event(
    Topic.ATTEMPT_ENDED, "main", lead_subject(7), 100.5, {"outcome": "busy"}, number=NUMBER
)


def test_an_event_has_a_version_and_the_number_as_the_tenant_wants_it() -> None:
    assert body_of(ENDED, "ev-1", NumbersTold.WHOLE) == {
        "version": 1,
        "id": "ev-1",
        "topic": "attempt.ended",
        "at": 100.5,
        "tenant": "main",
        "subject": "lead:7",
        "data": {"outcome": "busy", "number": NUMBER},
    }
    hidden = body_of(ENDED, "ev-1", NumbersTold.MASKED)
    assert hidden["data"]["number"] == "+12*******23"
    assert NUMBER[5:10] not in encoded(hidden).decode()
    assert NUMBER not in number_subject(NUMBER)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, NumbersTold.WHOLE),
        ({"webhooks": {"numbers": "whole"}}, NumbersTold.WHOLE),
        ({"webhooks": {"numbers": "masked"}}, NumbersTold.MASKED),
        ({"webhooks": {"numbers": "Masked"}}, NumbersTold.MASKED),
        ({"webhooks": {}}, NumbersTold.WHOLE),
    ],
)
def test_a_word_that_is_none_hides_numbers(settings: dict[str, object], told: NumbersTold) -> None:
    assert NumbersTold.of(settings) is told


def test_the_bytes_of_an_event_do_not_depend_on_the_order_of_its_parts() -> None:
    body = body_of(ENDED, "ev-1", NumbersTold.WHOLE)
    turned = dict(reversed(body.items()))
    assert encoded(body) == encoded(turned)
    assert json.loads(encoded({"name": "Zoë"})) == {"name": "Zoë"}


def test_a_signature_is_that_of_the_time_and_the_body() -> None:
    header = signature("whsec_a", b'{"a":1}', 1000.9)
    # printf '1000.{"a":1}' | openssl dgst -sha256 -hmac whsec_a
    digest = "809de22365499ed69d3eb8d63cc25fa93ec17cc4f24e7e05bf426765f5b95164"
    assert header == f"t=1000,v1={digest}"
    verify("whsec_a", b'{"a":1}', header, now=1000.0)
    verify("whsec_a", b'{"a":1}', f"{header},v1={'0' * 64}", now=1299.0)


@pytest.mark.parametrize(
    ("secret", "body", "change", "now", "problem"),
    [
        ("whsec_b", b"{}", "", 1000.0, "does not fit"),
        ("whsec_a", b"{ }", "", 1000.0, "does not fit"),
        ("whsec_a", b"{}", "t=1001", 1000.0, "does not fit"),
        ("whsec_a", b"{}", "", 1301.0, "301 s from this clock"),
        ("whsec_a", b"{}", "", 699.0, "301 s from this clock"),
        ("whsec_a", b"{}", "t=", 1000.0, "is none"),
        ("whsec_a", b"{}", "t=१", 1000.0, "is none"),
        ("whsec_a", b"{}", "t=1,t=1000", 1000.0, "is none"),
        ("whsec_a", b"{}", "t=" + "9" * 40, 1000.0, "has no time"),
    ],
)
def test_what_is_anothers_changed_or_old_is_refused(
    secret: str, body: bytes, change: str, now: float, problem: str
) -> None:
    header = signature("whsec_a", b"{}", 1000.0)
    if change:
        header = header.replace("t=1000", change)
    with pytest.raises(BadInput, match=problem):
        verify(secret, body, header, now=now)


@pytest.mark.parametrize("header", ["", "v1=00", "t=1000", "garbage", "t=1000,v1=é"])
def test_what_is_no_signature_is_refused(header: str) -> None:
    with pytest.raises(BadInput, match="Outpace-Signature"):
        verify("whsec_a", b"{}", header, now=1000.0)


def test_waits_double_up_to_five_minutes_and_chance_only_shortens_them() -> None:
    assert [wait_s(n, 0.0) for n in range(1, 12)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert wait_s(3, 1.0) == pytest.approx(3.2)
    assert wait_s(10_000, 0.0) == 300


def test_an_answer_decides_what_becomes_of_an_event() -> None:
    def fate(status: int | None, tries: int = 1, age_s: float = 0.0) -> Fate:
        answer = Answer(status, "" if status else "timed out")
        return after_try(answer, tries=tries, since=0.0, now=age_s, chance=0.0).fate

    assert {fate(status) for status in (200, 202, 204, 299)} == {Fate.DELIVERED}
    assert {fate(status) for status in (None, 301, 302, 400, 404, 429, 500, 503)} == {Fate.AGAIN}
    assert fate(410) is Fate.GONE
    assert fate(500, MOST_TRIES - 1) is Fate.AGAIN
    assert fate(500, MOST_TRIES) is Fate.DEAD
    assert fate(None, 2, GIVEN_UP_AFTER_S - 1) is Fate.AGAIN
    assert fate(None, 2, GIVEN_UP_AFTER_S) is Fate.DEAD
    assert fate(200, MOST_TRIES, GIVEN_UP_AFTER_S) is Fate.DELIVERED


def test_a_verdict_says_when_and_why() -> None:
    again = after_try(Answer(503), tries=4, since=0.0, now=50.0, chance=0.0)
    assert (again.due_at, again.why) == (58.0, "answered 503")
    dead = after_try(Answer(None, "timed out"), tries=60, since=0.0, now=50.0, chance=0.0)
    assert dead.why == "timed out; given up after 60 tries"


def test_a_webhook_that_fails_again_and_again_rests_but_never_long() -> None:
    assert [rest_s(n, 0.0) for n in range(10)] == [0, 0, 0, 0, 1, 2, 4, 8, 16, 30]
