"""AMI's bytes: frames come out the same however TCP cut the stream, and nothing grows unbounded."""

from collections.abc import Sequence

import pytest
from cuts import cut
from hypothesis import given
from hypothesis import strategies as st

from dialer.adapters.asterisk.ami_wire import (
    AmiDecoder,
    AmiProtocolError,
    Frame,
    encode_action,
    parse_frame,
)
from dialer.errors import UnsafeValue

BANNER = b"Asterisk Call Manager/10.0.1\r\n"
UNSAFE = ("\r", "\n", "\0", "\r\n")


def told(pieces: Sequence[bytes], max_frame: int = 512) -> list[object]:
    """Return everything a decoder says of these reads: frames, and the error that ends it."""
    decoder = AmiDecoder(max_frame=max_frame)
    out: list[object] = []
    for piece in pieces:
        try:
            out += decoder.feed(piece)
        except AmiProtocolError as error:
            return [*out, *error.frames, decoder.banner, str(error)]
    return [*out, decoder.banner]


def test_a_stream_becomes_banner_and_frames() -> None:
    decoder = AmiDecoder()
    frames = decoder.feed(
        BANNER + b"Response: Success\r\nActionID: a1\r\n\r\nEvent: Hangup\r\n\r\n"
    )
    assert decoder.banner == "Asterisk Call Manager/10.0.1"
    assert frames == [{"Response": "Success", "ActionID": "a1"}, {"Event": "Hangup"}]


def test_a_character_split_over_two_reads_is_whole() -> None:
    stream = BANNER + "Event: X\r\nName: Zoë\r\n\r\n".encode()
    split = stream.index("ë".encode()) + 1
    decoder = AmiDecoder()
    assert decoder.feed(stream[:split]) == []
    assert decoder.feed(stream[split:])[0]["Name"] == "Zoë"


def test_bytes_that_are_no_utf8_are_replaced_and_cost_no_frame() -> None:
    frames = AmiDecoder().feed(BANNER + b"Event: X\r\nName: \xff\xfe\r\n\r\n")
    assert frames[0]["Name"] == "��"


def test_repeated_keys_are_all_kept_in_order_and_the_last_one_is_the_value() -> None:
    frame = parse_frame(b"Response: Success\r\nOutput: one\r\nOutput: two\r\nOutput: three")
    assert frame.all("Output") == ["one", "two", "three"]
    assert frame["Output"] == "three"
    assert frame.all("Response") == ["Success"]
    assert frame.all("Nothing") == []


def test_values_keep_colons_and_all_but_the_first_blank() -> None:
    frame = parse_frame(b"Variable: a: b\r\nEmpty:\r\nTight:x\r\nWide:  y\r\nno colon here")
    assert frame == {"Variable": "a: b", "Empty": "", "Tight": "x", "Wide": " y"}


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH_9.2\r\n", b"\r\n", b"HTTP/1.1 400\r\n"])
def test_a_peer_that_is_not_ami_is_refused_by_its_first_line(greeting: bytes) -> None:
    with pytest.raises(AmiProtocolError, match="banner"):
        AmiDecoder().feed(greeting)


def test_a_peer_that_never_ends_its_first_line_is_refused() -> None:
    with pytest.raises(AmiProtocolError, match="no AMI banner"):
        AmiDecoder().feed(b"Asterisk Call Manager/" + b"9" * 300)


def test_a_frame_without_an_end_is_refused_and_what_came_before_it_is_heard() -> None:
    decoder = AmiDecoder(max_frame=1000)
    with pytest.raises(AmiProtocolError, match="more than 1000 bytes") as refused:
        decoder.feed(BANNER + b"Event: Hangup\r\n\r\n" + b"Event: Huge\r\nData: " + b"x" * 2000)
    assert refused.value.frames == ({"Event": "Hangup"},)


@pytest.mark.parametrize("mark", UNSAFE)
@pytest.mark.parametrize("place", ["action", "id", "key", "value"])
def test_no_part_of_an_action_may_hold_a_line_break_or_nul(place: str, mark: str) -> None:
    parts = dict.fromkeys(("action", "id", "key", "value"), "x")
    parts[place] = f"x{mark}Action: Command"
    with pytest.raises(UnsafeValue):
        encode_action(parts["action"], parts["id"], [(parts["key"], parts["value"])])


def test_an_action_is_one_frame() -> None:
    sent = encode_action("Originate", "at-1", [("Variable", "A=1"), ("Variable", "B=2")])
    assert sent == (
        b"Action: Originate\r\nActionID: at-1\r\nVariable: A=1\r\nVariable: B=2\r\n\r\n"
    )


@given(st.lists(st.tuples(st.text(), st.text())), st.text(), st.text())
def test_whatever_is_asked_for_is_one_frame_or_nothing(
    fields: list[tuple[str, str]], action: str, action_id: str
) -> None:
    try:
        sent = encode_action(action, action_id, fields)
    except UnsafeValue:
        return
    assert sent.count(b"\r\n") == len(fields) + 3
    assert sent.endswith(b"\r\n\r\n")
    assert b"\n" not in sent.replace(b"\r\n", b"")


LINE = st.one_of(
    st.builds(
        "{}: {}".format,
        st.sampled_from(["Event", "Response", "Name", "Output"]),
        st.text(st.characters(blacklist_characters="\r\n", blacklist_categories=["Cs"])),
    ),
    st.sampled_from(["", "no colon", "Key:", "\0", "\n", "\r"]),
).map(str.encode)
STREAM = st.builds(
    lambda banner, lines, tail: banner + b"".join(line + b"\r\n" for line in lines) + tail,
    st.sampled_from([BANNER, BANNER, BANNER, b"SSH-2.0\r\n", b"A" * 300 + b"\r\n", b""]),
    st.lists(st.one_of(LINE, st.just(b""), st.just(b""), st.binary(max_size=700))),
    st.binary(max_size=600),
)


@given(STREAM, st.lists(st.integers(0, 4000), max_size=30))
def test_any_cut_of_any_stream_says_the_same(stream: bytes, at: list[int]) -> None:
    assert told(cut(stream, at)) == told([stream])


@given(STREAM)
def test_byte_by_byte_says_the_same(stream: bytes) -> None:
    assert told([bytes([byte]) for byte in stream]) == told([stream])


@given(st.lists(st.dictionaries(st.sampled_from("ABCD"), st.sampled_from(["", "x", "é"]))))
def test_what_is_encoded_is_decoded(frames: list[dict[str, str]]) -> None:
    sent = b"".join(encode_action("X", "1", frame.items()) for frame in frames)
    expected = [Frame({"Action": "X", "ActionID": "1", **frame}, None) for frame in frames]
    assert AmiDecoder().feed(BANNER + sent) == expected
