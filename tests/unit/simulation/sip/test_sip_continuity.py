import pytest
from rtp_streams import late, stream

from simulation.sip.continuity import Breach, gaps, violations


def test_a_perfect_stream_breaks_nothing_even_where_its_counters_wrap() -> None:
    assert violations(stream(100, seq=65_500, ts=2**32 - 800)) == []


def test_a_back_step_of_the_timestamp_is_found() -> None:
    found = violations(stream(10, ts=80_000) + stream(10, seq=10, ts=160, start_s=100.2))
    assert [(v.breach, v.seq, v.seq_step) for v in found] == [(Breach.BACK_STEP, 10, 1)]
    assert found[0].ts_step == 160 - (80_000 + 9 * 160)
    assert found[0].arrival_s == pytest.approx(100.2)


def test_a_marker_or_a_new_source_frees_the_timestamp() -> None:
    before = stream(10, ts=80_000)
    assert violations(before + stream(10, seq=10, ts=160, marker=True)) == []
    assert violations(before + stream(10, seq=777, ts=160, ssrc=2)) == []


def test_lost_packets_are_a_breach_of_their_own_and_no_leap() -> None:
    packets = stream(10)
    found = violations(packets[:4] + packets[7:])
    assert [(v.breach, v.seq_step, v.ts_step) for v in found] == [(Breach.LOST, 4, 640)]


def test_a_leap_is_a_timestamp_ahead_of_its_sequence() -> None:
    found = violations(stream(5) + stream(5, seq=5, ts=9_000))
    assert [v.breach for v in found] == [Breach.LEAP]


def test_copies_and_late_ones_break_the_order_once() -> None:
    packets = stream(6)
    shuffled = [packets[0], packets[2], packets[1], packets[3], packets[3], *packets[4:]]
    assert [v.breach for v in violations(shuffled)] == [Breach.LOST, Breach.ORDER, Breach.ORDER]


def test_gaps_are_pauses_between_arrivals() -> None:
    packets = stream(10)
    found = gaps(packets[:5] + late(packets[5:], 0.011))
    assert len(found) == 1
    assert found[0].from_s == packets[4].arrival_s
    assert found[0].length_s == pytest.approx(0.031)
    assert gaps(packets) == []
