import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.sip.message import (
    MAX_HEADER_LINES,
    MAX_MESSAGE_BYTES,
    BadMessage,
    Request,
    Response,
    parameter,
    parse,
    respond,
    split_list,
    tag_of,
    uri_of,
    user_of,
)

INVITE = b"""INVITE sip:555@127.0.0.1:5080 SIP/2.0\r
v: SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2\r
Via: SIP/2.0/UDP c;branch=z9hG4bK3\r
f: "Doe, Jane" <sip:jane@a>;tag=1\r
t: <sip:555@b>\r
i: abc@a\r
CSeq: 7 INVITE\r
Record-Route: <sip:p1;lr>,<sip:p2;lr>\r
m: "A, B" <sip:jane@a:5060>;expires=60\r
Subject: one\r
  two\r
l: 4\r
\r
bodyTRAILING"""


def test_compact_names_folded_lines_and_lists_are_read() -> None:
    message = parse(INVITE)
    assert isinstance(message, Request)
    assert (message.method, message.uri) == ("INVITE", "sip:555@127.0.0.1:5080")
    assert [via[-1] for via in message.values("via")] == ["1", "2", "3"]
    assert message.values("record-route") == ["<sip:p1;lr>", "<sip:p2;lr>"]
    assert message.values("contact") == ['"A, B" <sip:jane@a:5060>;expires=60']
    assert message.first("subject") == "one two"
    assert message.cseq == (7, "INVITE")
    assert message.body == b"body"


def test_a_message_survives_the_way_there_and_back() -> None:
    message = parse(INVITE)
    assert parse(message.encode()) == message


def test_a_response_keeps_what_the_request_must_find_again() -> None:
    request = parse(INVITE)
    assert isinstance(request, Request)
    answer = parse(respond(request, 200, tag="ours", extra=(("server", "x"),)).encode())
    assert isinstance(answer, Response)
    assert (answer.status, answer.reason) == (200, "OK")
    assert answer.values("via") == request.values("via")
    assert answer.values("record-route") == request.values("record-route")
    assert answer.values("from") == request.values("from")
    assert tag_of(answer.first("to")) == "ours"
    assert answer.first("server") == "x"
    assert answer.cseq == (7, "INVITE")


def test_a_100_has_no_tag_and_a_refusal_no_route() -> None:
    request = parse(INVITE)
    assert isinstance(request, Request)
    assert tag_of(respond(request, 100, tag="ours").first("to")) == ""
    assert respond(request, 486, tag="ours").values("record-route") == []


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"hello",
        b"\x80\x00\x01\x02" * 43,
        b"INVITE sip:a SIP/2.0\r\n\r\n",
        INVITE.replace(b"SIP/2.0\r\nv", b"HTTP/1.1\r\nv"),
        INVITE.replace(b"l: 4", b"l: 400"),
        INVITE.replace(b"CSeq: 7 INVITE", b"no colon here"),
        INVITE.replace(b"bodyTRAILING", b"x" * MAX_MESSAGE_BYTES),
        INVITE.replace(b"Subject", b"X: y\r\n" * MAX_HEADER_LINES + b"Subject"),
        INVITE.replace(b"INVITE sip:555@127.0.0.1:5080 SIP/2.0", b"SIP/2.0 2xx OK"),
    ],
)
def test_what_is_not_sip_or_too_large_is_refused(datagram: bytes) -> None:
    with pytest.raises(BadMessage):
        parse(datagram)


@given(st.binary(max_size=300))
def test_no_datagram_breaks_the_parser(noise: bytes) -> None:
    for datagram in (noise, INVITE.replace(b"one", noise)):
        try:
            parse(datagram)
        except BadMessage:
            continue


def test_parts_of_addresses() -> None:
    value = '"Doe; tag=no" <sip:jane:pw@a:5060;x=1>;tag=yes;expires=30'
    assert uri_of(value) == "sip:jane:pw@a:5060;x=1"
    assert user_of(uri_of(value)) == "jane"
    assert tag_of(value) == "yes"
    assert parameter(value, "expires") == "30"
    assert uri_of("sip:b@c;tag=2") == "sip:b@c"
    assert tag_of("sip:b@c;tag=2") == "2"
    assert user_of("sip:host-only:5060") == ""
    assert split_list('<a,b>, "c,d" <e> ,f') == ["<a,b>", '"c,d" <e>', "f"]
