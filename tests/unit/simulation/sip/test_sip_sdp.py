from simulation.sip.sdp import AudioOffer, answer_to, parse_sdp, render_sdp

HELD = b"""v=0\r
o=- 1 2 IN IP4 10.0.0.1\r
s=x\r
c=IN IP4 10.0.0.1/127\r
t=0 0\r
m=audio 4000 RTP/AVP 8 0 96\r
a=rtpmap:96 telephone-event/8000\r
a=sendonly\r
m=video 5000 RTP/AVP 31\r
a=inactive\r
"""


def test_only_the_first_audio_counts() -> None:
    assert parse_sdp(HELD) == AudioOffer(("10.0.0.1", 4000), (8, 0, 96), 96, "sendonly")


def test_what_we_say_can_be_read_back() -> None:
    offer = AudioOffer(("127.0.0.1", 4000), (0, 101), 101, "sendrecv")
    assert parse_sdp(render_sdp(("127.0.0.1", 4000))) == offer


def test_the_answer_mirrors_a_hold_and_takes_over_the_event_type() -> None:
    answer = parse_sdp(answer_to(parse_sdp(HELD), ("127.0.0.1", 6)))
    assert answer == AudioOffer(("127.0.0.1", 6), (0, 96), 96, "recvonly")


def test_a_body_without_audio_is_none() -> None:
    assert parse_sdp(b"") is None
    assert parse_sdp(b"\xff\x00v=0\r\nm=audio x") is None
