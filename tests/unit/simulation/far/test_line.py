"""A bad line: what it delays, loses and cuts."""

import pytest

from simulation.far.line import Line


def test_what_is_sent_arrives_later_once_and_in_order() -> None:
    line = Line(delay_s=0.1, loss_rate=0.0, seed=1)
    line.send(b"one", 10.0)
    line.send(b"two", 10.05)
    assert line.next_at == pytest.approx(10.1)
    assert line.arrived(10.09) == []
    assert line.arrived(10.12) == [b"one"]
    assert line.arrived(10.2) == [b"two"]
    assert line.arrived(11.0) == []
    assert line.next_at is None


def test_a_share_is_lost_and_the_same_one_each_time() -> None:
    def fates(seed: int) -> list[int]:
        line = Line(delay_s=0.0, loss_rate=0.02, seed=seed)
        for number in range(5000):
            line.send(number.to_bytes(2, "big"), 0.0)
        assert line.sent == 5000
        return [int.from_bytes(data, "big") for data in line.arrived(0.0)]

    assert 0.015 < 1 - len(fates(1)) / 5000 < 0.025
    assert fates(1) == fates(1)
    assert fates(1) != fates(2)


def test_a_cut_line_lets_nothing_pass_until_it_is_mended() -> None:
    line = Line(delay_s=0.0, loss_rate=0.0, seed=1)
    line.whole = False
    line.send(b"lost", 1.0)
    line.whole = True
    line.send(b"here", 2.0)
    assert line.arrived(3.0) == [b"here"]
    assert (line.sent, line.lost) == (2, 1)
