import random
from dataclasses import replace

import numpy as np
import pytest
from rtp_streams import TONE, late, silence, stream

from simulation.sip.hearing import Hearing
from simulation.sip.jitter import MAX_WAIT_S, JitterBuffer, hear
from simulation.sip.tones import ToneDetector

START = 100.0


def heard_times(packets: list) -> list[float]:  # type: ignore[type-arg]
    return [round(at - START, 4) for at, _ in hear(packets).pieces]


def test_a_perfect_stream_is_heard_as_it_arrives() -> None:
    playout = hear(stream(10))
    assert heard_times(stream(10)) == pytest.approx([step * 0.02 for step in range(10)])
    assert (playout.restarts, playout.behind, playout.stretched_s) == (1, 0, 0.0)
    start, audio = playout.audio()
    assert start == START
    assert len(audio) == 1600
    assert np.abs(audio).max() > 10_000


def test_a_fixed_delay_is_kept() -> None:
    start, audio = hear(stream(10), fixed_delay_s=0.05).audio()
    assert start == pytest.approx(START + 0.05)
    assert len(audio) == 1600


def test_a_back_step_on_the_same_source_is_not_heard() -> None:
    idle = silence(100, ts=160)
    talk = stream(50, start_s=START + 2.0, seq=100, ts=160)
    playout = hear(idle + talk)
    assert playout.behind == 50
    assert Hearing.of(playout).first_heard_s(ToneDetector(1000), START) is None


def test_a_stream_that_stepped_back_is_heard_once_it_has_caught_up() -> None:
    idle = silence(100, ts=0)
    talk = stream(150, start_s=START + 2.0, seq=100, ts=0)
    playout = hear(idle + talk)
    assert playout.behind == 100
    heard = Hearing.of(playout).first_heard_s(ToneDetector(1000), START)
    assert heard == pytest.approx(START + 4.0, abs=0.002)


@pytest.mark.parametrize(("ssrc", "marker"), [(2, False), (1, True)])
def test_a_new_source_or_a_marker_is_heard_at_once(ssrc: int, marker: bool) -> None:
    idle = silence(100, ts=0)
    talk = stream(50, start_s=START + 2.0, seq=100, ts=0, ssrc=ssrc, marker=marker)
    playout = hear(idle + talk)
    assert (playout.restarts, playout.behind) == (2, 0)
    heard = Hearing.of(playout).first_heard_s(ToneDetector(1000), START)
    assert heard == pytest.approx(START + 2.0, abs=0.002)


def test_a_late_packet_pushes_everything_behind_it_back() -> None:
    packets = stream(20)
    packets[5] = packets[5]._replace(arrival_s=packets[5].arrival_s + 0.015)
    playout = hear(packets)
    assert playout.stretched_s == pytest.approx(0.015)
    times = [round(at - START, 4) for at, _ in playout.pieces]
    assert times[4:8] == pytest.approx([0.08, 0.115, 0.135, 0.155])


def test_a_delay_that_is_no_longer_needed_is_taken_back() -> None:
    packets = [
        packet._replace(arrival_s=START + 0.46) if 20 <= step <= 22 else packet
        for step, packet in enumerate(stream(320))
    ]
    playout = hear(packets)
    assert playout.stretched_s == pytest.approx(0.06)
    assert playout.pulled_s == pytest.approx(0.04)
    waits = playout.pieces[-1][0] - packets[-1].arrival_s
    assert waits == pytest.approx(0.02, abs=0.001)


def test_a_lost_packet_is_silence_of_its_length() -> None:
    packets = stream(10)
    del packets[4]
    _, audio = hear(packets).audio()
    assert len(audio) == 1600
    assert not audio[640:800].any()
    assert audio[800:960].any()


