from math import inf

import pytest
from sip_transcripts import AUDIO, OFFER, SWITCH, US, answer, request, sent, words

from simulation.sip.behaviour import FOREVER, Behaviour
from simulation.sip.dialog import MOVES, CallState, InboundCall, Move
from simulation.sip.message import Request, Response, tag_of
from simulation.sip.sdp import parse_sdp
from simulation.sip.signals import CallEnd, Ended, Signal


def invited(behaviour: Behaviour, now: float = 0.0) -> tuple[InboundCall, list[Signal]]:
    call = InboundCall(request("INVITE", body=OFFER), SWITCH, US, tag="ours", server="Carrier")
    return call, call.decide(behaviour, AUDIO, now)


def up(behaviour: Behaviour | None = None) -> InboundCall:
    call, _ = invited(behaviour or Behaviour(ring_s=0.0))
    assert words(call.receive(request("ACK", to_tag="ours"), 0.1)) == ["Acked"]
    return call


def endings(signals: list[Signal]) -> list[tuple[CallEnd, int]]:
    return [(signal.end, signal.status) for signal in signals if isinstance(signal, Ended)]


def test_it_rings_answers_and_hangs_up_after_its_talk() -> None:
    call, first = invited(Behaviour(ring_s=2.0, talk_s=3.0))
    assert words(first) == ["100", "180"]
    assert call.deadline == 2.0
    ok = call.wake(2.0)
    assert words(ok) == ["200"]
    message = sent(ok)[0]
    assert tag_of(message.first("to")) == "ours"
    assert message.first("contact") == "<sip:127.0.0.1:5080>"
    offer = parse_sdp(message.body)
    assert offer is not None
    assert offer.address == AUDIO
    assert words(call.receive(request("ACK", to_tag="ours"), 2.1)) == ["Acked"]
    assert call.deadline == 5.0
    left = call.wake(5.0)
    assert words(left) == ["BYE", "Ended"]
    assert endings(left) == [(CallEnd.BYE_SENT, 200)]
    bye = sent(left)[0]
    assert isinstance(bye, Request)
    assert bye.uri == "sip:switch@127.0.0.1:5060"
    assert tag_of(bye.first("from")) == "ours"
    assert tag_of(bye.first("to")) == "theirs"
    assert call.receive_response(answer(bye, 200), 5.1) == []
    call.wake(call.deadline)
    assert call.done


def test_a_200_is_repeated_until_its_ack() -> None:
    call, first = invited(Behaviour(ring_s=0.0))
    assert words(first) == ["100", "200"]
    times = []
    for _ in range(4):
        times.append(call.deadline)
        assert words(call.wake(call.deadline)) == ["200"]
    assert times == [0.5, 1.5, 3.5, 7.5]
    assert words(call.receive(request("ACK", to_tag="ours"), 8.0)) == ["Acked"]
    assert call.deadline == inf


def test_a_200_that_is_never_acknowledged_is_given_up_with_a_bye() -> None:
    call, _ = invited(Behaviour(ring_s=0.0))
    heard: list[Signal] = []
    while not endings(heard):
        heard += call.wake(call.deadline)
    assert endings(heard) == [(CallEnd.NO_ACK, 200)]
    assert "BYE" in words(heard)


@pytest.mark.parametrize("code", [403, 404, 486, 503])
def test_it_refuses_and_repeats_the_refusal_until_its_ack(code: int) -> None:
    call, _ = invited(Behaviour(ring_s=1.0, code=code))
    refused = call.wake(1.0)
    assert words(refused) == [str(code), "Ended"]
    assert endings(refused) == [(CallEnd.REFUSED, code)]
    assert words(call.wake(1.5)) == [str(code)]
    assert call.receive(request("ACK", to_tag="ours"), 1.6) == []
    assert call.wake(2.5) == []


def test_a_cancelled_call_gets_200_and_487() -> None:
    call, first = invited(Behaviour(ring_s=FOREVER))
    assert words(first) == ["100", "180"]
    assert call.deadline == inf
    cancelled = call.receive(request("CANCEL"), 9.0)
    assert words(cancelled) == ["200", "487", "Ended"]
    assert endings(cancelled) == [(CallEnd.CANCELLED, 487)]
    assert words(call.receive(request("CANCEL"), 9.2)) == ["200"]  # repeated: answered again only


