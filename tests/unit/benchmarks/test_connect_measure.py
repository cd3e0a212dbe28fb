"""When two people heard each other, from RTP made up to the millisecond."""

from math import inf

import pytest

from benchmarks.connect_measure import (
    AGENT_TONES_HZ,
    CUSTOMER_TONES_HZ,
    Answer,
    Connect,
    Continuity,
    Leg,
    connects,
    continuity,
    quantile,
)
from simulation.sip.continuity import Breach
from simulation.sip.rtp import FRAME_S, FRAME_SAMPLES, RtpPacket
from simulation.sip.tones import tone_frames

T0 = 1_000_000.0
AGENT, OTHER_AGENT = AGENT_TONES_HZ[0], AGENT_TONES_HZ[1]
CUSTOMER, NEXT_CUSTOMER = CUSTOMER_TONES_HZ[0], CUSTOMER_TONES_HZ[1]


class Stream:
    """Packets of one receiver, 20 ms apart."""

    def __init__(self) -> None:
        self.packets: list[RtpPacket] = []
        self.seq = 100

    def sound(
        self, at_s: float, hz: int | None, frames: int, *, ssrc: int, ts: int, marker: bool = False
    ) -> "Stream":
        payload = tone_frames(hz)[0]
        for step in range(frames):
            self.packets.append(
                RtpPacket(
                    T0 + at_s + step * FRAME_S,
                    ssrc,
                    ts + step * FRAME_SAMPLES,
                    self.seq,
                    marker and step == 0,
                    0,
                    payload,
                )
            )
            self.seq += 1
        return self


def answer(at_s: float, hz: int, stream: Stream, talk_s: float = 2.0) -> Answer:
    return Answer(T0 + at_s, T0 + at_s + talk_s, hz, stream.packets)


def one(found: list[Connect]) -> Connect:
    assert len(found) == 1
    return found[0]


def talk_on_a_standing_leg() -> tuple[Answer, Leg]:
    """Idle silence, then a customer who answers at 1.0 s and is heard 21 ms later."""
    leg = Stream().sound(0.0, None, 50, ssrc=1, ts=0)
    leg.sound(1.021, CUSTOMER, 99, ssrc=2, ts=777, marker=True)
    heard = Stream().sound(1.008, AGENT, 99, ssrc=9, ts=50)
    return answer(1.0, CUSTOMER, heard), Leg(AGENT, leg.packets)


def test_each_direction_is_timed_from_the_200_ok_and_the_later_one_counts() -> None:
    customer, leg = talk_on_a_standing_leg()
    found = one(connects([customer], [leg]))
    assert found.leg is leg
    assert found.to_agent_ms == pytest.approx(21, abs=2)
    assert found.to_customer_ms == pytest.approx(8, abs=2)
    assert found.two_way_ms == found.to_agent_ms


def test_a_slower_listener_hears_later_by_its_buffer() -> None:
    customer, leg = talk_on_a_standing_leg()
    found = one(connects([customer], [leg], fixed_delay_s=0.04))
    assert found.two_way_ms == pytest.approx(61, abs=2)


def test_the_agent_is_recognised_by_the_tone_the_customer_hears() -> None:
    customer, leg = talk_on_a_standing_leg()
    idle = Leg(OTHER_AGENT, Stream().sound(0.0, None, 150, ssrc=5, ts=0).packets)
    assert one(connects([customer], [idle, leg])).leg is leg


def test_two_customers_of_one_leg_are_told_apart() -> None:
    leg = Stream().sound(0.021, CUSTOMER, 99, ssrc=2, ts=0, marker=True)
    leg.sound(2.001, None, 20, ssrc=3, ts=0, marker=True)
    leg.sound(2.425, NEXT_CUSTOMER, 99, ssrc=4, ts=0, marker=True)
    first = answer(0.0, CUSTOMER, Stream().sound(0.01, AGENT, 99, ssrc=6, ts=0))
    second = answer(2.4, NEXT_CUSTOMER, Stream().sound(2.41, AGENT, 99, ssrc=7, ts=0))
    found = connects([first, second], [Leg(AGENT, leg.packets)])
    assert [connect.to_agent_ms for connect in found] == [
        pytest.approx(21, abs=2),
        pytest.approx(25, abs=2),
    ]


def test_packets_that_step_back_in_time_arrive_but_are_not_heard() -> None:
    leg = Stream().sound(0.0, None, 50, ssrc=1, ts=1_000_000)
    leg.sound(1.021, CUSTOMER, 99, ssrc=1, ts=500_000)
    customer = answer(1.0, CUSTOMER, Stream().sound(1.008, AGENT, 99, ssrc=9, ts=50))
    legs = [Leg(AGENT, leg.packets)]
    found = connects([customer], legs)
    assert one(found).to_agent_ms == inf
    assert one(found).to_customer_ms == pytest.approx(8, abs=2)
    judged = continuity(found, legs)
    assert judged.breaches == {Breach.BACK_STEP: 1}
    assert judged.broken == 1
    assert judged.late == 99


def test_a_customer_who_hears_only_silence_was_never_connected() -> None:
    _, leg = talk_on_a_standing_leg()
    unheard = answer(1.0, CUSTOMER, Stream().sound(1.0, None, 99, ssrc=9, ts=0))
    assert one(connects([unheard], [leg])).two_way_ms == inf


def test_a_clean_talk_breaks_no_law() -> None:
    customer, leg = talk_on_a_standing_leg()
    found = connects([customer], [leg])
    assert continuity(found, [leg]) == Continuity({}, own=0, unmarked=0, switches=0, late=0)


def test_a_new_stream_without_a_marker_or_within_a_talk_is_a_breach() -> None:
    leg = Stream().sound(0.021, CUSTOMER, 40, ssrc=2, ts=0)
    leg.sound(0.821, CUSTOMER, 50, ssrc=3, ts=0)
    customer = answer(0.0, CUSTOMER, Stream().sound(0.01, AGENT, 99, ssrc=6, ts=0))
    legs = [Leg(AGENT, leg.packets)]
    judged = continuity(connects([customer], legs), legs)
    assert (judged.unmarked, judged.switches, judged.broken) == (1, 1, 2)


def test_a_leap_is_ours_only_when_our_own_sender_stalled_just_before() -> None:
    leg = Stream().sound(0.02, CUSTOMER, 40, ssrc=2, ts=0)
    leg.sound(1.02, CUSTOMER, 40, ssrc=2, ts=50 * FRAME_SAMPLES)
    customer = answer(0.0, CUSTOMER, Stream().sound(0.01, AGENT, 99, ssrc=6, ts=0))
    legs = [Leg(AGENT, leg.packets)]
    found = connects([customer], legs)
    assert continuity(found, legs).breaches == {Breach.LEAP: 1}
    stalled = continuity(found, legs, [T0 + 0.99])
    assert (stalled.own, stalled.broken) == (1, 0)
    long_ago = continuity(found, legs, [T0 + 0.2])
    assert long_ago.broken == 1


@pytest.mark.parametrize(
    ("values", "rate", "expected"),
    [
        ([5.0, 1.0, 3.0], 0.5, 3.0),
        ([float(n) for n in range(1, 101)], 0.99, 99.0),
        ([float(n) for n in range(1, 101)], 1.0, 100.0),
        ([1.0, inf], 0.5, 1.0),
        ([1.0, inf], 0.51, inf),
        ([], 0.5, inf),
    ],
)
def test_a_quantile_is_a_value_that_was_measured(
    values: list[float], rate: float, expected: float
) -> None:
    assert quantile(values, rate) == expected