def test_packets_in_the_wrong_order_are_put_right_when_there_is_time() -> None:
    packets = stream(10)
    swapped = packets[5]._replace(arrival_s=packets[6].arrival_s + 0.001)
    playout = hear([*packets[:5], packets[6], swapped, *packets[7:]], fixed_delay_s=0.04)
    _, audio = playout.audio()
    _, perfect = hear(packets, fixed_delay_s=0.04).audio()
    assert np.array_equal(audio, perfect)


def test_a_copy_is_heard_once() -> None:
    packets = stream(10)
    playout = hear(sorted(packets + late(packets, 0.001), key=lambda packet: packet.arrival_s))
    assert playout.behind == 10
    assert len(playout.audio()[1]) == 1600


def test_a_leap_ahead_is_waited_for_but_not_for_ever() -> None:
    before = stream(10, ts=0)
    after = stream(10, start_s=START + 0.2, seq=10, ts=80_000)
    playout = hear(before + after)
    assert playout.leaps == 1
    assert playout.pieces[10][0] - START == pytest.approx(0.2 + MAX_WAIT_S)
    assert playout.pieces[11][0] - playout.pieces[10][0] == pytest.approx(0.02)


def test_a_burst_after_a_stall_is_played_in_full() -> None:
    packets = stream(50)
    stalled = [
        packet._replace(arrival_s=max(packet.arrival_s, START + 0.4)) if step >= 10 else packet
        for step, packet in enumerate(packets)
    ]
    playout = hear(stalled)
    assert playout.leaps == 0
    assert sum(len(samples) for _, samples in playout.pieces) == 50 * 160
    assert playout.stretched_s == pytest.approx(0.2)


def test_the_timestamp_may_wrap() -> None:
    playout = hear(stream(10, ts=2**32 - 320))
    assert playout.behind == 0
    assert len(playout.audio()[1]) == 1600


def test_key_presses_are_not_audio() -> None:
    key = stream(1, start_s=START + 0.1)[0]._replace(payload_type=101, payload=b"\1\2\3\4")
    assert len(hear([*stream(5), key]).pieces) == 5
    assert hear([]).audio()[1].size == 0


def test_questions_about_what_was_heard() -> None:
    talk = silence(50) + stream(50, start_s=START + 1.0, seq=50, ts=50 * 160)
    talk += stream(50, start_s=START + 3.0, seq=200, ts=150 * 160, payload=TONE)
    heard = Hearing.of(hear(talk))
    tone = ToneDetector(1000)
    assert heard.start_s == START
    assert heard.end_s == pytest.approx(START + 4.0)
    assert heard.first_heard_s(tone, START) == pytest.approx(START + 1.0, abs=0.002)
    assert heard.longest_silence_s(START, START + 4.0) == pytest.approx(1.0, abs=0.011)
    assert heard.longest_silence_s(START + 1.0, START + 7.0) == pytest.approx(3.0, abs=0.011)
    assert heard.longest_absence_s(tone, START + 1.0, START + 4.0) == pytest.approx(1.0, abs=0.01)
    assert heard.longest_absence_s(tone, START - 9.0, START) == pytest.approx(9.0)
    assert heard.longest_silence_s(START + 1.1, START + 1.2) == 0.0


def test_what_was_heard_so_far_is_what_is_heard_if_nothing_else_comes() -> None:
    talk = stream(40)
    chance = random.Random(7)
    packets = [
        *(packet._replace(arrival_s=packet.arrival_s + chance.uniform(0, 0.06)) for packet in talk),
        *stream(20, start_s=START + 1.5, seq=40, ts=80_000),
        *stream(20, start_s=START + 2.0, seq=60, ts=160, ssrc=2, marker=True),
    ]
    packets.sort(key=lambda packet: packet.arrival_s)
    buffer = JitterBuffer()
    for count, packet in enumerate(packets, 1):
        buffer.insert(packet)
        so_far, (start, audio) = buffer.so_far(), hear(packets[:count]).audio()
        assert so_far.audio()[0] == start
        assert np.array_equal(so_far.audio()[1], audio)
        assert so_far == replace(hear(packets[:count]), pieces=so_far.pieces)
