"""Streams of RTP packets for transcripts."""

from collections.abc import Iterable

from simulation.sip.rtp import FRAME_S, FRAME_SAMPLES, RtpPacket
from simulation.sip.tones import SILENCE_FRAME, tone_frames

TONE = tone_frames(1000)[0]


def stream(
    count: int,
    *,
    start_s: float = 100.0,
    seq: int = 0,
    ts: int = 0,
    ssrc: int = 1,
    payload: bytes = TONE,
    marker: bool = False,
) -> list[RtpPacket]:
    """A perfect stream; `marker` marks its first packet."""
    return [
        RtpPacket(
            start_s + step * FRAME_S,
            ssrc,
            (ts + step * FRAME_SAMPLES) & 0xFFFFFFFF,
            (seq + step) & 0xFFFF,
            marker and step == 0,
            0,
            payload,
        )
        for step in range(count)
    ]


def silence(count: int, **where: int) -> list[RtpPacket]:
    return stream(count, payload=SILENCE_FRAME, **where)  # type: ignore[arg-type]


def late(packets: Iterable[RtpPacket], by_s: float) -> list[RtpPacket]:
    return [packet._replace(arrival_s=packet.arrival_s + by_s) for packet in packets]
