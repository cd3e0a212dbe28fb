"""AudioSocket's bytes, cut by TCP in any way, are the same messages."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.adapters.asterisk.audio_socket_wire import (
    LONGEST,
    Kind,
    Message,
    NotAudioSocket,
    Reader,
)

SPOKEN = [
    Message(Kind.ID, bytes(range(16))),
    Message(Kind.SOUND, bytes(320)),
    Message(Kind.KEY, b"9"),
    Message(0x42, b"unknown"),
    Message(Kind.HANG_UP, b""),
]
STREAM = b"".join(
    bytes([message.kind]) + len(message.payload).to_bytes(2, "big") + message.payload
    for message in SPOKEN
)


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_any_cuts_make_the_same_messages(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    reader = Reader()
    found = []
    for begin, end in pairwise(places):
        found += reader.feed(STREAM[begin:end])
    assert found == SPOKEN


def test_half_a_message_is_none_yet() -> None:
    reader = Reader()
    assert reader.feed(STREAM[:18]) == []
    assert reader.feed(STREAM[18:19]) == SPOKEN[:1]


def test_a_message_longer_than_any_of_asterisks_is_refused_before_it_comes() -> None:
    header = bytes([Kind.SOUND]) + (LONGEST + 1).to_bytes(2, "big")
    with pytest.raises(NotAudioSocket, match="1025 bytes"):
        Reader().feed(header)


def test_another_protocol_is_refused() -> None:
    with pytest.raises(NotAudioSocket):
        Reader().feed(b"GET / HTTP/1.1\r\n")
