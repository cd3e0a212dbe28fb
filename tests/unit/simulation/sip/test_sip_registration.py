from itertools import count
from math import inf

from sip_transcripts import SWITCH, US, answer, sent, words

from simulation.sip.digest import Credentials
from simulation.sip.message import Request
from simulation.sip.registration import PATIENCE_S, RETRY_S, Registration
from simulation.sip.signals import RegistrationMoved, RegistrationState, Signal

S = RegistrationState


def phone() -> Registration:
    tokens = (f"t{number}" for number in count())
    return Registration(
        SWITCH,
        US,
        Credentials("a1", "s1"),
        expires_s=120,
        token=lambda: next(tokens),
        agent="Phone",
    )


def asked(signals: list[Signal]) -> Request:
    found = sent(signals)[-1]
    assert isinstance(found, Request)
    return found


def states(signals: list[Signal]) -> list[RegistrationState]:
    return [signal.state for signal in signals if isinstance(signal, RegistrationMoved)]


def challenge(nonce: str) -> list[str]:
    return [f'Digest realm="r", nonce="{nonce}", qop="auth"']


def registered(line: Registration) -> None:
    first = asked(line.register(0.0))
    second = asked(line.receive_response(answer(first, 401, www_authenticate=challenge("n1")), 0.1))
    moved = line.receive_response(
        answer(second, 200, contact=["<sip:a1@127.0.0.1:5080>;expires=60"]), 0.2
    )
    assert states(moved) == [S.REGISTERED]


def test_it_answers_the_challenge_and_refreshes_at_half_of_what_was_granted() -> None:
    line = phone()
    first = asked(line.register(0.0))
    assert first.uri == "sip:127.0.0.1:5060"
    assert first.first("expires") == "120"
    assert first.first("authorization") == ""
    second = asked(line.receive_response(answer(first, 401, www_authenticate=challenge("n1")), 0.1))
    assert 'nonce="n1"' in second.first("authorization")
    moved = line.receive_response(
        answer(second, 200, contact=["<sip:a1@127.0.0.1:5080>;expires=60"]), 0.2
    )
    assert states(moved) == [S.REGISTERED]
    assert line.deadline == 0.2 + 30
    refresh = asked(line.wake(30.2))
    assert refresh.cseq == (3, "REGISTER")
    assert "nc=00000002" in refresh.first("authorization")  # the old nonce once more


def test_a_stale_nonce_is_replaced() -> None:
    line = phone()
    registered(line)
    refresh = asked(line.wake(line.deadline))
    third = line.receive_response(answer(refresh, 401, www_authenticate=challenge("n2")), 31.0)
    assert 'nonce="n2"' in asked(third).first("authorization")
    assert "nc=00000001" in asked(third).first("authorization")


def test_a_wrong_password_is_refused_and_not_tried_again() -> None:
    line = phone()
    first = asked(line.register(0.0))
    second = asked(line.receive_response(answer(first, 401, www_authenticate=challenge("n1")), 0.1))
    moved = line.receive_response(answer(second, 401, www_authenticate=challenge("n2")), 0.2)
    assert states(moved) == [S.REFUSED]
    assert line.deadline == inf


def test_a_registrar_that_is_gone_is_asked_again_later() -> None:
    line = phone()
    line.register(0.0)
    heard: list[Signal] = []
    while S.LOST not in states(heard):
        heard += line.wake(line.deadline)
    assert words(heard).count("REGISTER") == 4
    assert line.deadline == PATIENCE_S + RETRY_S
    again = asked(line.wake(line.deadline))
    assert states(line.receive_response(answer(again, 200), 11.0)) == [S.REGISTERED]


def test_too_short_an_interval_is_lengthened() -> None:
    line = phone()
    first = asked(line.register(0.0))
    again = asked(line.receive_response(answer(first, 423, min_expires=["300"]), 0.1))
    assert again.first("expires") == "300"


def test_it_takes_its_contact_back() -> None:
    line = phone()
    registered(line)
    leaving = asked(line.unregister(5.0))
    assert leaving.first("expires") == "0"
    assert states(line.receive_response(answer(leaving, 200), 5.1)) == [S.IDLE]
    assert line.deadline == inf


def test_a_repeated_or_old_answer_changes_nothing() -> None:
    line = phone()
    first = asked(line.register(0.0))
    registered(line)
    assert line.receive_response(answer(first, 401, www_authenticate=challenge("x")), 9.0) == []
    assert line.state is S.REGISTERED