def test_a_cancel_that_crosses_the_200_changes_nothing() -> None:
    call, _ = invited(Behaviour(ring_s=0.0))
    assert words(call.receive(request("CANCEL"), 0.1)) == ["200"]
    assert call.state is CallState.ANSWERED


def test_the_caller_hangs_up_and_its_bye_is_answered_again() -> None:
    call = up()
    bye = request("BYE", cseq=2, to_tag="ours")
    left = call.receive(bye, 5.0)
    assert words(left) == ["200", "Ended"]
    assert endings(left) == [(CallEnd.BYE_RECEIVED, 200)]
    assert words(call.receive(bye, 5.5)) == ["200"]


def test_a_repeated_invite_is_answered_by_what_was_said_last() -> None:
    call, _ = invited(Behaviour(ring_s=2.0))
    again = request("INVITE", body=OFFER)
    assert words(call.receive(again, 0.5)) == ["180"]
    first = call.wake(2.0)
    assert sent(call.receive(again, 2.1)) == sent(first)


def test_hanging_up_before_the_ack_waits_for_it() -> None:
    call, _ = invited(Behaviour(ring_s=0.0, talk_s=0.01))
    assert call.wake(0.01) == []
    assert words(call.receive(request("ACK", to_tag="ours"), 0.02)) == ["Acked", "BYE", "Ended"]


def test_hanging_up_while_it_rings_is_a_refusal() -> None:
    call, _ = invited(Behaviour(ring_s=2.0))
    assert words(call.hang_up(1.0)) == ["603", "Ended"]
    assert call.hang_up(1.1) == []
    assert "200" not in words(call.wake(2.0))


def test_a_reinvite_is_answered_and_tells_where_the_audio_went() -> None:
    call = up()
    moved = call.receive(request("INVITE", cseq=2, to_tag="ours", body=OFFER), 3.0)
    assert words(moved) == ["200", "MediaMoved"]
    assert words(call.wake(3.5)) == ["200"]
    assert call.receive(request("ACK", cseq=2, to_tag="ours"), 3.6) == []
    assert call.deadline == inf
    assert call.state is CallState.UP


def test_an_answer_in_the_ack_is_told() -> None:
    call = InboundCall(request("INVITE"), SWITCH, US, tag="ours", server="Carrier")
    first = call.decide(Behaviour(ring_s=0.0), AUDIO, 0.0)
    assert parse_sdp(sent(first)[-1].body) is not None  # our offer
    ack = request("ACK", to_tag="ours", body=OFFER)
    assert words(call.receive(ack, 0.1)) == ["MediaMoved", "Acked"]


def test_a_dead_trunk_says_nothing_at_all() -> None:
    call, first = invited(Behaviour(ring_s=FOREVER, ring=False, trying=False))
    assert first == []
    assert call.receive(request("INVITE", body=OFFER), 0.5) == []


def test_ringing_may_come_late() -> None:
    call, first = invited(Behaviour(ring_s=5.0, ring_after_s=1.0))
    assert words(first) == ["100"]
    assert words(call.wake(1.0)) == ["180"]


def test_both_hang_up_at_once_and_one_end_is_told() -> None:
    call = up()
    assert words(call.hang_up(1.0)) == ["BYE", "Ended"]
    assert words(call.receive(request("BYE", cseq=2, to_tag="ours"), 1.0)) == ["200"]


def test_a_bye_goes_back_along_the_recorded_route() -> None:
    routed = request("INVITE", body=OFFER, extra={"record-route": ["<sip:p2;lr>", "<sip:p1;lr>"]})
    call = InboundCall(routed, SWITCH, US, tag="ours", server="Carrier")
    ok = sent(call.decide(Behaviour(ring_s=0.0), AUDIO, 0.0))[-1]
    assert isinstance(ok, Response)
    assert ok.values("record-route") == ["<sip:p2;lr>", "<sip:p1;lr>"]
    call.receive(request("ACK", to_tag="ours"), 0.1)
    assert sent(call.hang_up(1.0))[0].values("route") == ["<sip:p2;lr>", "<sip:p1;lr>"]


def test_every_state_but_the_last_can_be_left() -> None:
    left = {state for state, _ in MOVES}
    assert left == set(CallState) - {CallState.ENDED}
    assert {move for _, move in MOVES} == set(Move)
