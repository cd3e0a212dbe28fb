"""From captured RTP to the moments at which people heard each other. Pure.

Everything is judged by the audio a strict listener plays (`simulation.sip.jitter`): a packet that
arrives but would not be heard does not count. Refuses to know who dialed, and how.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Final

import numpy as np

from simulation.sip.continuity import Breach, violations
from simulation.sip.hearing import Hearing
from simulation.sip.jitter import hear
from simulation.sip.rtp import RtpPacket
from simulation.sip.tones import ToneDetector, identify

CUSTOMER_TONES_HZ: Final = tuple(range(400, 1400, 100))
"""Given to customers in turn: the one before on the same leg never sounded alike."""

AGENT_TONES_HZ: Final = tuple(range(1500, 3500, 100))
"""One for each of 20 agents; 100 Hz apart is what a window of 10 ms can tell apart."""

STALL_S: Final = 0.5
"""How long after a stall of our own sender a leap of a stream is its doing."""

_LEAD_S: Final = 0.1
_ONSET_S: Final = 0.005
"""A tone's onset is known to about 2 ms."""
_FAREWELL_S: Final = 0.1
"""Before the stamp of a hang-up: our BYE may have been carried out before we could read a clock."""
_SURE_RATE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """A customer as its own user agent saw it; times are seconds since the epoch."""

    ok_s: float
    """Right before the 200 OK was given to the kernel."""
    left_s: float
    """When the call ended."""
    tone_hz: int
    """What the customer sounds like."""
    packets: Sequence[RtpPacket]


@dataclass(frozen=True, slots=True)
class Leg:
    """What an agent's phone received in one call, however many customers that was."""

    tone_hz: int
    """What the agent sounds like."""
    packets: Sequence[RtpPacket]


@dataclass(frozen=True, slots=True)
class Connect:
    """How long after the 200 OK two people heard each other, ms; inf: they never did."""

    answer: Answer
    leg: Leg | None
    to_agent_ms: float
    """Until the agent's listener played the customer."""
    to_customer_ms: float
    """Until the customer's listener played the agent."""

    @property
    def two_way_ms(self) -> float:
        """Until both did."""
        return max(self.to_agent_ms, self.to_customer_ms)


def connects(
    answers: Iterable[Answer], legs: Sequence[Leg], *, fixed_delay_s: float = 0.0
) -> list[Connect]:
    """Tell for each answer when the two sides heard each other.

    Args:
        answers: the customers.
        legs: everything the agents' phones received.
        fixed_delay_s: least playout delay of the listeners on both ends, in seconds.
    """
    ears = [
        (leg, Hearing.of(hear(leg.packets, fixed_delay_s=fixed_delay_s)))
        for leg in legs
        if leg.packets
    ]
    return [_connect(answer, ears, fixed_delay_s) for answer in answers]


def _connect(answer: Answer, ears: Sequence[tuple[Leg, Hearing]], fixed_delay_s: float) -> Connect:
    heard = Hearing.of(hear(answer.packets, fixed_delay_s=fixed_delay_s))
    found = identify(heard.samples, {leg.tone_hz for leg, _ in ears}) if ears else []
    if not found or found[0].blocks_rate < _SURE_RATE:
        return Connect(answer, None, inf, inf)
    agent_hz = found[0].hz
    to_customer_ms = _heard_after_ms(heard, agent_hz, answer)
    best: tuple[float, Leg | None] = (inf, None)
    for leg, ear in ears:
        if leg.tone_hz == agent_hz and ear.start_s < answer.left_s and ear.end_s > answer.ok_s:
            best = min(best, (_heard_after_ms(ear, answer.tone_hz, answer), leg), key=_first)
    return Connect(answer, best[1], best[0], to_customer_ms)


def _first(pair: tuple[float, Leg | None]) -> float:
    return pair[0]


def _heard_after_ms(ear: Hearing, hz: int, answer: Answer) -> float:
    part = ear.cut(answer.ok_s - _LEAD_S, answer.left_s + _LEAD_S)
    at = part.first_heard_s(ToneDetector(hz), answer.ok_s)
    return inf if at is None else (at - answer.ok_s) * 1000


@dataclass(frozen=True, slots=True)
class Continuity:
    """How the streams kept the law of RTP: sequence by 1, timestamp by 160, or a new SSRC."""

    breaches: Mapping[Breach, int]
    """Breaches that are not our own senders' doing."""
    own: int
    """Leaps of the timestamp right after a stall of our own sender, which paused its stream."""
    unmarked: int
    """New SSRCs without a marker, the first packet of a stream not counted."""
    switches: int
    """New SSRCs that came while a customer and an agent were talking."""
    late: int
    """Packets the strict listeners threw away."""

    @property
    def broken(self) -> int:
        """All of it that must not be."""
        return sum(self.breaches.values()) + self.unmarked + self.switches


def continuity(
    found: Sequence[Connect], legs: Sequence[Leg], stalls_s: Sequence[float] = ()
) -> Continuity:
    """Judge every stream that was received.

    Args:
        found: the connects (their answers hold the customers' streams).
        legs: the agents' streams.
        stalls_s: when our own senders left frames out, seconds since the epoch.
    """
    streams = [leg.packets for leg in legs] + [connect.answer.packets for connect in found]
    breaches: dict[Breach, int] = {}
    own = 0
    for packets in streams:
        for violation in violations(packets):
            since = (violation.arrival_s - stall for stall in stalls_s)
            if violation.breach is Breach.LEAP and any(0 <= age < STALL_S for age in since):
                own += 1
            else:
                breaches[violation.breach] = breaches.get(violation.breach, 0) + 1
    return Continuity(
        breaches,
        own,
        unmarked=sum(1 for _, packet in _new_ssrcs(streams) if not packet.marker),
        switches=sum(_switches(connect) for connect in found),
        late=sum(hear(packets).behind for packets in streams),
    )


def _new_ssrcs(
    streams: Iterable[Sequence[RtpPacket]],
) -> Iterator[tuple[RtpPacket, RtpPacket]]:
    for packets in streams:
        for before, after in pairwise(packets):
            if before.ssrc != after.ssrc:
                yield before, after


def _switches(connect: Connect) -> int:
    """Count new SSRCs between the first and the last moment of a talk, on both ends."""
    if connect.leg is None or connect.two_way_ms == inf:
        return 0
    answer = connect.answer
    began_s = answer.ok_s + connect.two_way_ms / 1000 + _ONSET_S
    ends = (connect.leg.packets, answer.packets)
    return sum(
        1
        for packets in ends
        for _, after in _new_ssrcs([packets])
        if began_s < after.arrival_s < answer.left_s - _FAREWELL_S
    )


def quantile(values: Sequence[float], rate: float) -> float:
    """Return the smallest value that at least this share of them does not exceed; inf for none."""
    if not values:
        return inf
    return float(np.sort(np.asarray(values))[max(0, int(np.ceil(rate * len(values))) - 1)])
