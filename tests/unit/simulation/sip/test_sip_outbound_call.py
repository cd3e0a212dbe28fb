from itertools import count
from math import inf

from sip_transcripts import AUDIO, OFFER, SWITCH, US, answer, request, sent, words

from simulation.sip.digest import Credentials
from simulation.sip.message import Request, Response
from simulation.sip.outgoing import MOVES, DialMove, DialState, OutboundCall
from simulation.sip.signals import CallEnd, Ended, Signal

CHALLENGE = ['Digest realm="r", nonce="n", qop="auth", algorithm=MD5']


def dialed(now: float = 0.0) -> tuple[OutboundCall, Request]:
    tokens = (f"t{number}" for number in count())
    call = OutboundCall(
        "sip:555@127.0.0.1:5060",
        SWITCH,
        US,
        identity="sip:a1@127.0.0.1",
        credentials=Credentials("a1", "s1"),
        token=lambda: next(tokens),
        agent="Phone",
    )
    invite = sent(call.dial(AUDIO, now))[0]
    assert isinstance(invite, Request)
    return call, invite


def ok_to(invite: Request) -> Response:
    ok = answer(invite, 200, contact=["<sip:switch@127.0.0.1:5061>"])
    ok.body = OFFER
    return ok


def end_of(signals: list[Signal]) -> tuple[CallEnd, int] | None:
    return next(((s.end, s.status) for s in signals if isinstance(s, Ended)), None)


def test_a_call_is_challenged_answered_and_ended_by_us() -> None:
    call, invite = dialed()
    again = call.receive_response(answer(invite, 401, www_authenticate=CHALLENGE), 0.1)
    assert words(again) == ["ACK", "INVITE"]
    ack, second = sent(again)
    assert ack.first("via") == invite.first("via")
    assert second.cseq == (2, "INVITE")
    assert 'username="a1"' in second.first("authorization")
    assert isinstance(second, Request)
    assert words(call.receive_response(answer(second, 180), 0.2)) == ["Progressed"]
    accepted = call.receive_response(ok_to(second), 0.3)
    assert words(accepted) == ["ACK", "Accepted"]
    assert words(call.receive_response(ok_to(second), 0.8)) == ["ACK"]  # repeated 200
    left = call.hang_up(1.0)
    assert words(left) == ["BYE", "Ended"]
    bye = sent(left)[0]
    assert isinstance(bye, Request)
    assert bye.uri == "sip:switch@127.0.0.1:5061"
    assert bye.cseq == (3, "BYE")
    assert words(call.wake(1.5)) == ["BYE"]
    call.receive_response(answer(bye, 200), 1.6)
    call.wake(call.deadline)
    assert call.done


def test_a_refusal_is_acknowledged_each_time_and_told_once() -> None:
    call, invite = dialed()
    refused = call.receive_response(answer(invite, 403), 0.1)
    assert words(refused) == ["ACK", "Ended"]
    assert end_of(refused) == (CallEnd.FAILED, 403)
    assert words(call.receive_response(answer(invite, 403), 0.6)) == ["ACK"]


def test_a_wrong_password_is_not_tried_twice() -> None:
    call, invite = dialed()
    again = call.receive_response(answer(invite, 401, www_authenticate=CHALLENGE), 0.1)
    second = sent(again)[1]
    assert isinstance(second, Request)
    end = call.receive_response(answer(second, 401, www_authenticate=CHALLENGE), 0.2)
    assert end_of(end) == (CallEnd.FAILED, 401)


def test_nobody_answers() -> None:
    call, _ = dialed()
    heard: list[Signal] = []
    while call.deadline < inf and not end_of(heard):
        heard += call.wake(call.deadline)
    assert words(heard).count("INVITE") >= 6
    assert end_of(heard) == (CallEnd.FAILED, 408)


def test_a_cancel_waits_for_the_first_provisional_answer() -> None:
    call, invite = dialed()
    assert call.hang_up(0.1) == []
    cancelled = call.receive_response(answer(invite, 100), 0.2)
    assert words(cancelled) == ["Progressed", "CANCEL"]
    assert sent(cancelled)[0].first("via") == invite.first("via")
    assert call.receive_response(answer(invite, 180), 0.3) != []  # the CANCEL goes on
    assert words(call.wake(0.7)) == ["CANCEL"]
    ended = call.receive_response(answer(invite, 487), 0.8)
    assert end_of(ended) == (CallEnd.CANCELLED, 487)


def test_an_answer_that_crosses_the_cancel_is_hung_up() -> None:
    call, invite = dialed()
    call.receive_response(answer(invite, 180), 0.1)
    assert words(call.hang_up(0.2)) == ["CANCEL"]
    assert words(call.receive_response(ok_to(invite), 0.3)) == ["ACK", "Accepted", "BYE", "Ended"]


def test_the_far_end_moves_the_audio_and_hangs_up() -> None:
    call, invite = dialed()
    call.receive_response(ok_to(invite), 0.1)
    assert words(call.receive(request("INVITE", cseq=5, body=OFFER), 1.0)) == ["200", "MediaMoved"]
    bye = request("BYE", cseq=6)
    assert end_of(call.receive(bye, 2.0)) == (CallEnd.BYE_RECEIVED, 200)
    assert words(call.receive(bye, 2.5)) == ["200"]


def test_every_state_but_the_last_can_be_left() -> None:
    assert {state for state, _ in MOVES} == set(DialState) - {DialState.ENDED}
    assert {move for _, move in MOVES} == set(DialMove)
