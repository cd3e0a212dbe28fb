"""RTP packets as values, a sender's counters, and key presses (RFC 4733). PCMU in 20 ms frames.

Refuses to know sockets and clocks.
"""

import struct
from dataclasses import dataclass
from typing import Final, NamedTuple

RATE_HZ: Final = 8_000
FRAME_SAMPLES: Final = 160
FRAME_S: Final = 0.020
HEADER_BYTES: Final = 12
DIGITS: Final = "0123456789*#ABCD"
_HEADER: Final = struct.Struct("!BBHII")
_EVENT: Final = struct.Struct("!BBH")
_EVENT_FRAMES: Final = 5
_EVENT_ENDS: Final = 3


class RtpPacket(NamedTuple):
    """A received packet."""

    arrival_s: float
    """Seconds since the epoch, by the kernel where it stamped the datagram."""
    ssrc: int
    ts: int
    seq: int
    marker: bool
    payload_type: int
    payload: bytes


def parse_rtp(datagram: bytes, arrival_s: float) -> RtpPacket | None:
    """Return the packet, or None for anything else (RTCP, noise)."""
    if len(datagram) < HEADER_BYTES:
        return None
    first, second, seq, ts, ssrc = _HEADER.unpack_from(datagram)
    if first >> 6 != 2 or 200 <= second <= 207:
        return None
    start = HEADER_BYTES + 4 * (first & 0x0F)
    end = len(datagram)
    if first & 0x10 and end >= start + 4:
        start += 4 + 4 * int.from_bytes(datagram[start + 2 : start + 4], "big")
    if first & 0x20:
        end -= datagram[-1]
    if start > end:
        return None
    return RtpPacket(
        arrival_s, ssrc, ts, seq, bool(second & 0x80), second & 0x7F, datagram[start:end]
    )


def pack_rtp(
    payload: bytes, *, seq: int, ts: int, ssrc: int, marker: bool = False, payload_type: int = 0
) -> bytes:
    """Return the datagram."""
    return _HEADER.pack(0x80, payload_type | (marker << 7), seq, ts, ssrc) + payload


def signed_difference(later: int, earlier: int, bits: int) -> int:
    """Return `later - earlier` of wrapping counters, within half their range."""
    half = 1 << (bits - 1)
    return ((later - earlier + half) & ((1 << bits) - 1)) - half


@dataclass(slots=True)
class RtpSender:
    """Counters of one outgoing stream; the first packet carries the marker."""

    ssrc: int
    seq: int = 0
    ts: int = 0
    marker: bool = True

    def frame(self, payload: bytes) -> bytes:
        """Return the next 20 ms as a datagram."""
        data = pack_rtp(payload, seq=self.seq, ts=self.ts, ssrc=self.ssrc, marker=self.marker)
        self.marker = False
        self.seq = (self.seq + 1) & 0xFFFF
        self.ts = (self.ts + FRAME_SAMPLES) & 0xFFFFFFFF
        return data

    def skip(self, frames: int) -> None:
        """Let frames go by unsent, as after a pause: time goes on and the next one is marked."""
        self.ts = (self.ts + frames * FRAME_SAMPLES) & 0xFFFFFFFF
        self.marker = True

    def press(self, digit: str, event_type: int) -> list[bytes]:
        """Return a key press, one datagram per 20 ms; the last ones repeat its end.

        Raises:
            ValueError: not a key of a telephone.
        """
        event = DIGITS.index(digit.upper())
        began = self.ts
        datagrams = []
        for step in range(_EVENT_FRAMES + _EVENT_ENDS):
            ended = step >= _EVENT_FRAMES
            lasted = min(step + 1, _EVENT_FRAMES) * FRAME_SAMPLES
            body = _EVENT.pack(event, 10 | (ended << 7), lasted)
            datagrams.append(
                pack_rtp(
                    body,
                    seq=self.seq,
                    ts=began,
                    ssrc=self.ssrc,
                    marker=step == 0,
                    payload_type=event_type,
                )
            )
            self.seq = (self.seq + 1) & 0xFFFF
        self.ts = (began + len(datagrams) * FRAME_SAMPLES) & 0xFFFFFFFF
        return datagrams
