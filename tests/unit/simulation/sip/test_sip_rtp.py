import numpy as np
import pytest

from simulation.sip.rtp import RtpSender, pack_rtp, parse_rtp, signed_difference
from simulation.sip.ulaw import decode, encode


def test_a_packet_survives_the_way_there_and_back() -> None:
    data = pack_rtp(b"x" * 160, seq=65_535, ts=2**32 - 1, ssrc=7, marker=True)
    packet = parse_rtp(data, 1.5)
    assert packet == (1.5, 7, 2**32 - 1, 65_535, True, 0, b"x" * 160)


def test_extensions_sources_and_padding_are_taken_off() -> None:
    plain = pack_rtp(b"", seq=1, ts=2, ssrc=3)
    data = bytes([0x80 | 0x20 | 0x10 | 1]) + plain[1:] + b"csrc" + b"\xbe\xde\x00\x01" + b"ext!"
    packet = parse_rtp(data + b"payload" + b"\0\0\3", 0.0)
    assert packet is not None
    assert packet.payload == b"payload"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"INVITE sip:a SIP/2.0",
        bytes([0x80, 200]) + bytes(26),
        bytes([0x8F, 0]) + bytes(10),
        bytes([0xA0, 0]) + bytes(9) + b"\xff",
    ],
)
def test_what_is_not_rtp_is_none(data: bytes) -> None:
    assert parse_rtp(data, 0.0) is None


def test_a_sender_counts_on_and_marks_what_follows_a_pause() -> None:
    sender = RtpSender(9, seq=65_535, ts=2**32 - 160)
    first, second = (parse_rtp(sender.frame(b"a" * 160), 0.0) for _ in range(2))
    sender.skip(5)
    third = parse_rtp(sender.frame(b"a" * 160), 0.0)
    assert first is not None
    assert second is not None
    assert third is not None
    assert [p.seq for p in (first, second, third)] == [65_535, 0, 1]
    assert [p.ts for p in (first, second, third)] == [2**32 - 160, 0, 960]
    assert [p.marker for p in (first, second, third)] == [True, False, True]


def test_a_key_press_is_one_event_whose_end_is_repeated() -> None:
    sender = RtpSender(9)
    sender.frame(b"a" * 160)
    presses = [parse_rtp(data, 0.0) for data in sender.press("#", 101)]
    packets = [packet for packet in presses if packet is not None]
    assert {packet.ts for packet in packets} == {160}
    assert [packet.marker for packet in packets] == [True] + [False] * 7
    assert {packet.payload[0] for packet in packets} == {11}
    assert [packet.payload[1] >> 7 for packet in packets] == [0] * 5 + [1] * 3
    assert packets[-1].payload[2:] == (800).to_bytes(2, "big")
    after = parse_rtp(sender.frame(b"a" * 160), 0.0)
    assert after is not None
    assert (after.seq, after.ts) == (9, 160 + 8 * 160)
    with pytest.raises(ValueError, match="substring"):
        sender.press("x", 101)


def test_counters_are_compared_around_their_end() -> None:
    assert signed_difference(2, 65_534, 16) == 4
    assert signed_difference(65_534, 2, 16) == -4
    assert signed_difference(0, 2**32 - 160, 32) == 160


def test_mu_law_tables_agree_with_g711() -> None:
    codes = bytes([0x00, 0x7F, 0x80, 0xFF, 0xF0, 0x8F])
    assert decode(codes).tolist() == [-32124, 0, 32124, 0, 120, 16764]
    assert encode(np.array([-32768, 0, 32767, 120, 16764], dtype=np.int16)) == bytes(
        [0x00, 0xFF, 0x80, 0xF0, 0x8F]
    )


def test_every_mu_law_code_survives_decoding() -> None:
    codes = bytes(code for code in range(256) if code != 0x7F)  # 0x7F and 0xFF are both zero
    assert encode(decode(codes)) == codes
