"""Whether an RTP stream is what a strict receiver may expect: its order, its clock, its gaps.

Within one SSRC the sequence number advances by one and the timestamp by 160 per packet; a marker
frees the timestamp, a new SSRC frees both. Refuses to know what the packets sound like.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from simulation.sip.rtp import FRAME_SAMPLES, RtpPacket, signed_difference

GAP_S: Final = 0.030
"""Two packets that arrive further apart than this are a gap."""


class Breach(StrEnum):
    """What a stream did wrong."""

    LOST = "lost"  # sequence numbers are missing
    ORDER = "order"  # a sequence number came late or twice
    BACK_STEP = "back_step"  # the timestamp went back or stood still
    LEAP = "leap"  # the timestamp went ahead of the sequence number


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a stream broke its law."""

    breach: Breach
    arrival_s: float
    ssrc: int
    seq: int
    seq_step: int
    """Difference to the sequence number before (1 is right)."""
    ts_step: int
    """Difference to the timestamp before (160 times the sequence step is right)."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Two packets that arrived far apart."""

    from_s: float
    """Arrival of the packet before."""
    length_s: float


def violations(packets: Iterable[RtpPacket]) -> list[Violation]:
    """List every breach, in order of arrival; two at one packet are two entries."""
    found: list[Violation] = []
    before: RtpPacket | None = None
    for packet in packets:
        if before is not None and packet.ssrc == before.ssrc:
            seq_step = signed_difference(packet.seq, before.seq, 16)
            ts_step = signed_difference(packet.ts, before.ts, 32)
            found += (
                Violation(breach, packet.arrival_s, packet.ssrc, packet.seq, seq_step, ts_step)
                for breach in _breaches(before, packet, seq_step, ts_step)
            )
            if seq_step <= 0:
                continue  # the stream goes on from the highest packet
        before = packet
    return found


def gaps(packets: Sequence[RtpPacket], *, over_s: float = GAP_S) -> list[Gap]:
    """List the pauses between arrivals that are longer than `over_s`."""
    return [
        Gap(before.arrival_s, after.arrival_s - before.arrival_s)
        for before, after in pairwise(packets)
        if after.arrival_s - before.arrival_s > over_s
    ]


def _breaches(before: RtpPacket, packet: RtpPacket, seq_step: int, ts_step: int) -> list[Breach]:
    if seq_step <= 0:
        return [Breach.ORDER]
    found = [Breach.LOST] if seq_step > 1 else []
    free = packet.marker or packet.payload_type != 0 or before.payload_type != 0
    if not free and ts_step != FRAME_SAMPLES * seq_step:
        found.append(Breach.BACK_STEP if ts_step <= 0 else Breach.LEAP)
    return found
