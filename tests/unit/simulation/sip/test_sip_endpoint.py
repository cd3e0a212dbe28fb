from math import inf

from sip_transcripts import AUDIO, OFFER, SWITCH, US, request, sent, words

from simulation.sip.behaviour import Behaviour
from simulation.sip.endpoint import Endpoint
from simulation.sip.message import Response


def endpoint() -> Endpoint:
    return Endpoint(US, server="Some-Carrier", seed="seed")


def test_options_are_answered_with_the_name_of_the_server() -> None:
    carrier = endpoint()
    told = sent(carrier.receive(request("OPTIONS").encode(), SWITCH, 0.0))
    assert isinstance(told[0], Response)
    assert told[0].status == 200
    assert told[0].first("server") == "Some-Carrier"
    assert carrier.counts.options == 1


def test_a_call_is_offered_and_decided_and_its_timers_are_kept() -> None:
    carrier = endpoint()
    assert words(carrier.receive(request("INVITE", body=OFFER).encode(), SWITCH, 0.0)) == [
        "Invited"
    ]
    assert carrier.deadline == inf
    assert words(carrier.decide("c1", Behaviour(ring_s=1.0), AUDIO, 0.0)) == ["100", "180"]
    assert carrier.deadline == 1.0
    assert words(carrier.wake(1.0)) == ["200"]
    assert words(carrier.receive(request("ACK").encode(), SWITCH, 1.1)) == ["Acked"]
    assert words(carrier.hang_up("c1", 2.0)) == ["BYE", "Ended"]


def test_calls_at_once_have_timers_of_their_own() -> None:
    carrier = endpoint()
    for number in range(50):
        carrier.receive(request("INVITE", call_id=f"c{number}").encode(), SWITCH, 0.0)
        carrier.decide(f"c{number}", Behaviour(ring_s=50.0 - number, code=486), AUDIO, 0.0)
    ended = []
    while carrier.deadline < 50.5:
        at = carrier.deadline
        ended += [at for word in words(carrier.wake(at)) if word == "Ended"]
    assert ended == sorted(float(number) for number in range(1, 51))


def test_an_ended_call_is_forgotten_and_then_unknown() -> None:
    carrier = endpoint()
    carrier.receive(request("INVITE").encode(), SWITCH, 0.0)
    carrier.decide("c1", Behaviour(ring_s=0.0), AUDIO, 0.0)
    carrier.receive(request("ACK").encode(), SWITCH, 0.1)
    bye = request("BYE", cseq=2, to_tag="x").encode()
    assert words(carrier.receive(bye, SWITCH, 1.0)) == ["200", "Ended"]
    assert words(carrier.receive(bye, SWITCH, 1.5)) == ["200"]
    while carrier.deadline < inf:
        carrier.wake(carrier.deadline)
    assert words(carrier.receive(bye, SWITCH, 60.0)) == ["481"]
    assert carrier.counts.unknown == 1


def test_noise_is_counted_and_keepalives_are_not() -> None:
    carrier = endpoint()
    assert carrier.receive(b"\r\n\r\n", SWITCH, 0.0) == []
    assert carrier.counts.bad == 0
    assert carrier.receive(b"\x80noise", SWITCH, 0.0) == []
    assert carrier.counts.bad == 1


def test_repeated_invites_are_counted() -> None:
    carrier = endpoint()
    invite = request("INVITE").encode()
    carrier.receive(invite, SWITCH, 0.0)
    carrier.decide("c1", Behaviour(), AUDIO, 0.0)
    assert words(carrier.receive(invite, SWITCH, 0.1)) == ["180"]
    assert (carrier.counts.invites, carrier.counts.repeated_invites) == (1, 1)
