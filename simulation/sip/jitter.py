"""A strict listener: turns received RTP into the audio a person would hear, and when.

Modelled on what WebRTC's NetEQ does with a PCMU stream, so that a stream which merely arrives but
would not be heard does not count as heard:

- Playout follows the RTP timestamps of one SSRC. A packet that lies behind what has been played is
  thrown away: a stream that steps back in time stays silent until it has caught up.
- A new SSRC, or a marker, starts afresh at once.
- The delay starts at a fixed minimum (0 by default). A packet that comes too late for its place
  pushes the playout back; while the last 2 s all waited over 20 ms, it is pulled in by 10 ms.
- A packet whose timestamp leaps ahead is waited for, but not longer than 0.1 s.

Lost frames are heard as silence: nothing is concealed. Pure: arrival times come with the packets.
"""

import heapq
from collections import deque
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from simulation.sip.rtp import FRAME_S, RATE_HZ, RtpPacket, signed_difference
from simulation.sip.ulaw import Samples, decode

MAX_WAIT_S: Final = 0.100
"""Longest wait for a packet whose timestamp has leapt ahead."""
SLACK_S: Final = 0.020
PULL_S: Final = 0.010
WINDOW_FRAMES: Final = 100
_EPSILON_S: Final = 1e-6


@dataclass(slots=True)
class Playout:
    """What a listener heard: pieces of audio with the time each began to sound."""

    pieces: list[tuple[float, Samples]] = field(default_factory=list)
    """(seconds on the packets' clock, samples); in order, never overlapping."""
    restarts: int = 0
    """New SSRC or marker, the first one included."""
    behind: int = 0
    """Packets thrown away because their time had passed."""
    flushed: int = 0
    """Packets thrown away unplayed by a restart."""
    stretched_s: float = 0.0
    """Delay added because packets came late."""
    pulled_s: float = 0.0
    """Delay taken back."""
    leaps: int = 0
    """Forward leaps of the timestamp that were not waited for to the end."""

    def audio(self) -> tuple[float, Samples]:
        """Return the start and one continuous piece of audio; what was not heard is zero."""
        if not self.pieces:
            return 0.0, np.zeros(0, dtype=np.int16)
        start = self.pieces[0][0]
        last_at, last = self.pieces[-1]
        whole = np.zeros(round((last_at - start) * RATE_HZ) + len(last), dtype=np.int16)
        for at, samples in self.pieces:
            begin = round((at - start) * RATE_HZ)
            whole[begin : begin + len(samples)] = samples[: len(whole) - begin]
        return start, whole


class JitterBuffer:
    """Feed packets in order of arrival; `playout` holds what has been heard so far."""

    def __init__(self, *, fixed_delay_s: float = 0.0) -> None:
        """Begin.

        Args:
            fixed_delay_s: least delay between arrival and playout, in seconds.
        """
        self.playout = Playout()
        self._fixed_s = fixed_delay_s
        self._ssrc: int | None = None
        self._base_at = 0.0  # when the base timestamp sounds
        self._base_ts = 0
        self._next_ts = 0  # end of what has been played
        self._last_end_ts = 0  # end of what has been taken in
        self._heard_until = float("-inf")
        self._waiting: list[tuple[float, int, RtpPacket]] = []
        self._count = 0
        self._waits: deque[float] = deque(maxlen=WINDOW_FRAMES)

    def insert(self, packet: RtpPacket) -> None:
        """Take a packet at its arrival; what was due before is played first."""
        if packet.payload_type != 0 or not packet.payload:
            return  # no audio
        now = packet.arrival_s
        self.advance(now)
        if packet.ssrc != self._ssrc or packet.marker:
            self._restart(packet, now)
        elif _since(self._next_ts, packet) < 0:
            self.playout.behind += 1
            return
        due = self._base_at + _since(self._base_ts, packet) / RATE_HZ
        ahead_s = _since(self._last_end_ts, packet) / RATE_HZ
        if due < now - _EPSILON_S:
            self.playout.stretched_s += now - due
            due = self._rebase(packet, now)
            self._waits.clear()
        elif ahead_s > MAX_WAIT_S and due > now + self._fixed_s + MAX_WAIT_S:
            self.playout.leaps += 1
            due = self._rebase(packet, max(now + MAX_WAIT_S, due - ahead_s))
        self._waits.append(due - now - self._fixed_s)
        due = self._pull_in(due)
        self._last_end_ts = (packet.ts + len(packet.payload)) & 0xFFFFFFFF
        self._count += 1
        heapq.heappush(self._waiting, (due, self._count, packet))

    def advance(self, now: float) -> None:
        """Play everything that is due by `now`."""
        while self._waiting and self._waiting[0][0] <= now:
            due, _, packet = heapq.heappop(self._waiting)
            self._play(due, packet)

    def finish(self) -> Playout:
        """Play what is left and return everything heard."""
        self.advance(float("inf"))
        return self.playout

    def so_far(self) -> Playout:
        """Return what is heard if nothing else comes; packets may be inserted afterwards."""
        ahead = copy(self)
        ahead.playout = replace(self.playout, pieces=list(self.playout.pieces))
        ahead._waiting = list(self._waiting)
        return ahead.finish()

    def _play(self, due: float, packet: RtpPacket) -> None:
        if packet.ssrc == self._ssrc:
            if _since(self._next_ts, packet) < 0:
                self.playout.behind += 1  # a copy, or overtaken
                return
            self._next_ts = (packet.ts + len(packet.payload)) & 0xFFFFFFFF
        samples = decode(packet.payload)
        overlap = round((self._heard_until - due) * RATE_HZ) if self.playout.pieces else 0
        if overlap > 0:
            samples = samples[overlap:]
            due = self._heard_until
        if len(samples):
            self.playout.pieces.append((due, samples))
            self._heard_until = due + len(samples) / RATE_HZ

    def _restart(self, packet: RtpPacket, now: float) -> None:
        self.playout.restarts += 1
        start = now + self._fixed_s
        for due, _, waiting in sorted(self._waiting):
            if due + FRAME_S <= start + _EPSILON_S:
                self._play(due, waiting)
            else:
                self.playout.flushed += 1
        self._waiting.clear()
        self._waits.clear()
        self._ssrc = packet.ssrc
        self._next_ts = self._last_end_ts = packet.ts
        self._rebase(packet, start)

    def _rebase(self, packet: RtpPacket, at: float) -> float:
        self._base_ts, self._base_at = packet.ts, at
        return at

    def _pull_in(self, due: float) -> float:
        if len(self._waits) < WINDOW_FRAMES or min(self._waits) <= SLACK_S:
            return due
        self._base_at -= PULL_S
        self.playout.pulled_s += PULL_S
        self._waits = deque((wait - PULL_S for wait in self._waits), maxlen=WINDOW_FRAMES)
        return due - PULL_S


def _since(ts: int, packet: RtpPacket) -> int:
    """Return the samples from `ts` to the packet's first one."""
    return signed_difference(packet.ts, ts, 32)


def hear(packets: Iterable[RtpPacket], *, fixed_delay_s: float = 0.0) -> Playout:
    """Return what a listener hears of these packets (in order of arrival; audio only)."""
    buffer = JitterBuffer(fixed_delay_s=fixed_delay_s)
    for packet in packets:
        buffer.insert(packet)
    return buffer.finish()
